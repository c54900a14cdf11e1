"""A unit that goes back from grading to repair is looked at anew: what was found before it does not count."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests.conftest import Walk
from tests.grading.conftest import Grading
from workshop.core.db import db
from workshop.grading import giving, zones
from workshop.grading.models import Observation
from workshop.jobs import diagnosis, gates
from workshop.jobs.models import CheckAnswer
from workshop.jobs.target import OpenUnit


@pytest.fixture
def back(walk: Walk, grading: Grading) -> OpenUnit:
    """A unit that was tested and looked at, then went back to repair and came again."""
    unit = grading.ready_but_for_the_grade()
    walk.do("give_grade", unit)
    walk.do("move", unit, {"to": "repair", "reason": "the display came loose"})
    walk.do("advance", unit)
    return walk.fresh(unit)


def missing(unit: OpenUnit) -> set[str]:
    return {bar.gate.name for bar in gates.bars(unit) if bar.missing is not None}


def test_it_is_tested_and_looked_at_again(back: OpenUnit) -> None:
    assert missing(back) == {"retest", "unlocked", "graded"}
    assert diagnosis.next_check(back, "retest") is not None
    assert zones.observations(back.job_id) == {}


def test_the_grade_from_before_is_withdrawn(back: OpenUnit) -> None:
    assert giving.standing(back.job_id) is None


def test_what_was_found_before_stays_to_be_read(back: OpenUnit) -> None:
    seen = db.session.scalars(select(Observation).where(Observation.job_id == back.job_id)).all()
    answers = select(CheckAnswer).where(CheckAnswer.job_id == back.job_id, CheckAnswer.round == "retest")
    assert len(seen) == 5
    assert all(each.superseded_at for each in [*seen, *db.session.scalars(answers)])


def test_tested_and_looked_at_again_it_leaves_grading(walk: Walk, grading: Grading, back: OpenUnit) -> None:
    walk.answer_all(back)
    grading.look(back)
    walk.do("give_grade", back)
    assert missing(walk.fresh(back)) == set()
