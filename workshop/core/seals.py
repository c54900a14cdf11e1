"""Seals: a Merkle root over the heads of all chains that changed since the last seal, chained to it.

A changed event breaks its own chain. A tail cut off, or a unit removed whole, shows at the seal that held its head.
Kept elsewhere, the last seal shows even a database that was cut and sealed anew.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ForeignKey, Index, String, func, select
from sqlalchemy.orm import Mapped, mapped_column

from workshop.core.db import Base, BigId, db
from workshop.core.events import START, Event, EventNote, canonical, digest, link

# Events that were given lower numbers may commit after a seal was made: it looks back this far for them.
LOOK_BACK: Final = 10_000


class Seal(Base):
    """One seal. `up_to` is the highest event it saw."""

    __tablename__ = "seals"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    number: Mapped[int] = mapped_column(unique=True)
    at: Mapped[datetime]
    up_to: Mapped[int] = mapped_column(BigId)
    chains: Mapped[int]
    root: Mapped[str] = mapped_column(String(64))
    previous: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


class SealLeaf(Base):
    """The head and length of one chain at the moment of a seal."""

    __tablename__ = "seal_leaves"
    __table_args__ = (Index("ix_seal_leaves_chain", "chain_kind", "chain_id", "seq"),)

    seal_id: Mapped[int] = mapped_column(ForeignKey("seals.id"), primary_key=True)
    chain_kind: Mapped[str] = mapped_column(String(16), primary_key=True)
    chain_id: Mapped[int] = mapped_column(BigId, primary_key=True)
    seq: Mapped[int]
    hash: Mapped[str] = mapped_column(String(64))


@dataclass(frozen=True)
class Broken:
    """Where a chain or seal does not hold, and why."""

    kind: str
    id: int
    seq: int
    why: str


def merkle_root(leaves: list[str]) -> str:
    """Return the root of a binary hash tree over `leaves`; an odd one is carried up as it is."""
    if not leaves:
        return START
    level = [hashlib.sha256(b"\x00" + leaf.encode()).hexdigest() for leaf in leaves]
    while len(level) > 1:
        pairs = [
            hashlib.sha256(f"\x01{a}{b}".encode()).hexdigest() for a, b in zip(level[::2], level[1::2], strict=False)
        ]
        level = pairs + ([level[-1]] if len(level) % 2 else [])
    return level[0]


def leaf_text(kind: str, chain_id: int, seq: int, head: str) -> str:
    """Return what of a chain goes into the tree."""
    return f"{kind}:{chain_id}:{seq}:{head}"


def last_seal() -> Seal | None:
    """Return the newest seal."""
    return db.session.scalars(select(Seal).order_by(Seal.number.desc()).limit(1)).one_or_none()


def _changed_heads(since: int, up_to: int) -> list[Any]:
    """Return the last event of each chain that grew, those that the last seal of the chain does not hold already."""
    floor = max(0, since - LOOK_BACK)
    newest = (
        select(Event.chain_kind, Event.chain_id, func.max(Event.seq).label("seq"))
        .where(Event.id > floor, Event.id <= up_to)
        .group_by(Event.chain_kind, Event.chain_id)
        .subquery()
    )
    sealed = (
        select(func.max(SealLeaf.seq))
        .where(SealLeaf.chain_kind == newest.c.chain_kind, SealLeaf.chain_id == newest.c.chain_id)
        .scalar_subquery()
    )
    query = (
        select(Event.chain_kind, Event.chain_id, Event.seq, Event.hash)
        .join(
            newest,
            (Event.chain_kind == newest.c.chain_kind)
            & (Event.chain_id == newest.c.chain_id)
            & (Event.seq == newest.c.seq),
        )
        .where(Event.seq > func.coalesce(sealed, 0))
        .order_by(Event.chain_kind, Event.chain_id)
    )
    return list(db.session.execute(query))


def seal(now: datetime) -> Seal | None:
    """Seal what changed since the last seal; None when nothing did. Commits."""
    last = last_seal()
    up_to = db.session.scalar(select(func.max(Event.id))) or 0
    heads = _changed_heads(last.up_to if last else 0, up_to)
    if not heads:
        db.session.rollback()
        return None
    root = merkle_root([leaf_text(*h) for h in heads])
    number, previous = (last.number + 1, last.hash) if last else (1, START)
    made = Seal(
        number=number,
        at=now,
        up_to=up_to,
        chains=len(heads),
        root=root,
        previous=previous,
        hash=seal_hash(number, now, root, previous),
    )
    db.session.add(made)
    db.session.flush()
    db.session.execute(
        SealLeaf.__table__.insert(),  # type: ignore[attr-defined]
        [{"seal_id": made.id, "chain_kind": k, "chain_id": i, "seq": s, "hash": h} for k, i, s, h in heads],
    )
    db.session.commit()
    return made


def seal_hash(number: int, at: datetime, root: str, previous: str) -> str:
    """Return the hash of a seal."""
    return link(previous, canonical({"at": at.isoformat(), "number": number, "root": root}))


def verify() -> Iterator[Broken]:
    """Walk every chain and every seal, and tell each place that does not hold."""
    yield from _verify_chains()
    yield from _verify_words()
    yield from _verify_seals()


def _verify_chains() -> Iterator[Broken]:
    query = select(
        Event.chain_kind,
        Event.chain_id,
        Event.seq,
        Event.at,
        Event.action,
        Event.person_id,
        Event.bench_id,
        Event.body,
        Event.previous,
        Event.hash,
    ).order_by(Event.chain_kind, Event.chain_id, Event.seq)
    at: tuple[str, int, int, str] = ("", 0, 0, START)
    for row in db.session.execute(query.execution_options(yield_per=5000)):
        kind, chain_id, seq = row.chain_kind, row.chain_id, row.seq
        if (kind, chain_id) != at[:2]:
            at = (kind, chain_id, 0, START)
        if why := _why_broken(row, at[2], at[3]):
            yield Broken(kind, chain_id, seq, why)
        at = (kind, chain_id, seq, row.hash)


def _why_broken(row: Any, before_seq: int, before_hash: str) -> str | None:
    if row.seq != before_seq + 1:
        return f"event {before_seq + 1} is missing"
    if row.previous != before_hash:
        return "it does not carry the hash of the one before it"
    if link(row.previous, row.body) != row.hash:
        return "its body was changed"
    return _why_columns_differ(row)


def _why_columns_differ(row: Any) -> str | None:
    body = json.loads(row.body)
    told = (body["kind"], body["id"], body["seq"], body["at"], body["action"], body["person"], body["bench"])
    kept = (
        row.chain_kind,
        row.chain_id,
        row.seq,
        row.at.isoformat(),
        row.action,
        row.person_id,
        row.bench_id,
    )
    return None if told == kept else "its columns were changed"


def _verify_words() -> Iterator[Broken]:
    """Compare what people wrote with the digests in the events; erased words are nobody's fault."""
    query = select(EventNote, Event.body).outerjoin(
        Event,
        (Event.chain_kind == EventNote.chain_kind)
        & (Event.chain_id == EventNote.chain_id)
        & (Event.seq == EventNote.seq),
    )
    for note, body in db.session.execute(query.where(EventNote.erased_at.is_(None))):
        told = json.loads(body)["data"].get(f"{note.name}_digest") if body else None
        if told != digest(note.salt, note.words):
            yield Broken(note.chain_kind, note.chain_id, note.seq, "what was written for it was changed")


