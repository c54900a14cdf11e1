"""Gates that the jobs room itself brings."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from sqlalchemy import func, select

from workshop.core.db import db
from workshop.jobs.diagnosis import COUNTS, required_count
from workshop.jobs.gates import Gate, Missing
from workshop.jobs.hold_rules import barring
from workshop.jobs.models import CheckAnswer, Fault, Job, Photo
from workshop.jobs.stages import Stage
from workshop.jobs.target import OpenUnit


def _answered(round_: str) -> Any:
    return (
        select(func.count())
        .select_from(CheckAnswer)
        .where(CheckAnswer.job_id == Job.id, CheckAnswer.round == round_, CheckAnswer.required.is_(True), COUNTS)
        .correlate(Job)
        .scalar_subquery()
    )


def _failed(round_: str) -> Any:
    return (
        select(func.count())
        .select_from(CheckAnswer)
        .where(CheckAnswer.job_id == Job.id, CheckAnswer.round == round_, CheckAnswer.outcome == "fail", COUNTS)
        .correlate(Job)
        .scalar_subquery()
    )


_PHOTOS = (
    select(func.count())
    .select_from(Photo)
    # By unit too: that is where the index begins, and without it every scan reads all photos through.
    .where(Photo.unit_id == Job.unit_id, Photo.job_id == Job.id)
    .correlate(Job)
    .scalar_subquery()
)
_OPEN_FAULTS = (
    select(func.count())
    .select_from(Fault)
    .where(Fault.job_id == Job.id, Fault.state == "open")
    .correlate(Job)
    .scalar_subquery()
)


def _no_price(_fact: Any, unit: OpenUnit) -> Missing | None:
    if unit.paid_minor is None and unit.job_number == 1:
        return Missing(_l("The price paid is missing"), _l("Type what the seller got"))
    return None


def _no_photo(count: int | None, _unit: OpenUnit) -> Missing | None:
    return None if count else Missing(_l("Take a photo"), _l("At this bench"))


def _checks_left(round_: str) -> Any:
    def missing(count: int | None, unit: OpenUnit) -> Missing | None:
        needed = required_count(unit, round_)
        if (count or 0) >= needed:
            return None
        return Missing(
            _l("%(left)s of %(all)s required checks are not answered", left=needed - (count or 0), all=needed),
            _l("At this bench, by scan"),
        )

    return missing


def _untriaged(_fact: Any, unit: OpenUnit) -> Missing | None:
    if unit.triage is None:
        return Missing(_l("Decide: repair, harvest, recycle or send back"), _l("The costs of each are shown"))
    return None


def _faults_open(count: int | None, _unit: OpenUnit) -> Missing | None:
    if not count:
        return None
    words = ngettext("%(num)s fault is open: fix or waive it", "%(num)s faults are open: fix or waive each", count)
    return Missing(words, _l("At this bench"))


def _failed_retest(count: int | None, _unit: OpenUnit) -> Missing | None:
    if not count:
        return None
    words = ngettext("%(num)s check of the re-test failed", "%(num)s checks of the re-test failed", count)
    return Missing(words, _l("Move it back to repair"))


def _held(stage: Stage) -> Any:
    def missing(_fact: Any, unit: OpenUnit) -> Missing | None:
        rules = barring(unit.holds, stage)
        return (
            Missing(_l("On hold: %(hold)s", hold=str(rules[0].label).lower()), rules[0].remedy, held=True)
            if rules
            else None
        )

    return missing


def no_fault_is_open(unit: OpenUnit) -> bool:
    """Say whether repair has nothing to do for a unit: no fault that is open."""
    query = select(func.count()).select_from(Fault).where(Fault.job_id == unit.job_id, Fault.state == "open")
    return not db.session.scalar(query)


GATES = [
    Gate(
        "identity",
        Stage.INTAKE,
        _l("Identity and model are known"),
        None,
        lambda _f, _u: None,
        minutes=3,
        order=10,
    ),
    Gate("price", Stage.INTAKE, _l("Source and price are known"), None, _no_price, order=20),
    Gate("photo", Stage.INTAKE, _l("A photo was taken"), _PHOTOS, _no_photo, order=30),
    Gate(
        "checks",
        Stage.DIAGNOSIS,
        _l("Every required check is answered"),
        _answered("diagnosis"),
        _checks_left("diagnosis"),
        minutes=12,
        order=10,
    ),
    Gate("triage", Stage.DIAGNOSIS, _l("The triage is decided"), None, _untriaged, minutes=3, order=90),
    Gate(
        "faults",
        Stage.REPAIR,
        _l("Every fault is fixed or waived"),
        _OPEN_FAULTS,
        _faults_open,
        minutes=10,
        order=20,
    ),
    Gate(
        "retest",
        Stage.GRADING,
        _l("Re-tested"),
        _answered("retest"),
        _checks_left("retest"),
        minutes=8,
        order=20,
    ),
    Gate(
        "retest_passed",
        Stage.GRADING,
        _l("The re-test found nothing"),
        _failed("retest"),
        _failed_retest,
        order=30,
    ),
    *(
        Gate(f"holds_{stage.value}", stage, _l("No hold is open"), None, _held(stage), order=99)
        for stage in (Stage.DIAGNOSIS, Stage.PARTS, Stage.REPAIR, Stage.GRADING, Stage.READY)
    ),
]
