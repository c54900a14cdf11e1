"""The lists of a recall: the lots there were, the units that carry one, and what is left of it in stock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select
from sqlalchemy.orm import contains_eager, selectinload

from workshop.catalogue.models import DeviceModel
from workshop.core.listing import Column, Filter, Listing, Table, Ticks, amount, has_words
from workshop.jobs.models import Unit
from workshop.parts import fits
from workshop.parts.listings import of_lot
from workshop.parts.lists import origin
from workshop.parts.models import Batch, FittedPart, Location, OrderLine, Part

WHERE: Final = (("stock", _l("In stock")),)
# Which lot, and whether its units or its pieces are listed, was settled before: here they stay in the address.
LOT: Final = Filter("lot", _l("Lot or piece"), lambda _v: True)
PLACE: Final = Filter("where", _l("Where"), lambda _v: True, lambda: WHERE, hidden=True)


@dataclass(frozen=True)
class Lot:
    """A lot of one part: what is left of it, when the newest piece came, and that piece's number."""

    lot: str
    kind: str
    name: str
    there: int
    received_at: datetime
    newest: int


def lots(site_id: int) -> Listing:
    """Return the lots that came to a site, the newest first."""
    found = (
        select(
            Batch.lot,
            Part.kind,
            Part.name,
            func.sum(Batch.on_hand).label("there"),
            func.max(Batch.received_at).label("received_at"),
            func.max(Batch.id).label("newest"),
        )
        .join(Part, Part.id == Batch.part_id)
        .join(Location, Location.id == Batch.location_id)
        .where(Batch.lot != "", Location.site_id == site_id, Batch.origin != "donor")
        .group_by(Batch.lot, Part.id, Part.kind, Part.name)
        .subquery()
    )
    columns = (
        Column("lot", _l("Lot"), lambda r: r.lot, found.c.lot),
        Column("part", _l("Part"), lambda r: fits.part_name(r), found.c.name),
        Column("there", _l("There"), lambda r: r.there, found.c.there, number=True),
        Column("newest", _l("Received"), lambda r: r.received_at, found.c.newest, number=True),
    )
    filters = (LOT, Filter("q", _l("Part"), has_words(found.c.name, found.c.lot)))
    source = Table(select(found), found.c.newest, lambda row: Lot(*row))
    return Listing("lots", columns, source, filters, "-newest", _l("Nothing of any lot was received yet."))


def carriers(lot: str, site_ids: list[int] | None) -> Listing:
    """Return the units that carry a piece of a lot, the sold ones too."""
    query = (
        select(FittedPart)
        .join(FittedPart.batch)
        .join(Batch.location)
        .join(FittedPart.unit)
        .join(Unit.model)
        .join(FittedPart.part)
        .options(
            contains_eager(FittedPart.batch),
            contains_eager(FittedPart.unit).contains_eager(Unit.model),
            contains_eager(FittedPart.part),
        )
        .where(FittedPart.removed_at.is_(None), *of_lot(lot, site_ids))
    )
    columns = (
        Column("unit", _l("Unit"), lambda f: f.unit.model.name, DeviceModel.name),
        Column("code", _l("Code"), lambda f: f.unit.code, drawn=False),
        Column("imei", _l("IMEI"), lambda f: f.unit.imei, drawn=False),
        Column("serial", _l("Serial"), lambda f: f.unit.serial, drawn=False),
        Column("part", _l("Part"), lambda f: fits.part_name(f.part), Part.name),
        Column("piece", _l("Piece"), lambda f: f.batch.code, drawn=False),
        Column("lot", _l("Lot"), lambda f: f.batch.lot, Batch.lot),
        Column("fitted", _l("Fitted"), lambda f: f.fitted_at, FittedPart.fitted_at),
    )
    named = has_words(DeviceModel.name, Unit.code, Unit.imei, Unit.serial, Part.name)
    filters = (LOT, Filter("q", _l("Unit or part"), named), PLACE)
    none = _l("No unit carries it.")
    ticks = Ticks("unit", lambda f: f.unit.code)
    return Listing("recall-units", columns, Table(query, FittedPart.id), filters, "fitted", none, ticks=ticks)


def pieces(lot: str, site_ids: list[int] | None) -> Listing:
    """Return every piece of a lot that came, with how many of it are left."""
    query = (
        select(Batch)
        .join(Batch.location)
        .join(Batch.part)
        .options(contains_eager(Batch.location), contains_eager(Batch.part), selectinload(Batch.donor_unit))
        .options(selectinload(Batch.order_line).selectinload(OrderLine.order))
        .where(*of_lot(lot, site_ids))
    )
    columns = (
        Column("piece", _l("Piece"), lambda b: fits.part_name(b.part), Part.name),
        Column("code", _l("Code"), lambda b: b.code, drawn=False),
        Column("lot", _l("Lot"), lambda b: b.lot, drawn=False),
        Column("place", _l("Place"), lambda b: b.location.code, Location.code),
        Column("there", _l("There"), lambda b: b.on_hand, Batch.on_hand, number=True),
        Column("reserved", _l("Reserved"), lambda b: b.reserved, Batch.reserved, number=True),
        Column("cost", _l("Cost"), lambda b: amount(b.unit_cost_minor, b.currency), drawn=False),
        Column("received", _l("Received"), lambda b: b.received_at, drawn=False),
        Column("origin", _l("From"), origin),
    )
    filters = (LOT, Filter("q", _l("Part or place"), has_words(Part.name, Batch.code, Location.code)), PLACE)
    none = _l("No such lot was ever received.")
    ticks = Ticks("batch", lambda b: b.code)
    return Listing("recall-stock", columns, Table(query, Batch.id), filters, "-there", none, ticks=ticks)
