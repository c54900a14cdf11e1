"""Events: who did what, when and where. They can only be added, and each carries the hash of the one before it.

A chain belongs to one thing (a unit, an order, a person), so that no scan waits for another unit's. The body that is
hashed is kept as text exactly as it was hashed. Names and free text of persons stay out of it.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Index, String, Text, UniqueConstraint, bindparam, select
from sqlalchemy.orm import Mapped, mapped_column

from workshop.core.db import Base, BigId, db
from workshop.core.ready import Ready, insertion

START: Final = "0" * 64
_ONE_SPELLING: Final = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


class Event(Base):
    """One thing that happened. UPDATE and DELETE are refused by triggers (migration `core`)."""

    __tablename__ = "events"
    __table_args__ = (
        UniqueConstraint("chain_kind", "chain_id", "seq"),
        Index("ix_events_person", "person_id", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    chain_kind: Mapped[str] = mapped_column(String(16))
    chain_id: Mapped[int] = mapped_column(BigId)
    seq: Mapped[int]
    at: Mapped[datetime]
    action: Mapped[str] = mapped_column(String(40))
    person_id: Mapped[int | None] = mapped_column(BigId)
    bench_id: Mapped[int | None] = mapped_column(BigId)
    body: Mapped[str] = mapped_column(Text)
    previous: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))

    @property
    def data(self) -> dict[str, Any]:
        """What the action wrote down."""
        found: dict[str, Any] = json.loads(self.body)["data"]
        return found


@dataclass(frozen=True)
class Chain:
    """The state of one chain: whose, how long, and the hash of its last event."""

    kind: str
    id: int
    length: int = 0
    head: str = START


def canonical(value: Any) -> str:
    """Return `value` as JSON with one spelling only. Holds strings, whole numbers, booleans, lists and objects."""
    return _ONE_SPELLING.encode(value)


def link(previous: str, body: str) -> str:
    """Return the hash of an event: SHA-256 over the one before it and its own body, in hexadecimal."""
    return hashlib.sha256(f"{previous}\n{body}".encode()).hexdigest()


_INSERT = Ready(insertion(Event.__table__, leaving_out="id"))
_LAST = Ready(
    select(Event.seq, Event.hash)
    .where(Event.chain_kind == bindparam("kind"), Event.chain_id == bindparam("id"))
    .order_by(Event.seq.desc())
    .limit(1)
)


def chain_of(kind: str, subject_id: int) -> Chain:
    """Read where the chain of one thing stands: one look-up in an index."""
    last = _LAST.first({"kind": kind, "id": subject_id})
    return Chain(kind, subject_id, last.seq, last.hash) if last else Chain(kind, subject_id)


def append(
    chain: Chain, action: str, data: dict[str, Any], *, at: datetime, person_id: int | None, bench_id: int | None
) -> Chain:
    """Write the next event of `chain` and return where it stands now.

    Two writers of one chain meet in a unique constraint: the second gets IntegrityError, which the door explains.
    """
    seq = chain.length + 1
    body = canonical(
        {
            "action": action,
            "at": at.isoformat(),
            "bench": bench_id,
            "data": data,
            "id": chain.id,
            "kind": chain.kind,
            "person": person_id,
            "seq": seq,
        }
    )
    head = link(chain.head, body)
    row = {
        "chain_kind": chain.kind,
        "chain_id": chain.id,
        "seq": seq,
        "at": at,
        "action": action,
        "person_id": person_id,
        "bench_id": bench_id,
        "body": body,
        "previous": chain.head,
        "hash": head,
    }
    _INSERT.change(row)
    return Chain(chain.kind, chain.id, seq, head)


def story(kind: str, subject_id: int, *, limit: int = 200, before: int | None = None) -> list[Event]:
    """Return the events of one thing, newest first."""
    query = select(Event).where(Event.chain_kind == kind, Event.chain_id == subject_id)
    if before is not None:
        query = query.where(Event.seq < before)
    return list(db.session.scalars(query.order_by(Event.seq.desc()).limit(limit)))
