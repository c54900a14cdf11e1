"""What the forms of unit actions offer to choose from."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from workshop.catalogue.checklists import faults_of
from workshop.core.db import db
from workshop.core.language import word
from workshop.jobs.hold_rules import RULES
from workshop.jobs.models import Source
from workshop.jobs.stages import EDGES, LABELS, Stage
from workshop.jobs.target import OpenUnit

Choices = list[tuple[str, Any]]


def sources_choices(_target: Any) -> Choices:
    """Return every source."""
    return [(s.code, s.name) for s in db.session.scalars(select(Source).order_by(Source.name))]


def faults_choices(unit: OpenUnit) -> Choices:
    """Return the faults of the unit's category."""
    return [(f.code, word(f.title)) for f in faults_of(unit.category)]


def holds_choices(unit: OpenUnit) -> Choices:
    """Return the holds that stand on the unit."""
    return [(kind, RULES[kind].label) for kind in sorted(unit.holds)]


def stages_choices(unit: OpenUnit) -> Choices:
    """Return the stages that an edge leads to."""
    out = EDGES[Stage(unit.stage)] - {Stage.CLOSED, Stage.LISTED, Stage.SOLD}
    return [(s.value, LABELS[s]) for s in Stage if s in out]
