"""What parts say before a job leaves parts and repair."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from sqlalchemy import func, select

from workshop.core.db import db
from workshop.jobs.gates import Gate, Missing
from workshop.jobs.models import Job
from workshop.jobs.stages import Stage
from workshop.jobs.target import OpenUnit
from workshop.parts.models import OPEN_STATES, Need


def _counted(states: tuple[str, ...]) -> Any:
    return (
        select(func.count())
        .select_from(Need)
        .where(Need.job_id == Job.id, Need.state.in_(states))
        .correlate(Job)
        .scalar_subquery()
    )


def _unreserved(count: int | None, _unit: OpenUnit) -> Missing | None:
    if not count:
        return None
    return Missing(
        ngettext("%(num)s part is not reserved yet", "%(num)s parts are not reserved yet", count),
        _l("Reserve it, order it or take it from a donor"),
    )


def _unfitted(count: int | None, _unit: OpenUnit) -> Missing | None:
    if not count:
        return None
    return Missing(
        ngettext("%(num)s part is not fitted yet", "%(num)s parts are not fitted yet", count),
        _l("Scan its label at this bench"),
    )


def no_part_is_needed(unit: OpenUnit) -> bool:
    """Say whether nothing is to do for parts: none is needed."""
    query = select(Need.id).where(Need.job_id == unit.job_id, Need.state.in_(OPEN_STATES)).limit(1)
    return db.session.scalar(query) is None


GATES = [
    Gate(
        "parts_reserved",
        Stage.PARTS,
        _l("Every needed part is reserved for this job"),
        _counted(("needed", "ordered")),
        _unreserved,
        minutes=5,
        order=10,
    ),
    Gate(
        "parts_fitted",
        Stage.REPAIR,
        _l("Every part is fitted, returned or scrapped"),
        _counted(OPEN_STATES),
        _unfitted,
        minutes=10,
        order=10,
    ),
]
