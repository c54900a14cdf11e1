"""What must be true of the battery before a unit leaves repair."""

from __future__ import annotations

from typing import Final

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from workshop.batteries.models import Reading
from workshop.batteries.quarantine import is_held
from workshop.batteries.rules import HEALTH_LIMIT
from workshop.jobs.gates import Gate, Missing
from workshop.jobs.models import Fault, Job
from workshop.jobs.stages import Stage
from workshop.jobs.target import OpenUnit

WORN: Final = "F-BAT-1"
SWOLLEN: Final = "F-BAT-2"
NOT_READ: Final = -1
_HEALTH = (
    select(Reading.health)
    .where(Reading.unit_id == Job.unit_id, Reading.job_id == Job.id)
    .order_by(Reading.id.desc())
    .limit(1)
    .correlate(Job)
    .scalar_subquery()
)
_TO_REPLACE = (
    select(func.coalesce(_HEALTH, NOT_READ))
    .select_from(Fault)
    .where(Fault.job_id == Job.id, Fault.fault_code.in_((WORN, SWOLLEN)), Fault.state == "open")
    .limit(1)
    .correlate(Job)
    .scalar_subquery()
)


def _to_replace(health: int | None, unit: OpenUnit) -> Missing | None:
    if is_held(unit):
        return Missing(_l("The battery is swollen"), _l("Put it into quarantine"), held=True)
    if health is None:
        return None
    if 0 <= health < HEALTH_LIMIT:
        return Missing(_l("Battery below %(limit)s %%: replace it", limit=HEALTH_LIMIT), _l("At this bench"))
    return Missing(_l("Replace the battery"), _l("At this bench"))


def _has_battery(unit: OpenUnit) -> bool:
    return unit.held_by != "none"


GATES: Final = [
    Gate(
        "battery",
        Stage.REPAIR,
        _l("The battery is good, or replaced"),
        _TO_REPLACE,
        _to_replace,
        minutes=18,
        order=15,
        applies=_has_battery,
    )
]
