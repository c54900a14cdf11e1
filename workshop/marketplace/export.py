"""The listings as a file, for whoever wants to look or to carry them elsewhere."""

from __future__ import annotations

import csv
import io
import json
from typing import Any, Final

from sqlalchemy import select

from workshop.core.db import db, reading
from workshop.core.list_export import harmless
from workshop.core.money import plain_amount
from workshop.marketplace import shelf
from workshop.marketplace.models import Listing

COLUMNS: Final = (
    "sku", "title", "ean", "grade", "quantity", "price", "currency", "published_quantity", "published_price", "state",
)  # fmt: skip


def rows() -> list[dict[str, Any]]:
    """Return each listing: what it should show, and what the marketplace showed last."""
    with reading():
        free = shelf.counts()
        every = db.session.scalars(select(Listing).order_by(Listing.sku)).all()
        found = [_row(listing, free.get(listing.id, 0)) for listing in every]
        db.session.rollback()
    return found


def _row(listing: Listing, free: int) -> dict[str, Any]:
    return {
        "sku": listing.sku,
        "title": listing.product.title,
        "ean": listing.product.ean,
        "grade": listing.grade,
        "quantity": shelf.wanted(listing, free),
        "price": _amount(listing.price_minor, listing.currency),
        "currency": listing.currency,
        "published_quantity": listing.published_quantity,
        "published_price": _amount(listing.published_price_minor, listing.currency),
        "state": listing.state,
    }


def _amount(minor: int | None, currency: str) -> str:
    return "" if minor is None else plain_amount(minor, currency)


def as_json() -> str:
    """Return the listings as JSON."""
    return json.dumps(rows(), indent=2, ensure_ascii=False)


def as_csv() -> str:
    """Return the listings as CSV, safe to open in a spreadsheet."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: harmless(value) for name, value in row.items()} for row in rows())
    return out.getvalue()
