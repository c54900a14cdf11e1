"""Taking the last thing back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.cast import Cast
from tests.conftest import Walk, picture
from workshop.core.db import db
from workshop.core.errors import Conflict, Forbidden
from workshop.jobs import holds, unit_page
from workshop.jobs.models import Fault
from workshop.jobs.target import OpenUnit


def faults_of(walk: Walk, unit: OpenUnit) -> list[str]:
    return list(db.session.scalars(select(Fault.fault_code).where(Fault.job_id == unit.job_id)))


@pytest.fixture
def failed(walk: Walk) -> OpenUnit:
    """A unit whose glass check failed."""
    unit = walk.in_diagnosis()
    walk.do("answer", unit, {"check": "C-GLS1", "outcome": "fail"})
    return walk.fresh(unit)


def test_a_check_answered_anew_takes_back_the_fault_that_it_raised(walk: Walk, failed: OpenUnit) -> None:
    walk.do("answer", failed, {"check": "C-GLS1", "outcome": "pass"})
    assert faults_of(walk, failed) == []


def test_undoing_the_better_answer_brings_the_fault_back(walk: Walk, failed: OpenUnit) -> None:
    walk.do("answer", failed, {"check": "C-GLS1", "outcome": "pass"})
    walk.do("undo", failed)
    assert faults_of(walk, failed) == ["F-DISP-1"]


def test_a_fault_noted_by_hand_stays_when_a_check_passes(walk: Walk) -> None:
    unit = walk.in_diagnosis()
    walk.do("record_fault", unit, {"fault": "F-DISP-1"})
    walk.do("answer", unit, {"check": "C-GLS1", "outcome": "fail"})
    walk.do("answer", unit, {"check": "C-GLS1", "outcome": "pass"})
    assert faults_of(walk, unit) == ["F-DISP-1"]


def test_a_move_is_taken_back_to_where_it_came_from(walk: Walk) -> None:
    unit = walk.in_diagnosis()
    walk.do("undo", unit)
    assert walk.fresh(unit).stage == "intake"
    walk.do("advance", unit)
    assert walk.fresh(unit).stage == "diagnosis"


def test_a_hold_placed_by_mistake_is_taken_back(walk: Walk) -> None:
    unit = walk.taken_in()
    walk.do("hold", unit, {"kind": "waiting_person"})
    assert walk.do("undo", unit).undoable is False
    assert walk.fresh(unit).holds == frozenset()


def test_looking_at_a_unit_does_not_stand_in_the_way_of_undo(walk: Walk) -> None:
    unit = walk.in_diagnosis()
    walk.do("answer", unit, {"check": "C-GLS1", "outcome": "pass"})
    walk.do("scan", unit)
    walk.do("undo", unit)
    assert walk.fresh(unit).job.answers == []


def test_nothing_is_taken_back_twice(walk: Walk, failed: OpenUnit) -> None:
    walk.do("undo", failed)
    with pytest.raises(Conflict):
        walk.do("undo", failed)


def test_what_somebody_else_did_is_not_mine_to_take_back(walk: Walk, failed: OpenUnit, cast: Cast) -> None:
    with pytest.raises(Conflict) as refused:
        walk.do("undo", failed, by=cast.actor("colleague"))
    assert "Somebody else" in refused.value.what


def test_what_cannot_be_taken_back_says_so(walk: Walk) -> None:
    unit = walk.taken_in()
    walk.do("add_photo", unit, {"image": picture()})
    with pytest.raises(Conflict) as refused:
        walk.do("undo", unit)
    assert "can't be taken back" in refused.value.what


def test_the_story_keeps_both_the_mistake_and_its_undoing(walk: Walk, failed: OpenUnit) -> None:
    done = walk.do("undo", failed)
    assert done.chain is not None
    assert done.chain.length == failed.chain_length + 1


def test_whoever_placed_a_hold_takes_it_back_at_once_even_where_others_lift_it(walk: Walk) -> None:
    unit = walk.taken_in()
    walk.do("hold", unit, {"kind": "owner_dispute"})
    walk.do("undo", unit)
    assert walk.fresh(unit).holds == frozenset()


def test_later_it_takes_those_who_lift_it(walk: Walk, monkeypatch: pytest.MonkeyPatch) -> None:
    unit = walk.taken_in()
    walk.do("hold", unit, {"kind": "owner_dispute"})
    monkeypatch.setattr(holds, "AT_ONCE", timedelta(0))
    with pytest.raises(Forbidden, match="not yours to lift"):
        walk.do("undo", unit)


def offered(walk: Walk, unit: OpenUnit, cast: Cast, username: str = "technician") -> bool:
    names = {a.name for a in unit_page.possible_actions(walk.fresh(unit), cast.actor(username))}
    return "undo" in names


def test_undo_is_offered_while_there_is_something_to_take_back(walk: Walk, cast: Cast) -> None:
    unit = walk.in_diagnosis()
    assert offered(walk, unit, cast)
    walk.do("undo", unit)
    assert not offered(walk, unit, cast)


def test_undo_is_not_offered_for_what_somebody_else_did(walk: Walk, cast: Cast) -> None:
    assert not offered(walk, walk.in_diagnosis(), cast, "admin")


def test_undo_is_not_offered_for_what_cannot_be_taken_back(walk: Walk, cast: Cast) -> None:
    assert not offered(walk, walk.taken_in(), cast)
