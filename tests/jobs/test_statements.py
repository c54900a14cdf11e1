"""A scan asks little of the database, and a page of the queue no more with many rows than with few."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import g

from bench.statements import noted
from tests.conftest import Walk
from workshop.core import clock
from workshop.jobs import queue

MOST = 6
NEVER_ABOVE = 8


@pytest.fixture
def scan_alone(api_of: Callable[..., Any]) -> Callable[..., list[str]]:
    """A function that scans by the API and returns the statements that this took."""
    call = api_of("technician")

    def scan(code: str, key: str) -> list[str]:
        g.pop("actor", None)  # a test's requests share `g`: each is to find out anew who asks
        with noted() as sent:
            answer = call("POST", "/scans", {"code": code, "bench": "T2"}, Idempotency_Key=key)
        assert answer.status_code == 200, answer.text
        return [statement for statement, _parameters in sent if "SAVEPOINT" not in statement]

    return scan


def test_a_scan_takes_at_most_six_statements(walk: Walk, scan_alone: Callable[..., list[str]]) -> None:
    unit = walk.taken_in()
    scan_alone(unit.code, "warm")
    sent = scan_alone(unit.code, "counted")
    assert len(sent) <= NEVER_ABOVE, sent
    assert len(sent) <= MOST, sent


def test_the_statements_of_a_scan_are_all_noted(walk: Walk, scan_alone: Callable[..., list[str]]) -> None:
    sent = scan_alone(walk.taken_in().code, "k")
    for needed in ("FROM credentials", "FROM barcodes", "INTO events", "UPDATE jobs", "INTO requests"):
        assert any(needed in statement for statement in sent), needed


def test_a_page_of_the_queue_asks_no_more_for_more_rows(walk: Walk) -> None:
    asked = []
    for more in (1, 4):
        for _ in range(more):
            walk.taken_in()
        with noted() as sent:
            queue.page(site_ids=None, stages=queue.BENCH_STAGES, now=clock.now())
            queue.counts(None)
        asked.append(len(sent))
    assert asked[0] == asked[1]


def test_the_queue_gives_the_oldest_of_all_stages_first(walk: Walk) -> None:
    first, second, third = walk.in_diagnosis(), walk.taken_in(), walk.in_diagnosis()
    page = queue.page(site_ids=[first.site_id], stages=queue.BENCH_STAGES, now=clock.now(), limit=2)
    assert [r.unit.code for r in page.rows] == [first.code, second.code]
    rest = queue.page(site_ids=None, stages=queue.BENCH_STAGES, now=clock.now(), after=page.after or "", limit=2)
    assert [r.unit.code for r in rest.rows] == [third.code]


def test_the_counts_say_how_many_stand_in_each_stage(walk: Walk) -> None:
    walk.in_diagnosis(), walk.taken_in(), walk.taken_in()
    found = queue.counts(None)
    assert (found["intake"], found["diagnosis"], found["ready"]) == (2, 1, 0)


@pytest.mark.drawn
def test_the_units_of_a_page_of_the_queue_are_fetched_by_their_numbers_alone(walk: Walk) -> None:
    """Told the stage as well, SQLite reads a million open jobs for fifty of them once it knows how many there are."""
    walk.taken_in()
    with noted() as sent:
        queue.page(site_ids=None, stages=queue.BENCH_STAGES, now=clock.now())
    (asked,) = [" ".join(statement.split()) for statement, _given in sent if statement.startswith("SELECT units.id")]
    assert re.fullmatch(
        r"WHERE jobs\.id IN \([?, ]+\) ORDER BY jobs\.opened_at, jobs\.id .*", asked[asked.rindex("WHERE") :]
    )
