"""`/ws/listings` and `/ws/tasks`."""

from __future__ import annotations

import codecs
import sqlite3
from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, g, request

from workshop.sandbox import answers, batches, listings
from workshop.sandbox.answers import Refusal, as_json, v1
from workshop.sandbox.offers import read_changes

bp = Blueprint("ws_listings", __name__, url_prefix="/ws")
ENVELOPE = {"catalog": (1, None), "quotechar": (1, 1), "delimiter": (1, 1), "encoding": (2, 64)}
HOUR = 3600


@bp.get("/listings")
def list_listings() -> Response:
    """List the seller's listings, filtered, a page at a time."""
    try:
        state = answers.number_in_query("publication_state")
        least = answers.number_in_query("min_quantity", 0) or 0
        most = answers.number_in_query("max_quantity", 10**9)
        rows = g.tx.execute(
            f"{listings.WITH_PRODUCT} WHERE quantity BETWEEN ? AND ? ORDER BY listing_id", (least, most)
        )
        wanted = [row for row in rows if state is None or _described(row)["publication_state"] == state]
        return as_json(answers.page(wanted, _described))
    except ValueError as reason:
        return v1(400, str(reason))


@bp.get("/listings/detail")
def listing_detail() -> Response:
    """Find one listing by SKU or by either id."""
    if sku := request.args.get("sku"):
        return _one(listings.by_sku(g.tx, sku))
    if given := request.args.get("id") or request.args.get("listing_id"):
        return _one(listings.by_any_id(g.tx, given))
    return v1(400, "one of sku, listing_id or id is required")


@bp.get("/listings/<listing_id>")
def get_listing(listing_id: str) -> Response:
    """Answer one listing."""
    return _one(listings.by_any_id(g.tx, listing_id))


@bp.post("/listings/<listing_id>")
def update_listing(listing_id: str) -> Response:
    """Change one listing at once."""
    listing = listings.by_any_id(g.tx, listing_id)
    if listing is None:
        return v1(404, "Listing not found")
    body = answers.json_body()
    if not isinstance(body, dict):
        return as_json("a JSON object is required", 400)
    changes = read_changes({k: v for k, v in body.items() if k != "new_battery"}, g.market)
    if changes.wrong:
        return as_json("; ".join(changes.wrong), 400)
    _count_lines(1)
    listings.apply(g.tx, listing, changes, g.market, g.options.clock(), "single update")
    said = [f"Shipping method {number} updated" for number in changes.shippings] + changes.wrong_shippings
    return _one(listings.by_any_id(g.tx, listing_id), shippings_response=said)


@bp.post("/listings")
def send_catalogue() -> Response:
    """Queue a CSV of creations and updates."""
    body = answers.json_body()
    if request.mimetype == "multipart/form-data":
        return as_json({"bodymessage": None, "statuscode": 200})
    if reason := _envelope_problem(body):
        return as_json(reason, 400)
    count = batches.line_count(body["catalog"])
    if count > g.options.lines_per_file:
        return as_json(f"the catalog has {count} lines, more than {g.options.lines_per_file}", 400)
    _count_lines(count)
    return as_json({"bodymessage": batches.submit(g.tx, body, g.market, g.options), "statuscode": 200})


@bp.get("/tasks/<task_id>")
def get_task(task_id: str) -> Response:
    """Answer how far a catalogue has come."""
    task = g.tx.execute("SELECT * FROM tasks WHERE task_id = ?", (task_id,)).fetchone()
    if task is None:
        return v1(404, "Task not found")
    return as_json(batches.task_answer(task, g.options.clock()))


def _one(listing: Any, **more: Any) -> Response:
    if listing is None:
        return v1(404, "Listing not found")
    return as_json({**_described(listing), **more, "statuscode": 200})


def _described(listing: sqlite3.Row) -> dict[str, Any]:
    return listings.answer(g.tx, listing, g.market, g.options)


def _envelope_problem(body: Any) -> str | None:
    if not isinstance(body, dict):
        return "parameter catalog not found"
    for name, (least, most) in ENVELOPE.items():
        value = body.get(name)
        if not isinstance(value, str) or len(value) < least:
            return f"parameter {name} not found"
        if most and len(value) > most:
            return f"parameter {name} must have at most {most} characters"
    return _unreadable(lambda: codecs.lookup(body["encoding"]), f"unknown encoding {body['encoding']}")


def _unreadable(read: Callable[[], object], reason: str) -> str | None:
    try:
        read()
    except (LookupError, ValueError):
        return reason
    return None


def _count_lines(count: int) -> None:
    """Refuse more SKU lines than an hour may bring."""
    now = g.options.clock().timestamp()
    g.tx.execute("DELETE FROM sku_lines WHERE at <= ?", (now - HOUR,))
    sent = g.tx.execute("SELECT COALESCE(SUM(lines), 0) FROM sku_lines").fetchone()[0]
    if sent + count > g.options.lines_per_hour:
        raise Refusal(v1(429, f"More than {g.options.lines_per_hour} lines of SKUs in an hour"))
    g.tx.execute("INSERT INTO sku_lines (at, lines) VALUES (?, ?)", (now, count))
