"""Idempotency: each request with a key acts once, and its answer is replayed for 30 days."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from flask_babel import gettext as _
from sqlalchemy import Index, String, Text, bindparam, delete, select
from sqlalchemy.orm import Mapped, mapped_column

from workshop.core.bulk import insert_rows
from workshop.core.db import Base, db
from workshop.core.errors import Refused
from workshop.core.ready import Ready, insertion

KEPT_FOR: Final = timedelta(days=30)


class Request(Base):
    """A request that was carried out. Only inserted: a second one with the same key meets the primary key."""

    __tablename__ = "requests"
    __table_args__ = (Index("ix_requests_at", "at"),)

    caller: Mapped[str] = mapped_column(String(32), primary_key=True)
    key: Mapped[str] = mapped_column(String(80), primary_key=True)
    mark: Mapped[str] = mapped_column(String(64))
    answer: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]


class KeyReused(Refused):
    """The key was used for another request: a mistake of the caller, never acted on."""

    kind = "key-reused"


_BRIEFLY = json.JSONEncoder(separators=(",", ":"))
_INSERT = Ready(insertion(Request.__table__))
_FIND = Ready(
    select(Request.mark, Request.answer).where(Request.caller == bindparam("caller"), Request.key == bindparam("key"))
)


def keep(caller: str, key: str, mark: str, answer: dict[str, Any], at: datetime) -> None:
    """Write down the answer in the transaction of the change itself."""
    _INSERT.change(row_of(caller, key, mark, answer, at))


def keep_each(rows: Sequence[Mapping[str, Any]]) -> None:
    """Write down many answers together, each as `row_of` made it."""
    insert_rows(Request, rows)


def row_of(caller: str, key: str, mark: str, answer: dict[str, Any], at: datetime) -> dict[str, Any]:
    """Return an answer as it is kept."""
    return {"caller": caller, "key": key, "mark": mark, "answer": _BRIEFLY.encode(answer), "at": at}


def find(caller: str, key: str, mark: str) -> dict[str, Any] | None:
    """Return the kept answer, or None. Raises KeyReused when the key belongs to another request."""
    row = _FIND.first({"caller": caller, "key": key})
    if row is None:
        return None
    if row.mark != mark:
        raise KeyReused(
            _("This request key was used for something else."), _("Make a new key for each request."), field="key"
        )
    answer: dict[str, Any] = json.loads(row.answer)
    return answer


def find_many(caller: str, keys: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Return the kept answers of these keys, each of which stands for one request alone."""
    query = select(Request.key, Request.answer).where(Request.caller == caller, Request.key.in_(keys))
    return {key: json.loads(answer) for key, answer in db.session.execute(query)}


def forget(now: datetime) -> int:
    """Delete what is older than 30 days and return how many rows went. The caller commits."""
    gone = db.session.execute(delete(Request).where(Request.at < now - KEPT_FOR))
    return int(getattr(gone, "rowcount", 0))
