"""The rail: a unit is a barcode that fills up. Each gate is a bar, each stage a group of bars on one line."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select

from workshop.core.db import db
from workshop.jobs import gates
from workshop.jobs.models import Job, StageVisit
from workshop.jobs.stages import LABELS, WAY, Stage
from workshop.jobs.target import OpenUnit

Rail = list[dict[str, Any]]


def rail(unit: OpenUnit, dates: dict[str, str] | None = None) -> Rail:
    """Return the rail of the unit's present job, stage by stage."""
    present = unit.stage if unit.stage != Stage.CLOSED else _last_stage(unit)
    reached = WAY.index(Stage(present))
    drawn: Rail = []
    for position, stage in enumerate(WAY):
        if position == reached and unit.stage != Stage.CLOSED:
            state, bars = "current", [{"state": b.state, "minutes": b.minutes} for b in gates.bars(unit)]
        else:
            done = position < reached or (position == reached and unit.stage == Stage.CLOSED)
            state = "done" if done else "ahead"
            bars = _bars(stage, unit, "met" if done else "open")
        drawn.append(
            {
                "name": stage.value,
                "label": LABELS[stage],
                "state": state,
                "bars": bars,
                "date": (dates or {}).get(stage),
            }
        )
    return drawn


def _bars(stage: Stage, unit: OpenUnit, state: str) -> list[dict[str, Any]]:
    every = [{"state": state, "minutes": g.minutes} for g in gates.leaving(stage, unit)]
    return every or [{"state": state, "minutes": 1}]


def _last_stage(unit: OpenUnit) -> str:
    """Return the stage that a closed job was in before: where its rail ends."""
    last = db.session.scalars(
        select(StageVisit.stage)
        .where(StageVisit.job_id == unit.job_id, StageVisit.stage != Stage.CLOSED.value)
        .order_by(StageVisit.id.desc())
        .limit(1)
    ).one_or_none()
    return last or Stage.INTAKE.value


def visits(job_id: int) -> dict[str, tuple[datetime, datetime | None]]:
    """Return when the job came into each stage first and left it last."""
    found: dict[str, tuple[datetime, datetime | None]] = {}
    for visit in db.session.scalars(select(StageVisit).where(StageVisit.job_id == job_id).order_by(StageVisit.id)):
        first = found[visit.stage][0] if visit.stage in found else visit.entered_at
        found[visit.stage] = (first, visit.left_at)
    return found


def earlier_jobs(unit: OpenUnit) -> list[Job]:
    """Return the jobs before the present one, oldest first: each has a rail of its own above it."""
    query = select(Job).where(Job.unit_id == unit.id, Job.number < unit.job_number).order_by(Job.number)
    return list(db.session.scalars(query))


def finished_rail(unit: OpenUnit, job: Job) -> Rail:
    """Return the rail of an earlier job: solid as far as it came."""
    came = visits(job.id)
    drawn: Rail = []
    for stage in WAY:
        state = "done" if stage.value in came else "ahead"
        bars = _bars(stage, unit, "met" if state == "done" else "open")
        drawn.append({"name": stage.value, "label": LABELS[stage], "state": state, "bars": bars, "date": None})
    return drawn
