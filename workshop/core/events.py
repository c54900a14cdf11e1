"""Events: who did what, when and where. They can only be added, and each carries the hash of the one before it.

A chain belongs to one thing (a unit, an order, a person), so that no scan waits for another unit's. The body that is
hashed is kept as text exactly as it was hashed. What people wrote in their own words stays out of it: the body holds
a salted digest, the words lie beside it, so that a name in them can be erased without breaking the chain.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Final

from sqlalchemy import Index, String, Text, UniqueConstraint, bindparam, select, update
from sqlalchemy.orm import Mapped, mapped_column

from workshop.core.bulk import insert_rows
from workshop.core.db import Base, BigId, db
from workshop.core.ready import Ready, insertion

START: Final = "0" * 64
# Arguments that people fill in with their own words.
FREE_TEXT: Final = frozenset({"reason", "note"})
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

    # What people wrote beside it, where `story` has read it.
    notes: ClassVar[dict[str, str]] = {}

    @property
    def data(self) -> dict[str, Any]:
        """What the action wrote down."""
        found: dict[str, Any] = json.loads(self.body)["data"]
        return found | self.notes


class EventNote(Base):
    """Words that a person wrote for an event. The event's body holds the digest of salt and words."""

    __tablename__ = "event_notes"
    __table_args__ = (UniqueConstraint("chain_kind", "chain_id", "seq", "name"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    chain_kind: Mapped[str] = mapped_column(String(16))
    chain_id: Mapped[int] = mapped_column(BigId)
    seq: Mapped[int]
    name: Mapped[str] = mapped_column(String(16))
    salt: Mapped[str] = mapped_column(String(32))
    words: Mapped[str] = mapped_column(Text)
    erased_at: Mapped[datetime | None]


@dataclass(frozen=True)
class Chain:
    """The state of one chain: whose, how long, and the hash of its last event."""

    kind: str
    id: int
    length: int = 0
    head: str = START


@dataclass(frozen=True)
class Entry:
    """What is to be written as the next event of `chain`."""

    chain: Chain
    action: str
    data: dict[str, Any]
    at: datetime
    person_id: int | None
    bench_id: int | None


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


def append(entry: Entry) -> Chain:
    """Write the next event of a chain and return where the chain stands now.

    Two writers of one chain meet in a unique constraint: the second gets IntegrityError, which the door explains.
    """
    row = _row(entry)
    _INSERT.change(row)
    return _after(row)


def append_each(entries: Sequence[Entry]) -> list[Chain]:
    """Write the next event of each of many chains together, and return where each stands now. No chain comes twice."""
    rows = [_row(entry) for entry in entries]
    insert_rows(Event, rows)
    return [_after(row) for row in rows]


def _row(entry: Entry) -> dict[str, Any]:
    chain, seq, data = entry.chain, entry.chain.length + 1, entry.data
    if not FREE_TEXT.isdisjoint(data):
        data = _keep_words(chain, seq, data)
    body = canonical(
        {
            "action": entry.action,
            "at": entry.at.isoformat(),
            "bench": entry.bench_id,
            "data": data,
            "id": chain.id,
            "kind": chain.kind,
            "person": entry.person_id,
            "seq": seq,
        }
    )
    return {
        "chain_kind": chain.kind,
        "chain_id": chain.id,
        "seq": seq,
        "at": entry.at,
        "action": entry.action,
        "person_id": entry.person_id,
        "bench_id": entry.bench_id,
        "body": body,
        "previous": chain.head,
        "hash": link(chain.head, body),
    }


def _after(row: dict[str, Any]) -> Chain:
    return Chain(row["chain_kind"], row["chain_id"], row["seq"], row["hash"])


def digest(salt: str, words: str) -> str:
    """Return what an event's body holds of words that are kept beside it."""
    return hashlib.sha256(f"{salt}\n{words}".encode()).hexdigest()


def _keep_words(chain: Chain, seq: int, data: dict[str, Any]) -> dict[str, Any]:
    """Keep what a person wrote beside the event, and return the data with digests in its place."""
    hashed = dict(data)
    for name in FREE_TEXT & data.keys():
        words, salt = str(hashed.pop(name)), secrets.token_hex(16)
        if words:
            db.session.add(
                EventNote(chain_kind=chain.kind, chain_id=chain.id, seq=seq, name=name, salt=salt, words=words)
            )
            hashed[f"{name}_digest"] = digest(salt, words)
    db.session.flush()
    return hashed


def erase_words(kind: str, subject_id: int, seq: int, now: datetime) -> int:
    """Erase what was written for an event, and return how many notes went: the chain holds. The caller commits."""
    mine = (EventNote.chain_kind == kind) & (EventNote.chain_id == subject_id) & (EventNote.seq == seq)
    gone = db.session.execute(update(EventNote).where(mine).values(words="", erased_at=now))
    return int(getattr(gone, "rowcount", 0))


def _read_words(events: list[Event], kind: str, subject_id: int) -> None:
    """Put beside each event what was written for it, in one query."""
    query = select(EventNote.seq, EventNote.name, EventNote.words).where(
        EventNote.chain_kind == kind, EventNote.chain_id == subject_id
    )
    written: dict[int, dict[str, str]] = {}
    for seq, name, words in db.session.execute(query):
        written.setdefault(seq, {})[name] = words
    for event in events:
        event.__dict__["notes"] = written.get(event.seq, {})


def story(kind: str, subject_id: int, *, limit: int = 200, before: int | None = None) -> list[Event]:
    """Return the events of one thing, newest first."""
    query = select(Event).where(Event.chain_kind == kind, Event.chain_id == subject_id)
    if before is not None:
        query = query.where(Event.seq < before)
    found = list(db.session.scalars(query.order_by(Event.seq.desc()).limit(limit)))
    _read_words(found, kind, subject_id)
    return found
