"""The seller's account: its terms, and whether the feed may run."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select

from workshop.core.db import db
from workshop.core.vat import Regime
from workshop.marketplace.models import NewListing, SellerAccount
from workshop.marketplace.pricing import Terms


def account() -> SellerAccount:
    """Return the seller's account: the migration made its one row."""
    found = db.session.get(SellerAccount, 1)
    assert found is not None
    return found


def terms_for(seller: SellerAccount, vat_regime: str | None) -> Terms:
    """Return what a sale of a unit bought under this regime costs."""
    return Terms(
        fee_rate=seller.fee_rate,
        vat_rate=seller.vat_rate,
        regime=Regime(vat_regime or "margin"),
        shipping_minor=seller.shipping_minor,
        warranty_rate=seller.warranty_rate,
    )


@dataclass(frozen=True)
class Allowance:
    """How many new listings a day may bring. `day` counts from 1; 0 where the probation has not begun.

    `left` is None where there is no limit. `paused` says that the days are over and nobody has reviewed yet.
    """

    day: int
    days: int
    used: int
    per_day: int
    left: int | None
    paused: bool = False


def allowance(
    *, started_on: date | None, reviewed: bool, per_day: int, days: int, used_today: int, today: date
) -> Allowance:
    """Return what may still be listed today. Source: the seller's rules, five a day for 40 days, then a review."""
    if reviewed or days == 0:
        return Allowance(0, days, used_today, per_day, None)
    day = (today - started_on).days + 1 if started_on else 1
    if day > days:
        return Allowance(day, days, used_today, per_day, 0, paused=True)
    return Allowance(day if started_on else 0, days, used_today, per_day, max(0, per_day - used_today))


def allowance_on(today: date) -> Allowance:
    """Return the allowance of the account as it stands."""
    seller = account()
    return allowance(
        started_on=seller.started_on,
        reviewed=seller.reviewed_at is not None,
        per_day=seller.new_per_day,
        days=seller.days,
        used_today=used_on(today),
        today=today,
    )


def used_on(day: date) -> int:
    """Return how many new listings were made on a day."""
    return db.session.scalar(select(func.count()).select_from(NewListing).where(NewListing.day == day)) or 0


def used_by_day(first: date) -> dict[date, int]:
    """Return how many new listings were made on each day from `first` on."""
    query = select(NewListing.day, func.count()).where(NewListing.day >= first).group_by(NewListing.day)
    return {day: n for day, n in db.session.execute(query)}


def count_new(listing_id: int, day: date) -> None:
    """Count a listing against the day's allowance, once; the first one begins the probation."""
    if db.session.scalar(select(NewListing.id).where(NewListing.listing_id == listing_id)) is not None:
        return
    db.session.add(NewListing(listing_id=listing_id, day=day))
    seller = account()
    if seller.started_on is None:
        seller.started_on = day


def block(until: datetime) -> None:
    """Let everybody with this token wait: the marketplace counts calls by token, not by worker."""
    seller = account()
    if seller.blocked_until is None or seller.blocked_until < until:
        seller.blocked_until = until


def wait_left(seller: SellerAccount, now: datetime) -> timedelta | None:
    """Return how long nobody may call, or None."""
    if seller.blocked_until is None or seller.blocked_until <= now:
        return None
    return seller.blocked_until - now
