"""Where units lie: a place is scanned for one unit, or for all of a tray."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests.conftest import Walk
from workshop.core.actions import perform
from workshop.core.actor import Actor
from workshop.core.db import db
from workshop.core.errors import Refused
from workshop.jobs import refusals, trays
from workshop.parts import stock
from workshop.parts.models import Location


@pytest.fixture
def shelf(walk: Walk) -> Location:
    """A shelf of the technician's site."""
    return stock.add_location("R-07", "shelf", walk.by.site_id)


def scan(code: str, by: Actor) -> object:
    return refusals.scan_or_note(code, by, request_key=None, repeat_seconds=0)


def test_a_unit_lies_where_its_place_was_scanned(walk: Walk, shelf: Location) -> None:
    unit = walk.taken_in()
    scan(unit.code, walk.by)
    scan(shelf.barcode, walk.by)
    assert trays.spot_of(unit.id).place == "R-07"  # type: ignore[union-attr]
    scan("*UNDO*", walk.by)
    assert trays.spot_of(unit.id) is None


def test_a_place_takes_a_unit_off_its_tray(walk: Walk, shelf: Location) -> None:
    unit = walk.taken_in()
    tray = perform("add_tray", None, {}, by=walk.by).target
    for code in (tray.code, unit.code, "*TRAY*", unit.code, shelf.barcode):
        scan(code, walk.by)
    assert trays.count_on(tray.id) == 0


def test_a_tray_is_carried_to_a_place_with_all_that_lies_on_it(walk: Walk, shelf: Location) -> None:
    units = [walk.taken_in() for _n in range(3)]
    tray = perform("add_tray", None, {}, by=walk.by).target
    for code in (tray.code, *(u.code for u in units), shelf.barcode):
        scan(code, walk.by)
    assert {trays.spot_of(u.id).place for u in units} == {"R-07"}  # type: ignore[union-attr]
    assert (trays.count_on(tray.id), tray.place) == (3, "R-07")


def test_what_lies_together_without_a_label_is_put_down_one_by_one(walk: Walk, shelf: Location) -> None:
    unit = walk.taken_in()
    for code in ("*TRAY*", unit.code, shelf.barcode, "*TRAY*"):
        scan(code, walk.by)
    spot = trays.spot_of(unit.id)
    db.session.refresh(spot)
    assert spot is not None
    assert (spot.tray_id, spot.place) == (None, "R-07")


def test_a_quarantine_place_is_for_one_swollen_device(walk: Walk) -> None:
    place = stock.add_location("Q-09", "quarantine", walk.by.site_id)
    scan(walk.taken_in().code, walk.by)
    with pytest.raises(Refused, match="quarantine place"):
        scan(place.barcode, walk.by)
    assert db.session.scalars(select(Location).where(Location.code == "Q-09")).one() is place
