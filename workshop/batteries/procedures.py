"""How a battery is replaced: the procedure by the way it is held."""

from __future__ import annotations

from typing import Final

from workshop.catalogue.reference import Procedure, load_procedures

# Where it is not known how the battery is held, it is taken to be glued: the most careful procedure.
GENERAL: Final = "solvent_adhesive"


def procedure_for(held_by: str) -> Procedure:
    """Return the procedure for a battery held this way."""
    every = load_procedures()
    return every.get(held_by) or every[GENERAL]


def fitting_step(procedure: Procedure) -> int:
    """Return the number of the step at which the new battery is scanned, counted from 0."""
    return len(procedure.steps) - 2


def old_step(procedure: Procedure) -> int:
    """Return the number of the step at which the old battery is scanned, counted from 0."""
    return len(procedure.steps) - 3
