"""What a partner said of a device and promised for it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import bindparam, select

from workshop.core.bulk import insert_rows
from workshop.core.db import db
from workshop.core.ready import Ready
from workshop.jobs.target import OpenUnit
from workshop.sourcing.models import Partner, Quote

_QUOTING: Final = Ready(
    select(Partner.kind).where(Partner.source_id == bindparam("source"), Partner.kind != "supplier")
)


def are_given_by(source_id: int | None) -> bool:
    """Say whether devices of this source are quoted one by one, as a programme's and a counter's are."""
    return source_id is not None and _QUOTING.first({"source": source_id}) is not None


def quote_of(job_id: int) -> Quote | None:
    """Return what was quoted for a job, or None."""
    return db.session.scalars(select(Quote).where(Quote.job_id == job_id)).one_or_none()


def quoted_jobs(job_ids: Sequence[int]) -> set[int]:
    """Return those of many jobs for which something was quoted."""
    return set(db.session.scalars(select(Quote.job_id).where(Quote.job_id.in_(job_ids))))


def begin(every: Sequence[tuple[OpenUnit, str, str, int]], now: datetime) -> None:
    """Keep what was quoted for many jobs that have no quote: the unit, the shop, the condition and the price."""
    rows = [
        {
            "job_id": unit.job_id,
            "source_id": unit.source_id,
            "currency": unit.currency,
            "quoted_at": now,
            "shop": shop,
            "condition": condition,
            "price_minor": price_minor,
        }
        for unit, shop, condition, price_minor in every
    ]
    if rows:
        insert_rows(Quote, rows)


def keep(unit: OpenUnit, *, shop: str, condition: str, price_minor: int, now: datetime) -> Quote:
    """Keep what was quoted for the unit's job; what is said again replaces it."""
    assert unit.source_id is not None
    quote = quote_of(unit.job_id)
    if quote is None:
        quote = Quote(job_id=unit.job_id, source_id=unit.source_id, currency=unit.currency, quoted_at=now)
        db.session.add(quote)
    quote.shop, quote.condition, quote.price_minor = shop, condition, price_minor
    return quote
