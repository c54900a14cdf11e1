"""Taking back the last thing that was done to a unit, while nothing else happened since."""

from __future__ import annotations

from typing import Any, Final

from flask_babel import gettext as _
from sqlalchemy import delete

from workshop.core import events
from workshop.core.db import db
from workshop.core.errors import Conflict
from workshop.core.events import Event
from workshop.jobs.models import Fault
from workshop.jobs.target import OpenUnit

# Looking at a unit is no change, and what followed by itself goes back with what it followed.
SEEN_PAST: Final = frozenset({"scan", "skip"})


def last_undoable(unit: OpenUnit, *, by: int | None) -> tuple[Event, dict[str, Any]]:
    """Return the last event that this person may take back, with its data. Raises Conflict."""
    for event in events.story("unit", unit.id, limit=12):
        data = event.data
        if event.action in SEEN_PAST or "because" in data:
            continue
        if event.action == "undo":
            break
        if event.person_id != by:
            raise Conflict(_("Somebody else did the last thing here."), _("Ask them, or set it right yourself."))
        if "undo" not in data:
            raise Conflict(_("The last thing can't be taken back."), _("Set it right with the action that changes it."))
        return event, data
    raise Conflict(_("Nothing is left to take back."), _("Look at the unit's story."))


def is_possible(unit: OpenUnit, *, by: int | None) -> bool:
    """Say whether this person may take the last thing back that was done to a unit."""
    try:
        last_undoable(unit, by=by)
    except Conflict:
        return False
    return True


def forget_fault(unit: OpenUnit, code: str, *, raised_by: str | None = None) -> None:
    """Take a fault out again that was noted by mistake, or only where the check `raised_by` had noted it.

    What it asked for goes with it.
    """
    gone = delete(Fault).where(Fault.job_id == unit.job_id, Fault.fault_code == code, Fault.state == "open")
    db.session.execute(gone if raised_by is None else gone.where(Fault.check_code == raised_by))
