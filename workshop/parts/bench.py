"""The bench's work cards of this room: what a unit waits for, and which part goes in next."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _

from workshop.catalogue.checklists import fault_type
from workshop.core.language import word
from workshop.jobs import bench
from workshop.jobs.bench import Work
from workshop.jobs.stages import Stage
from workshop.jobs.target import OpenUnit
from workshop.parts import fits, needs, words
from workshop.parts.donors import donors_for
from workshop.parts.models import Need
from workshop.parts.part_gates import no_part_is_needed
from workshop.parts.reserve import free_batches, live


def in_parts(unit: OpenUnit) -> bool:
    """Say whether the unit waits for parts."""
    return unit.stage == Stage.PARTS


def to_fit(unit: OpenUnit) -> bool:
    """Say whether a part is to be fitted into the unit."""
    return unit.stage == Stage.REPAIR and not no_part_is_needed(unit)


def next_to_fit(unit: OpenUnit) -> Need:
    """Return the need that comes next: one whose piece is there, the battery last, as it is put in with power off."""
    waiting = needs.open_needs(unit.job_id)
    return min(waiting, key=lambda n: (n.state != "reserved", n.part_kind == "battery", n.id))


def parts_card(unit: OpenUnit) -> dict[str, Any]:
    """Return what the card of the parts stage shows: each need, where it stands, and until when it waits."""
    rows = [words.need_row(n) | _ways(n) for n in needs.open_needs(unit.job_id)]
    missing = [r for r in rows if r["state"] == "needed"]
    at_hand = any(r["in_stock"] or r["on_donor"] for r in missing)
    verb = _("Reserve the parts") if at_hand else _("Wait for the parts")
    if not rows:
        verb = _("Move it on")
    return {
        "rows": rows,
        "verb": verb,
        "missing": missing,
        "scan_for": _("Scan another unit") if rows else _("Scan *NEXT*"),
        "place": "",
    }


def _ways(need: Need) -> dict[str, bool]:
    """Return the ways to a piece that are open now: from the shelf, or out of a donor."""
    is_missing = need.state == "needed"
    return {"in_stock": is_missing and bool(free_batches(need)), "on_donor": is_missing and bool(donors_for(need))}


def fit_card(unit: OpenUnit) -> dict[str, Any]:
    """Return what the card of a fitting shows: the verb, how long, where the piece lies and its code."""
    need = next_to_fit(unit)
    held = live(need)
    batch = held.batch if held else None
    title = fits.kind_word(need.part_kind)
    fault = fault_type(need.fault_code) if need.fault_code else None
    waiting = {
        "state": "waiting",
        "title": _("Scan the %(part)s", part=title),
        "text": _("%(model)s, %(place)s", model=unit.model_name, place=batch.location.code)
        if batch
        else _("None is set aside: reserve or order it"),
        "code": batch.code if batch else "",
    }
    return {
        "need": need,
        "verb": _("Fit the %(part)s", part=title),
        "method": word(fault.title) if fault else "",
        "minutes": fault.minutes if fault else None,
        "place": _("Tray %(place)s", place=batch.location.code) if batch else "",
        "slots": [{"state": "filled", "title": _("Unit"), "code": unit.code}, waiting],
        "rows": [words.need_row(n) for n in needs.needs_of(unit.job_id) if n.state != "cancelled"],
        "scan_for": _("Scan the %(part)s for %(model)s", part=title, model=unit.model_name),
    }


def bring() -> None:
    """Bring the cards into the house."""
    bench.add(Work("parts", "parts/_work_parts.html", in_parts, parts_card))
    bench.add(Work("fit", "parts/_work_fit.html", to_fit, fit_card))
