"""Listings: what is offered, in which market, whether it is online, and every change of it."""

from __future__ import annotations

import json
import sqlite3
import uuid
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from workshop.sandbox import checks
from workshop.sandbox.markets import GRADES, Market
from workshop.sandbox.offers import Changes
from workshop.sandbox.options import Options

WITH_PRODUCT = (
    "SELECT l.*, p.product_id, p.ean, p.title, p.brand, p.max_price"
    " FROM listings l JOIN products p USING (backmarket_id)"
)
OFFER_FIELDS = ("price", "comment", "warranty_delay", "min_price")
NO_OFFER: dict[str, Any] = {
    "price": None,
    "comment": None,
    "warranty_delay": 12,
    "min_price": None,
    "shippings": "{}",
}
MISSING, ONLINE, OFFLINE = 0, 2, 3


def create(tx: sqlite3.Connection, sku: str, product: int, grade: str) -> sqlite3.Row:
    """Begin a listing, empty and offline."""
    tx.execute(
        "INSERT INTO listings (id, sku, sku_key, backmarket_id, grade, quantity) VALUES (?, ?, ?, ?, ?, 0)",
        (str(uuid.uuid4()), sku, sku.casefold(), product, grade),
    )
    found = by_sku(tx, sku)
    assert found is not None
    return found


def apply(
    tx: sqlite3.Connection, listing: sqlite3.Row, changes: Changes, market: Market, at: datetime, cause: str
) -> None:
    """Change what `changes` names and nothing else; quantity and battery hold in every market."""
    fields = changes.fields
    if "quantity" in fields:
        set_quantity(tx, listing, fields["quantity"], at, cause)
    if "new_battery" in fields:
        tx.execute(
            "UPDATE listings SET new_battery = ? WHERE listing_id = ?",
            (fields["new_battery"], listing["listing_id"]),
        )
    touched = {name: fields[name] for name in OFFER_FIELDS if name in fields}
    if touched or changes.shippings:
        _apply_offer(tx, listing, touched, changes.shippings, market, at, cause)


def set_quantity(tx: sqlite3.Connection, listing: sqlite3.Row, quantity: int, at: datetime, cause: str) -> None:
    """Set the absolute quantity and remember from what to what."""
    tx.execute("UPDATE listings SET quantity = ? WHERE listing_id = ?", (quantity, listing["listing_id"]))
    _remember(tx, listing, "quantity", None, str(listing["quantity"]), str(quantity), at, cause)


def by_sku(tx: sqlite3.Connection, sku: str) -> sqlite3.Row | None:
    """Find by SKU, whatever its case."""
    return _one(tx, "l.sku_key = ?", sku.casefold())


def by_any_id(tx: sqlite3.Connection, listing_id: str) -> sqlite3.Row | None:
    """Find by uuid, or by the deprecated number."""
    if listing_id.isascii() and listing_id.isdigit():
        return _one(tx, "l.listing_id = ?", int(listing_id)) if len(listing_id) < 19 else None
    return _one(tx, "l.id = ?", listing_id.lower())


def sold_out_twin(tx: sqlite3.Connection, product: int, grade: str) -> sqlite3.Row | None:
    """Find an empty listing of the same product and grade."""
    return _one(tx, "l.quantity = 0 AND l.grade = ? AND l.backmarket_id = ?", grade, product)


def offers(tx: sqlite3.Connection, listing: sqlite3.Row) -> dict[str, Mapping[str, Any]]:
    """Return what is offered, by market."""
    rows = tx.execute("SELECT * FROM offers WHERE listing_id = ? ORDER BY locale", (listing["listing_id"],))
    return {row["locale"]: dict(row) for row in rows}


def offer(tx: sqlite3.Connection, listing: sqlite3.Row, market: Market) -> Mapping[str, Any]:
    """Return what is offered in one market, or the empty offer."""
    row = tx.execute(
        "SELECT * FROM offers WHERE listing_id = ? AND locale = ?", (listing["listing_id"], market.locale)
    ).fetchone()
    return dict(row) if row else NO_OFFER


