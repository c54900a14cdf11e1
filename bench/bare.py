"""The least that a durable scan can be: a bare Flask handler on the raw driver, with no check, gate or model.

The two SELECTs are the very text that the app sends; then the chained event, the idempotency row, the job's new head
and the COMMIT. SQLite has the same driver, settings, writers' queue and checkpointer as in the app.
"""

from __future__ import annotations

import hashlib
import json
import os
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
from flask import Flask, Response, jsonify, request

from workshop.core import sqlite

PLAN: dict[str, Any] = json.loads(Path(os.environ["BENCH_PLAN"]).read_text())
SQL: dict[str, str] = PLAN["sql"]
on_sqlite = PLAN["dialect"] == "sqlite"
app = Flask(__name__)
_own = threading.local()
_queue = sqlite.WritersQueue(Path(f"{PLAN['database']}.queue"))


def connection() -> Any:
    """Return this thread's connection, opened once."""
    if not hasattr(_own, "connection"):
        _own.connection = _sqlite() if on_sqlite else psycopg.connect(PLAN["database"])
    return _own.connection


def _sqlite() -> Any:
    made = sqlite.dbapi2.connect(PLAN["database"], isolation_level=None, cached_statements=512)
    for pragma in sqlite.pragmas("wal", checkpointed=True):
        made.execute(f"PRAGMA {pragma}")
    return made


@app.post("/api/v1/scans")
def scan() -> Response:
    """Find who and what, write the event, the kept answer and the new head, commit."""
    given = request.get_json()
    token = request.headers["Authorization"].removeprefix("Bearer ")
    who = {"hash": hashlib.sha256(token.encode()).hexdigest(), "kind": "token"}
    key = request.headers["Idempotency-Key"]
    if not on_sqlite:
        with connection().transaction():
            return jsonify(_act(connection(), who, given["code"], key))
    with _queue:
        open_one = connection()
        open_one.execute("BEGIN IMMEDIATE")
        answer = _act(open_one, who, given["code"], key)
        open_one.execute("COMMIT")
    return jsonify(answer)


def _act(open_one: Any, who: dict[str, str], code: str, key: str) -> dict[str, Any]:
    person = open_one.execute(SQL["who"], PLAN["who"] | who).fetchall()[0]
    asked = PLAN["find"] | {"code": code, "bench": person[9], "person": person[3]}
    found = open_one.execute(SQL["find"], asked).fetchall()[0]
    unit = dict(zip(PLAN["columns"], found, strict=False))
    now, seq = datetime.now(UTC), unit["chain_length"] + 1
    body = json.dumps({"action": "scan", "at": now.isoformat(), "bench": person[9], "data": {"stage": unit["stage"]},
                       "id": unit["id"], "kind": "unit", "person": person[3], "seq": seq},
                      sort_keys=True, separators=(",", ":"))  # fmt: skip
    head = hashlib.sha256(f"{unit['chain_head']}\n{body}".encode()).hexdigest()
    at: Any = now.strftime("%Y-%m-%d %H:%M:%S.%f") if on_sqlite else now
    answer = {"result": "done", "code": code, "stage": unit["stage"], "seq": seq, "hash": head}
    open_one.execute(SQL["event"], {"id": unit["id"], "seq": seq, "at": at, "person": person[3], "bench": person[9],
                                    "body": body, "previous": unit["chain_head"], "hash": head})  # fmt: skip
    open_one.execute(SQL["request"], {"caller": f"p{person[3]}", "key": key, "mark": head,
                                      "answer": json.dumps(answer), "at": at})  # fmt: skip
    open_one.execute(SQL["touch"], {"job": unit["job_id"], "was": unit["version"], "length": seq, "head": head,
                                    "bench": person[9], "at": at, "by": person[3], "code": code})  # fmt: skip
    return answer


if on_sqlite:
    sqlite.Checkpointer(PLAN["database"]).start()
