"""Reading everything back: whatever the marketplace shows that is not what the shelf holds is put right."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from workshop.core import clock
from workshop.core.db import db
from workshop.core.work import Again
from workshop.marketplace import outbox, pull, shelf, standing
from workshop.marketplace.account import account
from workshop.marketplace.adapters.base import Published
from workshop.marketplace.feed import Errand
from workshop.marketplace.models import Listing
from workshop.marketplace.push import difference

RESTING = ("refused", "tomorrow")


def reconcile(errand: Errand) -> Again | None:
    """Read every listing back and ask for a push wherever it differs."""
    began = clock.now()
    seen = {p.sku.casefold(): p for p in errand.market.read_all()}
    pull.pull_orders(errand.market)
    for sku_key in db.session.scalars(select(Listing.sku_key)).all():
        _compare(sku_key, seen.get(sku_key), began)
    account().looked_at = clock.now()
    db.session.commit()
    return None


def _compare(sku_key: str, seen: Published | None, began: datetime) -> None:
    listing = standing.locked(sku_key)
    if listing is None or (listing.read_at is not None and listing.read_at >= began):
        db.session.commit()
        return
    if seen is not None and listing.marketplace_id is not None:
        standing.settle(listing, seen.quantity)
        standing.show(listing, seen)
    if differs(listing, seen):
        outbox.ask_push(listing, clock.now())
    db.session.commit()


def differs(listing: Listing, seen: Published | None) -> bool:
    """Say whether there is something to send for a listing that nothing but time holds back."""
    if listing.state in RESTING and (seen is None or listing.why_code != "too_dear"):
        return False
    units = shelf.free_units(listing)
    if seen is None:
        return bool(units) or listing.marketplace_id is not None
    waiting = any(unit.stage == "ready" for unit in units[: shelf.wanted(listing, len(units))])
    changed = bool(difference(listing, seen, shelf.wanted(listing, len(units))))
    return changed or listing.state != "in_step" or waiting
