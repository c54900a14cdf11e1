"""What a grade is given by: zones, re-test, battery and parts, and the grade that they make so far."""

from __future__ import annotations

from typing import Any, Final

from workshop.batteries import replace
from workshop.grading import zones
from workshop.grading.rubric import Grade, grade, load_rubric
from workshop.jobs import diagnosis
from workshop.jobs.target import OpenUnit
from workshop.parts import fit

JUDGED_PARTS: Final = frozenset({"display", "battery"})


def retest(unit: OpenUnit) -> tuple[int, int, int]:
    """Return how many checks of the re-test passed, failed, and how many there are."""
    answers = diagnosis.answers_of(unit.job_id, "retest").values()
    passed = sum(1 for a in answers if a.outcome == "pass")
    failed = sum(1 for a in answers if a.outcome == "fail")
    return passed, failed, len(diagnosis.checks_of(unit, "retest"))


def function_ok(unit: OpenUnit) -> bool | None:
    """Say whether the re-test passed; None while a required check has no answer."""
    answers = diagnosis.answers_of(unit.job_id, "retest")
    if any(a.outcome == "fail" for a in answers.values()):
        return False
    required = [c for c in diagnosis.checks_of(unit, "retest") if c.required]
    return True if all(c.code in answers for c in required) else None


def battery_health(unit: OpenUnit) -> int | None:
    """Return the health that this job's re-test read, or None: an older one may be of an older battery."""
    reading = replace.current_reading(unit)
    counts = reading is not None and reading.job_id == unit.job_id and reading.round == "retest"
    return reading.health if reading is not None and counts else None


def basis(unit: OpenUnit) -> dict[str, Any]:
    """Return everything the rubric is asked with, as it is kept beside a grade."""
    return {
        "zones": zones_seen(unit),
        "function": function_ok(unit),
        "battery": battery_health(unit),
        "parts": parts_original(unit),
        "version": load_rubric(unit.category).version,
    }


def zones_seen(unit: OpenUnit) -> dict[str, int]:
    """Return what was seen of each zone that was looked at, 0 to 4."""
    return {zone: o.seen for zone, o in sorted(zones.observations(unit.job_id).items())}


def parts_original(unit: OpenUnit) -> bool:
    """Say whether display and battery are the maker's own, as far as this workshop fitted any."""
    judged = [f.part for f in fit.carried(unit.id) if f.part.kind in JUDGED_PARTS]
    return all(part.quality != "aftermarket" for part in judged)


def computed(unit: OpenUnit, asked: dict[str, Any] | None = None) -> Grade:
    """Return the grade that the evidence makes so far, with what is missing."""
    asked = asked or basis(unit)
    return grade(
        asked["zones"],
        asked["function"],
        asked["battery"],
        asked["parts"],
        load_rubric(unit.category),
        has_battery=unit.has_battery,
    )
