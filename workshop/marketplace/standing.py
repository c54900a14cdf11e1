"""How a listing stands: its state, why, and the counts that were read back."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from workshop.core.db import db
from workshop.marketplace.adapters.base import Published
from workshop.marketplace.models import Listing


def locked(sku_key: str) -> Listing | None:
    """Return a listing as it is in the database now, held until the transaction ends."""
    query = select(Listing).where(Listing.sku_key == sku_key).with_for_update()
    return db.session.scalars(query.execution_options(populate_existing=True)).one_or_none()


def stand(
    listing: Listing, state: str, why: str, now: datetime, *, again: timedelta | None = None, **data: Any
) -> None:
    """Say how a listing stands, and why in words."""
    if listing.state != state:
        listing.state_since = now
    listing.state, listing.why_code, listing.why_data = state, why, data
    listing.again_at = now + again if again else None


def adopt(listing: Listing, seen: Published) -> None:
    """Take over a listing that the marketplace has under our SKU."""
    listing.marketplace_id = seen.id
    listing.expected_quantity = seen.quantity
    listing.sent_quantity = None
    show(listing, seen)


def show(listing: Listing, seen: Published) -> None:
    """Keep what the marketplace shows."""
    listing.published_quantity = seen.quantity
    listing.published_price_minor = seen.price_minor
    listing.publication_state = seen.state
    listing.max_price_minor = seen.max_price_minor


def settle(listing: Listing, shown: int) -> None:
    """Compare what the marketplace showed with what it must show, once every order up to then was read.

    Fewer than expected means orders that it has counted and not told yet. A quantity in flight whose answer
    was lost may have been taken or not: the smaller is expected, so that neither looks like a sale. (A sale just
    then that is told much later stays unseen until it is told: nothing the marketplace offers would show it.)
    """
    expected = listing.expected_quantity
    if listing.sent_quantity is not None:
        expected = min(expected, listing.sent_quantity)
    if shown < expected:
        listing.unread += expected - shown
    if shown < expected or listing.sent_quantity is not None:
        listing.expected_quantity = shown
    listing.sent_quantity = None
