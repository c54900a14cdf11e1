"""The stages of a job and the edges between them: moves go only along this table."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Final

from flask_babel import lazy_gettext as _l


class Stage(StrEnum):
    """Where a job stands."""

    INTAKE = "intake"
    DIAGNOSIS = "diagnosis"
    PARTS = "parts"
    REPAIR = "repair"
    GRADING = "grading"
    READY = "ready"
    LISTED = "listed"
    SOLD = "sold"
    CLOSED = "closed"


STAGES: Final = tuple(s.value for s in Stage)
# Where somebody works on a unit.
WORKING: Final = frozenset({"diagnosis", "parts", "repair", "grading", "ready"})
WAY: Final = tuple(s for s in Stage if s is not Stage.CLOSED)
LABELS: Final[dict[str, Any]] = {
    "intake": _l("Intake"),
    "diagnosis": _l("Diagnosis"),
    "parts": _l("Parts"),
    "repair": _l("Repair"),
    "grading": _l("Grading"),
    "ready": _l("Ready"),
    "listed": _l("Listed"),
    "sold": _l("Sold"),
    "closed": _l("Closed"),
}
EDGES: Final[dict[Stage, frozenset[Stage]]] = {
    Stage.INTAKE: frozenset({Stage.DIAGNOSIS, Stage.CLOSED}),
    Stage.DIAGNOSIS: frozenset({Stage.PARTS, Stage.REPAIR, Stage.GRADING, Stage.CLOSED}),
    Stage.PARTS: frozenset({Stage.REPAIR, Stage.GRADING, Stage.DIAGNOSIS, Stage.CLOSED}),
    Stage.REPAIR: frozenset({Stage.GRADING, Stage.PARTS, Stage.DIAGNOSIS, Stage.CLOSED}),
    Stage.GRADING: frozenset({Stage.READY, Stage.REPAIR, Stage.DIAGNOSIS, Stage.CLOSED}),
    Stage.READY: frozenset({Stage.LISTED, Stage.GRADING, Stage.CLOSED}),
    Stage.LISTED: frozenset({Stage.SOLD, Stage.READY}),
    Stage.SOLD: frozenset({Stage.CLOSED, Stage.READY}),
    Stage.CLOSED: frozenset(),
}


def can_move(origin: str, to: str) -> bool:
    """Say whether an edge leads from one stage to the other."""
    return Stage(to) in EDGES[Stage(origin)]


def following(stage: str) -> Stage | None:
    """Return the stage after this one on the whole way, or None at its end."""
    position = WAY.index(Stage(stage)) if stage != Stage.CLOSED else len(WAY)
    return WAY[position + 1] if position + 1 < len(WAY) else None
