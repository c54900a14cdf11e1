"""How parts, their batches and places, orders and suppliers are found: by codes that begin so, lots, and words."""

from __future__ import annotations

from typing import Any, Final

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import or_, select

from workshop.core.actor import ADMIN, AUDITOR, PARTS_MANAGER, REFURBISHER, TECHNICIAN, Actor
from workshop.core.barcodes import Barcode
from workshop.core.begins import begins
from workshop.core.db import db
from workshop.core.finding import CANDIDATES, MOST, SHORTEST_CODE, Asked, Finder, Hit
from workshop.core.spoken import spoken
from workshop.jobs.queue import sites_of
from workshop.parts.lists import ORDER_STATES
from workshop.parts.models import Batch, Location, Part, PurchaseOrder, Supplier

WORKERS: Final = frozenset({TECHNICIAN, PARTS_MANAGER, REFURBISHER, ADMIN, AUDITOR})
READERS: Final = frozenset({PARTS_MANAGER, ADMIN, AUDITOR})


def _begun(kind: str, wanted: Asked) -> list[int]:
    """Return the things of a kind whose code begins so."""
    if len(wanted.code) < SHORTEST_CODE:
        return []
    query = select(Barcode.target_id).where(Barcode.kind == kind, begins(Barcode.code, wanted.code))
    return list(db.session.scalars(query.order_by(Barcode.code).limit(CANDIDATES)))


def _at_sites(query: Any, column: Any, actor: Actor) -> Any:
    sites = sites_of(actor)
    return query if sites is None else query.where(column.in_(sites))


def parts(wanted: Asked, _actor: Actor) -> list[Hit]:
    """Return parts by code, else by words of their name: the list of parts is a catalogue, it is looked through."""
    if not wanted.words:
        return []
    ids = _begun("part", wanted)
    query = select(Part).where(Part.id.in_(ids) if ids else wanted.stand_in(Part.name)).order_by(Part.name).limit(MOST)
    found = [p for p in db.session.scalars(query) if ids or wanted.fits(p.name)]
    return [
        Hit(p.name, url_for("parts.part_page", ref=p.code), "cpu", str(spoken(p.quality)), p.code, (p.code,))
        for p in found
    ]


def batches(wanted: Asked, actor: Actor) -> list[Hit]:
    """Return batches by their label's code, or by their whole lot."""
    ids = _begun("batch", wanted)
    named = Batch.id.in_(ids) if ids else Batch.lot.in_({wanted.text, wanted.text.upper()})
    query = select(Batch).join(Location, Location.id == Batch.location_id).where(named)
    query = _at_sites(query, Location.site_id, actor).order_by(Batch.id.desc()).limit(MOST)
    return [_batch(b) for b in db.session.scalars(query)] if wanted.text else []


def _batch(batch: Batch) -> Hit:
    lot = _("lot %(lot)s", lot=batch.lot) if batch.lot else ""
    where = ", ".join(filter(None, (_("%(n)s there", n=batch.on_hand), batch.location.code, lot)))
    url = url_for("parts.batch_page", ref=batch.code)
    return Hit(batch.part.name, url, "boxes", where, batch.code, (batch.code, batch.lot.upper()))


def places(wanted: Asked, actor: Actor) -> list[Hit]:
    """Return places by their code: each opens what lies there."""
    if not wanted.code:
        return []
    query = _at_sites(select(Location), Location.site_id, actor)
    code = wanted.text.upper()
    query = query.where(or_(begins(Location.code, code), Location.barcode == wanted.code)).order_by(Location.code)
    return [_place(p) for p in db.session.scalars(query.limit(MOST))]


def _place(place: Location) -> Hit:
    url = url_for("parts.stock_page", place=place.barcode)
    return Hit(place.code, url, "map-pin", place.site.name, place.barcode, (place.code, place.barcode))


def orders(wanted: Asked, actor: Actor) -> list[Hit]:
    """Return orders to suppliers by their code, else the newest ones of a supplier."""
    ids = _begun("purchase_order", wanted)
    sellers = [] if ids else [s.id for s in _suppliers(wanted)]
    if not ids and not sellers:
        return []
    named = PurchaseOrder.id.in_(ids) if ids else PurchaseOrder.supplier_id.in_(sellers)
    query = (
        _at_sites(select(PurchaseOrder).where(named), PurchaseOrder.site_id, actor)
        .order_by(PurchaseOrder.id.desc())
        .limit(MOST)
    )
    return [
        Hit(o.supplier.name, url_for("parts.order_page", ref=o.code), "shopping-cart",
            str(ORDER_STATES[o.state]), o.code, (o.code,))
        for o in db.session.scalars(query)
    ]  # fmt: skip


def _suppliers(wanted: Asked) -> list[Supplier]:
    """Return suppliers by words of their name: there are few, they are looked through."""
    if not wanted.words:
        return []
    query = select(Supplier).where(wanted.stand_in(Supplier.name)).order_by(Supplier.name).limit(MOST)
    return list(db.session.scalars(query))


def suppliers(wanted: Asked, _actor: Actor) -> list[Hit]:
    """Return suppliers."""
    return [
        Hit(s.name, url_for("parts.supplier_page", ref=s.code), "truck", s.code, codes=(s.code,))
        for s in _suppliers(wanted)
    ]


FINDERS: Final = (
    Finder(_l("Parts"), parts, WORKERS, 40),
    Finder(_l("Pieces in stock"), batches, WORKERS, 42),
    Finder(_l("Places"), places, WORKERS, 44),
    Finder(_l("Orders to suppliers"), orders, WORKERS, 46),
    Finder(_l("Suppliers"), suppliers, READERS, 48),
)
