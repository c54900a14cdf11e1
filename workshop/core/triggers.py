"""Triggers by which the database itself refuses to change or delete what may only be added."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection, text

ADD_ONLY: Final = ("events", "seals", "seal_leaves", "stock_movements")
_REFUSAL: Final = "may only be added to"


def expected(dialect: str) -> set[str]:
    """Return the names of the triggers that must be there."""
    verbs = ("update", "delete", "truncate") if dialect == "postgresql" else ("update", "delete")
    return {f"{table}_refuse_{verb}" for table in ADD_ONLY for verb in verbs}


def statements(dialect: str, table: str) -> list[str]:
    """Return the statements that protect `table`."""
    if dialect == "sqlite":
        return [
            f"CREATE TRIGGER {table}_refuse_{verb} BEFORE {verb.upper()} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} {_REFUSAL}'); END"
            for verb in ("update", "delete")
        ]
    return [
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '% {_REFUSAL}', TG_TABLE_NAME; END $$",
        *(
            f"CREATE TRIGGER {table}_refuse_{verb} BEFORE {verb.upper()} ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION refuse_change()"
            for verb in ("update", "delete")
        ),
        f"CREATE TRIGGER {table}_refuse_truncate BEFORE TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
    ]


def present(connection: Connection) -> set[str]:
    """Return the names of the triggers that are there."""
    if connection.dialect.name == "sqlite":
        query = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    else:
        query = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
    return {row[0] for row in connection.execute(text(query))}
