"""Orders to suppliers: drafted, approved and sent, within the spare-part window or with a reason."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import gettext as _
from sqlalchemy import select

from workshop.catalogue.dates import add_working_days
from workshop.catalogue.window import OutsideWindow, may_order
from workshop.core.barcodes import register
from workshop.core.db import db
from workshop.core.errors import Conflict, Refused
from workshop.core.language import price as shown_price
from workshop.core.own_codes import own_code
from workshop.core.spoken import spoken
from workshop.parts import fits, window
from workshop.parts.fits import part_name
from workshop.parts.models import Need, Offer, OrderLine, Part, PurchaseOrder, Reservation, Supplier
from workshop.parts.reserve import end
from workshop.parts.working_days import days_off

MOST_PIECES = 10_000
ABSURD_TIMES = 10
# A day sooner is worth two per cent of the price, and each late delivery in a hundred half a per cent.
DAY_RATE, LATE_RATE = 20, 5


@dataclass(frozen=True)
class Wanted:
    """One line to order. `price_minor` None takes the offer's price; `reason` overrides a closed window."""

    part: Part
    quantity: int
    price_minor: int | None = None
    reason: str = ""


def supplier_named(ref: str) -> Supplier:
    """Return a supplier by code. Raises Refused naming the field."""
    found = db.session.scalars(select(Supplier).where(Supplier.code == ref.strip().upper())).one_or_none()
    if found is None:
        raise Refused(_("There is no supplier %(code)s.", code=ref), _("Choose one of the list."), field="supplier")
    return found


def offer_of(supplier: Supplier, part: Part) -> Offer:
    """Return what a supplier asks for a part. Raises Refused where they do not offer it, or no longer."""
    query = select(Offer).where(
        Offer.supplier_id == supplier.id, Offer.part_id == part.id, Offer.withdrawn_at.is_(None)
    )
    found = db.session.scalars(query).one_or_none()
    if found is None:
        raise Refused(
            _("%(supplier)s does not offer %(part)s.", supplier=supplier.name, part=part_name(part)),
            _("Choose another supplier, or add their offer."),
            field="supplier",
        )
    return found


def place(
    supplier: Supplier,
    wanted: Sequence[Wanted],
    *,
    site_id: int,
    now: datetime,
    today: date,
    by: int | None,
    terms: window.Terms,
) -> PurchaseOrder:
    """Put lines onto the draft for a supplier, which is begun where there is none. Raises Refused for a bad line."""
    if not wanted:
        raise Refused(_("Nothing is on the order."), _("Tick at least one line."), field="lines")
    priced = [(each, _price(supplier, each, today, terms)) for each in wanted]
    order = _draft(supplier, site_id, now, today, by)
    for each, price_minor in priced:
        _add_line(order, each, price_minor)
    db.session.flush()
    return order


def refuse_outside_window(part: Part, reason: str, *, today: date, terms: window.Terms) -> None:
    """Raise OutsideWindow for a part whose window is closed, unless a reason is given."""
    answer = window.answer_for_part(fits.models_of(part.id), part.kind, today=today, terms=terms)
    refused = may_order(answer) if answer is not None else None
    if refused is not None and len(reason.strip()) < 3:
        raise OutsideWindow(f"{part.name}: {refused.what}", refused.remedy, field="reason")


def _price(supplier: Supplier, wanted: Wanted, today: date, terms: window.Terms) -> int:
    """Return what a piece costs, once the line has passed every rule."""
    if not 1 <= wanted.quantity <= MOST_PIECES:
        raise Refused(_("%(n)s pieces cannot be meant.", n=wanted.quantity), _("Order 1 to 10,000."), field="quantity")
    offer = offer_of(supplier, wanted.part)
    refuse_outside_window(wanted.part, wanted.reason, today=today, terms=terms)
    if wanted.quantity < offer.moq or wanted.quantity % offer.pack:
        raise Refused(
            _(
                "%(supplier)s sells at least %(moq)s, in packs of %(pack)s.",
                supplier=supplier.name,
                moq=offer.moq,
                pack=offer.pack,
            ),
            _("Order %(n)s.", n=in_packs(wanted.quantity, offer)),
            field="quantity",
        )
    price = offer.price_minor if wanted.price_minor is None else wanted.price_minor
    if price < 1 or price > offer.price_minor * ABSURD_TIMES:
        raise Refused(
            _(
                "This price cannot be meant: the offer asks %(price)s a piece.",
                price=shown_price(offer.price_minor, offer.currency),
            ),
            _("Type the price of one piece."),
            field="price",
        )
    return price


