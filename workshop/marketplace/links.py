"""What the marketplace room adds to the navigation."""

from __future__ import annotations

from typing import Final

from flask_babel import lazy_gettext as _l

from workshop.core.actor import ADMIN, AUDITOR, REFURBISHER, TECHNICIAN
from workshop.core.house import Link
from workshop.marketplace import desk, feed_page

SELLERS: Final = frozenset({REFURBISHER, AUDITOR, ADMIN})
LINKS: Final = (
    Link("sales", _l("Ready"), "marketplace.ready_page", "circle-check", SELLERS, 20, desk.count_ready),
    Link("sales", _l("Feed"), "marketplace.feed", "arrow-right-left", SELLERS, 30, feed_page.count_needing_person),
    Link("sales", _l("Orders"), "marketplace.orders_page", "package", SELLERS | {TECHNICIAN}, 40, desk.count_to_ship),
    Link("sales", _l("Returns"), "marketplace.returns_page", "undo-2", SELLERS, 50, desk.count_returns),
    Link("quality", _l("Prices"), "marketplace.prices_page", "tag", SELLERS, 20),
    Link(
        "admin", _l("Background work"), "marketplace.background_page", "activity", frozenset({ADMIN, REFURBISHER}), 80
    ),
)
