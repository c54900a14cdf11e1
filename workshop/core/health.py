"""Is it alive, is it ready, and what does it do? For load balancers, for `doctor` and for graphs."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Flask, Response, current_app, jsonify
from prometheus_client import CollectorRegistry, Gauge, generate_latest
from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError

from workshop.core import clock, sqlite, work
from workshop.core.db import db, is_sqlite, reading
from workshop.core.events import Event
from workshop.core.web import public

bp = Blueprint("health", __name__)


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at. `is_bad` means that the workshop should not run so."""

    name: str
    words: str
    is_bad: bool = False


def findings() -> list[Finding]:
    """Look at the database, its schema and its engine: only reading, so that nobody who writes is waited for."""
    with reading():
        try:
            db.session.execute(text("SELECT 1"))
        except SQLAlchemyError as broken:
            return [Finding("database", f"The database does not answer: {type(broken).__name__}.", True)]
        return [Finding("database", "It answers."), _schema(), _engine()]


def _schema() -> Finding:
    from workshop.core import migrate  # not for every start: few ask for the schema

    now, newest = migrate.current(), migrate.head()
    if now == newest:
        return Finding("schema", f"It is at the newest revision, {now}.")
    return Finding("schema", f"It is at {now}, the program at {newest}. Run: workshop db upgrade", True)


def _engine() -> Finding:
    settings = current_app.extensions["settings"]
    if not is_sqlite(settings.database_url):
        return Finding("engine", str(db.session.scalar(text("SELECT version()"))))
    found = ".".join(str(n) for n in sqlite.version())
    mode = sqlite.journal_mode(settings.sqlite_journal)
    if mode == "wal" and not sqlite.wal_is_safe(sqlite.version()):
        return Finding("engine", f"SQLite {found} can lose commits in WAL mode. Unset WORKSHOP_SQLITE_JOURNAL.", True)
    slow = "" if mode == "wal" else " Readers wait for writers: PostgreSQL is the way to grow."
    return Finding("engine", f"SQLite {found}, journal {mode}.{slow}")


@bp.get("/healthz")
@public
def healthz() -> Response:
    """Say that the process is alive."""
    return jsonify({"status": "alive"})


@bp.get("/readyz")
@public
def readyz() -> Response:
    """Say whether requests can be answered, and why not."""
    found = findings()
    bad = [f for f in found if f.is_bad]
    body = jsonify({"status": "not ready" if bad else "ready", "findings": {f.name: f.words for f in found}})
    body.status_code = 503 if bad else 200
    return body


@bp.get("/metrics")
@public
def metrics() -> Response:
    """Tell the figures that any number of processes share: they are read from the database at each asking."""
    registry = CollectorRegistry()
    waiting = work.waiting(1)
    oldest = (clock.now() - waiting[0].due_at).total_seconds() if waiting else 0.0
    for name, words, value in (
        ("workshop_tasks_waiting", "Tasks that wait", float(work.depth())),
        ("workshop_tasks_oldest_seconds", "How long the oldest due task has waited", max(0.0, oldest)),
        (
            "workshop_events",
            "Number of the last event",
            float(db.session.scalar(select(func.max(Event.id))) or 0),
        ),
    ):
        Gauge(name, words, registry=registry).set(value)
    return Response(generate_latest(registry), mimetype="text/plain; version=0.0.4")


def init_app(app: Flask) -> None:
    """Wire the addresses."""
    app.register_blueprint(bp)
