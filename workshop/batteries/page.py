"""What the batteries room tells of a unit: on its page, beside its name, and to programs."""

from __future__ import annotations

from typing import Any

from workshop.batteries import readings
from workshop.batteries.rules import HEALTH_LIMIT
from workshop.jobs.target import OpenUnit


def head(unit: OpenUnit) -> dict[str, Any]:
    """Return the gauge that stands beside the unit's name, once the battery was read."""
    last = readings.latest(unit.id)
    if last is None:
        return {}
    return {"battery": {"percent": last.health, "cycles": last.cycles, "threshold": HEALTH_LIMIT}}


def panel(unit: OpenUnit) -> dict[str, Any] | None:
    """Return the battery with the history of its readings, or None for what has none."""
    found = readings.history(unit)
    if not found:
        return None
    return {"readings": found, "last": found[0], "limit": HEALTH_LIMIT}


def battery_json(unit: OpenUnit) -> dict[str, Any] | None:
    """Return what is known of the battery, or None while it was not read."""
    found = readings.history(unit)
    if not found:
        return None
    last = found[0]
    return {
        "percent": last.health,
        "cycles": last.cycles,
        "full_charge_mah": last.full_charge_mah,
        "limit": HEALTH_LIMIT,
        "held_by": unit.held_by,
        "readings": [
            {"percent": r.health, "cycles": r.cycles, "round": r.round, "at": r.read_at.isoformat()}
            for r in found
        ],
    }
