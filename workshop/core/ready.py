"""Statements made ready once: for the path of a scan, where building and looking up each costs more than running it.

Constants are written into the text, so that only what differs from call to call is a parameter. The text goes to the
driver's own cursor, in the session's transaction: four fifths of a small statement's time were SQLAlchemy's way there.
What listens for statements hears of them all the same, and errors are SQLAlchemy's.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import BindParameter, Connection, Insert, Select, Table, bindparam, literal_column
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, SessionTransaction
from sqlalchemy.sql import visitors

from workshop.core.db import db

Statement = Any  # a SELECT of any width, an INSERT or an UPDATE
Process = Callable[[Any], Any]
_ASKED: Final = "the transaction last asked for its connection, and that connection"


class Ready:
    """One statement, for both kinds of database."""

    def __init__(self, statement: Statement) -> None:
        self.statement = statement
        self._sent: dict[str, Sent] = {}

    def all(self, parameters: Mapping[str, Any]) -> list[Any]:
        """Return the rows, as named tuples."""
        sent, cursor = self._execute(parameters)
        rows = cursor.fetchall()
        cursor.close()
        return [sent.row(values) for values in rows]

    def first(self, parameters: Mapping[str, Any]) -> Any:
        """Return the first row, or None."""
        return next(iter(self.all(parameters)), None)

    def change(self, parameters: Mapping[str, Any]) -> int:
        """Return how many rows were written."""
        _sent, cursor = self._execute(parameters)
        written: int = cursor.rowcount
        cursor.close()
        return written

    def _execute(self, parameters: Mapping[str, Any]) -> tuple[Sent, Any]:
        session = db.session()
        session.flush()  # what rules have changed counts for what is asked next; nothing changed, nothing sent
        connection = _connection_of(session)
        sent = self._sent.get(connection.dialect.name) or self._prepare(connection.dialect)
        return sent, send(connection, sent.text, sent.values(parameters))

    def _prepare(self, dialect: Dialect) -> Sent:
        self._sent[dialect.name] = sent = prepare(self.statement, dialect)
        return sent


def _connection_of(session: Session) -> Connection:
    """Return the connection of the session's transaction, asked for once in each: the asking costs like a statement."""
    asked: tuple[SessionTransaction | None, Connection] | None = session.info.get(_ASKED)
    if asked is None or asked[0] is not session.get_transaction():
        connection = session.connection()
        session.info[_ASKED] = asked = session.get_transaction(), connection
    return asked[1]


@dataclass(frozen=True)
class Sent:
    """What goes to the driver and how its rows come back.

    `order` names the parameters in their order, and is empty where they go by name; `given` are those of the dialect.
    """

    text: str
    order: tuple[str, ...]
    given: dict[str, Any]
    makers: dict[str, Process]
    readers: tuple[tuple[int, Process], ...]
    make_row: Callable[[Any], Any]

    def values(self, parameters: Mapping[str, Any]) -> Any:
        """Return the parameters as the driver takes them."""
        made = {**self.given, **parameters}
        for name, make in self.makers.items():
            made[name] = make(made[name])
        return tuple([made[name] for name in self.order]) if self.order else made

    def row(self, values: Any) -> Any:
        """Return one row with each value as its column's type."""
        read = list(values)
        for place, process in self.readers:
            read[place] = process(read[place])
        return self.make_row(read)


def send(connection: Connection, text: str, values: Any) -> Any:
    """Execute `text` on a new cursor of the connection's driver and return the cursor."""
    cursor = connection.connection.cursor()
    if listening := connection.dispatch.before_cursor_execute:
        listening(connection, cursor, text, values, None, False)
    try:
        cursor.execute(text, values)
    except connection.dialect.loaded_dbapi.Error as wrong:
        error = connection.dialect.loaded_dbapi.Error
        raise DBAPIError.instance(text, values, wrong, error, dialect=connection.dialect) from wrong
    return cursor


def prepare(statement: Statement, dialect: Dialect) -> Sent:
    """Compile `statement`, its constants written out, for one kind of database."""
    compiled: Any = with_constants(statement, dialect).compile(dialect=dialect)
    makers = {n: b.type.dialect_impl(dialect).bind_processor(dialect) for n, b in compiled.binds.items()}
    columns = list(statement.selected_columns) if isinstance(statement, Select) else []
    readers = [c.type.dialect_impl(dialect).result_processor(dialect, None) for c in columns]
    row = namedtuple("Row", [getattr(c, "key", None) or "_" for c in columns], rename=True)  # type: ignore[misc]
    return Sent(
        text=str(compiled),
        order=tuple(compiled.positiontup or ()),
        given={n: v for n, v in compiled.params.items() if v is not None},
        makers={n: make for n, make in makers.items() if make},
        readers=tuple((place, read) for place, read in enumerate(readers) if read),
        make_row=row._make,
    )


def insertion(table: Any, leaving_out: str = "") -> Insert:
    """Return the INSERT of one row with all columns of `table` but one; nothing is read back."""
    assert isinstance(table, Table)
    return table.insert().values({c.name: bindparam(c.name) for c in table.c if c.name != leaving_out}).inline()


def with_constants(statement: Any, dialect: Dialect) -> Any:
    """Return `statement` with each parameter that has a value already written out."""

    def written_out(element: Any, **_more: Any) -> Any:
        if not isinstance(element, BindParameter) or (element.value is None and element.required):
            return None
        how = {"literal_binds": True, "render_postcompile": True}
        return literal_column(str(element.compile(dialect=dialect, compile_kwargs=how)), element.type)

    return visitors.replacement_traverse(statement, {}, written_out)
