"""Orders: placed by buyers, moved line by line by the seller; their state follows their lines."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from workshop.sandbox import checks, listings
from workshop.sandbox.markets import CONDITIONS, MARKETS, RETURN_REASONS, Market
from workshop.sandbox.options import Options

PAID, ACCEPTED, SHIPPED, CANCELLED, REFUNDED_BEFORE, REFUNDED_AFTER = 1, 2, 3, 4, 5, 6
MOVES = {PAID: {ACCEPTED, CANCELLED}, ACCEPTED: {SHIPPED, REFUNDED_BEFORE}, SHIPPED: {REFUNDED_AFTER}}
LINE_STATE_OF_NEW_ORDER = {1: PAID, 0: 0, 10: 8, 8: 7}
NEVER_LISTED = (0, 8)


class NotThere(ValueError):
    """What is named does not exist."""


def place(
    tx: sqlite3.Connection,
    wanted: Iterable[tuple[str, int]],
    options: Options,
    country: str | None = None,
    state: int = PAID,
) -> int:
    """A buyer orders; the marketplace lowers the listing's quantity by itself. Returns the order's number."""
    found = [(_for_sale(tx, sku, quantity), quantity) for sku, quantity in wanted]
    if not found or state not in LINE_STATE_OF_NEW_ORDER:
        raise ValueError("an order needs lines, and a state of 0, 1, 8 or 10")
    market = _market(tx, [listing for listing, _ in found], country, options)
    now, buyer = checks.stamp(options.clock()), json.dumps(_buyer(market))
    order_id = int(
        tx.execute(
            "INSERT INTO orders (state, locale, currency, address, created, modified, paid)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (state, market.locale, market.currency, buyer, now, now, now if state == PAID else None),
        ).lastrowid
        or 0
    )
    for listing, quantity in found:
        _take(tx, order_id, listing["sku"], quantity, market, state, options.clock())
    return order_id


def move(tx: sqlite3.Connection, order_id: int, body: Mapping[str, Any], options: Options) -> None:
    """Move one line, or all of them when shipping. Raises NotThere or ValueError with the reason."""
    order = get(tx, order_id)
    if str(body.get("order_id")) != str(order_id):
        raise ValueError("order_id: must be the order_id of the address")
    state = str(body.get("new_state"))
    if state not in {"2", "3", "4", "5", "6"}:
        raise ValueError("new state must be one of 2,3,4,5,6")
    if body.get("vat_type") not in (None, "REGULAR", "MARGINAL"):
        raise ValueError("vat_type: must be REGULAR or MARGINAL")
    if body.get("vat_type"):
        tx.execute("UPDATE orders SET vat_type = ? WHERE order_id = ?", (body["vat_type"], order_id))
    if state == "3":
        _ship(tx, order, body, options.clock())
    else:
        _move_line(tx, order_id, int(state), body)
    follow_lines(tx, order_id, options.clock())


def follow_lines(tx: sqlite3.Connection, order_id: int, at: datetime) -> None:
    """Set the order's state from its lines: 1 while one is unsettled, 3 to be shipped, 9 processed."""
    states = {line["state"] for line in lines_of(tx, order_id)}
    state = 1 if PAID in states else 3 if ACCEPTED in states else 9
    tx.execute("UPDATE orders SET state = ?, modified = ? WHERE order_id = ?", (state, checks.stamp(at), order_id))


def identify(tx: sqlite3.Connection, line: sqlite3.Row, body: Mapping[str, Any], at: datetime) -> dict[str, str]:
    """Register IMEI and serial number on a line, for ever: as many as the line has pieces, none corrected."""
    given = {kind: body[kind] for kind in ("imei", "serial_number") if body.get(kind) not in (None, "")}
    if "imei" in given:
        given["imei"] = checks.imei(given["imei"])
    if "serial_number" in given:
        given["serial_number"] = checks.text("serial_number", given["serial_number"], longest=50)
    for kind, value in given.items():
        known = identifiers(tx, line["id"], kind)
        if value not in known and len(known) >= line["quantity"]:
            raise ValueError(f"{kind}: already registered as {', '.join(known)} and cannot be corrected")
        tx.execute(
            "INSERT OR IGNORE INTO identifiers (line_id, kind, value, at) VALUES (?, ?, ?, ?)",
            (line["id"], kind, value, checks.stamp(at)),
        )
    return given


def identifiers(tx: sqlite3.Connection, line_id: int, kind: str) -> list[str]:
    """What was registered on a line, in order."""
    rows = tx.execute("SELECT value FROM identifiers WHERE line_id = ? AND kind = ? ORDER BY at", (line_id, kind))
    return [row["value"] for row in rows]


def get(tx: sqlite3.Connection, order_id: int) -> sqlite3.Row:
    """Find an order."""
    order: sqlite3.Row | None = tx.execute("SELECT * FROM orders WHERE order_id = ?", (order_id,)).fetchone()
    if order is None:
        raise NotThere("Order not found")
    return order


def get_line(tx: sqlite3.Connection, line_id: int) -> sqlite3.Row:
    """Find an order line."""
    line: sqlite3.Row | None = tx.execute("SELECT * FROM order_lines WHERE id = ?", (line_id,)).fetchone()
    if line is None:
        raise NotThere("Orderline not found")
    return line


def lines_of(tx: sqlite3.Connection, order_id: int) -> list[sqlite3.Row]:
    """The lines of an order."""
    return tx.execute("SELECT * FROM order_lines WHERE order_id = ? ORDER BY id", (order_id,)).fetchall()


