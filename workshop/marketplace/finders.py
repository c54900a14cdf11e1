"""How orders of buyers and listings are found: by a begin of their number or SKU."""

from __future__ import annotations

from typing import Final

from flask import url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from workshop.core.actor import ADMIN, AUDITOR, REFURBISHER, TECHNICIAN, Actor
from workshop.core.begins import begins
from workshop.core.db import db
from workshop.core.finding import MOST, SHORTEST_CODE, Asked, Finder, Hit
from workshop.core.language import full_text
from workshop.marketplace.models import Listing
from workshop.marketplace.order_models import SalesOrder

SELLERS: Final = frozenset({REFURBISHER, ADMIN, AUDITOR})
PACKERS: Final = SELLERS | {TECHNICIAN}


def orders(wanted: Asked, _actor: Actor) -> list[Hit]:
    """Return orders of buyers by their number, or by its begin."""
    if len(wanted.code) < SHORTEST_CODE:
        return []
    query = select(SalesOrder).where(begins(SalesOrder.number, wanted.code)).order_by(SalesOrder.number)
    return [
        Hit(o.number, url_for("marketplace.order_page", ref=o.number), "package", full_text(o.placed_at),
            codes=(o.number.upper(),))
        for o in db.session.scalars(query.limit(MOST))
    ]  # fmt: skip


def listings(wanted: Asked, _actor: Actor) -> list[Hit]:
    """Return listings whose SKU begins so."""
    key = wanted.text.casefold()
    if len(key) < SHORTEST_CODE:
        return []
    query = select(Listing).where(begins(Listing.sku_key, key)).order_by(Listing.sku_key)
    return [
        Hit(x.product.title, url_for("marketplace.listing_page", ref=x.sku), "arrow-right-left", x.sku,
            codes=(x.sku.upper(),))
        for x in db.session.scalars(query.limit(MOST))
    ]  # fmt: skip


FINDERS: Final = (
    Finder(_l("Orders of buyers"), orders, PACKERS, 50),
    Finder(_l("Listings"), listings, SELLERS, 52),
)
