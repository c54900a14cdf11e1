"""The work card of the bench: what a room shows of the unit's present stage, and what to scan next.

The last work whose `when` holds wins, so that a higher room may take over, as the swollen battery does.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from workshop.catalogue.checklists import fault_type
from workshop.core.db import db
from workshop.core.house import house
from workshop.core.language import word
from workshop.jobs import diagnosis, gates
from workshop.jobs.models import Photo
from workshop.jobs.stages import Stage
from workshop.jobs.target import OpenUnit

TRIAGE_CODES: Final = {
    "T-REPAIR": "repair",
    "T-HARVEST": "harvest",
    "T-RECYCLE": "recycle",
    "T-BACK": "send_back",
}
TRIAGE_LABELS: Final[dict[str, Any]] = {
    "repair": _l("Repair"),
    "harvest": _l("Harvest"),
    "recycle": _l("Recycle"),
    "send_back": _l("Send back"),
}


@dataclass(frozen=True)
class Work:
    """A work card: `context(unit)` gives its template what it needs, and `scan_for`, what to scan next."""

    name: str
    template: str
    when: Callable[[OpenUnit], bool]
    context: Callable[[OpenUnit], dict[str, Any]]


def add(work: Work) -> None:
    """Bring a work card into the house; it wins over those brought before."""
    house().extensions.setdefault("work", []).append(work)


def work_for(unit: OpenUnit) -> Work:
    """Return the work card for a unit as it stands."""
    every: list[Work] = house().extensions["work"]
    return next(w for w in reversed(every) if w.when(unit))


def general(unit: OpenUnit) -> dict[str, Any]:
    """Return the plain card: the first thing that is missing, or that the unit may move on."""
    left = gates.unmet(unit)
    if left:
        return {
            "verb": str(left[0].what),
            "method": str(left[0].detail),
            "scan_for": _("Scan a part or a command"),
        }
    return {"verb": _("Move it on"), "method": _("Everything is met."), "scan_for": _("Scan *NEXT*")}


def intake(unit: OpenUnit) -> dict[str, Any]:
    """Return the card of a unit that has just come in: its photos so far, and what is left before it moves on."""
    taken = list(db.session.scalars(select(Photo.id).where(Photo.job_id == unit.job_id).order_by(Photo.id)))
    card = general(unit)
    return card | {"photos": taken, "scan_for": _("Scan *NEXT* when it has its label and photo")}


def checks(unit: OpenUnit) -> dict[str, Any]:
    """Return the checklist with its answers, the check that is next, and what was found so far."""
    round_ = diagnosis.round_of(unit.stage)
    every = diagnosis.checks_of(unit, round_)
    answers = diagnosis.answers_of(unit.job_id, round_)
    current = next((c for c in every if c.code not in answers), None)
    return {
        "checks": every,
        "answers": answers,
        "current": current,
        "round": round_,
        "found": found(unit),
        "triage": triage_of(unit),
        "quoted": quoted(unit),
        "triage_codes": [(code, TRIAGE_LABELS[way], False) for code, way in TRIAGE_CODES.items()],
        "scan_for": _("Scan pass or fail") if current else _("Scan *NEXT*"),
    }


def found(unit: OpenUnit) -> list[dict[str, Any]]:
    """Return what was found so far, with what a room knows of the part that mends it."""
    tell: Callable[[OpenUnit, str], tuple[str, int | None]] | None = house().extensions.get("fault_part")
    rows = []
    for fault in unit.job.faults:
        kind = fault_type(fault.fault_code)
        detail, price = tell(unit, fault.fault_code) if tell else ("", None)
        rows.append({"title": word(kind.title) if kind else fault.fault_code, "detail": detail, "price_minor": price})
    return rows


def triage_of(unit: OpenUnit) -> dict[str, Any] | None:
    """Return what each way out costs and leaves, where a room can tell."""
    tell: Callable[[OpenUnit], dict[str, Any] | None] | None = house().extensions.get("triage")
    return tell(unit) if tell else None


def quoted(unit: OpenUnit) -> dict[str, Any] | None:
    """Return what the partner said of it, where a room can tell."""
    tell: Callable[[OpenUnit], dict[str, Any] | None] | None = house().extensions.get("quoted")
    return tell(unit) if tell else None


def _in_intake(unit: OpenUnit) -> bool:
    return unit.stage == Stage.INTAKE


def _in_diagnosis(unit: OpenUnit) -> bool:
    return unit.stage == Stage.DIAGNOSIS


def _always(_unit: OpenUnit) -> bool:
    return True


def bring() -> None:
    """Bring the cards that the jobs room itself has."""
    add(Work("general", "jobs/_work_general.html", _always, general))
    add(Work("intake", "jobs/_work_intake.html", _in_intake, intake))
    add(Work("checks", "jobs/_work_checks.html", _in_diagnosis, checks))
