"""Who sells what: suppliers and their offers. What is withdrawn is kept, since orders and pieces name it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select

from workshop.catalogue.identifiers import parse_gtin
from workshop.core.barcodes import Barcode, register
from workshop.core.db import db
from workshop.core.errors import Conflict, Refused
from workshop.core.language import price as shown_price
from workshop.parts.fits import offers_for
from workshop.parts.models import Offer, Part, Supplier

SLIPPED_TIMES = 20


@dataclass(frozen=True)
class Asked:
    """What a supplier asks for a part. `lead_days` None: as long as they usually take."""

    price_minor: int
    pack: int
    moq: int
    supplier_sku: str
    ean: str
    lead_days: int | None


def add_supplier(code: str, name: str) -> Supplier:
    """Make a supplier known. Raises Refused where the code is taken."""
    code = code.upper()
    if db.session.scalar(select(Supplier.id).where(Supplier.code == code)) is not None:
        raise Refused(_("There is a supplier %(code)s already.", code=code), _("Choose another code."), field="code")
    supplier = Supplier(code=code, name=name)
    db.session.add(supplier)
    return supplier


def offer(supplier: Supplier, part: Part, asked: Asked) -> Offer:
    """Write down what a supplier asks for a part; one that was withdrawn stands again. Raises Refused for a second."""
    known = db.session.scalars(
        select(Offer).where(Offer.supplier_id == supplier.id, Offer.part_id == part.id)
    ).one_or_none()
    if known is not None and known.withdrawn_at is None:
        raise Refused(
            _("%(supplier)s offers this part already.", supplier=supplier.name),
            _("Change that offer."),
            field="supplier",
        )
    found = known or Offer(supplier=supplier, supplier_id=supplier.id, part=part, part_id=part.id)
    found.currency, found.withdrawn_at = supplier.currency, None
    change(found, asked)
    db.session.add(found)
    db.session.flush()
    return found


def change(offer: Offer, asked: Asked) -> None:
    """Set what an offer asks. Raises Refused for a price that cannot be meant, or an EAN of another part."""
    _refuse_slipped(offer, asked.price_minor)
    if asked.moq % asked.pack:
        raise Refused(
            _("At least %(moq)s pieces cannot come in packs of %(pack)s.", moq=asked.moq, pack=asked.pack),
            _("Give a multiple of the pack."),
            field="moq",
        )
    offer.ean = own_ean(asked.ean, offer.part_id) if asked.ean else None
    offer.price_minor, offer.pack, offer.moq = asked.price_minor, asked.pack, asked.moq
    offer.supplier_sku, offer.lead_days = asked.supplier_sku, asked.lead_days


def withdraw(offer: Offer, now: datetime) -> None:
    """Let an offer stand no longer. Raises Conflict where that was done already."""
    if offer.withdrawn_at is not None:
        raise Conflict(_("This offer was withdrawn already."), _("Look at the part."))
    offer.withdrawn_at = now


def _refuse_slipped(offer: Offer, price_minor: int) -> None:
    if price_minor < 1:
        raise Refused(_("A price of nothing is no price."), _("Type what one piece costs."), field="price")
    lowest = min((each.price_minor for each in offers_for([offer.part_id])), default=price_minor)
    if price_minor > lowest * SLIPPED_TIMES or price_minor * SLIPPED_TIMES < lowest:
        raise Refused(
            _("This price cannot be meant: the part is offered for %(price)s.", price=shown_price(lowest, "EUR")),
            _("Look for a slipped decimal point."),
            field="price",
        )


def own_ean(text: str, part_id: int) -> str:
    """Return an EAN whose digits hold, known to the scan box as this part from now on.

    Raises BadIdentifier for a misread one, Refused where it is another part's.
    """
    ean = parse_gtin(text, field="ean").text
    query = select(Part).join(Barcode, (Barcode.kind == "part") & (Barcode.target_id == Part.id))
    other = db.session.scalars(query.where(Barcode.code == ean, Part.id != part_id).limit(1)).one_or_none()
    if other is not None:
        raise Refused(
            _("This EAN is that of %(part)s, %(code)s.", part=other.name, code=other.code),
            _("Scan the packet of this part."),
            field="ean",
        )
    register(ean, "part", part_id)
    return ean
