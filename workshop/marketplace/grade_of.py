"""What the marketplace must know of a unit from the rooms below: its grade, its parts, whether its battery is new.

The one place where this room leans on those; nothing else here imports them.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select

from workshop.core.db import db
from workshop.grading.models import GivenGrade
from workshop.jobs.models import Job
from workshop.parts.models import Batch, FittedPart, Part


def grade_of(job_id: int) -> str | None:
    """Return the marketplace's word for the grade that stands, or None where there is none."""
    return db.session.scalar(
        select(GivenGrade.market).where(GivenGrade.job_id == job_id, GivenGrade.withdrawn_at.is_(None))
    )


def standing_grade() -> Any:
    """Return the grade that stands as a part of a statement about jobs."""
    return (
        select(GivenGrade.market)
        .where(GivenGrade.job_id == Job.id, GivenGrade.withdrawn_at.is_(None))
        .correlate(Job)
        .scalar_subquery()
    )


def has_new_battery(unit_id: int) -> bool:
    """Say whether the unit carries a battery that was fitted here, new."""
    query = (
        select(FittedPart.id)
        .join(Part, Part.id == FittedPart.part_id)
        .join(Batch, Batch.id == FittedPart.batch_id)
        .where(
            FittedPart.unit_id == unit_id,
            FittedPart.removed_at.is_(None),
            Part.kind == "battery",
            Batch.origin != "donor",
        )
    )
    return db.session.scalar(query.limit(1)) is not None


def parts_cost(unit_id: int) -> int:
    """Return what the parts that a unit carries have cost, from whichever job they are."""
    query = (
        select(func.sum(Batch.unit_cost_minor))
        .select_from(FittedPart)
        .join(Batch, Batch.id == FittedPart.batch_id)
        .where(FittedPart.unit_id == unit_id, FittedPart.removed_at.is_(None))
    )
    return db.session.scalar(query) or 0
