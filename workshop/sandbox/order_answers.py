"""How an order is written out, by the schema or by the habits seen in real answers."""

from __future__ import annotations

import json
import sqlite3
from decimal import Decimal
from typing import Any

from workshop.sandbox import checks, listings, orders
from workshop.sandbox.options import Options

CAMEL = {
    "first_name": "firstName",
    "last_name": "lastName",
    "postal_code": "postalCode",
    "phone": "phoneNumber",
}
SHOWN_BEFORE_ACCEPTANCE = frozenset({"country", "city", "postal_code", "postalCode"})
FEE = Decimal("0.10")


def order_answer(tx: sqlite3.Connection, order: sqlite3.Row, options: Options, host: str) -> dict[str, Any]:
    """Describe an order with its lines."""
    lines = [line_answer(tx, line, order, options) for line in orders.lines_of(tx, order["order_id"])]
    address = address_answer(order, lines, options)
    return {
        "order_id": order["order_id"],
        "state": order["state"],
        "country_code": order["locale"],
        "currency": order["currency"],
        "price": checks.two_decimals(orders.total(tx, order["order_id"])),
        "shipping_price": "0.00",
        "sales_taxes": "0.00",
        "shipping_address": address,
        "billing_address": address,
        "delivery_note": f"{host}documents/delivery_note/{order['order_id']}.pdf",
        "expected_dispatch_date": orders.dispatch_by(order["created"]),
        "date_creation": time_answer(order["created"], options),
        "date_modification": time_answer(order["modified"], options),
        "date_payment": time_answer(order["paid"], options),
        "date_shipping": time_answer(order["shipped"], options),
        "shipper": order["shipper"],
        "shipper_display": order["shipper"],
        "tracking_number": order["tracking_number"],
        "tracking_url": order["tracking_url"],
        "is_backship": False,
        "delivery_mode": "home",
        "payment_method": "CARD",
        "installment_payment": False,
        "paypal_reference": None,
        "orderlines": lines,
    }


def line_answer(tx: sqlite3.Connection, line: sqlite3.Row, order: sqlite3.Row, options: Options) -> dict[str, Any]:
    """Describe a line; no identifier yet is an empty text, not null."""
    listing = listings.by_any_id(tx, str(line["listing_id"]))
    assert listing is not None
    price = Decimal(line["price"])
    if "line_price_is_total" in options.quirks:
        price *= line["quantity"]
    return {
        "id": line["id"],
        "state": line["state"],
        "date_creation": time_answer(order["created"], options),
        "listing": line["sku"],
        "listing_id": line["listing_id"],
        "product": listing["title"],
        "product_id": listing["backmarket_id"],
        "brand": listing["brand"],
        "condition": orders.condition(listing["grade"]),
        "quantity": line["quantity"],
        "price": checks.two_decimals(price),
        "currency": order["currency"],
        "orderline_fee": checks.two_decimals(Decimal(line["price"]) * line["quantity"] * FEE),
        "shipping_price": "0.00",
        "shipping_delay": 48,
        "sales_taxes": "0.00",
        "return_reason": line["return_reason"],
        "return_message": line["return_message"],
        "backcare": False,
        "backcare_price": 0,
        "imei": ",".join(orders.identifiers(tx, line["id"], "imei")),
        "serial_number": ",".join(orders.identifiers(tx, line["id"], "serial_number")),
    }


def address_answer(order: sqlite3.Row, lines: list[dict[str, Any]], options: Options) -> dict[str, Any]:
    """Name the address' fields by the text's table, or by the schema."""
    address: dict[str, Any] = json.loads(order["address"])
    if "camel_case_addresses" in options.quirks:
        address = {CAMEL.get(name, name): value for name, value in address.items()}
    unaccepted = all(line["state"] in {0, 1, 8, 9} for line in lines)
    if "address_after_acceptance" in options.quirks and unaccepted:
        address = {k: v if k in SHOWN_BEFORE_ACCEPTANCE else "" for k, v in address.items()}
    return address


def time_answer(stamp: str | None, options: Options) -> str | None:
    """Write a time with Z, or with +00:00."""
    if stamp and "dates_with_offset" in options.quirks:
        return stamp.replace("Z", "+00:00")
    return stamp
