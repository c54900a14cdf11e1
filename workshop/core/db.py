"""The database: one `db`, one `Base`, and what each connection needs on SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from psycopg.pq import TransactionStatus
from sqlalchemy import JSON, BigInteger, DateTime, Engine, Integer, MetaData, Select, String, event, func, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Dialect, make_url
from sqlalchemy.orm import DeclarativeBase, registry
from sqlalchemy.types import TypeDecorator

from workshop.core import sqlite

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class UTCDateTime(TypeDecorator[datetime]):
    """An instant: aware, in UTC, on both databases. A time without a zone is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True
    python_type = datetime

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone cannot be kept")
        return value.astimezone(UTC) if dialect.name == "postgresql" else value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


# SQLite numbers rows by itself only for INTEGER; PostgreSQL outgrows INTEGER with events by the hundred million.
BigId = BigInteger().with_variant(Integer, "sqlite")
Document = JSON().with_variant(JSONB(), "postgresql")
Currency = String(3)


def number(query: Select[int]) -> int:
    """Return what a query of one number answers."""
    return db.session.scalar(query) or 0


def one_of(column: str, values: tuple[str, ...]) -> str:
    """Return the condition of a CHECK that a column holds one of these words."""
    return f"{column} IN ({', '.join(repr(v) for v in values)})"


class Base(DeclarativeBase):
    """What every table shares: the naming of constraints, so that migrations can find them."""

    registry = registry(metadata=MetaData(naming_convention=NAMING), type_annotation_map={datetime: UTCDateTime})


db = SQLAlchemy(
    model_class=Base,
    disable_autonaming=True,
    session_options={"join_transaction_mode": "create_savepoint", "expire_on_commit": False},
)

_reading: ContextVar[bool] = ContextVar("reading", default=False)


def only_read(reading: bool) -> None:
    """Say whether what follows in this thread only reads: on SQLite it then never waits for a writer."""
    _reading.set(reading)


@contextmanager
def reading() -> Iterator[None]:
    """Only read within this block."""
    token = _reading.set(True)
    try:
        yield
    finally:
        _reading.reset(token)


def is_sqlite(url: str) -> bool:
    """Say whether `url` names the embedded database."""
    return make_url(url).get_backend_name() == "sqlite"


def engine_options(url: str) -> dict[str, Any]:
    """Return what create_engine needs for `url`."""
    if is_sqlite(url):
        return {
            "module": sqlite.dbapi2,
            "pool_size": 20,
            "max_overflow": 20,
            "connect_args": {"cached_statements": 512},
        }
    return {"pool_size": 16, "max_overflow": 16, "pool_pre_ping": False, "pool_recycle": 1800}


def init_app(app: Flask, url: str, journal_setting: str) -> None:
    """Attach the database to `app`: nothing is connected yet."""
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = engine_options(url)
    if is_sqlite(url):
        Path(make_url(url).database or "").parent.mkdir(parents=True, exist_ok=True)
    db.init_app(app)
    with app.app_context():
        if is_sqlite(url):
            prepare_sqlite(db.engine, journal_setting)
        else:
            keep_prepared(db.engine)


def keep_prepared(engine: Engine) -> None:
    """Let PostgreSQL's connections keep their prepared statements over a rollback, and over one to a savepoint.

    The driver forgets all of them then, in case a table was made in what is rolled back; no request makes one, and each
    that has only read ends by a rollback. Planning the statement of a scan takes twenty times as long as running it.
    """
    dialect = engine.dialect
    all_as_ever, part_as_ever = dialect.do_rollback, dialect.do_rollback_to_savepoint

    def do_rollback(connection: Any) -> None:
        if not _told(connection, "ROLLBACK"):
            all_as_ever(connection)

    def do_rollback_to_savepoint(connection: Any, name: str) -> None:
        if not _told(connection.connection, f'ROLLBACK TO SAVEPOINT "{name}"'):
            part_as_ever(connection, name)

    dialect.do_rollback = do_rollback  # type: ignore[method-assign, assignment]
    dialect.do_rollback_to_savepoint = do_rollback_to_savepoint  # type: ignore[method-assign]


def _told(connection: Any, command: str) -> bool:
    """Tell PostgreSQL a command past the driver, and say whether it was: not while a statement has failed."""
    if connection.pgconn.transaction_status != TransactionStatus.INTRANS:
        return False
    connection.pgconn.exec_(command.encode())
    return True


def _lower(value: Any) -> Any:
    """Return a text in small letters, of every language: SQLite's own knows those of English only."""
    return value.lower() if isinstance(value, str) else value


def prepare_sqlite(engine: Engine, journal_setting: str = "auto") -> None:
    """Give `engine` our pragmas, BEGIN IMMEDIATE for writers, and the queue in front of it."""
    journal = sqlite.journal_mode(journal_setting)
    queue = sqlite.WritersQueue(Path(f"{engine.url.database}.queue"))
    state: dict[str, Any] = {"checkpointer": None}
    engine.dialect.workshop = state  # type: ignore[attr-defined]

    @event.listens_for(engine, "connect")
    def connected(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the driver must not begin by itself: `begin` below does
        connection.create_function("lower", 1, _lower, deterministic=True)
        for pragma in sqlite.pragmas(journal, checkpointed=state["checkpointer"] is not None):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        driver = connection.connection.driver_connection
        if _reading.get():
            driver.execute("BEGIN")
            return
        if not connection.info.get("queued"):
            queue.__enter__()
            connection.info["queued"] = True
        driver.execute("BEGIN IMMEDIATE")

    def next_one(info: dict[str, Any]) -> None:
        if info.pop("queued", False):
            queue.__exit__(None, None, None)

    as_ever = engine.dialect.do_commit

    def do_commit(connection: Any) -> None:
        as_ever(connection)
        next_one(connection.info)  # giving the connection back takes as long again as some statements

    engine.dialect.do_commit = do_commit  # type: ignore[method-assign, assignment]

    @event.listens_for(engine, "checkin")
    def given_back(_connection: Any, record: Any) -> None:
        next_one(record.info)


def numbers_ahead(table: Any, count: int) -> list[int]:
    """Take the next `count` numbers of a table, for rows that name each other before any of them is written.

    On SQLite nobody else writes until this transaction ends; on PostgreSQL the sequence gives each number once.
    """
    if db.session.get_bind().dialect.name == "postgresql":
        sequence = func.pg_get_serial_sequence(table.__tablename__, "id")
        series = func.generate_series(1, count).table_valued("n")
        return list(db.session.scalars(select(func.nextval(sequence)).select_from(series)))
    last = db.session.scalar(select(func.max(table.id))) or 0
    return list(range(last + 1, last + 1 + count))


def start_checkpointer(app: Flask) -> None:
    """Let this process checkpoint in the background. Call once per serving process, before its first query."""
    with app.app_context():
        engine = db.engine
        state = getattr(engine.dialect, "workshop", None)
        if state is None or state["checkpointer"] is not None:
            return
        state["checkpointer"] = checkpointer = sqlite.Checkpointer(str(engine.url.database))
        engine.dispose()
        checkpointer.start()
