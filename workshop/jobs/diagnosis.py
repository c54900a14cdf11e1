"""Diagnosis: the checklist of the category, and the faults that failed checks raise."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any, Final

from flask_babel import gettext as _
from sqlalchemy import bindparam, insert, select, update

from workshop.catalogue.checklists import Check, check_of, checklist, fault_type
from workshop.core.db import db
from workshop.core.errors import Refused
from workshop.core.spoken import spoken
from workshop.jobs.models import CheckAnswer, Fault
from workshop.jobs.stages import Stage
from workshop.jobs.target import OpenUnit

COUNTS: Final = CheckAnswer.superseded_at.is_(None)
# Made once: each scan of a check asks for it.
_ANSWERS: Final = select(CheckAnswer).where(
    CheckAnswer.job_id == bindparam("job"), CheckAnswer.round == bindparam("round"), COUNTS
)


def round_of(stage: str) -> str:
    """Return which round of checks is done in a stage: diagnosis, or the re-test once repaired."""
    return "diagnosis" if stage in (Stage.INTAKE, Stage.DIAGNOSIS) else "retest"


def checks_of(unit: OpenUnit, round_: str) -> tuple[Check, ...]:
    """Return the checks of a device that belong to a round, in order."""
    every = checklist(unit.category, has_battery=unit.has_battery)
    return tuple(c for c in every if round_ == "diagnosis" or c.retest)


def answers_of(job_id: int, round_: str) -> dict[str, CheckAnswer]:
    """Return what was answered so far, by the code of the check."""
    return {a.check_code: a for a in db.session.scalars(_ANSWERS, {"job": job_id, "round": round_})}


def supersede_retest(job_id: int, now: datetime) -> None:
    """Let the re-test count no more: what is repaired after it must be tested anew."""
    answered = (CheckAnswer.job_id == job_id, CheckAnswer.round == "retest", COUNTS)
    db.session.execute(update(CheckAnswer).where(*answered).values(superseded_at=now))


def open_checks(unit: OpenUnit, round_: str, answered: Collection[str]) -> list[Check]:
    """Return the checks of the round that are not among those `answered`, in order."""
    return [c for c in checks_of(unit, round_) if c.code not in answered]


def next_check(unit: OpenUnit, round_: str) -> Check | None:
    """Return the first check of the round without an answer, or None."""
    return next(iter(open_checks(unit, round_, answers_of(unit.job_id, round_))), None)


def answer(
    unit: OpenUnit,
    check: Check,
    outcome: str,
    *,
    earlier: CheckAnswer | None,
    reading: str = "",
    now: datetime,
    by: int | None,
) -> dict[str, Any]:
    """Write down the answer to a check, over the `earlier` one, and return what undoes it."""
    round_ = round_of(unit.stage)
    if outcome == "none" and check.required:
        raise Refused(_("Check %(n)s is required.", n=check.number), _("Answer pass or fail."), field="outcome")
    row = earlier
    before: dict[str, Any] = {"check": check.code, "round": round_}
    if row is None:
        row = CheckAnswer(job_id=unit.job_id, round=round_, check_code=check.code, outcome=outcome, answered_at=now)
        db.session.add(row)
    else:
        before |= {"outcome": row.outcome, "reading": row.reading}
    row.outcome, row.reading, row.required = outcome, reading, check.required
    row.answered_by, row.answered_at = by, now
    return before


def answer_all(unit: OpenUnit, checks: list[Check], outcomes: dict[str, str], *, now: datetime, by: int | None) -> None:
    """Write down the answers to checks that have none yet, in one statement."""
    common = {
        "job_id": unit.job_id,
        "round": round_of(unit.stage),
        "reading": "",
        "answered_by": by,
        "answered_at": now,
    }
    rows = [{**common, "check_code": c.code, "required": c.required, "outcome": outcomes[c.code]} for c in checks]
    if rows:
        db.session.execute(insert(CheckAnswer), rows)


def restore(unit: OpenUnit, before: dict[str, Any], now: datetime) -> None:
    """Put an answer back to what it was before."""
    row = db.session.scalars(
        select(CheckAnswer).where(
            CheckAnswer.job_id == unit.job_id,
            CheckAnswer.round == before["round"],
            CheckAnswer.check_code == before["check"],
            COUNTS,
        )
    ).one()
    if "outcome" in before:
        row.outcome, row.reading, row.answered_at = before["outcome"], before["reading"], now
    else:
        db.session.delete(row)


def fault_of(job_id: int, code: str) -> Fault | None:
    """Return the fault of this code, or None."""
    return db.session.scalars(select(Fault).where(Fault.job_id == job_id, Fault.fault_code == code)).one_or_none()


def raise_fault(
    unit: OpenUnit, code: str, *, check_code: str | None, now: datetime, by: int | None
) -> tuple[Fault, bool]:
    """Write down a fault; the second value says whether it is new. Raises Refused for another category's."""
    kind = fault_type(code)
    if kind is None or unit.category not in kind.categories:
        raise Refused(
            _("%(code)s is no fault of a %(category)s.", code=code, category=spoken(unit.category)),
            _("Scan a fault of its own command card."),
            field="fault",
        )
    known = fault_of(unit.job_id, code)
    if known is not None:
        if known.state != "open":
            known.state, known.settled_at = "open", None
            return known, True
        return known, False
    fault = Fault(job_id=unit.job_id, fault_code=code, check_code=check_code, found_by=by, found_at=now)
    db.session.add(fault)
    db.session.flush()
    return fault, True


def waive(unit: OpenUnit, code: str, reason: str, now: datetime) -> Fault:
    """Leave a fault as it is, with a reason. Raises Refused where there is no such open fault."""
    fault = _open_fault(unit, code)
    fault.state, fault.waived_reason, fault.settled_at = "waived", reason, now
    return fault


def fix(unit: OpenUnit, code: str, now: datetime) -> Fault:
    """Say that a fault was mended. Raises Refused where there is no such open fault."""
    fault = _open_fault(unit, code)
    fault.state, fault.settled_at = "fixed", now
    return fault


def _open_fault(unit: OpenUnit, code: str) -> Fault:
    fault = fault_of(unit.job_id, code)
    if fault is None or fault.state != "open":
        raise Refused(_("There is no open fault %(code)s.", code=code), _("Look at the list of faults."), field="fault")
    return fault


def required_count(unit: OpenUnit, round_: str) -> int:
    """Return how many checks of the round must be answered."""
    return sum(1 for c in checks_of(unit, round_) if c.required)


def check_named(category: str, code: str) -> Check:
    """Return a check by its code. Raises Refused naming the field."""
    found = check_of(category, code)
    if found is None:
        raise Refused(
            _("%(code)s is no check of a %(category)s.", code=code, category=spoken(category)),
            _("Scan a check of its own command card."),
            field="check",
        )
    return found
