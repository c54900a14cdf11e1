"""Gates: what must be true before a job leaves a stage.

Each gate has a `fact`, a scalar expression correlated with the job, and a plain function that says what is missing.
All facts come in the one SELECT that finds the unit, as columns that are computed only in the gate's own stage: so
neither a scan nor a queue of fifty rows asks a query per gate.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement

from workshop.core.house import house
from workshop.jobs.stages import WAY, Stage

if TYPE_CHECKING:
    from workshop.jobs.target import OpenUnit


@dataclass(frozen=True)
class Missing:
    """What stands in the way, where it is done, and whether a hold rather than work is the reason."""

    what: Any
    detail: Any = ""
    where: str = "jobs.unit"
    held: bool = False


@dataclass(frozen=True)
class Gate:
    """One bar of the rail. `missing(fact, unit)` returns None when it is met; `met` says so in words."""

    name: str
    leaving: Stage
    met: Any
    fact: ColumnElement[Any] | None
    missing: Callable[[Any, OpenUnit], Missing | None]
    minutes: int = 1
    order: int = 100
    applies: Callable[[OpenUnit], bool] | None = None


@dataclass(frozen=True)
class Bar:
    """A gate as it stands for one unit: met, open or held."""

    gate: Gate
    state: str
    missing: Missing | None = None

    @property
    def minutes(self) -> int:
        """How long its work usually takes."""
        return self.gate.minutes


def registry() -> list[Gate]:
    """Return every gate that the rooms brought, by stage and order."""
    found: list[Gate] = house().extensions.setdefault("gates", [])
    return found


def add(gates: list[Gate]) -> None:
    """Bring gates into the house. The order is by stage, then as each gate says."""
    every = registry()
    every.extend(gates)
    every.sort(key=lambda g: (WAY.index(g.leaving), g.order, g.name))
    house().extensions.pop("unit_selects", None)


def leaving(stage: str, unit: OpenUnit | None = None) -> list[Gate]:
    """Return the gates of a stage that apply to `unit`."""
    gates = [g for g in registry() if g.leaving == stage]
    return gates if unit is None else [g for g in gates if g.applies is None or g.applies(unit)]


def bars(unit: OpenUnit) -> list[Bar]:
    """Return the gates of the unit's present stage as they stand."""
    standing = []
    for gate in leaving(unit.stage, unit):
        missing = gate.missing(unit.facts.get(gate.name), unit)
        state = "met" if missing is None else "held" if missing.held else "open"
        standing.append(Bar(gate, state, missing))
    return standing


def unmet(unit: OpenUnit) -> list[Missing]:
    """Return what is missing before the unit may leave its stage."""
    return [bar.missing for bar in bars(unit) if bar.missing is not None]
