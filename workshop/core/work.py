"""Work behind the scenes: kept in the transaction that asks for it, claimed under a lease with a fencing token.

Any number of workers on any number of machines may run. A worker that stalls past its lease loses the task to
another; when it wakes, its token is old and its result is refused. Nothing here is kept in a process.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import CheckConstraint, Index, String, Text, func, or_, select, text, update
from sqlalchemy.orm import Mapped, mapped_column

from workshop.core.db import Base, BigId, db
from workshop.core.house import house

LEASE: Final = timedelta(seconds=60)
WAITING: Final = text("finished_at IS NULL")


class Task(Base):
    """One piece of work. `token` grows with each claim; `note` says in words why it waits."""

    __tablename__ = "tasks"
    __table_args__ = (
        Index("ix_tasks_kind", "kind", "asked_at"),
        Index("ix_tasks_waiting", "due_at", sqlite_where=WAITING, postgresql_where=WAITING),
        Index(
            "ux_tasks_one_waiting",
            "kind",
            "subject",
            unique=True,
            sqlite_where=WAITING,
            postgresql_where=WAITING,
        ),
        CheckConstraint("attempts >= 0", name="attempts_not_negative"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    kind: Mapped[str] = mapped_column(String(32))
    subject: Mapped[str] = mapped_column(String(80))
    payload: Mapped[str] = mapped_column(Text, default="{}")
    asked_at: Mapped[datetime]
    due_at: Mapped[datetime]
    asks: Mapped[int] = mapped_column(default=1)
    attempts: Mapped[int] = mapped_column(default=0)
    token: Mapped[int] = mapped_column(BigId, default=0)
    leased_until: Mapped[datetime | None]
    leased_by: Mapped[str | None] = mapped_column(String(64))
    note: Mapped[str] = mapped_column(Text, default="")
    finished_at: Mapped[datetime | None]
    failed: Mapped[bool] = mapped_column(default=False)

    @property
    def data(self) -> dict[str, Any]:
        """What the task needs to know beside its subject."""
        found: dict[str, Any] = json.loads(self.payload)
        return found


@dataclass(frozen=True)
class Again:
    """A worker's answer that it is not done: when to come back, and why in words."""

    after: timedelta
    why: str


@dataclass(frozen=True)
class Worker:
    """How one kind of task is done. `run(task)` returns None when done, or Again."""

    kind: str
    label: Any
    run: Callable[[Task], Again | None]
    every: timedelta | None = None


def ask(kind: str, subject: str, now: datetime, *, payload: dict[str, Any] | None = None) -> None:
    """Ask for work, once: a task that waits for the same subject already is brought forward instead."""
    waiting = db.session.scalars(
        select(Task).where(Task.kind == kind, Task.subject == subject, Task.finished_at.is_(None)).with_for_update()
    ).one_or_none()
    if waiting is None:
        db.session.add(Task(kind=kind, subject=subject, asked_at=now, due_at=now, payload=json.dumps(payload or {})))
    else:
        waiting.due_at = min(waiting.due_at, now)
        # A claim that is under way started from older facts: it must come round again. Counted, not timed, since
        # no two machines' clocks agree.
        waiting.asks += 1
        waiting.asked_at = now


def claim(now: datetime, who: str, *, kinds: tuple[str, ...] | None = None) -> Task | None:
    """Take the task that has waited longest, under a lease. Commits, so that others see it taken."""
    free = or_(Task.leased_until.is_(None), Task.leased_until < now)
    query = select(Task).where(Task.finished_at.is_(None), Task.due_at <= now, free)
    if kinds is not None:
        query = query.where(Task.kind.in_(kinds))
    task = db.session.scalars(query.order_by(Task.due_at).limit(1).with_for_update(skip_locked=True)).one_or_none()
    if task is None:
        db.session.rollback()
        return None
    task.token += 1
    task.attempts += 1
    task.leased_until = now + LEASE
    task.leased_by = who
    db.session.commit()
    return task


def settle(task: Task, token: int, now: datetime, asks: int, again: Again | None) -> bool:
    """Write down how a claimed task ended; False when another worker has taken it over meanwhile. Commits."""
    values: dict[str, Any] = {"leased_until": None, "leased_by": None}
    if again is not None:
        values |= {"due_at": now + again.after, "note": again.why}
    result = None
    mine = update(Task).where(Task.id == task.id, Task.token == token).execution_options(synchronize_session=False)
    if again is None:
        done = {**values, "finished_at": now, "note": ""}
        result = db.session.execute(mine.where(Task.asks <= asks).values(**done))
    if result is None or not result.rowcount:  # type: ignore[attr-defined]
        values.setdefault("due_at", now)
        result = db.session.execute(mine.values(**values))
    db.session.commit()
    return bool(result.rowcount)  # type: ignore[attr-defined]


def holds_lease(task_id: int, token: int) -> bool:
    """Say whether `token` is still the newest for the task: asked before anything irrevocable is sent."""
    found = db.session.scalar(select(Task.token).where(Task.id == task_id))
    return found == token


def waiting(limit: int = 200) -> list[Task]:
    """Return what waits, longest first."""
    query = select(Task).where(Task.finished_at.is_(None)).order_by(Task.due_at).limit(limit)
    return list(db.session.scalars(query))


def depth() -> int:
    """Return how many tasks wait."""
    return db.session.scalar(select(func.count()).select_from(Task).where(Task.finished_at.is_(None))) or 0


def run_one(now: datetime, who: str, clock: Callable[[], datetime]) -> bool:
    """Claim one task and do it; False when none is due."""
    kinds = tuple(house().workers)
    task = claim(now, who, kinds=kinds)
    if task is None:
        return False
    token, kind, asks = task.token, task.kind, task.asks
    try:
        again = house().workers[kind].run(task)
    except Exception as broken:
        db.session.rollback()
        again = Again(backoff(task.attempts), f"{type(broken).__name__}: {broken}"[:500])
    settle(task, token, clock(), asks, again)
    return True


def backoff(attempts: int) -> timedelta:
    """Return how long to wait after `attempts` failures: 1, 2, 4 ... at most 300 seconds."""
    return timedelta(seconds=min(300, 2 ** min(attempts, 9)))


def ask_recurring(now: datetime) -> datetime:
    """Ask for every recurring kind of work whose time has come, and return when the next one's comes. Commits."""
    recurring = [(w.kind, w.every) for w in house().workers.values() if w.every is not None]
    newest = [select(func.max(Task.asked_at)).where(Task.kind == kind).scalar_subquery() for kind, _every in recurring]
    asked = db.session.execute(select(*newest)).one() if newest else ()
    next_at = now + LEASE
    for (kind, every), asked_at in zip(recurring, asked, strict=True):
        if asked_at is None or asked_at + every <= now:
            ask(kind, "all", now)
            asked_at = now
        next_at = min(next_at, asked_at + every)
    db.session.commit()
    return next_at
