"""The work card of grading: erasure, then re-test, then zones, then the grade, one at a time."""

from __future__ import annotations

from typing import Any, Final

from flask_babel import gettext as _

from workshop.core.language import within, word
from workshop.grading import drawing, erasure, evidence, giving, zones
from workshop.grading.erasure_ways import ways_for
from workshop.grading.models import LETTERS
from workshop.grading.rubric import SEEN_HINTS, SEEN_LABELS, Grade, Seen
from workshop.jobs import bench
from workshop.jobs.bench import Work
from workshop.jobs.hold_rules import stopping
from workshop.jobs.stages import Stage
from workshop.jobs.target import OpenUnit

ERASURE: Final = "erasure"
RETEST: Final = "retest"
ZONES: Final = "zones"
GRADE: Final = "grade"


def step_of(unit: OpenUnit, found: Grade) -> str:
    """Return what is next in grading."""
    last = erasure.latest(unit.job_id)
    if last is None or last.result != "pass":
        return ERASURE
    if evidence.function_ok(unit) is None:
        return RETEST
    return ZONES if zones.next_zone(unit) is not None else GRADE


def context(unit: OpenUnit) -> dict[str, Any]:
    """Return what the card of the present step needs."""
    found = evidence.computed(unit)
    step = step_of(unit, found)
    if step == RETEST:
        return {**bench.checks(unit), "triage": None, "step": step}
    if step == ERASURE:
        like = erasure.last_like(unit.bench_id)
        return {
            "step": step,
            "like": like,
            "ways": ways_for(unit.category),
            "scan_for": _("Scan *ERASED* when it is done") if like else _("Scan how it was erased"),
        }
    waiting = zones.next_zone(unit)
    return {
        "step": step,
        "scan_for": _("Scan what you see on %(zone)s", zone=within(word(waiting.title)))
        if waiting
        else _("Scan *NEXT*"),
        **ladder(unit, found, waiting.code if waiting else ""),
    }


def ladder(unit: OpenUnit, found: Grade, waiting: str = "") -> dict[str, Any]:
    """Return the drawings, the ladder and the badge of a grade as it stands."""
    seen = {z.code: o.seen for z in zones.zones_of(unit) if (o := zones.observations(unit.job_id).get(z.code))}
    deciding = found.deciding.code if found.deciding else ""
    sides = drawing.sides(unit.category, has_battery=unit.has_battery)
    numbers = [z for z, what in seen.items() if what]
    return {
        "found": found,
        "given": giving.standing(unit.job_id),
        "drawings": drawing.drawn(sides, seen, deciding, waiting),
        "grades": LETTERS,
        "ladder": [
            {
                "name": str(m.title),
                "seen": _("scan what you see") if m.code == waiting else str(m.seen) or _("not looked at yet"),
                "grade": m.cap.letter if m.cap else "",
                "decides": m.decides,
                "count": numbers.index(m.code) + 1 if m.code in numbers else "",
                "now": m.code == waiting,
            }
            for m in found.marks
        ],
        "looked_at": len(found.marks) - len(found.missing),
        "cards": [(s.value, SEEN_LABELS[s], SEEN_HINTS[s]) for s in Seen],
    }


def in_grading(unit: OpenUnit) -> bool:
    """Say whether the unit is being graded: a swollen battery has its own card."""
    return unit.stage == Stage.GRADING and stopping(unit.holds) is None


WORK: Final = Work("grading", "grading/_work.html", in_grading, context)
