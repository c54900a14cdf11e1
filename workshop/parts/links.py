"""What this room adds to the navigation, each with what needs this person."""

from __future__ import annotations

from typing import Any, Final

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select

from workshop.core import clock
from workshop.core.actor import ADMIN, AUDITOR, PARTS_MANAGER
from workshop.core.house import Link
from workshop.parts import listings, planning
from workshop.parts.action_words import terms

WHO: Final = frozenset({PARTS_MANAGER, ADMIN})
READERS: Final = frozenset({PARTS_MANAGER, ADMIN, AUDITOR})


def to_order(actor: Any) -> Select[int]:
    """How many lines are to be ordered or decided today."""
    return planning.count_to_order(listings.site_within(actor))


def due(actor: Any) -> Select[int]:
    """How many deliveries are due today or late."""
    return listings.count_orders(listings.site_within(actor), "sent", by=actor.day(clock.now()))


def drafts(actor: Any) -> Select[int]:
    """How many drafts wait to be approved."""
    return listings.count_orders(listings.site_within(actor), "draft")


def short(actor: Any) -> Select[int]:
    """How many needs have neither a piece nor an order."""
    return listings.count_needs(listings.site_within(actor), "needed")


def closing(actor: Any) -> int:
    """How many models' windows are closing."""
    return planning.count_closing(listings.site_within(actor), today=actor.day(clock.now()), terms=terms())


def waited_for(actor: Any) -> Select[int]:
    """How many parts in donors a job waits for."""
    return listings.count_waited_for(listings.site_within(actor))


LINKS: Final = (
    Link("parts", _l("Today"), "parts.today_page", "sun", WHO, 10, to_order),
    Link("parts", _l("Receiving"), "parts.receiving_page", "package", WHO, 20, due),
    Link("parts", _l("Orders"), "parts.orders_page", "shopping-cart", READERS, 30, drafts),
    Link("parts", _l("Stock"), "parts.stock_page", "boxes", READERS, 40),
    Link("parts", _l("Short"), "parts.short_page", "hourglass", WHO, 50, short),
    Link("planning", _l("Window horizon"), "parts.windows_page", "calendar-range", READERS, 10, number=closing),
    Link("planning", _l("Donors"), "parts.donors_page", "recycle", WHO, 20, waited_for),
    Link("planning", _l("Suppliers"), "parts.suppliers_page", "truck", READERS, 30),
    Link("planning", _l("Spare parts"), "parts.parts_page", "package", READERS, 35),
    Link("planning", _l("Recall"), "parts.recall_page", "link", READERS, 40),
)
