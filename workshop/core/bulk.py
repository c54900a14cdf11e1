"""Many rows in one statement.

On PostgreSQL a list of each column goes over, and the database takes them apart: row by row, even in a pipeline, server
and program wake each other up for every row, which on a busy machine is what takes the time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Insert, Select, Table, Update, bindparam, func, insert, select, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.sql.schema import ScalarElementColumnDefault

from workshop.core.db import Base, db

Rows = Sequence[Mapping[str, Any]]


def insert_rows(model: type[Base], rows: Rows) -> None:
    """Insert many rows that name the same columns, past the ORM. What rules have changed is sent first."""
    db.session.flush()
    table: Any = model.__table__
    if not rows:
        return
    if not _takes_lists():
        db.session.execute(insert(table), list(rows))
        return
    defaults = {name: value for name, value in _defaults(table).items() if name not in rows[0]}
    names = (*rows[0], *defaults)
    db.session.execute(_insert_lists(table, names), _lists(names, [{**defaults, **row} for row in rows]))


def update_rows(model: type[Base], keys: Rows, values: Rows) -> int:
    """Set the values of each row that has its key, and return how many rows were there. No key comes twice."""
    db.session.flush()
    table: Any = model.__table__
    rows = [
        {**{f"key_{k}": v for k, v in key.items()}, **{f"new_{k}": v for k, v in new.items()}}
        for key, new in zip(keys, values, strict=True)
    ]
    if not rows:
        return 0
    names = (tuple(keys[0]), tuple(values[0]))
    if _takes_lists():
        done = db.session.execute(_update_lists(table, *names), _lists(tuple(rows[0]), rows))
    else:
        done = db.session.connection().execute(_update_each(table, *names), rows)
    return int(getattr(done, "rowcount", 0))


def _takes_lists() -> bool:
    return db.session.get_bind().dialect.name == "postgresql"


def _lists(names: Sequence[str], rows: Rows) -> dict[str, list[Any]]:
    return {name: [row[name] for row in rows] for name in names}


@cache
def _defaults(table: Table) -> dict[str, Any]:
    return {c.name: c.default.arg for c in table.c if isinstance(c.default, ScalarElementColumnDefault)}


def _apart(table: Table, names: Mapping[str, str]) -> Select[Any]:
    """Return the rows that lists make: each name is that of a list, with the column whose type it has."""
    return select(*(func.unnest(bindparam(n, type_=ARRAY(table.c[c].type))).label(n) for n, c in names.items()))


@cache
def _insert_lists(table: Table, names: tuple[str, ...]) -> Insert:
    return insert(table).from_select(list(names), _apart(table, {n: n for n in names}), include_defaults=False)


@cache
def _update_lists(table: Table, keys: tuple[str, ...], new: tuple[str, ...]) -> Update:
    given = _apart(table, {f"key_{k}": k for k in keys} | {f"new_{n}": n for n in new}).subquery("given")
    changed = update(table).values({n: given.c[f"new_{n}"] for n in new})
    return changed.where(*(table.c[k] == given.c[f"key_{k}"] for k in keys))


@cache
def _update_each(table: Table, keys: tuple[str, ...], new: tuple[str, ...]) -> Update:
    changed = update(table).values({n: bindparam(f"new_{n}") for n in new})
    return changed.where(*(table.c[k] == bindparam(f"key_{k}") for k in keys))
