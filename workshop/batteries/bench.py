"""The work cards of the batteries room: a battery that is replaced step by step, and one that is swollen."""

from __future__ import annotations

from typing import Any, Final

from flask_babel import gettext as _

from workshop.batteries import quarantine, replace
from workshop.batteries.procedures import fitting_step, old_step, procedure_for
from workshop.jobs.bench import Work
from workshop.jobs.hold_rules import stopping
from workshop.jobs.target import OpenUnit
from workshop.parts.models import Batch, Location, Need
from workshop.parts.needs import open_need
from workshop.parts.reserve import live


def steps(unit: OpenUnit, *, stopped: bool = False) -> list[dict[str, Any]]:
    """Return the steps of the unit's procedure as they stand: done, now, ahead, or struck by a stop."""
    done = steps_done(unit)
    procedure = procedure_for(unit.held_by)
    return [
        {
            "number": number,
            "title": step.title,
            "state": _state(number - 1, done, step.look, stopped=stopped),
        }
        for number, step in enumerate(procedure.steps, 1)
    ]


def steps_done(unit: OpenUnit) -> int:
    """Return how many steps are done: all but the last once the new battery is in."""
    begun = replace.under_way(unit.job_id)
    if begun is not None:
        return begun.steps_done
    return fitting_step(procedure_for(unit.held_by)) + 1 if replace.waits_for_reading(unit) else 0


def _state(index: int, done: int, look: bool, *, stopped: bool) -> str:
    if stopped:
        return "done" if index < done else "stopped" if look else "struck"
    return "done" if index < done else "now" if index == done else "ahead"


def replacing(unit: OpenUnit) -> dict[str, Any]:
    """Return the procedure, the step that is next, and where the new battery lies."""
    procedure = procedure_for(unit.held_by)
    done = steps_done(unit)
    need = open_need(unit.job_id, replace.KIND)
    piece = _piece(need)
    return {
        "procedure": procedure,
        "steps": steps(unit),
        "step": procedure.steps[done],
        "step_number": done + 1,
        "waits_for": _waits_for(done, fitting_step(procedure), old_step(procedure)),
        "piece": piece,
        "scan_for": _scan_for(piece, done, len(procedure.steps)),
    }


def _piece(need: Need | None) -> Batch | None:
    reservation = live(need) if need is not None else None
    return reservation.batch if reservation is not None else None


def _waits_for(done: int, fitting: int, old: int) -> str:
    if done > fitting:
        return "reading"
    return "new" if done == fitting else "old" if done == old else "pass"


def _scan_for(piece: Batch | None, done: int, steps: int) -> str:
    if done == steps - 1:
        return str(_("Type the new battery's health and cycles, such as 100 1"))
    if piece is None:
        return str(_("Scan a battery, or *PASS* for the step"))
    return str(_("Scan the battery from %(place)s, or *PASS* for the step", place=piece.location.code))


def swollen(unit: OpenUnit) -> dict[str, Any]:
    """Return what is to be done with a swollen battery, and the quarantine's places."""
    item = quarantine.lying(unit.id)
    every = quarantine.places(unit.site_id)
    free = [place for place, taken in every if not taken]
    return {
        "procedure": procedure_for(unit.held_by),
        "steps": steps(unit, stopped=True),
        "item": item,
        "free": free,
        "shelf": _shelf(every, item.location if item else free[0] if free else None),
        "way": quarantine.transport(unit, critical=bool(item and item.critical)),
        "scan_for": _("Scan your next unit") if item else _("Scan a quarantine box"),
    }


def _shelf(every: list[tuple[Location, bool]], near: Location | None) -> dict[str, Any] | None:
    """Return the places of one shelf: Q-01-1 to Q-01-6 are Q-01. `near` is the next one, or this unit's."""
    if near is None:
        return None
    name = near.code.rpartition("-")[0] or near.code
    mine = [(p, taken) for p, taken in every if p.code.rpartition("-")[0] in (name, "") or p.code == near.code]
    return {
        "name": name,
        "places": [
            {"code": p.code, "state": "this" if p.id == near.id else "taken" if taken else "free"} for p, taken in mine
        ],
        "taken": sum(1 for _p, taken in mine if taken),
    }


def is_replacing(unit: OpenUnit) -> bool:
    """Say whether the bench shows the replacement of a battery."""
    return stopping(unit.holds) is None and (replace.is_due(unit) or replace.waits_for_reading(unit))


WORKS: Final = (
    Work("battery", "batteries/_work_replace.html", is_replacing, replacing),
    Work("swollen", "batteries/_work_swollen.html", quarantine.is_held, swollen),
)
