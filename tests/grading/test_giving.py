"""Zones by scan, the grade that they make, and the gate that asks for it."""

from __future__ import annotations

import pytest

from tests.conftest import Walk
from tests.grading.conftest import Grading
from workshop.core.actor import Actor
from workshop.core.errors import BadArguments, Forbidden, Refused
from workshop.grading import evidence, giving, zones
from workshop.jobs import gates
from workshop.jobs.flow import GateUnmet


def state(walk: Walk, unit, name: str) -> str:  # type: ignore[no-untyped-def]
    return next(b.state for b in gates.bars(walk.fresh(unit)) if b.gate.name == name)


def test_each_scan_of_what_is_seen_answers_the_next_zone(walk: Walk, grading: Grading, at_bench) -> None:  # type: ignore[no-untyped-def]
    unit = grading.unit()
    at_bench(unit.code)
    at_bench("G-1")
    told = at_bench("G-2")
    assert {z: o.seen for z, o in zones.observations(unit.job_id).items()} == {"screen": 1, "frame": 2}
    assert told.title == "Frame: visible marks. The grade is now B."
    assert told.detail == "Next: back. 3 zones left."


def test_a_zones_code_says_where_the_next_look_belongs(grading: Grading, at_bench) -> None:  # type: ignore[no-untyped-def]
    unit = grading.unit()
    for code in (unit.code, "Z-BACK", "G-3"):
        at_bench(code)
    assert {z: o.seen for z, o in zones.observations(unit.job_id).items()} == {"back": 3}


def test_one_code_can_say_where_and_what(grading: Grading, at_bench) -> None:  # type: ignore[no-untyped-def]
    unit = grading.unit()
    for code in (unit.code, "Z-CAMERA-1"):
        at_bench(code)
    assert zones.observations(unit.job_id)["camera"].seen == 1


def test_looking_again_replaces_what_was_seen(walk: Walk, grading: Grading) -> None:
    unit = grading.look(grading.unit(), 2)
    walk.do("observe_zone", unit, {"zone": "screen", "observation": 0})
    assert zones.observations(unit.job_id)["screen"].seen == 0


def test_undo_brings_back_what_was_seen_before(walk: Walk, grading: Grading) -> None:
    unit = grading.look(grading.unit(), 2)
    walk.do("observe_zone", unit, {"zone": "screen", "observation": 4, "note": "shattered"})
    walk.do("undo", unit)
    assert (
        zones.observations(unit.job_id)["screen"].seen,
        zones.observations(unit.job_id)["screen"].note,
    ) == (2, "")


def test_undo_of_a_first_look_opens_the_zone_again(walk: Walk, grading: Grading) -> None:
    unit = grading.look(grading.unit(), 2)
    walk.do("undo", unit)
    assert zones.observations(unit.job_id) == {}


def test_a_zone_that_the_device_has_not_is_refused(walk: Walk, grading: Grading) -> None:
    with pytest.raises(Refused) as refused:
        walk.do("observe_zone", grading.unit(), {"zone": "keyboard", "observation": 1})
    assert refused.value.field == "zone"
    assert "camera" in str(refused.value.remedy)


@pytest.mark.parametrize("seen", [-1, 5])
def test_what_is_not_on_the_card_is_refused(walk: Walk, grading: Grading, seen: int) -> None:
    with pytest.raises(BadArguments) as refused:
        walk.do("observe_zone", grading.unit(), {"zone": "screen", "observation": seen})
    assert refused.value.field == "observation"


def test_a_scan_too_many_says_how_to_look_again(grading: Grading, at_bench) -> None:  # type: ignore[no-untyped-def]
    unit = grading.look(grading.unit())
    at_bench(unit.code)
    with pytest.raises(Refused) as refused:
        at_bench("G-0")
    assert "Z-SCREEN" in str(refused.value.remedy)


def test_the_grade_is_the_worst_zones(walk: Walk, grading: Grading) -> None:
    unit = grading.ready_but_for_the_grade(1, 2, 1, 0, 0)
    done = walk.do("give_grade", unit)
    kept = giving.standing(unit.job_id)
    assert kept is not None
    assert (kept.letter, kept.market, kept.deciding, kept.without) == ("B", "VERY_GOOD", "frame", "A")
    assert done.more["grade"] == "B"
    assert kept.basis["zones"] == {"back": 1, "camera": 0, "frame": 2, "ports": 0, "screen": 1}


def test_no_grade_is_given_before_everything_was_looked_at(walk: Walk, grading: Grading) -> None:
    unit = grading.look(grading.unit(), 0, 0)
    with pytest.raises(Refused) as refused:
        walk.do("give_grade", unit)
    assert "camera" in str(refused.value.what)
    assert "battery" in str(refused.value.what)


