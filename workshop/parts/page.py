"""What this room adds to the head and the page of a unit, and to what the API tells of it."""

from __future__ import annotations

from typing import Any

from workshop.core.web import actor_or_none
from workshop.jobs.stages import Stage
from workshop.jobs.target import OpenUnit
from workshop.parts import fit, needs, words
from workshop.parts.kinds import need_json
from workshop.parts.triage_view import triage_of, window_of

OVER = (Stage.LISTED, Stage.SOLD, Stage.CLOSED)


def head(unit: OpenUnit) -> dict[str, Any]:
    """Return the window's countdown for the head of a unit."""
    return {"window": words.countdown(window_of(unit))}


def window_panel(unit: OpenUnit) -> dict[str, Any] | None:
    """Return every rule that speaks of the model, and which one decides."""
    answer = window_of(unit)
    return {"countdown": words.countdown(answer), "windows": [words.window_row(w, answer) for w in answer.windows]}


def parts_panel(unit: OpenUnit) -> dict[str, Any] | None:
    """Return what the unit needs and what it carries; None where there is neither."""
    rows = [words.need_row(n) for n in needs.needs_of(unit.job_id) if n.state != "cancelled"]
    carried = fit.carried(unit.id)
    if not rows and not carried:
        return None
    actor = actor_or_none()
    may_order = actor is not None and actor.has("parts_manager", "admin")
    return {"rows": rows, "carried": carried, "may_order": may_order, "is_over": unit.stage in OVER}


def unit_json(unit: OpenUnit) -> dict[str, Any]:
    """Return what the API tells of a unit's parts, window and triage."""
    answer = window_of(unit)
    return {
        "needs": [need_json(n) for n in needs.needs_of(unit.job_id)],
        "fitted": [
            {
                "id": f.id,
                "part": f.part.code,
                "name": f.part.name,
                "batch": f.batch.code,
                "lot": f.batch.lot,
                "serial": f.serial,
                "at": f.fitted_at.isoformat(),
                "what_broke": f.what_broke,
                "from": {
                    "origin": f.batch.origin,
                    "donor": f.batch.donor_unit.code if f.batch.donor_unit else None,
                    "order": f.batch.order_line.order.code if f.batch.order_line else None,
                },
            }
            for f in fit.carried(unit.id)
        ],
        "window": {
            "state": answer.state.value,
            "end": answer.end.isoformat() if answer.end else None,
            "basis": answer.deciding.basis if answer.deciding else None,
            "article": answer.deciding.article if answer.deciding else None,
            "rules": [
                {k: v if isinstance(v, bool) else str(v) for k, v in words.window_row(w, answer).items()}
                for w in answer.windows
            ],
        },
        "triage": _triage(unit),
    }


def _triage(unit: OpenUnit) -> dict[str, Any] | None:
    if unit.stage != Stage.DIAGNOSIS:
        return None
    weighed = triage_of(unit)
    return {**weighed, "reason": str(weighed["reason"])} if weighed else None
