"""After-sales: a folder per return, its messages, refunds, and items sent back to the buyer."""

from __future__ import annotations

import json
import sqlite3
from datetime import datetime
from decimal import Decimal
from typing import Any

from workshop.sandbox import checks, listings, orders
from workshop.sandbox.options import Options
from workshop.sandbox.order_answers import time_answer

REFUND_FROM = {4: orders.PAID, 5: orders.ACCEPTED, 6: orders.SHIPPED}
RESOLUTIONS = ("REMOTE_ASSISTANCE", "REPAIR", "REPLACE", "REPAIR_REPLACE", "REFUND")
OPEN, CLOSED = 0, 9


def open_folder(
    tx: sqlite3.Connection, line: sqlite3.Row, issue: str, message: str, resolution: str, at: datetime
) -> int:
    """A buyer opens a return on a shipped line. Returns the folder's number."""
    if line["state"] != orders.SHIPPED:
        raise ValueError(f"only a shipped line can come back; line {line['id']} is in state {line['state']}")
    if resolution not in RESOLUTIONS:
        raise ValueError(f"resolution: one of {', '.join(RESOLUTIONS)}")
    now = checks.stamp(at)
    folder = tx.execute(
        "INSERT INTO folders (line_id, created, modified, issue, resolution) VALUES (?, ?, ?, ?, ?)",
        (line["id"], now, now, issue, resolution),
    ).lastrowid
    add_message(tx, int(folder or 0), "Client", message, at)
    return int(folder or 0)


def get(tx: sqlite3.Connection, folder_id: int) -> sqlite3.Row:
    """Find a folder."""
    folder: sqlite3.Row | None = tx.execute("SELECT * FROM folders WHERE id = ?", (folder_id,)).fetchone()
    if folder is None:
        raise orders.NotThere("Care Folder does not exist")
    return folder


def add_message(
    tx: sqlite3.Connection,
    folder_id: int,
    initiator: str,
    message: str,
    at: datetime,
    attachments: tuple[str, ...] = (),
) -> int:
    """Add a message; it reopens a closed folder."""
    now = checks.stamp(at)
    number = tx.execute(
        "INSERT INTO messages (folder_id, at, initiator, message, attachments) VALUES (?, ?, ?, ?, ?)",
        (folder_id, now, initiator, message, json.dumps(attachments)),
    ).lastrowid
    tx.execute(
        "UPDATE folders SET state = ?, closed = NULL, modified = ?, last_message = ? WHERE id = ?",
        (OPEN, now, now, folder_id),
    )
    return int(number or 0)


def refund(tx: sqlite3.Connection, line: sqlite3.Row, kind: int, amount: object, at: datetime) -> str:
    """Refund a line, in part only after shipping; returns what the marketplace says to it.

    A part leaves the line shipped, the rest makes it refunded. Raises ValueError with the reason.
    """
    if REFUND_FROM.get(kind) != line["state"]:
        raise ValueError(f"refund_type {kind} does not fit a line in state {line['state']}")
    if amount is not None and kind != orders.REFUNDED_AFTER:
        raise ValueError("amount: only with refund_type 6")
    left = Decimal(line["price"]) * line["quantity"] - Decimal(line["refunded"] or 0)
    paid_back = left if amount is None else Decimal(checks.money("amount", amount))
    if paid_back > left:
        raise ValueError(f"amount: at most {checks.two_decimals(left)} can be refunded")
    tx.execute(
        "UPDATE order_lines SET state = ?, refunded = ? WHERE id = ?",
        (
            kind if paid_back == left else line["state"],
            checks.two_decimals(Decimal(line["refunded"] or 0) + paid_back),
            line["id"],
        ),
    )
    orders.follow_lines(tx, line["order_id"], at)
    return f"{checks.two_decimals(paid_back)} refunded on the sku {line['sku']}"


