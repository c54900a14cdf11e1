"""Looking at a device zone by zone."""

from __future__ import annotations

from bench.statements import noted
from tests.grading.conftest import Grading


def test_a_look_reads_what_was_seen_five_times_however_many_zones_there_are(grading: Grading) -> None:
    unit = grading.unit()
    grading.look(unit, 0)
    with noted() as sent:
        grading.walk.do("observe_zone", unit, {"observation": 0})
    read = [statement for statement, _ in sent if statement.startswith("SELECT") and "FROM observations" in statement]
    assert len(read) <= 5, read
