"""Time is read here, once per action, and handed on as an argument."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

_told: ContextVar[datetime | None] = ContextVar("told", default=None)


def now() -> datetime:
    """Return the present instant in UTC, to the microsecond."""
    return _told.get() or datetime.now(UTC)


@contextmanager
def told(moment: datetime) -> Iterator[None]:
    """Let it be `moment` within this block: the demo's units were not all taken in this morning."""
    token = _told.set(moment)
    try:
        yield
    finally:
        _told.reset(token)