def send_back(tx: sqlite3.Connection, folder_id: int, body: dict[str, Any]) -> None:
    """Note that an item travels back to the buyer."""
    shipper = checks.text("shipperName", body.get("shipperName"), longest=200)
    tracking = checks.text("trackingNumber", body.get("trackingNumber"), longest=200)
    action = body.get("action", "NOTHING")
    if action not in {"REPAIR", "REPLACE", "NOTHING"}:
        raise ValueError("action: one of REPAIR, REPLACE, NOTHING")
    tx.execute("INSERT INTO transfers VALUES (?, ?, ?, ?)", (tracking, folder_id, shipper, action))


def folder_answer(tx: sqlite3.Connection, folder: sqlite3.Row, options: Options) -> dict[str, Any]:
    """Describe a folder for the list."""
    line = orders.get_line(tx, folder["line_id"])
    order = orders.get(tx, line["order_id"])
    return {
        "id": folder["id"],
        "client": 1,
        "merchant": 1,
        "orderline": line["id"],
        "state": folder["state"],
        "date_creation": time_answer(folder["created"], options),
        "date_modification": time_answer(folder["modified"], options),
        "date_last_message": time_answer(folder["last_message"], options),
        "date_closed": time_answer(folder["closed"], options),
        "lines": [folder["id"]],
        "country_code": order["locale"],
        "backcare": False,
    }


def details_answer(tx: sqlite3.Connection, folder: sqlite3.Row, options: Options) -> dict[str, Any]:
    """Describe a folder with its claim, messages and order line."""
    line = orders.get_line(tx, folder["line_id"])
    address = json.loads(orders.get(tx, line["order_id"])["address"])
    client = {name: address[name] for name in ("first_name", "last_name", "email")}
    return {
        **folder_answer(tx, folder, options),
        "client": {"id": 0, "username": "", **client},
        "merchant": {"id": 1, "username": "seller@workshop.example", "first_name": "", "last_name": ""},
        "lines": [_claim(folder)],
        "messages": [_message(row, options) for row in _messages(tx, folder["id"])],
        "orderline": _orderline(tx, line, address, options),
    }


def _claim(folder: sqlite3.Row) -> dict[str, Any]:
    return {
        "id": folder["id"],
        "issues": [{"customerIssue": folder["issue"], "tag": "TECHNICAL"}],
        "state": folder["state"],
        "resolution_choice": folder["resolution"],
        "declared_warranty_state": "IN_WARRANTY",
        "return_labels": [],
    }


def _messages(tx: sqlite3.Connection, folder_id: int) -> list[sqlite3.Row]:
    return tx.execute("SELECT * FROM messages WHERE folder_id = ? ORDER BY id", (folder_id,)).fetchall()


def _message(row: sqlite3.Row, options: Options) -> dict[str, Any]:
    kind = "CLIENT_TO_ALL" if row["initiator"] == "Client" else "MERCHANT_TO_ALL"
    return {
        "id": row["id"],
        "message": row["message"],
        "date_creation": time_answer(row["at"], options),
        "attachments": [{"attachment": name} for name in json.loads(row["attachments"])],
        "initiator": row["initiator"],
        "kind": kind,
        "is_informative": False,
    }


def _orderline(tx: sqlite3.Connection, line: sqlite3.Row, address: dict[str, str], options: Options) -> dict[str, Any]:
    order = orders.get(tx, line["order_id"])
    listing = listings.by_any_id(tx, str(line["listing_id"]))
    assert listing is not None
    product = {"product_id": listing["backmarket_id"]}
    return {
        "id": line["id"],
        "state": line["state"],
        "quantity": line["quantity"],
        "price": line["price"],
        "snapshot": {"id": 0, "product": product, "listing": line["listing_id"], "sku": line["sku"]},
        "order": {
            "order_id": order["order_id"],
            "state": order["state"],
            "shipping_address": address,
            "billing_address": address,
            "tracking_number": order["tracking_number"],
            "shipper_display": order["shipper"],
            "date_creation": time_answer(order["created"], options),
            "date_shipping": time_answer(order["shipped"], options),
            "currency": order["currency"],
            "country_code": order["locale"],
        },
    }
