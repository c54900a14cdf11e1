"""What this room tells of a unit: on its page, in its head and through the API."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, select

from workshop.core.db import db
from workshop.core.house import House, Panel
from workshop.jobs.stages import Stage
from workshop.jobs.target import OpenUnit
from workshop.marketplace import cost, orders, prices, reasons, returning, shelf
from workshop.marketplace.account import account
from workshop.marketplace.kinds import line_json, listing_json
from workshop.marketplace.models import Listing, Product
from workshop.parts.triage_view import Sale


def unit_listing(unit: OpenUnit) -> dict[str, Any] | None:
    """Return the listing that a unit is offered under."""
    offer = shelf.offer_of(unit.id)
    if offer is None:
        return None
    return listing_json(offer.listing) | {"live_since": offer.live_at.isoformat() if offer.live_at else None}


def unit_order(unit: OpenUnit) -> dict[str, Any] | None:
    """Return the order that a unit was last sold for."""
    lines = orders.lines_of_unit(unit.id)
    return line_json(lines[0]) if lines else None


def unit_warranty(unit: OpenUnit) -> dict[str, Any] | None:
    """Return a unit's warranty."""
    found = orders.warranty_of(unit.id)
    return {"from": found.starts_on.isoformat(), "until": found.ends_on.isoformat()} if found else None


def head(unit: OpenUnit) -> dict[str, Any]:
    """Return the pill of a unit that is on the marketplace, sold or shipped."""
    words = _pill(unit)
    return {"pills": [words]} if words else {}


def _pill(unit: OpenUnit) -> tuple[str, str] | None:
    if unit.stage == Stage.LISTED:
        offer = shelf.offer_of(unit.id)
        shown = (offer.listing.published_quantity or 0) if offer else 0
        return str(_("Live, %(n)s of this listing", n=shown)), "yes"
    if unit.stage != Stage.SOLD:
        return None
    line = orders.line_of_job(unit.job_id)
    left = line is not None and line.state != "reserved"
    return (str(_("Shipped")), "yes") if left else (str(_("Sold, to be shipped")), "now")


def money_panel(unit: OpenUnit) -> dict[str, Any] | None:
    """Return what the unit has cost and what its price leaves; None before anything was paid."""
    if unit.paid_minor is None:
        return None
    line = orders.line_of_job(unit.job_id)
    offer = shelf.offer_of(unit.id)
    price = line.price_minor if line else offer.listing.price_minor if offer else None
    found = prices.calculation(unit)
    return {
        "cost": found.cost,
        "minutes": cost.bench_minutes(unit),
        "price_minor": price,
        "margin": found.at(price) if price else None,
        "floor_minor": found.floor_minor,
        "currency": unit.currency,
    }


def listing_panel(unit: OpenUnit) -> dict[str, Any] | None:
    """Return the listing that a unit is offered under, and why it stands as it does."""
    offer = shelf.offer_of(unit.id)
    if offer is None:
        return None
    what, then = reasons.words(offer.listing.why_code, offer.listing.why_data)
    return {"offer": offer, "listing": offer.listing, "what": what, "then": then}


def sale_panel(unit: OpenUnit) -> dict[str, Any] | None:
    """Return to whom a unit was sold last, its warranty, and whether it comes back."""
    lines = orders.lines_of_unit(unit.id)
    if not lines:
        return None
    return {
        "line": lines[0],
        "order": lines[0].order,
        "shipment": lines[0].shipment,
        "warranty": orders.warranty_of(unit.id),
        "back": returning.announced(lines[0]),
    }


def expected_price(unit: OpenUnit) -> int | None:
    """Return what units like this one are sold for: the mean of the model's prices in this storage, None if none."""
    query = (
        select(func.avg(Listing.price_minor))
        .join(Product, Product.id == Listing.product_id)
        .where(Product.model_id == unit.model_id, Listing.price_minor.is_not(None))
    )
    same = db.session.scalar(query.where(Product.storage_gb == (unit.storage_gb or 0)))
    found = same if same is not None else db.session.scalar(query)
    return int(found) if found is not None else None


def expected_sale(unit: OpenUnit) -> Sale | None:
    """Return what triage reckons with: the price of units like this one, and the fee and VAT of the account."""
    price, seller = expected_price(unit), account()
    return Sale(price, seller.fee_rate, seller.vat_rate) if price is not None else None


PANELS = (
    Panel("listing", "marketplace/_panel_listing.html", listing_panel, order=5),
    Panel("sale", "marketplace/_panel_sale.html", sale_panel, order=6),
    Panel("money", "marketplace/_panel_money.html", money_panel, order=10),
)


def bring(rooms: House) -> None:
    """Bring all of it into the house."""
    told = rooms.extensions.setdefault("unit_json", {})
    told |= {"listing": unit_listing, "order": unit_order, "warranty": unit_warranty}
    rooms.extensions.setdefault("head", []).append(head)
    rooms.extensions["expected_sale"] = expected_sale
    rooms.panels.extend(PANELS)
