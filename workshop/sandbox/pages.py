"""The page of a demo visitor: what is offered, a button to buy it, a button to send it back."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from workshop.sandbox import care, faults, listings, orders
from workshop.sandbox.control import listing_state, shipped_line
from workshop.translations import of_browser

bp = Blueprint("pages", __name__, template_folder="templates", static_folder="static", static_url_path="/static")
# The house's typeface lies beside the workshop's own pages; without it the system's is used.
fonts = Blueprint("fonts", __name__, static_folder="../static/fonts", static_url_path="/fonts")
SHOWN = 100


@bp.get("/")
def shop() -> str:
    """Show listings, orders, returns and faults."""
    rows = g.tx.execute(f"{listings.WITH_PRODUCT} ORDER BY title, listing_id LIMIT {SHOWN}").fetchall()
    return render_template(
        "sandbox/shop.html",
        lang=of_browser(),
        listings=[listing_state(g.tx, row, g.options) for row in rows],
        total=g.tx.execute("SELECT COUNT(*) FROM listings").fetchone()[0],
        orders=_order_rows(),
        faults=faults.current(g.tx),
        said=request.args.get("said", ""),
        tone="no" if request.args.get("tone") == "no" else "yes",
    )


@bp.post("/buy")
def buy() -> Response:
    """Buy one of a SKU."""
    sku = request.form.get("sku", "")
    try:
        order_id = orders.place(g.tx, [(sku, 1)], g.options)
    except ValueError as reason:
        return _back(_("Not bought: %(why)s.", why=str(reason)), "no")
    return _back(_("Order %(number)s is placed and paid.", number=order_id), "yes")


@bp.post("/return")
def send_back() -> Response:
    """Send a shipped line back."""
    issue, message = "BATTERY_NOT_CHARGING", "It does not charge any more."
    try:
        line = shipped_line(g.tx, {"orderline": request.form.get("orderline") or "0"})
        folder = care.open_folder(g.tx, line, issue, message, "REFUND", g.options.clock())
    except ValueError as reason:
        return _back(_("Not returned: %(why)s.", why=str(reason)), "no")
    return _back(_("Return %(number)s is open; the seller sees it now.", number=folder), "yes")


def _back(said: str, tone: str) -> Response:
    return redirect(url_for("pages.shop", said=said, tone=tone), 303)


def _order_rows() -> list[dict[str, Any]]:
    rows = g.tx.execute(
        "SELECT l.*, o.created, p.title, o.currency,"
        " (SELECT MAX(f.id) FROM folders f WHERE f.line_id = l.id) AS folder"
        " FROM order_lines l JOIN orders o USING (order_id) JOIN listings s USING (listing_id)"
        f" JOIN products p USING (backmarket_id) ORDER BY l.id DESC LIMIT {SHOWN}"
    )
    return [{**dict(row), "imeis": orders.identifiers(g.tx, row["id"], "imei")} for row in rows]
