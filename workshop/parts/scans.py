"""What a scan of this room's codes means: at the bench a piece goes into the unit, elsewhere its page opens."""

from __future__ import annotations

from typing import Final

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import case, select

from workshop.core.db import db
from workshop.core.errors import NotFound
from workshop.core.labels import CardGroup
from workshop.jobs import cards, scan
from workshop.jobs.scan import Bench, Intent
from workshop.jobs.stages import Stage
from workshop.jobs.target import Found, OpenUnit
from workshop.parts.models import Batch, Location, Part, PurchaseOrder

MOST_PLACES: Final = 45
PLACE_ICONS: Final = {"quarantine": "hand", "outgoing": "package"}


def _in_repair(bench: Bench) -> OpenUnit | None:
    unit = bench.lying()
    return unit if unit is not None and unit.stage == Stage.REPAIR else None


def batch(found: Found, bench: Bench) -> Intent:
    """A piece: fit it into the unit at this bench, else show it."""
    piece = db.session.get(Batch, found.target_id)
    if piece is None or not bench.actor.works_at(piece.site_id):
        raise NotFound(_("Nothing here has this code."), _("Scan its label again."), field="code")
    unit = _in_repair(bench)
    if unit is not None:
        return Intent("fit_part", unit, {"batch": piece.code})
    return Intent(go_to=url_for("parts.batch_page", ref=piece.code))


def part(found: Found, bench: Bench) -> Intent:
    """A part's code or EAN: fit the piece of it that is set aside, else show the part."""
    known = db.session.get(Part, found.target_id)
    if known is None:
        raise NotFound(_("Nothing here has this code."), _("Scan its label again."), field="code")
    unit = _in_repair(bench)
    if unit is not None:
        return Intent("fit_part", unit, {"part": known.code})
    return Intent(go_to=url_for("parts.part_page", ref=known.code))


def purchase_order(found: Found, bench: Bench) -> Intent:
    """An order: receive it."""
    order = db.session.get(PurchaseOrder, found.target_id)
    if order is None or not bench.actor.works_at(order.site_id):
        raise NotFound(_("Nothing here has this code."), _("Scan its label again."), field="code")
    return Intent(go_to=url_for("parts.receive_page", ref=order.code))


def location(found: Found, bench: Bench) -> Intent:
    """A place: the unit at this bench lies there from now on, else show what lies there."""
    place = _place(found, bench)
    unit = bench.lying()
    if unit is not None and unit.site_id == place.site_id:
        return Intent("put_at_place", unit, {"place": place.code})
    return Intent(go_to=url_for("parts.stock_page", place=place.barcode))


def location_for_each(found: Found, bench: Bench) -> Intent:
    """A place while a tray lies open: each unit of it lies there from now on."""
    return Intent("put_at_place", bench.unit(), {"place": _place(found, bench).code})


def _place(found: Found, bench: Bench) -> Location:
    place = db.session.get(Location, found.target_id)
    if place is None or not bench.actor.works_at(place.site_id):
        raise NotFound(_("Nothing here has this code."), _("Scan its label again."), field="code")
    return place


def places_group(_category: str, site_id: int | None) -> CardGroup:
    """Return the part of the command card with the places of a site: those for units first, then shelves."""
    first = case(
        (Location.kind == "outgoing", 0), (Location.kind == "quarantine", 1), (Location.kind == "donor", 2), else_=3
    )
    query = select(Location).where(Location.site_id == site_id).order_by(first, Location.code).limit(MOST_PLACES)
    items = [(place.code, place.barcode, PLACE_ICONS.get(place.kind)) for place in db.session.scalars(query)]
    return (_("Places"), _("the unit or the tray lies there"), items)


def bring() -> None:
    """Tell the scan box of these codes."""
    for kind, meaning in (("batch", batch), ("part", part), ("purchase_order", purchase_order), ("location", location)):
        scan.on_kind(kind, meaning)
    scan.on_tray("location", location_for_each)
    cards.add_group(cards.Group(places_group))
