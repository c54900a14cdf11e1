"""What the marketplace must know of a unit from the rooms below: its grade, and whether its battery is new.

The one place where this room leans on those; nothing else here imports them.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from workshop.core.db import db
from workshop.core.house import house
from workshop.grading.models import GivenGrade
from workshop.jobs.models import Job


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


def has_new_battery(job_id: int) -> bool:
    """Say whether this job put a new battery in: asked of whichever room knows."""
    asker = house().extensions.get("new_battery")
    return bool(asker(job_id)) if asker is not None else False
