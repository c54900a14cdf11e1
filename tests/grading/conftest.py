"""Units that stand in grading, walked there through the door."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.conftest import Walk
from workshop.core.actor import Actor
from workshop.jobs.scan import Scanned, scan
from workshop.jobs.target import OpenUnit

ERASED = {
    "method": "crypto_erase",
    "category": "Purge",
    "tool": "Bench Eraser",
    "tool_version": "4.2",
    "verification": "tool_report",
    "result": "pass",
}


class Grading:
    """Does in grading what a technician does there."""

    def __init__(self, walk: Walk) -> None:
        self.walk = walk

    def unit(self, **more: Any) -> OpenUnit:
        """A sound unit that has just come into grading."""
        unit = self.walk.answer_all(self.walk.in_diagnosis(**more))
        self.walk.do("decide_triage", unit, {"decision": "repair"})
        self.walk.do("advance", unit)
        while self.walk.fresh(unit).stage != "grading":
            self.walk.do("advance", unit)
        return self.walk.fresh(unit)

    def erase(self, unit: OpenUnit, **more: Any) -> Any:
        """Record an erasure."""
        return self.walk.do("record_erasure", unit, ERASED | more)

    def look(self, unit: OpenUnit, *seen: int) -> OpenUnit:
        """Look at the zones in their order; without figures nothing is seen on any."""
        for what in seen or (0, 0, 0, 0, 0):
            self.walk.do("observe_zone", unit, {"observation": what})
        return self.walk.fresh(unit)

    def ready_but_for_the_grade(self, *seen: int, **more: Any) -> OpenUnit:
        """A unit that is erased, re-tested and looked at."""
        unit = self.unit(**more)
        self.erase(unit)
        self.walk.answer_all(unit)
        return self.look(unit, *seen)


@pytest.fixture
def grading(walk: Walk) -> Grading:
    return Grading(walk)


@pytest.fixture
def at_bench(walk: Walk, technician: Actor) -> Callable[[str], Scanned]:
    """A function that scans a code at the technician's bench."""
    return lambda code: scan(code, technician, request_key=None, repeat_seconds=0.0)
