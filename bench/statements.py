"""Counting what the app asks of its database."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from flask import Flask
from sqlalchemy import Engine, event, text

from bench.data import unit_code
from workshop.core.db import db

FRAME: Final = ("BEGIN", "COMMIT", "ROLLBACK")


@contextmanager
def noted() -> Iterator[list[tuple[str, Any]]]:
    """Write down each statement that is sent, with its parameters, but for BEGIN and COMMIT."""
    sent: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_more: Any) -> None:
        if not statement.startswith(FRAME):
            sent.append((statement, parameters))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def of_a_scan(app: Flask, token: str, bench: str) -> int:
    """Return how many statements the scan of a unit sends, once everything is warm."""
    client = app.test_client()
    for number in (1, 2):
        with noted() as sent:
            answer = client.post(
                "/api/v1/scans",
                json={"code": unit_code(number), "bench": bench},
                headers={"Authorization": f"Bearer {token}", "Idempotency-Key": f"count-{number}"},
            )
        assert answer.status_code == 200, answer.text
    return len(sent)


def wal_syncs() -> int:
    """Return how often PostgreSQL has flushed its log, once every connection has told its part.

    One at rest does so only ten seconds after its last statement: read sooner, a round's flushes count for the next.
    """
    time.sleep(11)
    with db.engine.connect() as connection:
        version = connection.scalar(text("SELECT current_setting('server_version_num')::int"))
        query = "SELECT wal_sync FROM pg_stat_wal"
        if version >= 180000:
            query = "SELECT sum(fsyncs) FROM pg_stat_io WHERE object = 'wal'"
        return int(connection.scalar(text(query)) or 0)
