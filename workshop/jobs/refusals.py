"""Tries that were refused: noted beside the unit's story, since nothing was changed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select

from workshop.core import clock
from workshop.core.actor import Actor
from workshop.core.db import db
from workshop.core.errors import Refused
from workshop.jobs import target
from workshop.jobs.carried import NOTHING, Carried
from workshop.jobs.models import Refusal
from workshop.jobs.scan import Scanned, Unknown, scan


def scan_or_note(
    raw: str, actor: Actor, *, request_key: str | None, repeat_seconds: float, carried: Carried = NOTHING
) -> Scanned:
    """Carry out a scan; note a refused one beside the unit at the bench, then raise it all the same."""
    try:
        return scan(raw, actor, request_key=request_key, repeat_seconds=repeat_seconds, carried=carried)
    except Refused as refused:
        db.session.rollback()
        note(refused, raw, actor, clock.now())
        raise


def note(refused: Refused, raw: str, actor: Actor, now: datetime) -> None:
    """Write down a refused try. Commits: there is nothing else to keep."""
    known = not isinstance(refused, Unknown)
    unit = target.at_bench(actor.bench_id, actor.person_id) if known else None
    db.session.add(
        Refusal(
            unit_id=unit.id if unit else None,
            code=raw.strip()[:64],
            what=str(refused.what),
            person_id=actor.person_id,
            bench_id=actor.bench_id,
            at=now,
        )
    )
    db.session.commit()


def of(unit_id: int, limit: int = 50) -> list[dict[str, Any]]:
    """Return the refused tries beside a unit's story, newest first."""
    query = select(Refusal).where(Refusal.unit_id == unit_id).order_by(Refusal.id.desc()).limit(limit)
    return [{"at": r.at.isoformat(), "code": r.code, "what": r.what} for r in db.session.scalars(query)]
