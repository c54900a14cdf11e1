"""What is asked of the feed, in the same transaction as the change that makes it necessary."""

from __future__ import annotations

from datetime import datetime

from workshop.core import work
from workshop.marketplace.models import Listing

PUSH, CREATE, POLL = "feed.push", "feed.create", "feed.poll"
ORDERS, ORDER, RECONCILE, RETURNS = "feed.orders", "feed.order", "feed.reconcile", "feed.returns"
ALL = "all"


def ask_push(listing: Listing, now: datetime) -> None:
    """Ask that a listing be brought in step with the shelf."""
    work.ask(PUSH, listing.sku_key, now)


def ask_create(now: datetime) -> None:
    """Ask that new listings be sent, as many as the day allows."""
    work.ask(CREATE, ALL, now)


def ask_poll(task_number: str, now: datetime) -> None:
    """Ask how far a task of the marketplace has come."""
    work.ask(POLL, task_number, now)


def ask_order(number: str, now: datetime) -> None:
    """Ask that an order there be brought to where it stands here."""
    work.ask(ORDER, number, now)
