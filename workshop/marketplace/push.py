"""Bringing one SKU in step with the shelf: read back, read orders, count, send the difference, read back.

The marketplace lowers its count when it sells. Were ours sent without reading its orders first, it would put a
unit on sale again that was just sold.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from workshop.core import clock
from workshop.core.actions import perform
from workshop.core.db import db
from workshop.core.errors import Refused
from workshop.core.money import plain_amount
from workshop.core.work import Again
from workshop.jobs.stages import Stage
from workshop.jobs.target import OpenUnit
from workshop.marketplace import outbox, pull, shelf, standing
from workshop.marketplace.adapters.base import LineRefused, Published
from workshop.marketplace.feed import FEED, Errand
from workshop.marketplace.models import Listing

INCOMPLETE, DISABLED = 0, 4
# How long a batch whose answer was lost may still be worked on before it may be sent once more.
LOST_BATCH: Final = timedelta(seconds=15)
TRIES: Final = 5


def push(errand: Errand) -> Again | None:
    """Bring the SKU of an errand in step."""
    listing = standing.locked(errand.subject)
    if listing is None:
        return None
    if listing.marketplace_id is None:
        return _make(listing, errand)
    for _try in range(TRIES):
        seen = _read_back(listing, errand)
        if seen is None:
            return _vanished(listing)
        if not pull.pull_orders(errand.market):
            break
    else:
        return Again(timedelta(seconds=1), "orders keep coming")
    return _send(_held(listing), seen, errand)


def _held(listing: Listing) -> Listing:
    """Return the listing as it is now, held."""
    found = standing.locked(listing.sku_key)
    assert found is not None
    return found


def _read_back(listing: Listing, errand: Errand) -> Published | None:
    number = listing.marketplace_id
    assert number is not None
    db.session.commit()
    return errand.market.read(number)


def _vanished(listing: Listing) -> Again | None:
    """The marketplace has the listing no more: look the SKU up, and make it anew if need be."""
    listing = _held(listing)
    listing.marketplace_id, listing.expected_quantity, listing.sent_quantity = None, 0, None
    listing.published_quantity = 0
    db.session.commit()
    return Again(timedelta(seconds=0), "the listing is not there any more")


# --- a listing that is there


def _send(listing: Listing, seen: Published, errand: Errand) -> Again | None:
    """Send what differs, if anything does."""
    standing.settle(listing, seen.quantity)
    standing.show(listing, seen)
    units = shelf.free_units(listing)
    desired = shelf.wanted(listing, len(units))
    changes = difference(listing, seen, desired)
    if not changes:
        return _finish(listing, seen, seen.quantity, units[:desired])
    listing.sent_quantity = desired
    _explain_sending(listing)
    errand.before_sending()
    try:
        after = errand.market.update(seen.id, **changes)
    except LineRefused as refused:
        _refused(listing, refused)
        return None
    listing = _held(listing)
    listing.expected_quantity, listing.sent_quantity = after.quantity, None
    standing.show(listing, after)
    return _finish(listing, after, seen.quantity, units[:desired])


def difference(listing: Listing, seen: Published, desired: int) -> dict[str, Any]:
    """Return the fields in which the marketplace differs from what is wanted; a price it would not take is left out."""
    changes: dict[str, Any] = {}
    if seen.quantity != desired:
        changes["quantity"] = desired
    if listing.price_minor and listing.price_minor != seen.price_minor and not is_too_dear(listing):
        changes |= {"price_minor": listing.price_minor, "currency": listing.currency}
    if seen.state == INCOMPLETE and listing.comment and desired:
        changes |= {
            "comment": listing.comment,
            "price_minor": listing.price_minor,
            "currency": listing.currency,
        }
    return changes


def is_too_dear(listing: Listing) -> bool:
    """Say whether the price is above the highest that the marketplace allows."""
    most = listing.max_price_minor
    return bool(most and listing.price_minor and listing.price_minor > most)


def _explain_sending(listing: Listing) -> None:
    if listing.state != "sending":
        standing.stand(listing, "sending", "changed", clock.now())


def _refused(listing: Listing, refused: LineRefused) -> None:
    listing = _held(listing)
    listing.sent_quantity = None
    standing.stand(listing, "refused", "line", clock.now(), said=refused.said)
    db.session.commit()


def _finish(listing: Listing, seen: Published, before: int, live: list[OpenUnit]) -> Again | None:
    """Say how the listing stands, then let each unit that it now shows go live."""
    now = clock.now()
    listing.read_at = now
    state, why, data = verdict(listing, seen)
    standing.stand(listing, state, why, now, **data)
    task = listing.task_number or ""
    db.session.commit()
    if is_too_dear(listing) or seen.state == INCOMPLETE:
        return None
    for unit in live:
        if unit.stage == Stage.READY:
            go_live(unit, before, seen.quantity, task)
    return None


def verdict(listing: Listing, seen: Published) -> tuple[str, str, dict[str, Any]]:
    """Return how a listing stands that was just read back."""
    if is_too_dear(listing):
        most = plain_amount(listing.max_price_minor or 0, listing.currency)
        return "refused", "too_dear", {"most": f"{most} {listing.currency}"}
    if seen.quantity and seen.state == INCOMPLETE:
        return "refused", "no_comment", {}
    if seen.state == DISABLED:
        return "refused", "disabled", {}
    if listing.unread:
        return "waiting", "unread", {"n": listing.unread}
    return "in_step", "", {}


def go_live(unit: OpenUnit, before: int, after: int, task: str) -> None:
    """Write down that a unit is live; one that was held or sold meanwhile is left to the next push."""
    given = {"quantity_from": before, "quantity_to": after, "task": task}
    try:
        perform("list_unit", unit.id, given, by=FEED)
    except Refused:
        db.session.rollback()


# --- a listing that is not there yet


def _make(listing: Listing, errand: Errand) -> Again | None:
    """Look the SKU up before it is made: what was sent may have arrived although its answer was lost."""
    now = clock.now()
    if not shelf.free_units(listing):
        _wait_for_unit(listing)
        return None
    if listing.why_code == "task" and listing.state == "sending":
        return None
    sku, sent_at = listing.sku, listing.create_sent_at
    db.session.commit()
    seen = errand.market.find(sku)
    listing = _held(listing)
    if seen is not None:
        standing.adopt(listing, seen)
        db.session.commit()
        return push(errand)
    if sent_at is not None and now - sent_at < LOST_BATCH:
        standing.stand(listing, "waiting", "silent", now, again=LOST_BATCH)
        return Again(LOST_BATCH - (now - sent_at), "looking the SKU up before it is sent again")
    listing.create_sent_at = None
    standing.stand(listing, "waiting", "new", now)
    outbox.ask_create(now)
    db.session.commit()
    return None


def _wait_for_unit(listing: Listing) -> None:
    """Nothing of it may be sold yet: say what it lacks, if it is the listing that lacks it."""
    now = clock.now()
    if not listing.product.is_known:
        standing.stand(listing, "waiting", "no_product", now)
    elif listing.price_minor is None:
        standing.stand(listing, "waiting", "no_price", now)
    else:
        standing.stand(listing, "in_step", "", now)
    db.session.commit()
