"""What a unit has cost so far: what its seller got, the parts in it, and bench time."""

from __future__ import annotations

from flask import current_app

from workshop.jobs.gates import leaving
from workshop.jobs.stages import WAY, Stage
from workshop.jobs.target import OpenUnit
from workshop.marketplace.grade_of import parts_cost
from workshop.marketplace.pricing import Cost, labour

BENCH: tuple[Stage, ...] = WAY[: WAY.index(Stage.READY)]


def bench_minutes(unit: OpenUnit) -> int:
    """Return the usual minutes of every gate that the unit has passed on the benches."""
    return sum(gate.minutes for stage in BENCH for gate in leaving(stage, unit))


def cost_of(unit: OpenUnit) -> Cost:
    """Return what the unit has cost in this job."""
    rate: int = current_app.extensions["settings"].hourly_rate_minor
    return Cost(
        paid_minor=unit.paid_minor or 0,
        parts_minor=parts_cost(unit.id),
        labour_minor=labour(bench_minutes(unit), rate),
    )