def ranked_offers(offers: Iterable[Offer]) -> list[Offer]:
    """Return the offers, the best first: the price, weighed with how soon and how surely it comes."""
    return sorted(offers, key=lambda o: (_score(o), o.id))


def _score(offer: Offer) -> int:
    late = 100 - on_time_percent(offer.supplier)
    return offer.price_minor * (1000 + DAY_RATE * offer.days + LATE_RATE * late)


def on_time_percent(supplier: Supplier) -> int:
    """Return how many of a hundred deliveries came in time; all, while none has come yet."""
    return 100 * supplier.on_time // supplier.deliveries if supplier.deliveries else 100


def in_packs(quantity: int, offer: Offer) -> int:
    """Return the least quantity that a supplier sells which covers `quantity`."""
    least = max(quantity, offer.moq)
    return -(-least // offer.pack) * offer.pack


def _draft(supplier: Supplier, site_id: int, now: datetime, today: date, by: int | None) -> PurchaseOrder:
    query = select(PurchaseOrder).where(
        PurchaseOrder.supplier_id == supplier.id, PurchaseOrder.site_id == site_id, PurchaseOrder.state == "draft"
    )
    draft = db.session.scalars(query.order_by(PurchaseOrder.id).limit(1).with_for_update()).one_or_none()
    if draft is None:
        draft = PurchaseOrder(
            code=uuid.uuid4().hex[:24],
            supplier=supplier,
            site_id=site_id,
            created_at=now,
            created_by=by,
            expected_on=add_working_days(today, supplier.lead_days, days_off(site_id)),
        )
        db.session.add(draft)
        db.session.flush()
        draft.code = own_code("R", draft.id)
        register(draft.code, "purchase_order", draft.id)
    return draft


def _add_line(order: PurchaseOrder, wanted: Wanted, price_minor: int) -> None:
    known = next((line for line in order.lines if line.part_id == wanted.part.id), None)
    if known is None:
        order.lines.append(
            OrderLine(
                part=wanted.part,
                part_id=wanted.part.id,
                quantity=wanted.quantity,
                received=0,
                promised=0,
                price_minor=price_minor,
                override_reason=wanted.reason.strip(),
            )
        )
        return
    known.quantity += wanted.quantity
    known.price_minor, known.override_reason = price_minor, wanted.reason.strip() or known.override_reason


def expected(order: PurchaseOrder, today: date) -> date:
    """Return when an order sent today should be here: when its slowest line is, in working days of the site."""
    query = select(Offer).where(
        Offer.supplier_id == order.supplier_id, Offer.part_id.in_([line.part_id for line in order.lines])
    )
    days = max((offer.days for offer in db.session.scalars(query)), default=order.supplier.lead_days)
    return add_working_days(today, days, days_off(order.site_id))


def send(order: PurchaseOrder, *, now: datetime, today: date, by: int | None) -> None:
    """Approve an order and send it. Raises Conflict when that was done already."""
    if order.state != "draft":
        raise Conflict(
            _("%(code)s is %(state)s already.", code=order.code, state=spoken(order.state)), _("Look at the order.")
        )
    order.state, order.approved_at, order.approved_by = "sent", now, by
    order.expected_on = expected(order, today)


def cancel(order: PurchaseOrder, *, now: datetime) -> list[Need]:
    """Cancel what has not come; return the needs that waited for it and want something again."""
    if order.state not in ("draft", "sent"):
        raise Conflict(
            _("%(code)s is %(state)s already.", code=order.code, state=spoken(order.state)), _("Look at the order.")
        )
    query = (
        select(Need)
        .join(Reservation, Reservation.need_id == Need.id)
        .where(Reservation.ended_at.is_(None), Reservation.order_line_id.in_([line.id for line in order.lines]))
    )
    freed = list(db.session.scalars(query))
    for need in freed:
        end(need, "cancelled", now=now)
        need.state = "needed"
    order.state = "cancelled"
    return freed
