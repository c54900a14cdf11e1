"""The marketplace's catalogue: the products a listing can be made for."""

from __future__ import annotations

import re
import sqlite3
import uuid
from collections.abc import Mapping

from workshop.sandbox import checks
from workshop.sandbox.options import Options


def register(
    tx: sqlite3.Connection, ean: str, title: str = "", brand: str = "", max_price: str = "9999.00"
) -> sqlite3.Row:
    """Add a product, or rename one that is there."""
    tx.execute(
        "INSERT INTO products (product_id, ean, title, brand, max_price) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (ean) DO UPDATE SET title = excluded.title, brand = excluded.brand,"
        " max_price = excluded.max_price",
        (str(uuid.uuid4()), ean, title or f"Product {ean}", brand, max_price),
    )
    found = _by(tx, "ean", ean)
    assert found is not None
    return found


def named_in(tx: sqlite3.Connection, row: Mapping[str, str], options: Options) -> sqlite3.Row:
    """Find the product a catalogue row is about: `product_id` wins over `ean`.

    Raises ValueError with the reason.
    """
    if number := row.get("product_id") or row.get("backmarket_id"):
        return _by_number(tx, number)
    if "ean" not in row:
        raise ValueError("product_id or ean is required to create a listing")
    ean = checks.ean(row["ean"])
    found = _by(tx, "ean", ean)
    if found is None and options.auto_products:
        return register(tx, ean, row.get("title", ""), row.get("brand", ""))
    if found is None:
        raise ValueError(f"ean: no product with EAN {ean}")
    return found


def all_products(tx: sqlite3.Connection) -> list[dict[str, object]]:
    """Every product, as the control answers it."""
    return [dict(row) for row in tx.execute("SELECT * FROM products ORDER BY backmarket_id")]


def _by_number(tx: sqlite3.Connection, number: str) -> sqlite3.Row:
    digits = re.fullmatch(r"\d{1,18}", number, re.ASCII)
    found = _by(tx, "backmarket_id" if digits else "product_id", number.lower())
    if found is None:
        raise ValueError(f"product_id: no product {number}")
    return found


def _by(tx: sqlite3.Connection, column: str, value: str) -> sqlite3.Row | None:
    found: sqlite3.Row | None = tx.execute(f"SELECT * FROM products WHERE {column} = ?", (value,)).fetchone()
    return found
