"""`/_control/`: what the real marketplace does not offer: a look inside, buyers, failures, emptying."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, Response, current_app, g, request

from workshop.sandbox import answers, care, checks, faults, listings, options, orders, products, store
from workshop.sandbox.answers import Refusal, as_json, problem
from workshop.sandbox.order_answers import order_answer

bp = Blueprint("control", __name__, url_prefix="/_control")


@bp.get("/listings")
def get_listings() -> Response:
    """Every listing as it stands, with its offer in each market."""
    rows = g.tx.execute(f"{listings.WITH_PRODUCT} ORDER BY listing_id").fetchall()
    return all_of([listing_state(g.tx, row, g.options) for row in rows])


@bp.get("/history")
def get_history() -> Response:
    """Every change of quantity and price of a SKU, oldest first."""
    return all_of(listings.history(g.tx, request.args.get("sku", "")))


@bp.get("/products")
def get_products() -> Response:
    """Every product known."""
    return all_of(products.all_products(g.tx))


@bp.post("/products")
def post_products() -> Response:
    """Register a product, or several."""
    body = answers.json_body(float)
    wanted = body if isinstance(body, list) else [body]
    try:
        made = [_register(given) for given in wanted]
    except ValueError as reason:
        return problem(400, str(reason))
    return as_json({"results": made} if isinstance(body, list) else made[0], 201)


@bp.get("/orders")
def get_orders() -> Response:
    """Every order, those the marketplace hides included."""
    rows = g.tx.execute("SELECT * FROM orders ORDER BY order_id DESC").fetchall()
    return all_of([_described(row) for row in rows])


@bp.post("/orders")
def post_orders() -> Response:
    """A buyer orders `sku` (and `quantity`, `country`), or several `lines`."""
    body = object_body()
    lines = body.get("lines") or [{"sku": body.get("sku"), "quantity": body.get("quantity", 1)}]
    try:
        order_id = orders.place(
            g.tx, [_line(line) for line in lines], g.options, body.get("country"), body.get("state", 1)
        )
    except (ValueError, AttributeError, TypeError) as reason:
        return _refuse(reason)
    return as_json(_described(orders.get(g.tx, order_id)), 201)


@bp.get("/returns")
def get_returns() -> Response:
    """Every return."""
    rows = g.tx.execute("SELECT * FROM folders ORDER BY id DESC").fetchall()
    return all_of([care.details_answer(g.tx, row, g.options) for row in rows])


@bp.post("/returns")
def post_returns() -> Response:
    """A buyer sends back a shipped line, named by `orderline`, `order_id` or `sku`."""
    body = object_body()
    try:
        folder_id = care.open_folder(
            g.tx,
            shipped_line(g.tx, body),
            str(body.get("issue") or "BATTERY_NOT_CHARGING"),
            str(body.get("message") or "It does not charge any more."),
            str(body.get("resolution") or "REFUND"),
            g.options.clock(),
        )
    except ValueError as reason:
        return _refuse(reason)
    return as_json(care.details_answer(g.tx, care.get(g.tx, folder_id), g.options), 201)


@bp.post("/returns/<int(max=999999999999):folder_id>/close")
def close_return(folder_id: int) -> Response:
    """The marketplace closes a return."""
    now = checks.stamp(g.options.clock())
    changed = g.tx.execute(
        "UPDATE folders SET state = 9, closed = ?, modified = ? WHERE id = ?", (now, now, folder_id)
    ).rowcount
    if not changed:
        return problem(404, "Care Folder does not exist")
    return as_json(care.details_answer(g.tx, care.get(g.tx, folder_id), g.options))


@bp.get("/faults")
def get_faults() -> Response:
    """The faults, limits and quirks in force, and those there could be."""
    return as_json(
        {
            "faults": faults.current(g.tx),
            "limits": g.options.limits(),
            "quirks": sorted(g.options.quirks),
            "known_faults": faults.KINDS,
            "known_quirks": options.QUIRKS,
        }
    )


@bp.post("/faults")
def post_faults() -> Response:
    """Set or clear faults; `limits` and `quirks` set here hold until the reset."""
    body = dict(object_body())
    try:
        limits, quirks = body.pop("limits", {}), body.pop("quirks", None)
        options.change(g.tx, limits, quirks)
        faults.set_faults(g.tx, body)
    except (ValueError, TypeError, AttributeError) as reason:
        return problem(400, str(reason))
    if limits:
        current_app.extensions["sandbox"]["front"].forget()
    g.options = options.in_force(g.tx, current_app.extensions["sandbox"]["options"])
    return get_faults()


@bp.post("/reset")
def post_reset() -> Response:
    """Empty everything, faults included."""
    store.empty(g.tx)
    current_app.extensions["sandbox"]["front"].forget()
    return as_json({"reset": True})


def all_of(rows: Sequence[Mapping[str, Any]]) -> Response:
    """Answer everything there is, on one page."""
    return as_json({"count": len(rows), "results": rows})


def listing_state(tx: sqlite3.Connection, row: sqlite3.Row, chosen: options.Options) -> dict[str, Any]:
    """A listing with its offers; price and state are those of the first market where it is furthest."""
    offers = {
        locale: {name: offered[name] for name in ("price", "currency", "comment", "warranty_delay")}
        | {"publication_state": listings.publication_state(row, offered, chosen)}
        for locale, offered in listings.offers(tx, row).items()
    }
    rank = {listings.ONLINE: 0, listings.OFFLINE: 1, listings.MISSING: 2}
    first = min(offers.values(), key=lambda offer: rank[offer["publication_state"]], default={})
    names = ("sku", "id", "listing_id", "quantity", "grade", "product_id", "backmarket_id", "ean", "title")
    return {name: row[name] for name in names} | {
        "product": row["title"],
        "new_battery": bool(row["new_battery"]),
        "price": first.get("price"),
        "currency": first.get("currency"),
        "publication_state": first.get("publication_state", listings.MISSING),
        "markets": offers,
    }


def shipped_line(tx: sqlite3.Connection, body: Mapping[str, Any]) -> sqlite3.Row:
    """Find the line meant: by its own number, else the last shipped one of the order or SKU."""
    if body.get("orderline"):
        return orders.get_line(tx, checks.whole_number("orderline", body["orderline"]))
    found: sqlite3.Row | None = tx.execute(
        "SELECT * FROM order_lines WHERE (order_id = ? OR sku = ? COLLATE NOCASE) AND state = 3 ORDER BY id DESC",
        (str(body.get("order_id")), str(body.get("sku"))),
    ).fetchone()
    if found is None:
        raise orders.NotThere("no shipped line has this orderline, order_id or sku")
    return found


def object_body() -> Mapping[str, Any]:
    """Read a JSON object, or a form, or refuse."""
    body = answers.json_body(float)
    if body is None and request.form:
        return request.form.to_dict()
    if not isinstance(body, dict):
        raise Refusal(problem(400, "a JSON object is required"))
    return body


def _register(given: Any) -> dict[str, Any]:
    if not isinstance(given, dict):
        raise ValueError("a product is an object with ean, title and perhaps max_price")
    max_price = checks.money("max_price", given.get("max_price", "9999.00"))
    names = {name: str(given.get(name, "")) for name in ("title", "brand")}
    return dict(products.register(g.tx, checks.ean(given.get("ean", "")), max_price=max_price, **names))


def _line(line: Mapping[str, Any]) -> tuple[str, int]:
    return str(line.get("sku")), checks.whole_number("quantity", line.get("quantity", 1), least=1)


def _refuse(reason: Exception) -> Response:
    return problem(404 if isinstance(reason, orders.NotThere) else 409, str(reason))


def _described(order: sqlite3.Row) -> dict[str, Any]:
    described = order_answer(g.tx, order, g.options, request.host_url)
    for line in described["orderlines"]:
        line["imeis"] = orders.identifiers(g.tx, line["id"], "imei")
        line["serial_numbers"] = orders.identifiers(g.tx, line["id"], "serial_number")
    names = g.tx.execute("SELECT name FROM invoices WHERE order_id = ?", (order["order_id"],))
    return {**described, "vat_type": order["vat_type"], "invoices": [row["name"] for row in names]}
