"""Work behind the scenes: claimed once, under a lease, with a token that grows."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from workshop.core import work
from workshop.core.db import db
from workshop.core.house import house
from workshop.core.work import LEASE, Again, Task, Worker, ask, backoff, claim, holds_lease, run_one, settle

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
LATER = NOON + timedelta(seconds=5)


def the_task() -> Task:
    db.session.expire_all()
    return db.session.scalars(select(Task).where(Task.kind == "test")).one()


@pytest.fixture
def asked(app: Flask) -> None:
    """One task that is due."""
    ask("test", "SKU-1", NOON, payload={"a": 1})
    db.session.commit()


def claimed(who: str, now: datetime = NOON) -> Task:
    found = claim(now, who, kinds=("test",))
    assert found is not None
    return found


def test_work_asked_for_twice_waits_once(asked: None) -> None:
    ask("test", "SKU-1", LATER)
    assert len(work.waiting()) == 1
    assert the_task().data == {"a": 1}


def test_what_one_worker_holds_no_other_takes(asked: None) -> None:
    assert claimed("first").leased_by == "first"
    assert claim(NOON, "second", kinds=("test",)) is None


def test_a_lease_that_ran_out_is_taken_over_and_its_token_refused(asked: None) -> None:
    stale = claimed("first")
    old = stale.token
    after = NOON + LEASE + timedelta(seconds=1)
    fresh = claimed("second", after)
    assert not holds_lease(fresh.id, old)
    assert settle(fresh, old, after, fresh.asks, None) is False
    assert the_task().leased_by == "second"
    assert settle(fresh, fresh.token, after, fresh.asks, None) is True
    assert the_task().finished_at == after


def test_what_is_asked_for_meanwhile_comes_round_again(asked: None) -> None:
    task = claimed("first")
    asks = task.asks
    ask("test", "SKU-1", NOON - timedelta(hours=1))  # by a machine whose clock is behind
    settle(task, task.token, LATER, asks, None)
    assert the_task().finished_at is None
    assert claim(LATER, "first", kinds=("test",)) is not None


def test_what_is_not_done_says_when_and_why_it_comes_back(asked: None) -> None:
    task = claimed("first")
    settle(task, task.token, LATER, task.asks, Again(timedelta(seconds=30), "The marketplace is busy."))
    assert (the_task().due_at, the_task().note) == (LATER + timedelta(seconds=30), "The marketplace is busy.")
    assert claim(LATER, "first", kinds=("test",)) is None


def test_a_worker_that_breaks_leaves_its_task_waiting_with_the_reason(asked: None) -> None:
    def broken(_task: Task) -> None:
        raise ConnectionError("nobody there")

    house().workers["test"] = Worker("test", "Test", broken)
    try:
        assert run_one(NOON, "first", lambda: LATER) is True
    finally:
        del house().workers["test"]
    assert the_task().note == "ConnectionError: nobody there"
    assert the_task().due_at == LATER + backoff(1)


@pytest.fixture
def each_minute(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """One kind of work, which recurs, and no other."""
    each = Worker("test", "Test", lambda _task: None, timedelta(minutes=1))
    monkeypatch.setattr(house(), "workers", {"test": each})


def test_what_recurs_is_asked_for_when_its_time_has_come_and_not_before(each_minute: None) -> None:
    assert work.ask_recurring(NOON) == NOON + timedelta(minutes=1)
    assert run_one(NOON, "first", lambda: NOON) is True
    assert work.ask_recurring(LATER) == NOON + timedelta(minutes=1)
    assert run_one(LATER, "first", lambda: LATER) is False
    work.ask_recurring(NOON + timedelta(minutes=1))
    assert run_one(NOON + timedelta(minutes=1), "first", lambda: LATER) is True


def test_where_nothing_recurs_nothing_is_asked_for(each_minute: None) -> None:
    del house().workers["test"]
    assert work.ask_recurring(NOON) > NOON
    assert work.waiting() == []


@pytest.mark.parametrize(("attempts", "seconds"), [(1, 2), (2, 4), (3, 8), (8, 256), (9, 300), (99, 300)])
def test_each_failure_waits_twice_as_long_up_to_five_minutes(attempts: int, seconds: int) -> None:
    assert backoff(attempts) == timedelta(seconds=seconds)


def test_work_is_asked_for_in_the_transaction_of_its_cause(app: Flask) -> None:
    ask("test", "SKU-1", NOON)
    db.session.rollback()
    assert [t for t in work.waiting() if t.kind == "test"] == []


def test_eight_workers_never_take_the_same_task(own_app: Callable[..., Flask]) -> None:
    app = own_app()
    with app.app_context():
        for number in range(24):
            ask("test", f"SKU-{number}", NOON)
        db.session.commit()
        db.session.remove()

    def work_on(who: int) -> list[str]:
        with app.app_context():
            mine = []
            while (task := claim(NOON, f"w{who}", kinds=("test",))) is not None:
                mine.append(task.subject)
            db.session.remove()
            return mine

    with ThreadPoolExecutor(8) as pool:
        taken = [subject for mine in pool.map(work_on, range(8)) for subject in mine]
    assert sorted(taken) == sorted(f"SKU-{n}" for n in range(24))
