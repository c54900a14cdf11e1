"""The desk's pages about selling: parse, one call, render."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from workshop.core import clock, work
from workshop.core.actions import perform
from workshop.core.actor import ADMIN, AUDITOR, REFURBISHER, TECHNICIAN
from workshop.core.db import db, number
from workshop.core.errors import NotFound, Refused
from workshop.core.list_views import answer
from workshop.core.web import allow, current_actor, request_key, tell
from workshop.marketplace import account, desk, feed_page, lists, orders, prices, shelf
from workshop.marketplace.order_models import SalesOrder

bp = Blueprint("marketplace", __name__)
SELLERS = (REFURBISHER, ADMIN, AUDITOR)
PACKERS = (REFURBISHER, TECHNICIAN, ADMIN, AUDITOR)


@bp.get("/feed")
@allow(*SELLERS)
def feed() -> ResponseReturnValue:
    """Shelf against marketplace."""
    found = feed_page.context(request.args.get("tab", feed_page.TABS[0]), clock.now())
    none = _("No listing is in step yet.") if found["tab"] == "in_step" else _("Nothing here: both agree.")
    return answer("marketplace/feed.html", lists.listings(found["rows"], none), **found)


@bp.get("/feed/<ref>")
@allow(*SELLERS)
def listing_page(ref: str) -> ResponseReturnValue:
    """One listing: what is under it, and the prices it had."""
    listing = desk.listing_named(ref)
    if listing is None:
        raise NotFound(_("There is no listing %(sku)s.", sku=ref), _("Look it up in the feed."))
    under = prices.units_under(listing)
    sums = {unit.code: prices.calculation(unit) for _offer, unit in under}
    row = feed_page.row(listing, len(shelf.free_units(listing)), clock.now())
    return render_template(
        "marketplace/listing.html", listing=listing, row=row, under=under, sums=sums, history=feed_page.history(listing)
    )


@bp.get("/ready")
@allow(*SELLERS)
def ready_page() -> ResponseReturnValue:
    """What is ready, what it cost and what it leaves."""
    actor = current_actor()
    return answer("marketplace/ready.html", lists.ready(actor), count=number(desk.count_ready(actor)))


@bp.post("/ready/prices")
@allow(REFURBISHER)
def price_many() -> ResponseReturnValue:
    """Price every unit for which something was typed; what does not fit is said, the rest is kept."""
    kept, said = 0, []
    key = request_key() or ""
    for name, typed in request.form.items():
        if not name.startswith("price-") or not typed.strip():
            continue
        try:
            given = {"price": typed}
            perform("set_price", name.removeprefix("price-"), given, by=current_actor(),
                    request_key=f"{key}:{name}"[:80] if key else None)  # fmt: skip
            kept += 1
        except Refused as refused:
            db.session.rollback()
            said.append(f"{name.removeprefix('price-')}: {refused.what} {refused.remedy}")
    tell("no" if said else "yes", ngettext("%(num)s unit priced.", "%(num)s units priced.", kept), " ".join(said))
    return redirect(url_for("marketplace.ready_page"), 303)


@bp.get("/orders")
@allow(*PACKERS)
def orders_page() -> ResponseReturnValue:
    """What is to be shipped, and what left."""
    return answer("marketplace/orders.html", lists.orders(request.args), waiting=number(desk.count_to_ship(None)))


@bp.get("/orders/<ref>")
@allow(*PACKERS)
def order_page(ref: str) -> ResponseReturnValue:
    """One order, with the box that its units are scanned into."""
    return _order_page(_order(ref))


def _order_page(order: SalesOrder, refused: Refused | None = None) -> ResponseReturnValue:
    page = render_template(
        "marketplace/order.html", order=order, codes=desk.codes(order.lines), refused=refused, now=clock.now()
    )
    return page, refused.status if refused else 200


@bp.post("/orders/<ref>/ship")
@allow(*PACKERS)
def ship_order(ref: str) -> ResponseReturnValue:
    """Ship the unit that was scanned; the wrong one is refused and named."""
    order = _order(ref)
    code = request.form.get("code", "").strip().upper()
    given = {
        "order": order.number,
        "tracking_number": request.form.get("tracking_number", ""),
        "not_blocked": request.form.get("not_blocked") == "y",
    }
    try:
        done = perform("ship", code, given, by=current_actor(), request_key=request_key())
    except Refused as refused:
        db.session.rollback()
        return _order_page(_order(ref), refused)
    tell(done.tone, done.title, done.detail)
    return redirect(url_for("marketplace.order_page", ref=ref), 303)


def _order(number: str) -> SalesOrder:
    found = orders.find(number)
    if found is None:
        raise NotFound(_("There is no order %(n)s.", n=number), _("Look it up in the list."))
    return found


@bp.get("/returns")
@allow(*PACKERS)
def returns_page() -> ResponseReturnValue:
    """What comes back."""
    return answer("marketplace/returns.html", lists.returns(), awaited=number(desk.count_returns(None)))


@bp.get("/prices")
@allow(*SELLERS)
def prices_page() -> ResponseReturnValue:
    """What every listing costs and leaves."""
    found = desk.priced_listings()
    return answer("marketplace/prices.html", lists.prices(found), listings=found, seller=account.account())


@bp.get("/background")
@allow(ADMIN, REFURBISHER)
def background_page() -> ResponseReturnValue:
    """What waits behind the scenes: since when, and why."""
    wanted = lists.tasks(clock.now(), feed_page.task_kinds())
    return answer("marketplace/background.html", wanted, waiting=work.depth())
