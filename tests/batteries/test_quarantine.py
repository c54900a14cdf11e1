"""A swollen battery: one scan stops everything, the next lays it apart, and it leaves only with a carrier."""

from __future__ import annotations

from typing import Any

import pytest

from tests.batteries.conftest import Cells
from tests.conftest import Walk
from workshop.batteries import quarantine
from workshop.core.errors import BadArguments, Conflict, Forbidden, Refused
from workshop.jobs import gates


@pytest.fixture
def shelf(cells: Cells) -> list[str]:
    """Three places; their labels."""
    return [cells.place(f"Q-01-{n}", "quarantine") for n in (1, 2, 3)]


def swollen(walk: Walk, at_bench: Any) -> Any:
    unit = walk.in_diagnosis()
    at_bench(unit.code)
    at_bench("*SWOLLEN*")
    return walk.fresh(unit)


def test_one_scan_stops_everything_in_any_stage(walk: Walk, at_bench: Any) -> None:
    for unit in (walk.taken_in(), walk.in_diagnosis()):
        at_bench(unit.code)
        assert at_bench("*SWOLLEN*").tone == "hold"
        assert walk.fresh(unit).holds == {"battery_swollen"}
        with pytest.raises(Refused) as refused:
            walk.do("add_photo", unit, {"image": ""})
        assert "Swollen" in str(refused.value.what)


def test_a_second_scan_of_it_changes_nothing(walk: Walk, at_bench: Any) -> None:
    unit = swollen(walk, at_bench)
    at_bench("*SWOLLEN*")
    assert walk.fresh(unit).holds == {"battery_swollen"}


def test_the_scan_of_a_place_says_where_it_lies(walk: Walk, at_bench: Any, shelf: list[str]) -> None:
    unit = swollen(walk, at_bench)
    told = at_bench(shelf[0])
    assert told.title == "It lies in Q-01-1, UN 3481, packed by P908."
    assert quarantine.lying(unit.id).location.code == "Q-01-1"  # type: ignore[union-attr]
    assert walk.fresh(unit).holds == {"battery_swollen"}


def test_the_code_on_the_shelf_may_be_typed(walk: Walk, at_bench: Any, shelf: list[str]) -> None:
    unit = swollen(walk, at_bench)
    at_bench("q-01-2")
    assert quarantine.lying(unit.id).location.code == "Q-01-2"  # type: ignore[union-attr]


def test_one_item_a_place(walk: Walk, at_bench: Any, shelf: list[str]) -> None:
    swollen(walk, at_bench)
    at_bench(shelf[0])
    other = swollen(walk, at_bench)
    with pytest.raises(Conflict) as refused:
        at_bench(shelf[0])
    assert str(refused.value.remedy) == "One item a place. Free: Q-01-2, Q-01-3."
    assert quarantine.lying(other.id) is None


def test_it_may_be_moved_to_another_place_and_back(walk: Walk, at_bench: Any, shelf: list[str]) -> None:
    unit = swollen(walk, at_bench)
    for code in (shelf[0], shelf[1]):
        at_bench(code)
    assert quarantine.lying(unit.id).location.code == "Q-01-2"  # type: ignore[union-attr]
    at_bench("*UNDO*")
    assert quarantine.lying(unit.id).location.code == "Q-01-1"  # type: ignore[union-attr]


def test_undo_takes_it_off_the_shelf_and_leaves_the_hold(walk: Walk, at_bench: Any, shelf: list[str]) -> None:
    unit = swollen(walk, at_bench)
    at_bench(shelf[0])
    at_bench("*UNDO*")
    assert quarantine.lying(unit.id) is None
    assert walk.fresh(unit).holds == {"battery_swollen"}


def test_one_that_may_react_is_packed_by_p911(walk: Walk, at_bench: Any, shelf: list[str]) -> None:
    unit = swollen(walk, at_bench)
    done = walk.do("lay_in_quarantine", unit, {"place": "Q-01-1", "critical": True})
    assert "P911" in done.title


def test_a_shelf_is_no_quarantine(walk: Walk, at_bench: Any, cells: Cells, shelf: list[str]) -> None:
    swollen(walk, at_bench)
    with pytest.raises(Refused) as refused:
        at_bench(cells.place("B-04-2", "shelf"))
    assert "Q-01-1" in str(refused.value.remedy)