def publication_state(listing: sqlite3.Row, offered: Mapping[str, Any], options: Options) -> int:
    """0 price or comment missing, 2 online, 3 offline: nothing left, or dearer than allowed."""
    unworded = not offered["comment"] and "comment_optional" not in options.quirks
    if offered["price"] is None or unworded:
        return MISSING
    too_dear = Decimal(offered["price"]) > Decimal(listing["max_price"])
    return OFFLINE if listing["quantity"] == 0 or too_dear else ONLINE


def answer(tx: sqlite3.Connection, listing: sqlite3.Row, market: Market, options: Options) -> dict[str, Any]:
    """Describe a listing as the marketplace answers it for one market."""
    offered = offer(tx, listing, market)
    max_price: str | float = listing["max_price"]
    if "max_price_number" in options.quirks:
        max_price = float(max_price)
    return {
        "id": listing["id"],
        "listing_id": listing["listing_id"],
        "product_id": listing["product_id"],
        "backmarket_id": listing["backmarket_id"],
        "title": listing["title"],
        "sku": listing["sku"],
        "grade": listing["grade"],
        "state": GRADES[listing["grade"]],
        "quantity": listing["quantity"],
        "currency": market.currency,
        "price": offered["price"] or "0.00",
        "min_price": offered["min_price"],
        "max_price": max_price,
        "comment": offered["comment"],
        "warranty_delay": offered["warranty_delay"],
        "new_battery": bool(listing["new_battery"]),
        "publication_state": publication_state(listing, offered, options),
        "shippings": _shippings(offered, market),
    }


def history(tx: sqlite3.Connection, sku: str) -> list[dict[str, Any]]:
    """Every change of quantity and price of a SKU, oldest first; of all SKUs when `sku` is empty."""
    where, values = ("WHERE sku_key = ?", (sku.casefold(),)) if sku else ("", ())
    rows = tx.execute(f"SELECT h.*, l.sku FROM history h JOIN listings l USING (sku_key) {where} ORDER BY h.id", values)
    return [
        {"sku": row["sku"], "at": row["at"], "field": row["field"], "market": row["locale"]}
        | {"from": _value(row, "old"), "to": _value(row, "new"), "cause": row["cause"]}
        for row in rows
    ]


def _value(row: sqlite3.Row, side: str) -> int | str | None:
    return int(row[side]) if row["field"] == "quantity" else row[side]


def _one(tx: sqlite3.Connection, where: str, *values: object) -> sqlite3.Row | None:
    found: sqlite3.Row | None = tx.execute(f"{WITH_PRODUCT} WHERE {where}", values).fetchone()
    return found


def _apply_offer(
    tx: sqlite3.Connection,
    listing: sqlite3.Row,
    fields: dict[str, Any],
    shippings: dict[str, dict[str, Any]],
    market: Market,
    at: datetime,
    cause: str,
) -> None:
    before = offer(tx, listing, market)
    after = {**{name: before[name] for name in OFFER_FIELDS}, **fields}
    methods = json.loads(before["shippings"])
    for number, method in shippings.items():
        methods[number] = {**methods.get(number, {}), **method}
    tx.execute(
        "INSERT OR REPLACE INTO offers"
        " (listing_id, locale, currency, price, comment, warranty_delay, min_price, shippings)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (listing["listing_id"], market.locale, market.currency, *after.values(), json.dumps(methods)),
    )
    _remember(tx, listing, "price", market.locale, before["price"], after["price"], at, cause)


def _remember(
    tx: sqlite3.Connection,
    listing: sqlite3.Row,
    field: str,
    locale: str | None,
    old: str | None,
    new: str | None,
    at: datetime,
    cause: str,
) -> None:
    if old != new:
        tx.execute(
            "INSERT INTO history (sku_key, at, field, locale, old, new, cause) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (listing["sku_key"], checks.stamp(at), field, locale, old, new, cause),
        )


def _shippings(offered: Mapping[str, Any], market: Market) -> list[dict[str, Any]]:
    return [
        {
            "shipper": method.get("shipper", "Other"),
            "shipper_display": method.get("shipper_display", method.get("shipper", "Other")),
            "shipping_price": method.get("shipping_price", "0.00"),
            "shipping_delay": method.get("shipping_delay", 48),
            "country_code": market.locale,
        }
        for _, method in sorted(json.loads(offered["shippings"]).items())
    ]
