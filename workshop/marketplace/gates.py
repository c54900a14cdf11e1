"""What the marketplace room asks before a unit is listed, sold and done with."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, or_, select

from workshop.jobs.gates import Gate, Missing
from workshop.jobs.models import Job
from workshop.jobs.stages import Stage
from workshop.jobs.target import OpenUnit
from workshop.marketplace.models import ListedUnit, Listing, Packing, Product
from workshop.marketplace.order_models import Shipment, SoldPiece

_OPEN_OFFER = (ListedUnit.job_id == Job.id, ListedUnit.ended_at.is_(None))
_PRICED = select(ListedUnit.priced_at).where(*_OPEN_OFFER).correlate(Job).scalar_subquery()
_PACKED = select(Packing.packed_at).where(Packing.job_id == Job.id).correlate(Job).scalar_subquery()
_KNOWN = (
    select(func.count())
    .select_from(ListedUnit)
    .join(Listing, Listing.id == ListedUnit.listing_id)
    .join(Product, Product.id == Listing.product_id)
    .where(*_OPEN_OFFER, or_(Product.ean != "", Product.marketplace_product != ""))
    .correlate(Job)
    .scalar_subquery()
)
_HELD = (SoldPiece.job_id == Job.id, SoldPiece.released_at.is_(None))
_SOLD = select(func.count()).select_from(SoldPiece).where(*_HELD).correlate(Job).scalar_subquery()
_SHIPPED = (
    select(Shipment.shipped_at).join(SoldPiece, SoldPiece.id == Shipment.line_id).where(*_HELD).correlate(Job)
    .scalar_subquery()
)  # fmt: skip
_TOLD = (
    select(Shipment.told_at).join(SoldPiece, SoldPiece.id == Shipment.line_id).where(*_HELD).correlate(Job)
    .scalar_subquery()
)  # fmt: skip


def _asks(what: Any, detail: Any, where: str = "jobs.unit") -> Any:
    def missing(fact: Any, _unit: OpenUnit) -> Missing | None:
        return None if fact else Missing(str(what), str(detail), where)

    return missing


GATES = [
    Gate(
        "product",
        Stage.READY,
        _l("The marketplace knows the product"),
        _KNOWN,
        _asks(_l("The marketplace's product is not known"), _l("Give its EAN")),
        order=20,
    ),
    Gate(
        "priced",
        Stage.READY,
        _l("It has a price"),
        _PRICED,
        _asks(_l("Set its price"), _l("Cost and margin are shown")),
        order=30,
    ),
    Gate(
        "packed",
        Stage.READY,
        _l("Packed and labelled"),
        _PACKED,
        _asks(_l("Pack and label it"), _l("Then scan *PACK*")),
        minutes=3,
        order=40,
    ),
    Gate(
        "sold",
        Stage.LISTED,
        _l("An order has come"),
        _SOLD,
        _asks(_l("An order has to come"), _l("The feed reads orders by itself")),
        order=10,
    ),
    Gate(
        "shipped",
        Stage.SOLD,
        _l("Shipped"),
        _SHIPPED,
        _asks(_l("Ship it"), _l("Scan it at the packing table")),
        minutes=2,
        order=10,
    ),
    Gate(
        "told",
        Stage.SOLD,
        _l("The marketplace knows what left"),
        _TOLD,
        _asks(_l("The marketplace has to be told what left"), _l("The feed does so by itself")),
        order=20,
    ),
]
