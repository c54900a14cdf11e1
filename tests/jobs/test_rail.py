"""The rail is the unit's barcode: it fills up from left to right, and each job has its own."""

from __future__ import annotations

from tests.conftest import Walk, picture
from workshop.jobs import rail
from workshop.jobs.stages import WAY
from workshop.jobs.target import OpenUnit


def states(unit: OpenUnit) -> list[str]:
    return [group["state"] for group in rail.rail(unit)]


def met(unit: OpenUnit) -> int:
    """How many bars are solid."""
    return sum(bar["state"] == "met" for group in rail.rail(unit) for bar in group["bars"])


def test_what_is_behind_is_done_and_what_is_before_lies_ahead(walk: Walk) -> None:
    unit = walk.in_diagnosis()
    assert states(unit) == ["done", "current", *["ahead"] * 6]
    assert [g["name"] for g in rail.rail(unit)] == [stage.value for stage in WAY]


def test_each_gate_that_is_met_fills_one_bar_and_none_empties(walk: Walk) -> None:
    unit = walk.taken_in()
    filled = [met(unit)]
    walk.do("add_photo", unit, {"image": picture()})
    filled.append(met(walk.fresh(unit)))
    walk.do("advance", unit)
    filled.append(met(walk.fresh(unit)))
    unit = walk.answer_all(walk.fresh(unit))
    filled.append(met(unit))
    walk.do("decide_triage", unit, {"decision": "repair"})
    filled.append(met(walk.fresh(unit)))
    assert filled == sorted(filled)
    assert len(set(filled)) >= 4


def test_a_hold_hatches_a_bar_of_the_present_stage(walk: Walk) -> None:
    unit = walk.in_diagnosis()
    walk.do("hold", unit, {"kind": "waiting_person", "reason": "asked"})
    assert "held" in {bar["state"] for bar in rail.rail(walk.fresh(unit))[1]["bars"]}


def test_a_closed_job_ends_where_it_was_left(walk: Walk) -> None:
    unit = walk.answer_all(walk.in_diagnosis())
    walk.do("decide_triage", unit, {"decision": "recycle"})
    closed = walk.fresh(unit)
    assert closed.stage == "closed"
    assert states(closed) == ["done", "done", *["ahead"] * 6]


def test_a_unit_that_comes_back_has_a_second_rail_under_the_first(walk: Walk) -> None:
    unit = walk.answer_all(walk.in_diagnosis())
    walk.do("decide_triage", unit, {"decision": "recycle"})
    again = walk.taken_in(imei=unit.imei)
    assert (again.id, again.job_number, states(again)[0]) == (unit.id, 2, "current")
    first = rail.earlier_jobs(again)
    assert [job.number for job in first] == [1]
    assert [g["state"] for g in rail.finished_rail(again, first[0])][:3] == ["done", "done", "ahead"]
