"""A battery's reading: typed at the bench, answered, kept, taken back."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import Walk
from workshop.batteries import readings
from workshop.batteries.rules import BadReading
from workshop.core.errors import BadArguments, Conflict, NotFound, Refused
from workshop.jobs import gates


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("74 912", (74, 912, None)),
        ("74/912", (74, 912, None)),
        ("74%912", (74, 912, None)),
        ("74 % 912", (74, 912, None)),
        ("74 912 2140", (74, 912, 2140)),
        ("96 %", (96, None, None)),
        ("96%", (96, None, None)),
        ("100 0", (100, 0, None)),
        ("74912", None),
        ("353097110432183", None),
        ("74", None),
        ("74 -3", None),
        ("U0001234X", None),
        ("", None),
    ],
)
def test_a_reading_is_told_from_other_codes(text: str, read: Any) -> None:
    assert readings.parse(text) == read


def test_a_worn_battery_fails_its_check_and_becomes_a_fault(walk: Walk, at_bench: Any) -> None:
    unit = walk.in_diagnosis()
    at_bench(unit.code)
    told = at_bench("74 912")
    unit = walk.fresh(unit)
    assert (told.tone, told.title) == ("look", "Battery worn, 74 %, limit 80 %.")
    assert [(a.check_code, a.outcome, a.reading) for a in unit.job.answers] == [("C-BAT1", "fail", "74 912")]
    assert [f.fault_code for f in unit.job.faults] == ["F-BAT-1"]
    assert [(r.health, r.cycles) for r in readings.history(unit)] == [(74, 912)]


@pytest.mark.parametrize(("percent", "outcome"), [(79, "fail"), (80, "pass"), (100, "pass"), (0, "fail")])
def test_the_limit_is_80_per_cent(walk: Walk, percent: int, outcome: str) -> None:
    unit = walk.in_diagnosis()
    walk.do("record_reading", unit, {"percent": percent, "cycles": 10})
    assert [a.outcome for a in walk.fresh(unit).job.answers] == [outcome]


@pytest.mark.parametrize("typed", ["174 912", "74 40000", "101%"])
def test_figures_that_no_battery_shows_are_refused(walk: Walk, at_bench: Any, typed: str) -> None:
    unit = walk.in_diagnosis()
    at_bench(unit.code)
    with pytest.raises(BadReading):
        at_bench(typed)
    assert readings.history(unit) == []


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"percent": 101}, "percent"),
        ({"percent": -1}, "percent"),
        ({"percent": 80, "cycles": -1}, "cycles"),
        ({"percent": 80, "full_charge_mah": 0}, "full_charge_mah"),
        ({}, "percent"),
    ],
)
def test_wrong_arguments_name_their_field(walk: Walk, given: dict[str, int], field: str) -> None:
    with pytest.raises(BadArguments) as refused:
        walk.do("record_reading", walk.in_diagnosis(), given)
    assert refused.value.field == field


def test_undo_takes_reading_answer_and_fault_back(walk: Walk) -> None:
    unit = walk.in_diagnosis()
    walk.do("record_reading", unit, {"percent": 74, "cycles": 912})
    walk.do("undo", unit)
    unit = walk.fresh(unit)
    assert (unit.job.answers, unit.job.faults, readings.history(unit)) == ([], [], [])


def test_undo_of_a_second_reading_brings_the_first_back(walk: Walk) -> None:
    unit = walk.in_diagnosis()
    walk.do("record_reading", unit, {"percent": 84, "cycles": 500})
    walk.do("record_reading", unit, {"percent": 74, "cycles": 912})
    walk.do("undo", unit)
    assert [(a.outcome, a.reading) for a in walk.fresh(unit).job.answers] == [("pass", "84 500")]
    assert [r.health for r in readings.history(unit)] == [84]


def test_an_answer_with_a_reading_is_kept_as_one_too(walk: Walk) -> None:
    unit = walk.in_diagnosis()
    walk.do("answer", unit, {"check": "C-BAT1", "outcome": "fail", "reading": "71 1100"})
    assert [(r.health, r.cycles) for r in readings.history(unit)] == [(71, 1100)]
    walk.do("undo", unit)
    assert readings.history(unit) == []


@pytest.mark.parametrize(
    ("reading", "field"), [("74 912", "outcome"), ("rather good", "reading"), ("140 3", "percent")]
)
def test_an_answer_that_its_reading_contradicts_is_refused(walk: Walk, reading: str, field: str) -> None:
    unit = walk.in_diagnosis()
    with pytest.raises(BadReading) as refused:
        walk.do("answer", unit, {"check": "C-BAT1", "outcome": "pass", "reading": reading})
    assert refused.value.field == field
    assert walk.fresh(unit).job.answers == []


def test_a_reading_waits_for_diagnosis(walk: Walk) -> None:
    with pytest.raises(Refused) as refused:
        walk.do("record_reading", walk.taken_in(), {"percent": 90})
    assert refused.value.field == "stage"


def test_a_device_without_a_battery_is_not_read(walk: Walk) -> None:
    unit = walk.in_diagnosis(model="PlayStation 4 Slim", storage_gb=None, imei="", serial="PS4-1")
    with pytest.raises(Refused) as refused:
        walk.do("record_reading", unit, {"percent": 90})
    assert "no battery" in str(refused.value.what)


def test_another_sites_battery_is_not_read(walk: Walk, stranger: Any) -> None:
    with pytest.raises(NotFound):
        walk.do("record_reading", walk.in_diagnosis(), {"percent": 90}, by=stranger)


def test_the_second_of_two_readers_is_told(walk: Walk) -> None:
    unit = walk.in_diagnosis()
    walk.do("record_reading", unit, {"percent": 90, "cycles": 1})
    with pytest.raises(Conflict):
        walk.do("record_reading", unit, {"percent": 91, "cycles": 1}, expected_version=unit.version)


def test_the_api_and_the_page_show_the_gauge(walk: Walk, pages_of: Any, api_of: Any) -> None:
    unit = walk.in_diagnosis()
    walk.do("record_reading", unit, {"percent": 74, "cycles": 912, "full_charge_mah": 2085})
    told = api_of("technician")("GET", f"/units/{unit.code}").get_json()["battery"]
    assert (told["percent"], told["cycles"], told["limit"]) == (74, 912, 80)
    shown = pages_of("auditor").get(f"/units/{unit.code}").words
    assert "912 cycles" in shown
    assert "2085 mAh" in shown


def test_repair_says_that_the_battery_is_to_be_replaced(walk: Walk) -> None:
    unit = walk.in_diagnosis()
    unit.stage = "repair"
    gate = next(g for g in gates.leaving("repair", unit) if g.name == "battery")
    assert gate.missing(None, unit) is None
    assert str(gate.missing(74, unit).what) == "Battery below 80 %: replace it"
    assert str(gate.missing(-1, unit).what) == "Replace the battery"
