"""A tray of units is moved by one command: all of them, or those that can't are told with why and none is half done."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from bench.statements import noted
from tests.conftest import Walk, picture
from workshop.core import events
from workshop.core.actions import perform
from workshop.core.actor import Actor
from workshop.core.errors import Conflict, NotFound, Refused
from workshop.jobs import refusals, tray_batch, trays
from workshop.jobs.scan import Scanned
from workshop.jobs.stages import Stage
from workshop.jobs.target import OpenUnit
from workshop.jobs.tray_models import Tray

Scan = Callable[..., Scanned]


@pytest.fixture
def scan(technician: Actor) -> Scan:
    """A function that scans at the technician's bench."""

    def one(code: str, key: str | None = None, by: Actor = technician) -> Scanned:
        return refusals.scan_or_note(code, by, request_key=key, repeat_seconds=0)

    return one


@pytest.fixture
def tray(walk: Walk, scan: Scan, technician: Actor) -> Tray:
    """A tray with a label, open at the bench."""
    made: Tray = walk.do("add_tray", None, {"name": "Blue 3"}).target
    scan(made.code)
    return made


def full(walk: Walk, scan: Scan, count: int) -> list[OpenUnit]:
    """Units with their photo, ready to leave intake, scanned one after the other."""
    units = [walk.taken_in() for _n in range(count)]
    for unit in units:
        walk.do("add_photo", unit, {"image": picture()})
        scan(unit.code)
    return units


def stages(walk: Walk, units: list[OpenUnit]) -> list[str]:
    return [walk.fresh(unit).stage for unit in units]


def test_twenty_units_move_by_one_command_and_each_tells_so(walk: Walk, scan: Scan, tray: Tray) -> None:
    units = full(walk, scan, 20)
    done = scan("*NEXT*")
    assert (done.tone, done.title) == ("yes", "Next stage: 20 units.")
    assert stages(walk, units) == [Stage.DIAGNOSIS] * 20
    last = events.story("unit", units[7].id, limit=1)[0]
    assert (last.action, last.data["tray"]) == ("advance", tray.code)


def test_where_one_cannot_none_moves_and_it_is_told_why(walk: Walk, scan: Scan, tray: Tray) -> None:
    units = full(walk, scan, 3)
    bare = walk.taken_in()
    scan(bare.code)
    heads = [walk.fresh(u).chain_head for u in units]
    with pytest.raises(tray_batch.NotAll) as refused:
        scan("*NEXT*")
    assert refused.value.more["cannot"] == [
        {"unit": bare.code, "title": bare.title, "why": "Take a photo", "remedy": "At this bench"}
    ]
    assert refused.value.more["can"] == 3
    assert stages(walk, [*units, bare]) == [Stage.INTAKE] * 4
    assert [walk.fresh(u).chain_head for u in units] == heads


def test_one_more_scan_leaves_those_out_and_does_the_rest(walk: Walk, scan: Scan, tray: Tray) -> None:
    units, bare = full(walk, scan, 3), walk.taken_in()
    scan(bare.code)
    with pytest.raises(tray_batch.NotAll):
        scan("*NEXT*")
    done = scan("*REST*")
    assert (done.tone, done.title) == ("look", "Next stage: 3 units.")
    assert stages(walk, [*units, bare]) == [Stage.DIAGNOSIS] * 3 + [Stage.INTAKE]


def test_there_is_no_rest_where_nothing_was_refused(walk: Walk, scan: Scan, tray: Tray) -> None:
    full(walk, scan, 1)
    with pytest.raises(Refused, match="No command was refused"):
        scan("*REST*")


def test_undo_takes_the_whole_batch_back(walk: Walk, scan: Scan, tray: Tray) -> None:
    units = full(walk, scan, 3)
    scan("*NEXT*")
    assert scan("*UNDO*").title == "Taken back: 3 units."
    assert stages(walk, units) == [Stage.INTAKE] * 3


def test_undo_leaves_alone_what_was_touched_since(walk: Walk, scan: Scan, tray: Tray) -> None:
    units = full(walk, scan, 3)
    scan("*NEXT*")
    walk.do("hold", units[1], {"kind": "waiting_person"})
    kept = perform("undo_all", tray.code, by=walk.by)
    assert (kept.tone, [each["unit"] for each in kept.more["left_out"]]) == ("look", [units[1].code])
    assert stages(walk, units) == [Stage.INTAKE, Stage.DIAGNOSIS, Stage.INTAKE]


def test_a_second_undo_finds_nothing_left(walk: Walk, scan: Scan, tray: Tray) -> None:
    full(walk, scan, 2)
    scan("*NEXT*")
    scan("*UNDO*")
    with pytest.raises(Conflict, match="Nothing is left to take back"):
        scan("*UNDO*")


def test_the_same_request_acts_once(walk: Walk, scan: Scan, tray: Tray) -> None:
    units = full(walk, scan, 2)
    scan("*NEXT*", "k1")
    version = walk.fresh(units[0]).version
    again = scan("*NEXT*", "k1")
    assert again.done is not None
    assert again.done.replayed
    assert walk.fresh(units[0]).version == version


def test_a_unit_scanned_twice_is_counted_once(walk: Walk, scan: Scan, tray: Tray) -> None:
    (unit,) = full(walk, scan, 1)
    again = scan(unit.code)
    assert again.tone == "look"
    assert "counted once" in again.title
    assert trays.count_on(tray.id) == 1


