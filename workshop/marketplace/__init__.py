"""The marketplace room: prices, listings, the feed, orders, shipments and returns."""

from __future__ import annotations

from flask import Flask
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from workshop.core import live
from workshop.core.house import house
from workshop.jobs import gates as job_gates
from workshop.marketplace import (
    actions,
    bench,
    commands,
    desk_actions,
    finders,
    gates,
    kinds,
    links,
    listeners,
    order_actions,
    shipping_actions,
    show,
    views,
)
from workshop.marketplace.models import Listing
from workshop.marketplace.workers import workers


def init_app(app: Flask) -> None:
    """Bring the room into the house."""
    app.register_blueprint(views.bp)
    commands.register(app)
    with app.app_context():
        rooms = house()
        for kind in kinds.KINDS:
            rooms.add_kind(kind)
        for bunch in (actions.ACTIONS, shipping_actions.ACTIONS, order_actions.ACTIONS, desk_actions.ACTIONS):
            rooms.add_actions(bunch)
        job_gates.add(gates.GATES)
        listeners.listen(rooms)
        for worker in workers(app.extensions["settings"].feed_interval_seconds):
            rooms.workers[worker.kind] = worker
        show.bring(rooms)
        bench.bring()
        rooms.links.extend(links.LINKS)
        live.watch("feed", select(func.max(Listing.state_since)))
        live.pages(
            {"marketplace.feed": "feed listing product sales_order unit", "marketplace.ready_page": "unit product"}
        )
        live.pages({"marketplace.listing_page": "feed listing unit", "marketplace.orders_page": "sales_order unit"})
        live.pages({"marketplace.order_page": "sales_order unit", "marketplace.returns_page": "return sales_order"})
        rooms.finders += finders.FINDERS
        rooms.homes["refurbisher"] = "marketplace.feed"
        rooms.extensions["pages"] |= {"sales_order": "marketplace.order_page", "listing": "marketplace.listing_page"}
        rooms.explain("ux_listed_units_one_open_per_unit", _l("This unit is listed already."), _l("Look at its page."))
        rooms.explain("ux_sold_pieces_one_per_job", _l("This unit is sold already."), _l("Take the next one."))
