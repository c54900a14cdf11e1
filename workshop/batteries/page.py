"""What the batteries room tells of a unit: on its page, beside its name, and to programs."""

from __future__ import annotations

from typing import Any

from workshop.batteries import quarantine, readings, replace
from workshop.batteries.models import Replacement
from workshop.batteries.rules import HEALTH_LIMIT
from workshop.core.db import db
from workshop.jobs.target import OpenUnit
from workshop.parts.models import FittedPart


def head(unit: OpenUnit) -> dict[str, Any]:
    """Return the gauge that stands beside the unit's name, once the battery was read."""
    last = replace.current_reading(unit)
    if last is None:
        return {}
    return {"battery": {"percent": last.health, "cycles": last.cycles, "threshold": HEALTH_LIMIT}}


def panel(unit: OpenUnit) -> dict[str, Any] | None:
    """Return the battery with the history of its readings, or None for what has none."""
    found = readings.history(unit)
    replaced, item = replace.history(unit.id), quarantine.lying(unit.id)
    if not found and not replaced and item is None:
        return None
    return {
        "readings": found,
        "last": replace.current_reading(unit),
        "limit": HEALTH_LIMIT,
        "replacements": [(each, db.session.get(FittedPart, each.fitted_id)) for each in replaced],
        "item": item,
    }


def battery_json(unit: OpenUnit) -> dict[str, Any] | None:
    """Return what is known of the battery, or None while it was not read."""
    found = readings.history(unit)
    last, item = replace.current_reading(unit), quarantine.lying(unit.id)
    replaced = replace.history(unit.id)
    if not found and item is None and not replaced:
        return None
    return {
        "percent": last.health if last else None,
        "cycles": last.cycles if last else None,
        "full_charge_mah": last.full_charge_mah if last else None,
        "replacements": [replacement_json(each) for each in replaced],
        "quarantine": item.location.code if item else None,
        "limit": HEALTH_LIMIT,
        "held_by": unit.held_by,
        "readings": [
            {"percent": r.health, "cycles": r.cycles, "round": r.round, "at": r.read_at.isoformat()} for r in found
        ],
    }


def replacement_json(done: Replacement) -> dict[str, Any]:
    """Return one replacement as the API tells it, with the lot that the new battery came from."""
    fitted = db.session.get(FittedPart, done.fitted_id)
    return {
        "procedure": done.procedure,
        "minutes": done.minutes,
        "old_serial": done.old_serial,
        "new_serial": done.new_serial,
        "broke": done.broke,
        "batch": fitted.batch.code if fitted else None,
        "lot": fitted.batch.lot if fitted else None,
        "at": done.finished_at.isoformat() if done.finished_at else None,
    }