def test_a_unit_of_another_tray_moves_and_says_so(walk: Walk, scan: Scan, tray: Tray) -> None:
    (unit,) = full(walk, scan, 1)
    other = walk.do("add_tray", None, {"name": "Red 1"}).target
    scan(other.code)
    moved = scan(unit.code)
    assert (moved.tone, moved.detail) == ("look", "It was on tray Blue 3 until now.")
    assert (trays.count_on(tray.id), trays.count_on(other.id)) == (0, 1)


def test_units_and_trays_of_another_site_are_not_there(walk: Walk, scan: Scan, tray: Tray, stranger: Actor) -> None:
    (unit,) = full(walk, scan, 1)
    for code in (unit.code, tray.code):
        with pytest.raises(NotFound):
            scan(code, by=stranger)


def test_without_a_label_one_word_begins_a_tray_and_ends_it(walk: Walk, scan: Scan) -> None:
    scan("*TRAY*")
    units = full(walk, scan, 2)
    scan("*NEXT*")
    assert stages(walk, units) == [Stage.DIAGNOSIS] * 2
    scan("*TRAY*")
    assert trays.open_of(walk.by) is None
    assert trays.spot_of(units[0].id) is None


def test_after_the_tray_is_put_away_the_bench_is_empty(walk: Walk, scan: Scan, tray: Tray) -> None:
    full(walk, scan, 1)
    scan("*TRAY*")
    with pytest.raises(Refused, match="No unit lies here yet"):
        scan("*PASS*")
    assert trays.count_on(tray.id) == 1


def test_a_hold_goes_onto_every_unit_but_swollen_is_said_of_one(walk: Walk, scan: Scan, tray: Tray) -> None:
    units = full(walk, scan, 2)
    assert scan("H-WAIT").tone == "hold"
    assert [walk.fresh(u).holds for u in units] == [{"waiting_person"}] * 2
    with pytest.raises(Refused, match="one unit at a time"):
        scan("*SWOLLEN*")


def test_pass_is_refused_while_the_units_are_at_different_checks(walk: Walk, scan: Scan, tray: Tray) -> None:
    units = full(walk, scan, 2)
    scan("*NEXT*")
    scan("*PASS*")
    walk.do("answer", walk.fresh(units[0]), {"outcome": "pass"})
    with pytest.raises(Refused, match="at different checks"):
        scan("*PASS*")


def test_nothing_is_done_to_an_empty_tray(scan: Scan, tray: Tray) -> None:
    with pytest.raises(Refused, match="Nothing lies on tray"):
        scan("*NEXT*")


def test_a_tray_that_was_changed_since_is_looked_at_again(walk: Walk, scan: Scan, tray: Tray) -> None:
    full(walk, scan, 1)
    with pytest.raises(Conflict, match="changed since you looked"):
        perform("do_all", tray.code, {"code": "*NEXT*"}, by=walk.by, expected_version=0)


def test_a_tray_costs_the_same_statements_for_each_unit(walk: Walk, scan: Scan, tray: Tray) -> None:
    asked = []
    for more in (4, 8):
        full(walk, scan, more)
        with noted() as sent:
            scan("H-WAIT")
        asked.append(len(sent))
        scan("*UNDO*")
    assert asked[1] - asked[0] <= 8 * 9


def test_a_hundred_lie_on_a_tray_and_no_more(walk: Walk, scan: Scan, tray: Tray, monkeypatch: Any) -> None:
    monkeypatch.setattr(trays, "MOST", 2)
    full(walk, scan, 2)
    with pytest.raises(Refused, match="2 units lie on this tray"):
        full(walk, scan, 1)


def test_programs_do_the_same(walk: Walk, scan: Scan, tray: Tray, api_of: Callable[..., Any]) -> None:
    units = full(walk, scan, 2)
    call = api_of("technician")
    answer = call("POST", f"/trays/{tray.code}/do-all", {"code": "*NEXT*"}, Idempotency_Key="k")
    assert answer.status_code == 200, answer.text
    assert sorted(answer.json["units"]) == sorted(u.code for u in units)
    refused = call("POST", f"/trays/{tray.code}/do-all", {"code": "*NEXT*"})
    assert (refused.status_code, len(refused.json["cannot"])) == (409, 2)


def test_the_bench_shows_the_tray_and_who_cannot_first(walk: Walk, pages_of: Callable[[str], Any]) -> None:
    page = pages_of("technician")
    unit, bare = walk.taken_in(), walk.taken_in()
    walk.do("add_photo", unit, {"image": picture()})
    for code in ("*TRAY*", unit.code, bare.code):
        page.post("/bench/scan", {"code": code})
    text = page.post("/bench/scan", {"code": "*NEXT*"}, status=409, headers={"HX-Request": "true"}).text
    assert text.index(bare.code) < text.index(unit.code)
    assert "Do the other 1" in text
    assert "Take a photo" in text
    assert "data-count='trays.trays_page'" in text


def test_trays_have_a_list_and_a_page_each(walk: Walk, tray: Tray, scan: Scan, pages_of: Callable[[str], Any]) -> None:
    (unit,) = full(walk, scan, 1)
    page = pages_of("technician")
    assert "Blue 3" in page.get("/trays").words
    assert unit.code in page.get(f"/trays/{tray.code}").words
    assert "Tray Blue 3" in page.get(f"/units/{unit.code}").words
