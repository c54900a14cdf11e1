"""Stages where nothing is to do for a unit are gone past by themselves."""

from __future__ import annotations

from collections.abc import Callable

from workshop.core.house import house
from workshop.jobs.stages import Stage
from workshop.jobs.target import OpenUnit

Idle = Callable[[OpenUnit], bool]


def add(stage: Stage, idle: Idle) -> None:
    """Let a room say when `stage` has nothing to do for a unit: every room asked must agree."""
    house().extensions.setdefault("idle", {}).setdefault(stage, []).append(idle)


def nothing_to_do(unit: OpenUnit) -> bool:
    """Say whether every room that knows the unit's stage finds nothing to do in it."""
    askers: list[Idle] = house().extensions.get("idle", {}).get(unit.stage, [])
    return bool(askers) and all(idle(unit) for idle in askers)
