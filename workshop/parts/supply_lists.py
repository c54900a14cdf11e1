"""The lists of what can be bought and what is to come: spare parts, a supplier's offers, deliveries."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select
from sqlalchemy.orm import contains_eager, selectinload

from workshop.catalogue.window import STATE_LABELS, State, WindowAnswer
from workshop.core.listing import Column, Filter, Listing, Table, Ticks, amount, has_words
from workshop.core.spoken import capital, spoken
from workshop.parts import choices, fits, window
from workshop.parts.models import QUALITIES, Offer, OrderLine, Part, PurchaseOrder, Supplier

WHEN: Final = {
    "law": _l("Late by law"),
    "late": _l("Late"),
    "today": _l("Today"),
    "later": _l("On its way"),
}


@dataclass(frozen=True)
class Due:
    """An order that is on its way, and how it stands against its day."""

    order: PurchaseOrder
    today: date
    broken: bool

    @property
    def when(self) -> str:
        """One of WHEN."""
        if self.broken:
            return "law"
        return "late" if self.order.expected_on < self.today else "today" if self.is_today else "later"

    @property
    def is_today(self) -> bool:
        """Whether it should come today."""
        return self.order.expected_on == self.today

    @property
    def coming(self) -> int:
        """How many pieces are still to come."""
        return sum(line.coming for line in self.order.lines)

    @property
    def ordered(self) -> int:
        """How many pieces were ordered."""
        return sum(line.quantity for line in self.order.lines)


def receiving(site_id: int, today: date, late: Callable[[list[PurchaseOrder]], Collection[int]]) -> Listing:
    """Return the orders that are on their way. `late` says which of some are later than the law lets them be."""
    coming: Any = (
        select(func.sum(OrderLine.quantity - OrderLine.received))
        .where(OrderLine.order_id == PurchaseOrder.id)
        .scalar_subquery()
    )
    query = (
        select(PurchaseOrder)
        .join(PurchaseOrder.supplier)
        .options(contains_eager(PurchaseOrder.supplier), selectinload(PurchaseOrder.lines).joinedload(OrderLine.part))
        .where(PurchaseOrder.site_id == site_id, PurchaseOrder.state == "sent")
    )
    columns = (
        Column("supplier", _l("Order"), lambda r: r.order.supplier.name, Supplier.name),
        Column("code", _l("Code"), lambda r: r.order.code, drawn=False),
        Column("expected", _l("Expected"), lambda r: r.order.expected_on, PurchaseOrder.expected_on),
        Column("coming", _l("To come"), lambda r: r.coming, func.coalesce(coming, 0), number=True),
        Column("ordered", _l("Pieces ordered"), lambda r: r.ordered, drawn=False),
        Column("state", _l("State"), lambda r: WHEN[r.when]),
    )
    expected = PurchaseOrder.expected_on
    on_days = {"late": expected < today, "today": expected == today, "later": expected > today}
    filters = (
        Filter("q", _l("Supplier or code"), has_words(Supplier.name, PurchaseOrder.code)),
        Filter("when", _l("Expected"), lambda v: on_days[v], lambda: [(v, WHEN[v]) for v in on_days]),
    )

    def dress(orders: list[PurchaseOrder]) -> list[Due]:
        broken = late(orders)
        return [Due(order, today, order.id in broken) for order in orders]

    return Listing(
        "receiving",
        columns,
        Table(query, PurchaseOrder.id, dress=dress),
        filters,
        "expected",
        _l("Nothing is on its way."),
        ticks=Ticks("order", lambda r: r.order.code),
    )


# --- spare parts ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Spare:
    """A part, how many offers stand, the lowest price of one, and until when it can be had; None where it fits none."""

    part: Part
    offers: int
    lowest: int | None
    answer: WindowAnswer | None


def parts(today: date, terms: window.Terms) -> Listing:
    """Return the parts that the workshop knows, each with its window."""
    standing = (Offer.part_id == Part.id, Offer.withdrawn_at.is_(None))
    count: Any = select(func.count(Offer.id)).where(*standing).scalar_subquery()
    lowest: Any = select(func.min(Offer.price_minor)).where(*standing).scalar_subquery()
    columns = (
        Column("part", _l("Part"), lambda r: fits.part_name(r.part), Part.name),
        Column("code", _l("Code"), lambda r: r.part.code, drawn=False),
        Column("kind", _l("Kind"), lambda r: capital(fits.kind_word(r.part.kind)), drawn=False),
        Column("quality", _l("Quality"), lambda r: spoken(r.part.quality), Part.quality),
        Column("window", _l("Spare-part window"), lambda r: STATE_LABELS[r.answer.state] if r.answer else ""),
        Column("ends", _l("Window ends"), lambda r: r.answer.end if r.answer else None, drawn=False),
        Column("offers", _l("Offers"), lambda r: r.offers, count, number=True),
        Column("lowest", _l("From"), lambda r: amount(r.lowest, "EUR"), func.coalesce(lowest, 0), number=True),
        Column("minimum", _l("Minimum stock"), lambda r: r.part.min_stock, Part.min_stock, number=True),
    )
    filters = (
        Filter("q", _l("Part or model"), has_words(Part.name, Part.code)),
        Filter("kind", _l("Kind"), lambda v: Part.kind == v, lambda: choices.all_kinds_choices(None)),
        Filter("quality", _l("Quality"), lambda v: Part.quality == v, _qualities),
        Filter("window", _l("Window"), lambda v: window.stands(State(v), today=today, terms=terms), _windows),
    )

    def dress(rows: list[Any]) -> list[Spare]:
        models = fits.models_by_part(part.id for part, _n, _minor in rows)
        known = {p.id: window.answer_for_part(models[p.id], p.kind, today=today, terms=terms) for p, _n, _minor in rows}
        return [Spare(part, n, minor, known[part.id]) for part, n, minor in rows]

    source = Table(select(Part, count, lowest), Part.id, tuple, dress=dress)
    return Listing("spare-parts", columns, source, filters, "part", _l("No part is known yet."))


def _qualities() -> Sequence[tuple[str, Any]]:
    return [(q, capital(spoken(q))) for q in QUALITIES]


def _windows() -> Sequence[tuple[str, Any]]:
    return [(state.value, label) for state, label in STATE_LABELS.items()]


# --- what a supplier offers -----------------------------------------------------------------------------------

OFFERS: Final = {"withdrawn": _l("Withdrawn"), "all": _l("All")}


def offers(supplier: Supplier, given: Mapping[str, str]) -> Listing:
    """Return what a supplier offers: where no state is chosen, what stands."""
    query = select(Offer).join(Offer.part).options(contains_eager(Offer.part)).where(Offer.supplier_id == supplier.id)
    if not given.get("state"):
        query = query.where(Offer.withdrawn_at.is_(None))
    days = func.coalesce(Offer.lead_days, supplier.lead_days)
    columns = (
        Column("part", _l("Part"), lambda o: fits.part_name(o.part), Part.name),
        Column("code", _l("Code"), lambda o: o.part.code, drawn=False),
        Column("quality", _l("Quality"), lambda o: spoken(o.part.quality), drawn=False),
        Column("sku", _l("Their number"), lambda o: o.supplier_sku, Offer.supplier_sku),
        Column("ean", _l("EAN"), lambda o: o.ean, drawn=False),
        Column("each", _l("Each"), lambda o: amount(o.price_minor, o.currency), Offer.price_minor, number=True),
        Column("currency", _l("Currency"), lambda o: o.currency, drawn=False),
        Column("moq", _l("At least"), lambda o: o.moq, Offer.moq, number=True),
        Column("pack", _l("In packs of"), lambda o: o.pack, drawn=False),
        Column("days", _l("Lead time"), lambda o: o.days, days, number=True),
        Column("state", _l("State"), lambda o: OFFERS["withdrawn"] if o.withdrawn_at else STANDS),
    )
    filters = (
        Filter("q", _l("Part, their number or EAN"), has_words(Part.name, Part.code, Offer.supplier_sku, Offer.ean)),
        Filter("state", _l("State"), _of_state, lambda: [*OFFERS.items()], unset=STANDS),
    )
    none = _l("They offer nothing yet: an offer is added on the page of a part.")
    return Listing(f"offers-{supplier.code}", columns, Table(query, Offer.id), filters, "part", none)


STANDS: Final = _l("Stands")


def _of_state(state: str) -> Any:
    return True if state == "all" else Offer.withdrawn_at.is_not(None)