def check_reason(body: Mapping[str, Any]) -> tuple[int, str]:
    """Read why a line is cancelled or refunded."""
    reason = checks.whole_number("return_reason", body.get("return_reason") or 0)
    if reason not in RETURN_REASONS:
        raise ValueError(f"return_reason: {reason} is not a known reason")
    return reason, checks.text("return_message", body.get("return_message") or "", longest=500)


def _for_sale(tx: sqlite3.Connection, sku: str, quantity: int) -> sqlite3.Row:
    listing = listings.by_sku(tx, sku)
    if listing is None:
        raise NotThere(f"No listing has the SKU {sku}")
    if quantity < 1 or listing["quantity"] < quantity:
        raise ValueError(f"{sku}: {listing['quantity']} left, {quantity} wanted")
    return listing


def _market(tx: sqlite3.Connection, found: list[sqlite3.Row], country: str | None, options: Options) -> Market:
    """The market asked for, or the first where all of it is online."""
    wanted = (country or "").lower()
    for market in MARKETS.values():
        if wanted and wanted not in {market.locale, market.locale[-2:]}:
            continue
        offers = [(listing, listings.offer(tx, listing, market)) for listing in found]
        if all(listings.publication_state(*pair, options) == listings.ONLINE for pair in offers):
            return market
    skus = ", ".join(listing["sku"] for listing in found)
    raise ValueError(f"{skus}: not online in {country or 'any market'}")


def _take(
    tx: sqlite3.Connection,
    order_id: int,
    sku: str,
    quantity: int,
    market: Market,
    state: int,
    at: datetime,
) -> None:
    listing = _for_sale(tx, sku, quantity)
    price = listings.offer(tx, listing, market)["price"]
    tx.execute(
        "INSERT INTO order_lines (order_id, listing_id, sku, quantity, price, state) VALUES (?, ?, ?, ?, ?, ?)",
        (order_id, listing["listing_id"], listing["sku"], quantity, price, LINE_STATE_OF_NEW_ORDER[state]),
    )
    listings.set_quantity(tx, listing, listing["quantity"] - quantity, at, f"order {order_id}")


def _buyer(market: Market) -> dict[str, str]:
    return {
        "company": "",
        "first_name": "Victor",
        "last_name": "Hugo",
        "street": "3, Imaginary Street",
        "street2": "",
        "postal_code": market.postal_code,
        "city": market.city,
        "country": market.country,
        "phone": market.phone,
        "email": "victor.hugo@buyer.example",
        "customer_id_number": "",
    }


def _move_line(tx: sqlite3.Connection, order_id: int, state: int, body: Mapping[str, Any]) -> None:
    if not body.get("sku"):
        raise ValueError("sku: this field is required")
    named = [line for line in lines_of(tx, order_id) if line["sku"].casefold() == str(body["sku"]).casefold()]
    if not named:
        raise NotThere("SKU not found")
    movable = [line for line in named if state in MOVES.get(line["state"], ())]
    if not movable:
        raise ValueError(f"new_state: a line in state {named[0]['state']} cannot go to {state}")
    reason, message = check_reason(body) if state != ACCEPTED else (0, "")
    tx.execute(
        "UPDATE order_lines SET state = ?, return_reason = ?, return_message = ? WHERE id = ?",
        (state, reason, message if state == REFUNDED_AFTER else "", movable[0]["id"]),
    )


def _ship(tx: sqlite3.Connection, order: sqlite3.Row, body: Mapping[str, Any], at: datetime) -> None:
    lines = lines_of(tx, order["order_id"])
    states = {line["state"] for line in lines}
    if PAID in states or ACCEPTED not in states:
        raise ValueError("new_state: every line must be accepted or cancelled, and one accepted, to ship")
    parcel = _parcel(body, at)
    if body.get("imei") or body.get("serial_number"):
        if len(lines) != 1 or lines[0]["quantity"] != 1:
            raise ValueError("imei: only for an order of one line with a quantity of 1")
        identify(tx, lines[0], body, at)
    tx.execute(
        "UPDATE order_lines SET state = ? WHERE order_id = ? AND state = ?",
        (SHIPPED, order["order_id"], ACCEPTED),
    )
    tx.execute(
        "UPDATE orders SET tracking_number = ?, tracking_url = ?, shipper = ?, shipped = ? WHERE order_id = ?",
        (*parcel, order["order_id"]),
    )


def _parcel(body: Mapping[str, Any], at: datetime) -> tuple[str, str, str, str]:
    if not body.get("tracking_number"):
        raise ValueError("tracking_number: this field is required")
    shipped = checks.moment("date_shipping", str(body["date_shipping"])) if body.get("date_shipping") else at
    return (
        checks.text("tracking_number", body["tracking_number"], longest=200),
        checks.text("tracking_url", body.get("tracking_url") or "", longest=300),
        checks.text("shipper", body.get("shipper") or "", longest=200),
        checks.stamp(shipped),
    )


def total(tx: sqlite3.Connection, order_id: int) -> Decimal:
    """The order's price without shipping."""
    return sum((Decimal(line["price"]) * line["quantity"] for line in lines_of(tx, order_id)), Decimal(0))


def dispatch_by(created: str) -> str:
    """One working day later, without a zone, as the marketplace writes it."""
    due = checks.moment("created", created) + timedelta(days=1)
    while due.weekday() >= 5:
        due += timedelta(days=1)
    return due.strftime("%Y-%m-%dT%H:%M:%S")


def condition(grade: str) -> int:
    """The shop's number for a grade, as order lines give it."""
    return CONDITIONS[grade]
