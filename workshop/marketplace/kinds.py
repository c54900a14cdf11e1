"""Listings, products, orders, returns and the account as targets of actions."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _

from workshop.core.actions import Act, Kind, ModelKind
from workshop.core.db import db
from workshop.core.errors import Forbidden, NotFound
from workshop.marketplace import reasons
from workshop.marketplace.account import account
from workshop.marketplace.models import Listing, Product, SellerAccount
from workshop.marketplace.order_models import Return, SalesOrder, SoldPiece


class ListingKind(Kind[Listing]):
    """Listings, by SKU in any case."""

    name = "listing"
    plural = "listings"

    def load(self, ref: Any, act: Act) -> Listing:
        if isinstance(ref, Listing):
            return ref
        found = db.session.query(Listing).filter_by(sku_key=str(ref).casefold()).one_or_none()
        if found is None:
            raise NotFound(_("There is no listing %(sku)s.", sku=ref), _("Look it up in the feed."))
        return found

    def ref(self, target: Listing) -> str:
        return target.sku

    def show(self, target: Listing) -> dict[str, Any]:
        return listing_json(target)


class OrderKind(ModelKind[SalesOrder]):
    """Orders, by the marketplace's number."""

    def show(self, target: SalesOrder) -> dict[str, Any]:
        return order_json(target)


class AccountKind(Kind[SellerAccount]):
    """The one seller account, whatever it is called by."""

    name = "account"
    plural = "accounts"

    def load(self, ref: Any, act: Act) -> SellerAccount:
        return account()

    def ref(self, target: SellerAccount) -> str:
        return "feed"


KINDS = (
    ListingKind(),
    OrderKind("sales_order", "sales_orders", SalesOrder, by="number"),
    ModelKind("product", "products", Product, by="code"),
    ModelKind("return", "returns", Return),
    AccountKind(),
)


def only_worker(act: Act) -> None:
    """Refuse a person who asks for what only the feed may do."""
    if not act.by.is_worker:
        raise Forbidden(_("Only the feed does this."), _("It does so by itself."))


def listing_json(listing: Listing) -> dict[str, Any]:
    """Return a listing as the API tells it."""
    what, then = reasons.words(listing.why_code, listing.why_data)
    return {
        "sku": listing.sku,
        "grade": listing.grade,
        "currency": listing.currency,
        "price_minor": listing.price_minor,
        "published_quantity": listing.published_quantity,
        "published_price_minor": listing.published_price_minor,
        "publication_state": listing.publication_state,
        "marketplace_id": listing.marketplace_id,
        "task": listing.task_number,
        "state": listing.state,
        "why": what,
        "next": then,
    }


def line_json(line: SoldPiece) -> dict[str, Any]:
    """Return a piece of an order line as the API tells it."""
    shipment = line.shipment
    return {
        "order": line.order.number,
        "line": line.number,
        "piece": line.piece,
        "sku": line.sku,
        "state": line.state,
        "price_minor": line.price_minor,
        "currency": line.currency,
        "tracking_number": shipment.tracking_number if shipment else None,
        "identifier_told_at": shipment.told_at.isoformat() if shipment and shipment.told_at else None,
    }


def order_json(order: SalesOrder) -> dict[str, Any]:
    """Return an order as the API tells it, without the buyer."""
    return {
        "number": order.number,
        "state": order.state,
        "placed_at": order.placed_at.isoformat(),
        "lines": [line_json(line) for line in order.lines],
    }
