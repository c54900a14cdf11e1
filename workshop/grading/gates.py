"""What must be true before a unit leaves grading: erased, unlocked, graded."""

from __future__ import annotations

from typing import Final

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from workshop.catalogue.reference import load_checklists
from workshop.grading.models import Erasure, GivenGrade
from workshop.jobs.diagnosis import COUNTS
from workshop.jobs.gates import Gate, Missing
from workshop.jobs.models import CheckAnswer, Job
from workshop.jobs.stages import Stage
from workshop.jobs.target import OpenUnit

LOCK_FAULT: Final = "F-LOCK-1"
LOCK_CHECKS: Final = tuple(
    sorted({c.code for checks in load_checklists().values() for c in checks if c.fault == LOCK_FAULT})
)

_ERASED = (
    select(Erasure.result)
    .where(Erasure.job_id == Job.id)
    .order_by(Erasure.id.desc())
    .limit(1)
    .correlate(Job)
    .scalar_subquery()
)
_UNLOCKED = (
    select(func.count())
    .select_from(CheckAnswer)
    .where(
        CheckAnswer.job_id == Job.id,
        CheckAnswer.round == "retest",
        CheckAnswer.check_code.in_(LOCK_CHECKS),
        CheckAnswer.outcome == "pass",
        COUNTS,
    )
    .correlate(Job)
    .scalar_subquery()
)
_GRADED = (
    select(GivenGrade.rung)
    .where(GivenGrade.job_id == Job.id, GivenGrade.withdrawn_at.is_(None))
    .correlate(Job)
    .scalar_subquery()
)


def _not_erased(result: str | None, _unit: OpenUnit) -> Missing | None:
    if result == "pass":
        return None
    if result == "fail":
        return Missing(_l("The last erasure failed"), _l("Erase it again, or take the storage out"), held=True)
    return Missing(_l("Erase it and record the evidence"), _l("With the erasing tool of this bench"))


def _locked(count: int | None, _unit: OpenUnit) -> Missing | None:
    return None if count else Missing(_l("The lock check of the re-test has not passed"), _l("At this bench, by scan"))


def _not_graded(rung: str | None, _unit: OpenUnit) -> Missing | None:
    if rung == "unsellable":
        return Missing(_l("Not for sale as it is"), _l("Move it back to repair"))
    return None if rung else Missing(_l("No grade is given"), _l("Scan what you see, zone by zone"))


GATES = [
    Gate("erased", Stage.GRADING, _l("Erased, verified"), _ERASED, _not_erased, minutes=5, order=10),
    Gate("unlocked", Stage.GRADING, _l("The lock is off"), _UNLOCKED, _locked, minutes=1, order=40),
    Gate("graded", Stage.GRADING, _l("Graded"), _GRADED, _not_graded, minutes=4, order=50),
]
