"""Statements made ready once: for the path of a scan, where building and looking up each anew costs more than running it.

Every constant is written into the text, so that only what differs from call to call is sent as a parameter, and the
text is compiled once for each kind of database. They run in the session's own transaction, like all others.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import (
    BindParameter,
    CursorResult,
    Executable,
    FromClause,
    Insert,
    Table,
    bindparam,
    literal_column,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.sql import visitors

from workshop.core.db import db


class Ready:
    """One statement; called with its parameters, always the same ones, it is executed."""

    def __init__(self, statement: Executable) -> None:
        self._statement = statement
        self._written: dict[str, tuple[Executable, dict[str, Any]]] = {}

    def __call__(self, parameters: Mapping[str, Any]) -> CursorResult[Any]:
        session = db.session()
        session.flush()  # what rules have changed counts for what is asked next; nothing changed, nothing sent
        connection = session.connection()
        written, options = self.written_for(connection.dialect)
        return connection.execute(written, parameters, execution_options=options)

    def written_for(self, dialect: Dialect) -> tuple[Executable, dict[str, Any]]:
        """Return the statement with its constants in the text, as this kind of database writes them, and how to run it."""
        if dialect.name not in self._written:
            self._written[dialect.name] = with_constants(self._statement, dialect), {"compiled_cache": _Single()}
        return self._written[dialect.name]


class _Single(dict[Any, Any]):
    """A cache for one compiled statement. The common one hashes the whole statement at each look-up."""

    def get(self, _key: Any, default: Any = None) -> Any:
        return super().get("compiled", default)

    def __setitem__(self, _key: Any, compiled: Any) -> None:
        super().__setitem__("compiled", compiled)


def insertion(table: FromClause, leaving_out: str = "") -> Insert:
    """Return the INSERT of one row with all columns of `table` but one; nothing is read back."""
    assert isinstance(table, Table)
    return table.insert().values({c.name: bindparam(c.name) for c in table.c if c.name != leaving_out}).inline()


def with_constants(statement: Any, dialect: Dialect) -> Any:
    """Return `statement` with each parameter that has a value already written out."""

    def written_out(element: Any, **_more: Any) -> Any:
        if not isinstance(element, BindParameter) or (element.value is None and element.required):
            return None
        text = element.compile(dialect=dialect, compile_kwargs={"literal_binds": True, "render_postcompile": True})
        return literal_column(str(text), element.type)

    return visitors.replacement_traverse(statement, {}, written_out)
