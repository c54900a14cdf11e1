"""New listings: as many as the day allows, the best earner first, in one batch, never sent blind."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Final

from sqlalchemy import select

from workshop.core import clock
from workshop.core.db import db
from workshop.core.work import Again
from workshop.marketplace import account as accounts
from workshop.marketplace import outbox, prices, shelf, standing
from workshop.marketplace.account import Allowance
from workshop.marketplace.adapters.base import LineRefused, TaskState, Wanted
from workshop.marketplace.feed import Errand
from workshop.marketplace.models import Listing

BATCH: Final = 200
POLLS: Final = (1, 2, 3, 3, 5, 5, 10)


def waiting_listings() -> list[Listing]:
    """Return the listings that wait to be made, the best earner first."""
    query = select(Listing).where(Listing.marketplace_id.is_(None), Listing.state.in_(("waiting", "tomorrow")))
    ready = [listing for listing in db.session.scalars(query) if listing.price_minor and listing.product.is_known]
    return sorted(ready, key=earns, reverse=True)


def earns(listing: Listing) -> int:
    """Return what a unit under this listing leaves at best."""
    under = prices.units_under(listing)
    price = listing.price_minor or 0
    return max((prices.calculation(unit).at(price).left_minor for _offer, unit in under), default=0)


def create(errand: Errand) -> Again | None:
    """Send the new listings that today allows; the others are told that it is tomorrow."""
    now = clock.now()
    allowed = accounts.allowance_on(now.date())
    ready = [listing for listing in waiting_listings() if shelf.free_count(listing)]
    most = BATCH if allowed.left is None else min(BATCH, allowed.left)
    chosen, later = ready[:most], ready[most:]
    for listing in later:
        _put_off(listing, allowed, now)
    db.session.commit()
    absent = [listing for listing in chosen if _is_absent(listing, errand)]
    if absent:
        _send(absent, errand)
    return Again(_until_midnight(now), "the day's new listings are taken") if later else None


def _put_off(listing: Listing, allowed: Allowance, now: datetime) -> None:
    why = "review" if allowed.paused else "allowance"
    standing.stand(listing, "tomorrow", why, now, of=allowed.per_day, days=allowed.days)


def _is_absent(listing: Listing, errand: Errand) -> bool:
    """Look a SKU up; one that is there already is adopted instead of made."""
    seen = errand.market.find(listing.sku)
    if seen is None:
        return True
    standing.adopt(listing, seen)
    outbox.ask_push(listing, clock.now())
    db.session.commit()
    return False


def _send(listings: list[Listing], errand: Errand) -> None:
    now = clock.now()
    for listing in listings:
        listing.create_sent_at = now
        standing.stand(listing, "sending", "silent", now)
        accounts.count_new(listing.id, now.date())
    wanted = [_wanted(listing) for listing in listings]
    errand.before_sending()
    try:
        number = errand.market.create(wanted)
    except LineRefused as refused:
        for listing in listings:
            standing.stand(listing, "refused", "line", now, said=refused.said)
        db.session.commit()
        return
    for listing in listings:
        listing.task_number = number
        standing.stand(listing, "sending", "task", clock.now(), task=number)
    outbox.ask_poll(number, clock.now())
    db.session.commit()


def _wanted(listing: Listing) -> Wanted:
    product = listing.product
    assert listing.price_minor is not None
    return Wanted(
        sku=listing.sku,
        ean=product.ean,
        product=product.marketplace_product,
        grade=listing.grade,
        price_minor=listing.price_minor,
        currency=listing.currency,
        comment=listing.comment,
        new_battery=listing.new_battery,
    )


def _until_midnight(now: datetime) -> timedelta:
    return datetime.combine(now.date() + timedelta(days=1), time.min, now.tzinfo) - now


def poll(errand: Errand) -> Again | None:
    """Ask how far a task has come, and read its lines back onto their listings."""
    task = errand.market.task(errand.subject)
    if not task.finished:
        wait = POLLS[min(errand.attempts, len(POLLS)) - 1]
        return Again(timedelta(seconds=wait), "the marketplace works on it")
    query = select(Listing).where(Listing.task_number == errand.subject, Listing.marketplace_id.is_(None))
    for listing in db.session.scalars(query).all():
        _take_line(listing, task)
    db.session.commit()
    return None


def _take_line(listing: Listing, task: TaskState) -> None:
    now = clock.now()
    refused = {sku.casefold(): why for sku, why in task.refused.items()}
    if listing.sku_key in refused:
        standing.stand(listing, "refused", "line", now, said=refused[listing.sku_key])
        return
    if task.failed:
        # The whole task failed, not this line: it is looked up and sent again, after a while.
        listing.task_number, listing.create_sent_at = None, now
    standing.stand(listing, "waiting", "line" if task.failed else "new", now, said=task.failed)
    outbox.ask_push(listing, now)
