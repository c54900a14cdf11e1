"""Moving a job along the table of stages."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from flask_babel import gettext as _
from sqlalchemy import bindparam, update

from workshop.core.db import db
from workshop.core.errors import Refused
from workshop.core.ready import Ready, insertion
from workshop.jobs import diagnosis, gates
from workshop.jobs.hold_rules import barring
from workshop.jobs.models import Job, StageVisit, Unit
from workshop.jobs.stages import LABELS, Stage, can_move, following
from workshop.jobs.target import OpenUnit


class GateUnmet(Refused):
    """Something is missing before the unit may leave its stage; `more['missing']` lists it."""

    status = 409
    kind = "gate-unmet"


def require_gates(unit: OpenUnit) -> None:
    """Raise GateUnmet, saying all that is missing, unless the unit may leave its stage."""
    held = barring(unit.holds, unit.stage)
    if held:
        raise GateUnmet(
            _("On hold: %(hold)s.", hold=str(held[0].label)), held[0].remedy, missing=[h.kind for h in held]
        )
    missing = gates.unmet(unit)
    if missing:
        first = missing[0]
        raise GateUnmet(
            str(first.what),
            str(first.detail) or _("Do this first, then scan again."),
            field="stage",
            missing=[str(m.what) for m in missing],
        )


def move(unit: OpenUnit, to: str, *, now: datetime, closed_as: str | None = None) -> dict[str, Any]:
    """Put the job into stage `to` and return what to write down. Raises Refused where no edge leads there."""
    if not can_move(unit.stage, to):
        raise Refused(
            _(
                "No way leads from %(a)s to %(b)s.",
                a=str(LABELS[unit.stage]).lower(),
                b=str(LABELS[to]).lower(),
            ),
            _("Look at the rail: the next stage is %(next)s.", next=_next_label(unit.stage)),
            field="to",
        )
    job, was = unit.job, unit.stage
    if goes_back(was, to):
        diagnosis.supersede_retest(job.id, now)
    job.stage, job.stage_since = to, now
    if to == Stage.CLOSED:
        job.closed_at, job.closed_as = now, closed_as or "written_off"
    leave_stage(job.id, now)
    enter_stage(job.id, to, now)
    unit.stage, unit.stage_since = to, now
    return {"from": was, "to": to, **({"closed_as": job.closed_as} if closed_as else {})}


def goes_back(origin: str, to: str) -> bool:
    """Say whether a unit that was tested again is to be worked on again: then its evidence must be given anew."""
    return origin in (Stage.GRADING, Stage.READY) and to in (Stage.DIAGNOSIS, Stage.PARTS, Stage.REPAIR)


def _next_label(stage: str) -> str:
    after = following(stage)
    return str(LABELS[after]).lower() if after else _("none")


_ENTER: Final = Ready(insertion(StageVisit.__table__, leaving_out="id"))
_LEAVE: Final = Ready(
    update(StageVisit.__table__)  # type: ignore[arg-type]
    .where(StageVisit.job_id == bindparam("job"), StageVisit.left_at.is_(None))
    .values(left_at=bindparam("now"))
)


def enter_stage(job_id: int, stage: str, now: datetime) -> None:
    """Write down when the job came into a stage; again, where it had left it by mistake."""
    _ENTER.change({"job_id": job_id, "stage": stage, "entered_at": now, "left_at": None})


def leave_stage(job_id: int, now: datetime) -> None:
    """Write down when the job left the stage it was in."""
    _LEAVE.change({"job": job_id, "now": now})


def open_job(unit: Unit, *, number: int, now: datetime, by: int | None, head: str, length: int, **more: Any) -> Job:
    """Open a job for `unit`, which takes over the chain of the one before it."""
    job = Job(
        unit_id=unit.id,
        number=number,
        site_id=unit.site_id,
        stage=Stage.INTAKE.value,
        stage_since=now,
        opened_at=now,
        touched_at=now,
        touched_by=by,
        chain_head=head,
        chain_length=length,
        **more,
    )
    db.session.add(job)
    db.session.flush()
    unit.job_id = job.id
    enter_stage(job.id, Stage.INTAKE.value, now)
    return job
