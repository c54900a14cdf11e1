"""The lists of selling: ready units, listings, orders of buyers, returns, prices, and background work."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, or_, select
from sqlalchemy.orm import contains_eager, selectinload

from workshop.catalogue.models import DeviceModel
from workshop.core.actor import Actor
from workshop.core.listing import Column, Few, Filter, Listing, Table, Ticks, amount, has_words
from workshop.core.work import Task
from workshop.jobs import target
from workshop.jobs.models import Job, Unit
from workshop.jobs.queue import at_sites, sites_of
from workshop.jobs.stages import Stage
from workshop.marketplace import desk, feed_page
from workshop.marketplace.order_models import Return, SalesOrder, SoldPiece

WAITING: Final = ("short", "reserved")
PIECES: Final = {
    "shipped": _l("Shipped"),
    "returned": _l("Came back"),
    "refunded": _l("Refunded"),
    "cancelled": _l("Cancelled"),
    "all": _l("All"),
}


def _in(*words_of: Callable[[Any], str]) -> Callable[[str], Any]:
    """Return what narrows a list in memory to rows in whose words each typed one is."""

    def condition(text: str) -> Any:
        words = text.casefold().split()
        return lambda row: all(any(w in say(row).casefold() for say in words_of) for w in words)

    return condition


def orders(given: Mapping[str, str]) -> Listing:
    """Return what buyers ordered, piece by piece: what waits to be shipped where nothing else is asked for."""
    query = select(SoldPiece).join(SoldPiece.order).options(contains_eager(SoldPiece.order))
    query = query.options(selectinload(SoldPiece.shipment))
    if not given.get("state"):
        query = query.where(or_(SoldPiece.state.in_(WAITING), SalesOrder.why_code != ""))
    columns = (
        Column("order", _l("Order"), lambda r: r[0].order.number, SalesOrder.placed_at),
        Column("placed", _l("Ordered"), lambda r: r[0].order.placed_at, drawn=False),
        Column("what", _l("What"), lambda r: r[0].sku, SoldPiece.sku),
        Column("unit", _l("Unit"), lambda r: r[1][0] if r[1] else ""),
        Column("place", _l("Place"), lambda r: r[1][1] if r[1] else ""),
        Column(
            "price", _l("Price"), lambda r: amount(r[0].price_minor, r[0].currency), SoldPiece.price_minor, number=True
        ),
        Column("currency", _l("Currency"), lambda r: r[0].currency, drawn=False),
        Column("state", _l("State"), lambda r: r[0].state),
    )
    filters = (
        Filter("q", _l("Order or SKU"), has_words(SalesOrder.number, SoldPiece.sku)),
        Filter("state", _l("State"), _of_state, lambda: list(PIECES.items()), unset=_l("To be shipped")),
    )
    none = _l("Everything that was ordered has left.")
    first = "-order" if given.get("state") else "order"
    return Listing("orders", columns, Table(query, SoldPiece.id, dress=_with_units), filters, first, none)


def _of_state(state: str) -> Any:
    return SoldPiece.state == state if state != "all" else True


def _with_units(pieces: list[SoldPiece]) -> list[tuple[SoldPiece, tuple[str, str] | None]]:
    codes = desk.codes(pieces)
    return [(p, codes.get(p.id)) for p in pieces]


def returns() -> Listing:
    """Return what comes back: the newest first."""
    query: Any = (
        select(Return, Unit.code)
        .join(Unit, Unit.id == Return.unit_id)
        .join(Return.line)
        .options(contains_eager(Return.line).selectinload(SoldPiece.order))
    )
    columns = (
        Column("unit", _l("Unit"), lambda r: r[1], Unit.code),
        Column("sku", _l("What"), lambda r: r[0].line.sku, drawn=False),
        Column("order", _l("Order"), lambda r: r[0].line.order.number),
        Column("why", _l("Why"), lambda r: f"{r[0].reason.replace('_', ' ')} {r[0].note}".strip(), Return.reason),
        Column("state", _l("State"), lambda r: r[0].arrived_at or r[0].announced_at, Return.id),
        Column("refund", _l("Refund"), _refund, func.coalesce(Return.refund_minor, 0), number=True),
    )
    arrived = {"announced": Return.arrived_at.is_(None), "arrived": Return.arrived_at.is_not(None)}
    filters = (
        Filter("q", _l("Unit or SKU"), has_words(Unit.code, SoldPiece.sku)),
        Filter("state", _l("State"), lambda v: arrived[v], lambda: RETURNS),
    )
    source = Table(query, Return.id, lambda row: tuple(row))
    return Listing("returns", columns, source, filters, "-state", _l("Nothing has come back."))


RETURNS: Final = (("announced", _l("Announced")), ("arrived", _l("Arrived")))


def _refund(row: Any) -> Any:
    return amount(row[0].refund_minor, row[0].line.currency) if row[0].refunded_at else None


def ready(actor: Actor) -> Listing:
    """Return the units that are ready, the one that has waited longest first."""
    query = target.selects().listing.where(Job.stage == Stage.READY.value, Job.closed_at.is_(None))
    columns = (
        Column("unit", _l("Unit"), lambda r: r.unit.code, Unit.id),
        Column("device", _l("Device"), lambda r: r.unit.title, drawn=False),
        Column("lacks", _l("Lacks"), lambda r: ", ".join(r.missing), Job.stage_since),
        Column("cost", _l("Cost"), lambda r: amount(r.sum.cost.total_minor, r.unit.currency), number=True),
        Column("floor", _l("Floor"), lambda r: amount(r.sum.floor_minor, r.unit.currency), number=True),
        Column("price", _l("Price"), lambda r: amount(r.price_minor, r.unit.currency), number=True),
        Column(
            "leaves",
            _l("Leaves"),
            lambda r: amount(r.margin.left_minor, r.unit.currency) if r.margin else None,
            number=True,
        ),
        Column("new", _l("New price"), lambda _r: ""),
    )
    filters = (Filter("q", _l("Model or code"), has_words(DeviceModel.name, Unit.code, Unit.colour)),)
    source = Table(at_sites(query, sites_of(actor)), Job.id, lambda row: desk.ready(target.from_row(row)))
    none = _l("No unit is ready and not live yet.")
    return Listing("ready", columns, source, filters, "lacks", none, ticks=Ticks("unit", lambda r: r.unit.code))


def listings(rows: Sequence[dict[str, Any]], none: Any) -> Listing:
    """Return listings as they differ from the marketplace."""
    columns = (
        Column("listing", _l("Listing"), lambda r: r["sku"], lambda r: r["title"].casefold()),
        Column("title", _l("Title"), lambda r: r["title"], drawn=False),
        Column("quantity", _l("Quantity"), lambda r: int(r["quantity"]), lambda r: int(r["quantity"])),
        Column("shown", _l("Published"), lambda r: int(r["quantity_old"]), drawn=False),
        Column("price", _l("Price"), lambda r: r["price"]),
        Column("state", _l("State"), lambda r: r["pill"]["text"], lambda r: r["place"]),
        Column("what", _l("What happened, what next"), lambda r: f"{r['what']}. {r['then']}"),
        Column("todo", _l("To do"), lambda r: r["button"]["label"] if r["button"] else ""),
    )
    filters = (
        Filter("tab", _l("Listings"), lambda _v: True, lambda: [(t, t) for t in feed_page.TABS], hidden=True),
        Filter("q", _l("Listing"), _in(lambda r: r["title"], lambda r: r["sku"])),
    )
    return Listing("feed", columns, Few(rows, lambda r: r["sku"]), filters, "state", none)


def prices(rows: Sequence[desk.PricedListing]) -> Listing:
    """Return every listing with what its price leaves, the one that leaves least first."""
    columns = (
        Column("listing", _l("Listing"), lambda p: p.listing.sku, lambda p: p.listing.product.title.casefold()),
        Column("units", _l("Units"), lambda p: p.units, lambda p: p.units, number=True),
        Column(
            "floor",
            _l("Floor"),
            lambda p: amount(p.floor_minor, p.listing.currency),
            lambda p: p.floor_minor or 0,
            number=True,
        ),
        Column(
            "price",
            _l("Price"),
            lambda p: amount(p.listing.price_minor, p.listing.currency),
            lambda p: p.listing.price_minor or 0,
            number=True,
        ),
        Column(
            "leaves",
            _l("Leaves"),
            lambda p: amount(p.worst_minor, p.listing.currency),
            lambda p: (p.worst_minor is not None, p.worst_minor or 0),
            number=True,
        ),
        Column("oldest", _l("Oldest"), lambda p: p.oldest, lambda p: p.oldest.timestamp() if p.oldest else 0),
        Column("todo", _l("To do"), lambda _p: ""),
    )
    filters = (Filter("q", _l("Listing"), _in(lambda p: p.listing.product.title, lambda p: p.listing.sku)),)
    return Listing(
        "prices", columns, Few(rows, lambda p: p.listing.sku), filters, "leaves", _l("Nothing is on the shelf yet.")
    )


def tasks(now: datetime, kinds: Mapping[str, Any]) -> Listing:
    """Return the background work that waits, longest first."""
    query = select(Task).where(Task.finished_at.is_(None))
    columns = (
        Column("what", _l("What"), lambda t: t["what"], Task.kind),
        Column("subject", _l("Subject"), lambda t: t["subject"], drawn=False),
        Column("since", _l("Waits since"), lambda t: t["since"], Task.asked_at),
        Column("due", _l("Tried again"), lambda t: t["due"], Task.due_at),
        Column("tries", _l("Tries"), lambda t: t["attempts"], Task.attempts, number=True),
        Column("why", _l("Why"), lambda t: t["why"]),
    )
    filters = (
        Filter("q", _l("Subject"), has_words(Task.subject, Task.note)),
        Filter("kind", _l("What"), lambda v: Task.kind == v, lambda: sorted((k, str(w)) for k, w in kinds.items())),
    )
    source = Table(query, Task.id, lambda row: feed_page.task_row(row[0], now))
    return Listing("background", columns, source, filters, "due", _l("Nothing waits behind the scenes."))
