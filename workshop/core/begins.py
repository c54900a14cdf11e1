"""`begins(column, prefix)`: what begins so, as one stretch of an index on both databases.

LIKE is none: SQLite's takes capitals for small letters, PostgreSQL's is one only where the database's language is C.
So the stretch's two ends are compared sign by sign; on PostgreSQL the index must be of `varchar_pattern_ops`.
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import ColumnElement
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import NullType

BYTEWISE: Final = "varchar_pattern_ops"
LAST: Final = chr(0x10FFFF)


class _Stretch(FunctionElement[Any]):
    """What lies from the second argument on, and before the third.

    It has no type: of a Boolean, SQLAlchemy would ask whether it is 1, and SQLite's index would not be used.
    """

    name = "stretch"
    type = NullType()
    inherit_cache = True


@compiles(_Stretch)
def _anywhere(element: Any, compiler: Any, **more: Any) -> str:
    column, first, end = (compiler.process(c, **more) for c in element.clauses)
    return f"({column} >= {first} AND {column} < {end})"


@compiles(_Stretch, "postgresql")
def _bytewise(element: Any, compiler: Any, **more: Any) -> str:
    column, first, end = (compiler.process(c, **more) for c in element.clauses)
    return f"({column} ~>=~ {first} AND {column} ~<~ {end})"


def begins(column: Any, prefix: str) -> ColumnElement[bool]:
    """Return the condition that a text column begins with `prefix`, capitals and small letters told apart."""
    return _Stretch(column, prefix, following(prefix))


def following(prefix: str) -> str:
    """Return the first text after all that begin with `prefix`."""
    if not prefix:
        return LAST
    last = ord(prefix[-1]) + 1
    if last > ord(LAST):
        return following(prefix[:-1])
    return prefix[:-1] + chr(0xE000 if 0xD800 <= last < 0xE000 else last)
