"""What every table shares: instants, connections, and reading without waiting."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone

import pytest
from flask import Flask
from sqlalchemy import inspect, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError

from workshop.core.db import Base, UTCDateTime, db, engine_options, is_sqlite

NOON = datetime(2026, 11, 24, 12, 0, 0, 123456, tzinfo=UTC)
HELSINKI = timezone(timedelta(hours=2))


@pytest.mark.parametrize("dialect", [sqlite.dialect(), postgresql.dialect()])
def test_an_instant_comes_back_in_utc_whatever_zone_it_was_given_in(dialect: object) -> None:
    kind = UTCDateTime()
    kept = kind.process_bind_param(NOON.astimezone(HELSINKI), dialect)  # type: ignore[arg-type]
    assert kind.process_result_value(kept, dialect) == NOON  # type: ignore[arg-type]


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="without a zone"):
        UTCDateTime().process_bind_param(datetime(2026, 11, 24, 12), sqlite.dialect())


def test_no_time_stays_no_time() -> None:
    assert UTCDateTime().process_bind_param(None, sqlite.dialect()) is None
    assert UTCDateTime().process_result_value(None, sqlite.dialect()) is None


@pytest.mark.parametrize(("url", "embedded"), [("sqlite:////tmp/a.db", True), ("postgresql+psycopg://u@h/d", False)])
def test_the_address_alone_says_which_database(url: str, embedded: bool) -> None:
    assert is_sqlite(url) is embedded
    assert ("module" in engine_options(url)) is embedded


def test_every_constraint_has_a_name_so_that_migrations_find_it(app: Flask) -> None:
    nameless = [
        f"{table.name}: {c}" for table in Base.metadata.sorted_tables for c in table.constraints if c.name is None
    ]
    assert nameless == []


def test_every_foreign_key_of_a_table_exists_in_the_database(app: Flask) -> None:
    looked = inspect(db.session.connection())
    for table in Base.metadata.sorted_tables:
        assert len(looked.get_foreign_keys(table.name)) == len(list(table.foreign_key_constraints)), table.name


def test_money_is_whole_minor_units_everywhere(app: Flask) -> None:
    amounts = [c for t in Base.metadata.sorted_tables for c in t.columns if c.name.endswith("_minor")]
    assert amounts
    assert [str(c) for c in amounts if c.type.python_type is not int] == []


def test_no_price_is_kept_as_a_fraction(app: Flask) -> None:
    fractions = [str(c) for t in Base.metadata.sorted_tables for c in t.columns if c.type.python_type is float]
    assert [name for name in fractions if "price" in name or "cost" in name] == []


def test_a_commit_is_durable_on_postgres(app: Flask, engine_name: str) -> None:
    if engine_name == "postgresql":
        assert db.session.scalar(text("SHOW synchronous_commit")) == "on"
    else:
        assert db.session.scalar(text("PRAGMA synchronous")) == 2


@pytest.mark.drawn("postgresql")
def test_a_rollback_leaves_postgresql_what_it_has_prepared(own_app: Callable[..., Flask]) -> None:
    with own_app().app_context():
        for _time in range(7):
            db.session.execute(text("SELECT name FROM sites"))
        db.session.rollback()
        prepared = db.session.scalars(text("SELECT statement FROM pg_prepared_statements")).all()
        db.session.remove()
    assert "SELECT name FROM sites" in prepared


@pytest.mark.drawn("postgresql")
def test_a_rollback_to_a_savepoint_takes_back_its_part_and_leaves_postgresql_what_it_has_prepared(
    own_app: Callable[..., Flask],
) -> None:
    with own_app().app_context():
        db.session.execute(text("UPDATE sites SET name = 'First' WHERE code = 'TMP'"))
        for _time in range(7):
            part = db.session.begin_nested()
            db.session.execute(text("UPDATE sites SET name = 'Second' WHERE code = 'TMP'"))
            part.rollback()
        prepared = db.session.scalars(text("SELECT statement FROM pg_prepared_statements")).all()
        assert db.session.scalar(text("SELECT name FROM sites WHERE code = 'TMP'")) == "First"
        db.session.remove()
    assert any("Second" in statement for statement in prepared)


@pytest.mark.drawn("postgresql")
def test_a_part_whose_statement_failed_is_taken_back_and_the_rest_goes_on(own_app: Callable[..., Flask]) -> None:
    with own_app().app_context():
        part = db.session.begin_nested()
        with pytest.raises(DBAPIError):
            db.session.execute(text("SELECT nothing FROM nowhere"))
        part.rollback()
        assert db.session.scalar(text("SELECT 1")) == 1
        db.session.remove()


@pytest.mark.drawn("postgresql")
def test_a_connection_is_of_use_again_after_a_statement_that_failed(own_app: Callable[..., Flask]) -> None:
    with own_app().app_context():
        with pytest.raises(DBAPIError):
            db.session.execute(text("SELECT nothing FROM nowhere"))
        db.session.rollback()
        assert db.session.scalar(text("SELECT 1")) == 1
        db.session.remove()
