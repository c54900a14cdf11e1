"""The lists of parts: stock, places, orders, what is short, donors, suppliers and windows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select
from sqlalchemy.orm import contains_eager, selectinload

from workshop.catalogue.models import DeviceModel
from workshop.catalogue.window import STATE_LABELS
from workshop.core.listing import Column, Few, Filter, Listing, Table, Ticks, amount, has_words
from workshop.core.spoken import capital, spoken
from workshop.jobs.models import Job, Unit
from workshop.parts import fits, listings, words
from workshop.parts.models import LOCATION_KINDS, Batch, Location, Need, OrderLine, Part, PurchaseOrder, Supplier

ORDER_STATES: Final = {
    "draft": _l("Draft"),
    "sent": _l("Sent"),
    "received": _l("Received"),
    "cancelled": _l("Cancelled"),
}
OPEN_ORDERS: Final = ("draft", "sent")


def stock(site_id: int) -> Listing:
    """Return the batches that have pieces left."""
    query = (
        select(Batch)
        .join(Batch.part)
        .join(Batch.location)
        .options(contains_eager(Batch.part), contains_eager(Batch.location), selectinload(Batch.donor_unit))
        .options(selectinload(Batch.order_line).selectinload(OrderLine.order))
        .where(Batch.on_hand > 0, Location.site_id == site_id)
    )
    ticks = Ticks("batch", lambda b: b.code)
    none = _l("Nothing lies in stock.")
    return Listing("stock", _STOCK, Table(query, Batch.id), _STOCK_FILTERS, "part", none, ticks=ticks)


_STOCK: Final = (
    Column("part", _l("Part"), lambda b: fits.part_name(b.part), Part.name),
    Column("part_code", _l("Part's code"), lambda b: b.part.code, drawn=False),
    Column("piece", _l("Piece"), lambda b: b.code, Batch.id),
    Column("place", _l("Place"), lambda b: b.location.code, Location.code),
    Column("lot", _l("Lot"), lambda b: b.lot, Batch.lot),
    Column("there", _l("There"), lambda b: b.on_hand, Batch.on_hand, number=True),
    Column("reserved", _l("Reserved"), lambda b: b.reserved, Batch.reserved, number=True),
    Column("cost", _l("Cost"), lambda b: amount(b.unit_cost_minor, b.currency), Batch.unit_cost_minor, number=True),
    Column("currency", _l("Currency"), lambda b: b.currency, drawn=False),
    Column("received", _l("Received"), lambda b: b.received_at, drawn=False),
    Column("origin", _l("From"), lambda b: origin(b)),
)
_STOCK_FILTERS: Final = (
    Filter("q", _l("Part, lot or place"), has_words(Part.name, Part.code, Batch.code, Batch.lot, Location.code)),
    Filter("place", _l("Place"), lambda v: Location.barcode == v, hidden=True),
)


def origin(batch: Batch) -> str:
    """Return where a batch came from: the code of its order or of its donor, as the page links to it."""
    if batch.order_line is not None:
        return batch.order_line.order.code
    return batch.donor_unit.code if batch.donor_unit is not None else str(_("first count"))


def places(site_id: int) -> Listing:
    """Return the places of a site, each with what lies there."""
    there: Any = select(func.sum(Batch.on_hand)).where(Batch.location_id == Location.id).scalar_subquery()
    pieces = func.coalesce(there, 0)
    columns = (
        Column("place", _l("Place"), lambda r: r[0].code, Location.code),
        Column("label", _l("Label"), lambda r: r[0].barcode, drawn=False),
        Column("kind", _l("Kind"), lambda r: capital(spoken(r[0].kind)), Location.kind),
        Column("pieces", _l("Pieces there"), lambda r: r[1], pieces, number=True),
    )
    filters = (
        Filter("q", _l("Place"), has_words(Location.code, Location.barcode)),
        Filter(
            "kind",
            _l("Kind"),
            lambda v: Location.kind == v,
            lambda: [(kind, capital(spoken(kind))) for kind in LOCATION_KINDS],
        ),
    )
    query, ticks = select(Location, pieces).where(Location.site_id == site_id), Ticks("place", lambda r: r[0].barcode)
    source = Table(query, Location.id, tuple)
    return Listing("places", columns, source, filters, "place", _l("No place is known yet."), ticks=ticks)


def orders(site_id: int, given: Mapping[str, str]) -> Listing:
    """Return the orders to suppliers, the open ones where no state is chosen."""
    total = func.coalesce(
        select(func.sum(OrderLine.quantity * OrderLine.price_minor))
        .where(OrderLine.order_id == PurchaseOrder.id)
        .scalar_subquery(),
        0,
    )
    query = (
        select(PurchaseOrder)
        .join(PurchaseOrder.supplier)
        .options(contains_eager(PurchaseOrder.supplier), selectinload(PurchaseOrder.lines).joinedload(OrderLine.part))
        .where(PurchaseOrder.site_id == site_id)
    )
    if not given.get("state"):
        query = query.where(PurchaseOrder.state.in_(OPEN_ORDERS))
    columns = (
        Column("supplier", _l("Order"), lambda o: o.supplier.name, Supplier.name),
        Column("code", _l("Code"), lambda o: o.code, drawn=False),
        Column("lines", _l("Lines"), lambda o: len(o.lines), number=True),
        Column("total", _l("Total"), lambda o: amount(o.total_minor, "EUR"), total, number=True),
        Column("expected", _l("Expected"), lambda o: o.expected_on, PurchaseOrder.expected_on),
        Column("state", _l("State"), lambda o: ORDER_STATES[o.state], PurchaseOrder.state),
    )
    filters = (
        Filter("q", _l("Supplier or code"), has_words(Supplier.name, PurchaseOrder.code)),
        Filter("state", _l("State"), _in_state, lambda: [*ORDER_STATES.items(), ("all", _l("All"))], unset=_l("Open")),
    )
    source, ticks = Table(query, PurchaseOrder.id), Ticks("order", lambda o: o.code)
    return Listing("purchase-orders", columns, source, filters, "expected", _l("No order is open."), ticks=ticks)


def _in_state(state: str) -> Any:
    return PurchaseOrder.state == state if state != "all" else True


def short(site_id: int, now: datetime) -> Listing:
    """Return the open needs of a site that have no piece in hand, the oldest job first."""
    query = (
        select(Need)
        .join(Need.job)
        .join(Job.unit)
        .join(Unit.model)
        .outerjoin(Need.part)
        .options(
            contains_eager(Need.job).contains_eager(Job.unit).contains_eager(Unit.model), contains_eager(Need.part)
        )
        .where(Need.state.in_(("needed", "ordered")), Job.site_id == site_id, Job.closed_at.is_(None))
    )
    columns = (
        Column("unit", _l("Unit"), lambda r: r["need"].job.unit.model.name, DeviceModel.name),
        Column("code", _l("Code"), lambda r: r["need"].job.unit.code, drawn=False),
        Column(
            "part",
            _l("Part"),
            lambda r: fits.part_name(r["part"]) if r["part"] else _kind(r["need"]),
            func.coalesce(Part.name, Need.part_kind),
        ),
        Column("state", _l("Where it stands"), lambda r: r["label"], Need.state),
        Column("where", _l("Comes from"), lambda r: f"{r['code']} {r['where']}".strip(), drawn=False),
        Column(
            "opened", _l("In the workshop"), lambda r: (now - r["need"].job.opened_at).days, Job.opened_at, number=True
        ),
        Column("ways", _l("What to do"), lambda _r: ""),
    )
    filters = (
        Filter("q", _l("Unit or part"), has_words(DeviceModel.name, Unit.code, Part.name, Need.part_kind)),
        Filter("state", _l("State"), lambda v: Need.state == v, lambda: _NEED_STATES),
    )
    source = Table(query, Need.id, dress=words.need_rows)
    return Listing("short", columns, source, filters, "opened", _l("Every job has its parts."))


_NEED_STATES: Final = (("needed", _l("Missing")), ("ordered", _l("Ordered")))


def _kind(thing: Any) -> str:
    return str(capital(fits.kind_word(thing.part_kind)))


def donors(rows: Sequence[listings.Donor]) -> Listing:
    """Return the donors that still have something, each part of them by itself in the file."""
    columns = (
        Column("waited", _l("A job waits"), lambda d: len(d.waited_for), lambda d: -len(d.waited_for), number=True),
        Column("device", _l("Device"), lambda d: d.unit.model.name, lambda d: d.unit.model.name),
        Column("code", _l("Code"), lambda d: d.unit.code, lambda d: d.unit.id),
        Column("parts", _l("Parts still in it"), lambda d: ", ".join(_kind(p) for p in d.parts)),
    )
    filters = (Filter("q", _l("Device or part"), lambda v: lambda d: _in(v, _donor_words(d))),)
    return Listing(
        "donors",
        columns,
        Few(rows, lambda d: d.unit.code),
        filters,
        "waited",
        _l("No device was closed for harvest yet."),
    )


def _donor_words(donor: listings.Donor) -> str:
    return " ".join((donor.unit.model.name, donor.unit.code, *(_kind(p) for p in donor.parts)))


def _in(text: str, words_of: str) -> bool:
    return all(w in words_of.casefold() for w in text.casefold().split())


def suppliers(rows: Sequence[tuple[Supplier, int]], on_time: Callable[[Supplier], int]) -> Listing:
    """Return who sells what."""
    columns = (
        Column("supplier", _l("Supplier"), lambda r: r[0].name, lambda r: r[0].name.casefold()),
        Column("code", _l("Code"), lambda r: r[0].code, drawn=False),
        Column("offers", _l("Offers"), lambda r: r[1], lambda r: r[1], number=True),
        Column("lead", _l("Lead time"), lambda r: r[0].lead_days, lambda r: r[0].lead_days, number=True),
        Column(
            "minimum",
            _l("Minimum"),
            lambda r: amount(r[0].minimum_minor, r[0].currency),
            lambda r: r[0].minimum_minor,
            number=True,
        ),
        Column("on_time", _l("On time"), lambda r: on_time(r[0]), lambda r: on_time(r[0]), number=True),
        Column("bound", _l("Bound by the law"), lambda r: r[0].bound_by_law, lambda r: r[0].bound_by_law),
    )
    filters = (Filter("q", _l("Supplier"), lambda v: lambda r: _in(v, f"{r[0].name} {r[0].code}")),)
    return Listing(
        "suppliers", columns, Few(rows, lambda r: r[0].code), filters, "supplier", _l("No supplier is known yet.")
    )


def windows(rows: Sequence[Any]) -> Listing:
    """Return the models by the day on which their spare-part window shuts."""

    def ends(row: Any) -> tuple[bool, date]:
        return row.answer.state.value == "not_covered", row.answer.end or date.max

    columns = (
        Column("model", _l("Model"), lambda r: r.model.name, lambda r: r.model.name),
        Column("maker", _l("Maker"), lambda r: r.model.maker, drawn=False),
        Column("state", _l("Window"), lambda r: STATE_LABELS[r.answer.state], drawn=False),
        Column("ends", _l("Spare-part window"), lambda r: r.answer.end, ends),
        Column("article", _l("Decided by"), lambda r: r.answer.deciding.policy.title if r.answer.deciding else ""),
        Column("horizon", _l("Horizon"), lambda r: r.answer.months_left),
        Column("jobs", _l("Jobs"), lambda r: r.needed, lambda r: r.needed, number=True),
        Column("free", _l("Free parts"), lambda r: r.free, lambda r: r.free, number=True),
        Column("coming", _l("Coming"), lambda r: r.coming, lambda r: r.coming, number=True),
    )
    states = [(s.value, label) for s, label in STATE_LABELS.items()]
    filters = (
        Filter("q", _l("Model"), lambda v: lambda r: _in(v, f"{r.model.maker} {r.model.name}")),
        Filter("state", _l("Window"), lambda v: lambda r: r.answer.state.value == v, lambda: states),
    )
    few = Few(rows, lambda r: f"{r.model.id:09d}")
    return Listing("windows", columns, few, filters, "ends", _l("No model has jobs or parts yet."), size=200)