def test_a_person_may_give_a_worse_grade_with_a_reason(walk: Walk, grading: Grading) -> None:
    unit = grading.ready_but_for_the_grade()
    with pytest.raises(Refused) as refused:
        walk.do("give_grade", unit, {"letter": "C"})
    assert refused.value.field == "reason"
    walk.do("give_grade", unit, {"letter": "C", "reason": "smells of smoke"})
    kept = giving.standing(unit.job_id)
    assert kept is not None
    assert (kept.letter, kept.computed, kept.reason) == ("C", "A+", "smells of smoke")


def test_only_a_refurbisher_gives_a_better_grade(walk: Walk, grading: Grading, refurbisher: Actor) -> None:
    unit = grading.ready_but_for_the_grade(0, 2, 0, 0, 0)
    better = {"letter": "A", "reason": "the mark came off"}
    with pytest.raises(Forbidden):
        walk.do("give_grade", unit, better)
    walk.do("give_grade", unit, better, by=refurbisher)
    assert giving.standing(unit.job_id).letter == "A"  # type: ignore[union-attr]


def test_what_cannot_be_sold_is_graded_up_by_nobody(walk: Walk, grading: Grading, refurbisher: Actor) -> None:
    unit = grading.ready_but_for_the_grade(4, 0, 0, 0, 0)
    with pytest.raises(Refused):
        walk.do("give_grade", unit, {"letter": "C", "reason": "looks fine to me"}, by=refurbisher)
    walk.do("give_grade", unit)
    assert state(walk, unit, "graded") == "open"


def test_a_new_look_withdraws_the_grade(walk: Walk, grading: Grading) -> None:
    unit = grading.ready_but_for_the_grade()
    walk.do("give_grade", unit)
    assert state(walk, unit, "graded") == "met"
    walk.do("observe_zone", unit, {"zone": "back", "observation": 3})
    assert state(walk, unit, "graded") == "open"


def test_a_look_that_changes_nothing_leaves_the_grade(walk: Walk, grading: Grading) -> None:
    unit = grading.ready_but_for_the_grade()
    walk.do("give_grade", unit)
    walk.do("observe_zone", unit, {"zone": "back", "observation": 0})
    assert state(walk, unit, "graded") == "met"


def test_a_failed_check_withdraws_the_grade(walk: Walk, grading: Grading) -> None:
    unit = grading.ready_but_for_the_grade()
    walk.do("give_grade", unit)
    walk.do("answer", unit, {"check": "C-SPK1", "outcome": "fail"})
    assert state(walk, unit, "graded") == "open"
    assert evidence.computed(walk.fresh(unit)).rung.code == "unsellable"


def test_undo_takes_the_grade_back(walk: Walk, grading: Grading) -> None:
    unit = grading.ready_but_for_the_grade()
    walk.do("give_grade", unit)
    walk.do("undo", unit)
    assert giving.standing(unit.job_id) is None


def test_undo_of_a_second_grade_lets_the_first_stand(walk: Walk, grading: Grading) -> None:
    unit = grading.ready_but_for_the_grade()
    walk.do("give_grade", unit)
    walk.do("give_grade", unit, {"letter": "B", "reason": "smells of smoke"})
    walk.do("undo", unit)
    assert giving.standing(unit.job_id).letter == "A+"  # type: ignore[union-attr]


def test_next_gives_the_grade_on_the_way(walk: Walk, grading: Grading, at_bench) -> None:  # type: ignore[no-untyped-def]
    unit = grading.ready_but_for_the_grade(0, 1, 0, 0, 0)
    at_bench(unit.code)
    told = at_bench("*NEXT*")
    assert told.title == "Graded A, excellent."
    assert walk.fresh(unit).stage == "ready"


def test_undo_after_next_brings_the_unit_back_ungraded(walk: Walk, grading: Grading, at_bench) -> None:  # type: ignore[no-untyped-def]
    unit = grading.ready_but_for_the_grade()
    for code in (unit.code, "*NEXT*", "*UNDO*"):
        at_bench(code)
    assert walk.fresh(unit).stage == "grading"
    assert giving.standing(unit.job_id) is None


def test_next_is_refused_while_anything_else_is_missing(grading: Grading, at_bench) -> None:  # type: ignore[no-untyped-def]
    unit = grading.look(grading.unit())
    at_bench(unit.code)
    with pytest.raises(GateUnmet):
        at_bench("*NEXT*")


def test_next_in_other_stages_moves_on_as_ever(walk: Walk, at_bench) -> None:  # type: ignore[no-untyped-def]
    unit = walk.answer_all(walk.in_diagnosis())
    walk.do("decide_triage", unit, {"decision": "repair"})
    for code in (unit.code, "*NEXT*"):
        at_bench(code)
    assert walk.fresh(unit).stage != "diagnosis"


def test_the_lock_gate_asks_for_the_lock_check_of_the_retest(walk: Walk, grading: Grading) -> None:
    unit = grading.unit()
    assert state(walk, unit, "unlocked") == "open"
    walk.do("answer", unit, {"check": "C-LCK1", "outcome": "pass"})
    assert state(walk, unit, "unlocked") == "met"
