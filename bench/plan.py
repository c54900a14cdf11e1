"""What the bare handler needs to know: the text of the app's own statements, for this database."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import Engine

from workshop.accounts.authenticate import _WHO
from workshop.core.db import db
from workshop.core.ready import Ready, Sent, prepare
from workshop.jobs import target

_EVENT: Final = (
    "INSERT INTO events (chain_kind, chain_id, seq, at, action, person_id, bench_id, body, previous, hash) "
    "VALUES ('unit', {id}, {seq}, {at}, 'scan', {person}, {bench}, {body}, {previous}, {hash})"
)
_REQUEST: Final = (
    "INSERT INTO requests (caller, key, mark, answer, at) VALUES ({caller}, {key}, {mark}, {answer}, {at})"
)
_TOUCH: Final = (
    "UPDATE jobs SET version = version + 1, chain_length = {length}, chain_head = {head}, bench_id = {bench}, "
    "scanned_at = {at}, scanned_by = {by}, scanned_code = {code}, touched_at = {at}, touched_by = {by} "
    "WHERE id = {job} AND version = {was}"
)


class _Marks(dict[str, str]):
    """Writes `{name}` as the driver's own placeholder."""

    def __init__(self, style: str) -> None:
        super().__init__()
        self._style = style

    def __missing__(self, name: str) -> str:
        return self._style % name


def plan() -> dict[str, Any]:
    """Return the statements, their fixed parameters and where the database is."""
    engine = db.engine
    on_sqlite = engine.dialect.name == "sqlite"
    marks = _Marks(":%s" if on_sqlite else "%%(%s)s")
    who, find = _sent(_WHO, engine), _sent(target.selects().by_code, engine)
    return {
        "dialect": engine.dialect.name,
        "database": engine.url.database if on_sqlite else _address(engine),
        "sql": {
            "who": who.text,
            "find": find.text,
            "event": _EVENT.format_map(marks),
            "request": _REQUEST.format_map(marks),
            "touch": _TOUCH.format_map(marks),
        },
        "who": who.given,
        "find": find.given,
        # The statement begins with the code's kind, target and the tray that lies open; then come the fields of a unit.
        "columns": ["kind", "target_id", "tray", *list(target.OpenUnit.__dataclass_fields__)[: len(target.COLUMNS)]],
    }


def _sent(statement: Ready, engine: Engine) -> Sent:
    by_name = type(engine.dialect)(paramstyle="named") if engine.dialect.name == "sqlite" else engine.dialect
    return prepare(statement.statement, by_name)


def _address(engine: Engine) -> str:
    return f"host={engine.url.query['host']} user={engine.url.username} dbname={engine.url.database}"