def _verify_seals() -> Iterator[Broken]:
    previous = START
    for made in db.session.scalars(select(Seal).order_by(Seal.number)):
        leaves = list(
            db.session.execute(
                select(SealLeaf.chain_kind, SealLeaf.chain_id, SealLeaf.seq, SealLeaf.hash, Event.hash)
                .outerjoin(
                    Event,
                    (Event.chain_kind == SealLeaf.chain_kind)
                    & (Event.chain_id == SealLeaf.chain_id)
                    & (Event.seq == SealLeaf.seq),
                )
                .where(SealLeaf.seal_id == made.id)
                .order_by(SealLeaf.chain_kind, SealLeaf.chain_id)
            )
        )
        if made.previous != previous:
            yield Broken("seal", made.number, 0, "it does not carry the hash of the seal before it")
        if merkle_root([leaf_text(*leaf[:4]) for leaf in leaves]) != made.root:
            yield Broken("seal", made.number, 0, "its leaves do not give its root")
        if seal_hash(made.number, made.at, made.root, made.previous) != made.hash:
            yield Broken("seal", made.number, 0, "it was changed")
        yield from (
            Broken(kind, chain_id, seq, f"seal {made.number} held an event that is gone or another")
            for kind, chain_id, seq, sealed, found in leaves
            if sealed != found
        )
        previous = made.hash
