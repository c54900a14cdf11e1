"""The schema, brought up to date by the migrations."""

from __future__ import annotations

from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from workshop.core import seals, triggers
from workshop.core.db import Base, db
from workshop.files import folder

TABLES_OF_ITS_OWN = (seals.Seal, seals.SealLeaf)
FOLDER = folder("migrations")


def config() -> Config:
    """Return where the migrations are."""
    found = Config()
    found.set_main_option("script_location", str(FOLDER))
    found.set_main_option("file_template", "%%(year)d%%(month).2d%%(day).2d_%%(slug)s")
    return found


def include_object(_thing: Any, name: str | None, kind: str, _reflected: bool, _compared: Any) -> bool:
    """Leave out what the migrations tool keeps for itself."""
    return not (kind == "table" and name == "alembic_version")


def upgrade(revision: str = "head") -> None:
    """Bring the database to `revision`. Harmless when it is there already."""
    db.session.remove()
    command.upgrade(config(), revision)


def current() -> str | None:
    """Return the revision of the database, None when it is empty."""
    with db.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def head() -> str | None:
    """Return the newest revision there is."""
    return ScriptDirectory.from_config(config()).get_current_head()


def differences() -> list[Any]:
    """Return how the database differs from the models, triggers included; empty when it does not."""
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "include_object": include_object})
        found = list(compare_metadata(context, Base.metadata))
        missing = triggers.expected(connection.dialect.name) - triggers.present(connection)
    return [*found, *(("missing_trigger", name) for name in sorted(missing))]
