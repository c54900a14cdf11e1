"""Reading orders and returns: from where the last good pull began, less ten minutes, to the last page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final

from workshop.core import clock
from workshop.core.actions import perform
from workshop.core.db import db
from workshop.core.errors import Refused
from workshop.core.work import Again
from workshop.marketplace import orders, returning
from workshop.marketplace.account import account
from workshop.marketplace.adapters.base import Folder, Marketplace, SoldOrder
from workshop.marketplace.feed import FEED, Errand
from workshop.marketplace.order_models import SalesOrder

OVERLAP: Final = timedelta(minutes=10)
TO_TAKE: Final = frozenset({orders.PAID, orders.ACCEPTED})


def pull(errand: Errand) -> Again | None:
    """Read the orders that changed."""
    pull_orders(errand.market)
    return None


def pull_orders(market: Marketplace) -> int:
    """Read the orders that changed; return how many told something new. A repeat is normal and changes nothing."""
    began, since = clock.now(), _since()
    read = list(market.orders(since))
    # The oldest first: whoever ordered first gets the unit that was in stock longest.
    new = sum(take_in(sold) for sold in sorted(read, key=lambda s: (s.placed_at, s.number)))
    seller = account()
    if seller.orders_read_from is None or seller.orders_read_from < began:
        seller.orders_read_from = began
    db.session.commit()
    return new


def _since() -> datetime | None:
    db.session.expire(account())
    last = account().orders_read_from
    db.session.commit()
    return last - OVERLAP if last else None


def take_in(sold: SoldOrder) -> bool:
    """Write an order down that is new, follow one that changed; False for a repeat."""
    known = orders.find(sold.number)
    if known is None:
        wanted = any(line.state in TO_TAKE for line in sold.lines)
        return wanted and _done(lambda: perform("take_order", None, {"sold": sold}, by=FEED))
    if not _changed(known, sold):
        db.session.commit()
        return False
    return _done(lambda: perform("note_order", known, {"sold": sold}, by=FEED))


def _changed(known: SalesOrder, sold: SoldOrder) -> bool:
    states = {line.number: line.state for line in sold.lines}
    moved = any(states.get(line.number, line.marketplace_state) != line.marketplace_state for line in known.lines)
    return moved or known.state != sold.state or (sold.ship_to != known.ship_to and bool(sold.ship_to))


def _done(do: Callable[[], Any]) -> bool:
    """Do it; another worker that was faster is no failure."""
    try:
        do()
    except Refused:
        return False
    return True


def pull_returns(errand: Errand) -> Again | None:
    """Read the returns, and note those that are new or changed."""
    for folder in list(errand.market.folders()):
        line = returning.line_numbered(folder.line)
        if line is not None and line.unit_id is not None:
            _note(folder, line.id, returning.announced(line))
        db.session.commit()
    return None


def _note(folder: Folder, line_id: int, known: Any) -> None:
    refunded = folder.line_state == orders.REFUNDED_AFTER
    if known is not None and known.folder == folder.number:
        settled = (known.closed_at is None) == folder.is_open and (known.refunded_at is not None) >= refunded
        if settled:
            return
    _done(lambda: perform("note_return", None, {"folder": folder, "line": line_id}, by=FEED))