def test_a_sound_unit_is_not_laid_into_quarantine(walk: Walk, shelf: list[str]) -> None:
    with pytest.raises(Refused) as refused:
        walk.do("lay_in_quarantine", walk.in_diagnosis(), {"place": "Q-01-1"})
    assert "*SWOLLEN*" in str(refused.value.remedy)


COLLECTED = {"carrier": "Kierto Oy", "weight_g": 62, "certificate": "CN-881"}


def test_the_collection_lifts_the_hold_and_asks_for_a_new_battery(walk: Walk, at_bench: Any, shelf: list[str]) -> None:
    unit = swollen(walk, at_bench)
    at_bench(shelf[0])
    walk.do("collect_quarantine", unit, COLLECTED)
    unit = walk.fresh(unit)
    assert unit.holds == frozenset()
    assert [f.fault_code for f in unit.job.faults] == ["F-BAT-2"]
    assert quarantine.lying(unit.id) is None


def test_a_device_that_left_whole_is_closed(walk: Walk, at_bench: Any, shelf: list[str]) -> None:
    unit = swollen(walk, at_bench)
    at_bench(shelf[0])
    walk.do("collect_quarantine", unit, COLLECTED | {"what": "device"})
    unit = walk.fresh(unit)
    assert (unit.stage, unit.closed_as, unit.holds) == ("closed", "recycled", frozenset())


def test_its_place_is_free_again_after_the_collection(walk: Walk, at_bench: Any, shelf: list[str]) -> None:
    unit = swollen(walk, at_bench)
    at_bench(shelf[0])
    walk.do("collect_quarantine", unit, COLLECTED)
    other = swollen(walk, at_bench)
    at_bench(shelf[0])
    assert quarantine.lying(other.id) is not None


def test_nothing_is_collected_that_lies_in_no_place(walk: Walk, at_bench: Any) -> None:
    with pytest.raises(Refused) as refused:
        walk.do("collect_quarantine", swollen(walk, at_bench), COLLECTED)
    assert refused.value.field == "place"


@pytest.mark.parametrize("wrong", [{"weight_g": 0}, {"weight_g": -5}, {"carrier": ""}, {"weight_g": 10**6}])
def test_a_collection_without_weight_or_carrier_is_refused(
    walk: Walk, at_bench: Any, shelf: list[str], wrong: dict[str, Any]
) -> None:
    unit = swollen(walk, at_bench)
    at_bench(shelf[0])
    with pytest.raises(BadArguments) as refused:
        walk.do("collect_quarantine", unit, COLLECTED | wrong)
    assert refused.value.field == next(iter(wrong))


def test_a_refurbisher_does_not_record_the_collection(
    walk: Walk, at_bench: Any, shelf: list[str], refurbisher: Any
) -> None:
    unit = swollen(walk, at_bench)
    at_bench(shelf[0])
    with pytest.raises(Forbidden):
        walk.do("collect_quarantine", unit, COLLECTED, by=refurbisher)


def test_the_bench_says_what_to_do_and_where(walk: Walk, at_bench: Any, shelf: list[str], pages_of: Any) -> None:
    unit = swollen(walk, at_bench)
    shown = pages_of("technician").get(f"/bench?unit={unit.code}").words
    for words in ("Put it into quarantine", "Do not charge", "Scan the box it lies in", "Q-01-1", "UN 3481", "P908"):
        assert words in shown
    at_bench(shelf[0])
    shown = pages_of("technician").get(f"/bench?unit={unit.code}").words
    assert "It lies in Q-01-1" in shown


def test_the_label_of_the_box_is_printed(walk: Walk, at_bench: Any, shelf: list[str], pages_of: Any) -> None:
    unit = swollen(walk, at_bench)
    pages = pages_of("technician")
    pages.get(f"/units/{unit.code}/quarantine.pdf", 404)
    at_bench(shelf[0])
    printed = pages.client.get(f"/units/{unit.code}/quarantine.pdf")
    assert printed.status_code == 200
    assert printed.data.startswith(b"%PDF")


def test_repairs_rail_shows_the_swollen_battery_as_held(walk: Walk, cells: Cells, at_bench: Any) -> None:
    cells.battery("iPhone 12", "B-04-2")
    unit = cells.worn()
    at_bench(unit.code)
    at_bench("*SWOLLEN*")
    assert {b.gate.name for b in gates.bars(walk.fresh(unit)) if b.state == "held"} == {"battery", "holds_repair"}
