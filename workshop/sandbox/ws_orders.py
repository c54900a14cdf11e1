"""`/ws/orders` and `/ws/orderlines`."""

from __future__ import annotations

import sqlite3
from typing import Any

from flask import Blueprint, Response, g, request

from workshop.sandbox import answers, checks, orders
from workshop.sandbox.answers import as_json, problem
from workshop.sandbox.order_answers import order_answer

bp = Blueprint("ws_orders", __name__, url_prefix="/ws")


@bp.get("/orders")
def list_orders() -> Response:
    """List orders, those in states 0 and 8 never."""
    try:
        where, values = _filters()
        rows = g.tx.execute(
            f"SELECT * FROM orders WHERE state NOT IN (0, 8) {where} ORDER BY order_id DESC", values
        ).fetchall()
        return as_json(answers.page(rows, described))
    except ValueError as reason:
        return problem(400, str(reason))


@bp.get("/orders/<int(max=999999999999):order_id>")
def get_order(order_id: int) -> Response:
    """Answer one order."""
    try:
        return as_json(described(orders.get(g.tx, order_id)))
    except orders.NotThere as reason:
        return problem(404, str(reason))


@bp.post("/orders/<int(max=999999999999):order_id>")
def move_order(order_id: int) -> Response:
    """Accept, cancel, ship or refund."""
    body = answers.json_body()
    if not isinstance(body, dict):
        return problem(400, "a JSON object is required")
    try:
        orders.move(g.tx, order_id, body, g.options)
    except orders.NotThere as reason:
        return problem(404, str(reason))
    except ValueError as reason:
        return problem(400, str(reason))
    return as_json(described(orders.get(g.tx, order_id)))


@bp.post("/orders/<int(max=999999999999):order_id>/invoice")
def add_invoice(order_id: int) -> Response:
    """Take the buyer's invoice."""
    try:
        orders.get(g.tx, order_id)
    except orders.NotThere as reason:
        return problem(404, str(reason))
    files = request.files.getlist("invoice")
    if not files:
        return problem(400, "invoice: no file was submitted")
    for file in files:
        kept = (order_id, file.filename or "invoice", len(file.read()))
        g.tx.execute("INSERT INTO invoices (order_id, name, bytes) VALUES (?, ?, ?)", kept)
    return as_json({})


@bp.patch("/orderlines/<int(max=999999999999):line_id>")
def identify_line(line_id: int) -> Response:
    """Register an IMEI or a serial number later."""
    body = answers.json_body()
    if not isinstance(body, dict) or not (body.get("imei") or body.get("serial_number")):
        return problem(400, "at least one of imei and serial_number is required")
    try:
        line = orders.get_line(g.tx, line_id)
        if line["state"] not in {orders.ACCEPTED, orders.SHIPPED}:
            return problem(422, f"a line in state {line['state']} takes no identifiers")
        given = orders.identify(g.tx, line, body, g.options.clock())
    except orders.NotThere as reason:
        return problem(404, str(reason))
    except ValueError as reason:
        return problem(422, str(reason))
    _touch(line["order_id"])
    return as_json(given)


def described(order: sqlite3.Row) -> dict[str, Any]:
    """Describe an order for the one who asks."""
    return order_answer(g.tx, order, g.options, request.host_url)


def _filters() -> tuple[str, list[Any]]:
    where = ""
    values: list[Any] = []
    for name, column in (("date_creation", "created"), ("date_modification", "modified")):
        if given := request.args.get(name):
            where += f" AND {column} >= ?"
            values.append(checks.stamp(checks.moment(name, given)))
    if (state := answers.number_in_query("state")) is not None:
        where += " AND state = ?"
        values.append(state)
    if country := request.args.get("country_code"):
        where += " AND locale = ?"
        values.append(country.lower())
    return where, values


def _touch(order_id: int) -> None:
    now = checks.stamp(g.options.clock())
    g.tx.execute("UPDATE orders SET modified = ? WHERE order_id = ?", (now, order_id))
