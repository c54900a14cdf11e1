"""The queue page: how its time grows with the workshop, and that none of its statements reads a table through."""

from __future__ import annotations

import re
import socket
import time
from contextlib import ExitStack
from typing import Any, Final

from flask import Flask
from sqlalchemy import select

from bench.figures import percentile, spread
from bench.load import ask
from bench.statements import noted
from workshop.accounts import authenticate
from workshop.accounts.models import Person
from workshop.core import clock
from workshop.core.db import db

ADDRESS: Final = "/queue"
GROWING: Final = ("units", "jobs", "events", "barcodes", "stage_visits", "requests")
_FULL: Final = re.compile(rf"(?:\bSCAN|Seq Scan on) ({'|'.join(GROWING)})\b")

# The newest rows of a table, read from its end: SQLite calls that a scan too, but it stops after so many.
_FROM_THE_END: Final = re.compile(r"SELECT (?!.*\bWHERE\b).* ORDER BY \w+\.id DESC\s+LIMIT ", re.DOTALL)


def measure(sites: list[tuple[int, Flask, int]], rounds: int, each: int = 60) -> dict[str, Any]:
    """Return p95 by size, their ratio by round, and the statements that read a whole table (there must be none).

    Within a round the sizes take turns at each request: what else the machine does for a moment falls on both.
    """
    asks = [_request(app) for _units, app, _port in sites]
    taken: dict[int, list[float]] = {units: [] for units, _app, _port in sites}
    for number in range(-1, rounds):
        times = _times([port for _units, _app, port in sites], asks, each)
        for (units, _app, _port), spent in zip(sites, times, strict=True):
            if number >= 0:  # the round before the first only warms up
                taken[units].append(percentile(spent, 0.95))
    small, large = taken[sites[0][0]], taken[sites[-1][0]]
    plans = [plan for _units, app, _port in sites[-1:] for plan in explained(app)]
    return {
        "p95_ms": {str(units): spread(values) for units, values in taken.items()},
        "large_to_small": spread([b / a for a, b in zip(small, large, strict=True)]),
        "full_scans": [line for plan in plans for line in plan.splitlines() if _FULL.search(line)],
        "plans": plans,
    }


def cookie(app: Flask) -> str:
    """Return the cookie of a person who has just signed in."""
    with app.app_context():
        person = db.session.scalars(select(Person).order_by(Person.id)).first()
        assert person is not None
        secret = authenticate.open_session(person, clock.now(), hours=12)
        db.session.commit()
        db.session.remove()
    signer: Any = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    return f"session={signer.dumps({'sid': secret})}"


def _request(app: Flask) -> bytes:
    return f"GET {ADDRESS} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookie(app)}\r\n\r\n".encode()


def _times(ports: list[int], messages: list[bytes], number: int) -> list[list[float]]:
    """Return how many milliseconds each of `number` requests took, for each of the servers."""
    times: list[list[float]] = [[] for _ in ports]
    with ExitStack() as opened:
        connections = [opened.enter_context(socket.create_connection(("127.0.0.1", port))) for port in ports]
        for _ in range(number):
            for connection, message, spent in zip(connections, messages, times, strict=True):
                spent.append(_time(connection, message))
    return times


def _time(connection: socket.socket, message: bytes) -> float:
    before = time.perf_counter()
    status, body = ask(connection, message)
    if status != 200:
        raise RuntimeError(f"the queue page answered {status}: {body[:300]!r}")
    return (time.perf_counter() - before) * 1000


def explained(app: Flask) -> list[str]:
    """Return the plan of every statement that the page sends, but for what only reads the end of a table."""
    client = app.test_client()
    client.set_cookie("session", cookie(app).removeprefix("session="))
    with noted() as sent:
        client.get(ADDRESS)
    with app.app_context():
        how = "EXPLAIN " if db.engine.dialect.name == "postgresql" else "EXPLAIN QUERY PLAN "
        with db.engine.connect() as connection:
            return [
                "\n".join(str(row[-1]) for row in connection.exec_driver_sql(how + statement, parameters))
                for statement, parameters in sent
                if not _FROM_THE_END.match(statement)
            ]
