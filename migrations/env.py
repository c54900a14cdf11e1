"""Runs migrations on SQLite and PostgreSQL alike."""

from __future__ import annotations

from alembic import context
from flask import current_app
from sqlalchemy import Connection

from workshop.core.db import Base, db
from workshop.core.migrate import include_object

config = context.config


def run(connection: Connection) -> None:
    """Migrate over this connection, whole or not at all."""
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        transactional_ddl=True,
        include_object=include_object,
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()


def run_online() -> None:
    """Take the app's own engine. On SQLite, rebuilding a table must not cascade into its children."""
    with db.engine.connect() as connection:
        sqlite = connection.dialect.name == "sqlite"
        raw = connection.connection.dbapi_connection
        if sqlite:
            raw.execute("PRAGMA foreign_keys=OFF")  # within a transaction it would be ignored
        try:
            with connection.begin():
                run(connection)
                if sqlite and (broken := connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()):
                    raise RuntimeError(f"the migration would leave rows without their parents: {broken[:5]}")
        finally:
            if sqlite:
                raw.execute("PRAGMA foreign_keys=ON")


assert current_app
run_online()
