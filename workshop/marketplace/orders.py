"""Orders: each piece of a line reserves one unit, the one in stock longest; shipping proves which one left."""

from __future__ import annotations

import calendar
from collections.abc import Iterable
from datetime import date, datetime

from flask_babel import gettext as _
from sqlalchemy import select

from workshop.core.db import db
from workshop.core.errors import Refused
from workshop.jobs.target import OpenUnit
from workshop.marketplace.adapters.base import SoldLine, SoldOrder
from workshop.marketplace.models import Listing
from workshop.marketplace.order_models import SalesOrder, Shipment, SoldPiece, Warranty

WARRANTY_MONTHS = 12
PAID, ACCEPTED, SHIPPED, CANCELLED, REFUNDED_BEFORE, REFUNDED_AFTER, BANK_REFUSED = 1, 2, 3, 4, 5, 6, 7
TO_SERVE = frozenset({PAID, ACCEPTED, SHIPPED})
GONE = frozenset({CANCELLED, REFUNDED_BEFORE, BANK_REFUSED})


class WrongUnit(Refused):
    """Not the unit that the order waits for."""

    kind = "wrong-unit"


def find(number: str) -> SalesOrder | None:
    """Return an order by the marketplace's number."""
    return db.session.scalars(select(SalesOrder).where(SalesOrder.number == number)).one_or_none()


def write_order(sold: SoldOrder, now: datetime) -> SalesOrder:
    """Write an order down, without its lines."""
    order = SalesOrder(
        number=sold.number,
        state=sold.state,
        country=sold.country,
        currency=sold.currency,
        ship_to=sold.ship_to,
        delivery_note=sold.delivery_note,
        placed_at=sold.placed_at,
        dispatch_by=sold.dispatch_by,
        read_at=now,
        why_data={},
    )
    db.session.add(order)
    db.session.flush()
    return order


def listing_of(sku: str) -> Listing | None:
    """Return the listing with this SKU, locked: its counts are about to change."""
    query = select(Listing).where(Listing.sku_key == sku.casefold()).with_for_update()
    return db.session.scalars(query.execution_options(populate_existing=True)).one_or_none()


def write_line(order: SalesOrder, sold: SoldLine, piece: int, listing: Listing | None) -> SoldPiece:
    """Write one piece of a line down; it is short until a unit is reserved for it."""
    line = SoldPiece(
        order_id=order.id,
        order=order,
        number=sold.number,
        piece=piece,
        sku=sold.sku,
        listing_id=listing.id if listing else None,
        listing=listing,
        price_minor=sold.price_minor,
        fee_minor=sold.fee_minor // sold.quantity,
        currency=sold.currency,
        state="cancelled" if sold.state in GONE else "short",
        marketplace_state=sold.state,
    )
    db.session.add(line)
    db.session.flush()
    return line


def account_for_sale(listing: Listing) -> None:
    """Note that the marketplace lowered its own count by one: one that we had missed, or one that we expected.

    While a quantity is in flight it is not known which of the two, and the cautious one is taken.
    """
    if listing.unread and listing.sent_quantity is None:
        listing.unread -= 1
        return
    listing.expected_quantity = max(0, listing.expected_quantity - 1)
    if listing.sent_quantity:
        listing.sent_quantity -= 1


def reserve(line: SoldPiece, unit: OpenUnit, now: datetime) -> None:
    """Reserve a unit for a piece of a line."""
    line.unit_id, line.job_id = unit.id, unit.job_id
    line.state, line.reserved_at = "reserved", now
    db.session.flush()


def release(line: SoldPiece, state: str, now: datetime) -> None:
    """Give a reserved unit back: the line was cancelled or refunded before it left."""
    line.state, line.released_at = state, now
    db.session.flush()


def line_of_job(job_id: int) -> SoldPiece | None:
    """Return the piece of an order that holds a job's unit."""
    return db.session.scalars(
        select(SoldPiece).where(SoldPiece.job_id == job_id, SoldPiece.released_at.is_(None))
    ).one_or_none()


def lines_of_unit(unit_id: int) -> list[SoldPiece]:
    """Return every piece of an order that a unit was reserved for, the newest first."""
    return list(db.session.scalars(select(SoldPiece).where(SoldPiece.unit_id == unit_id).order_by(SoldPiece.id.desc())))


def line_to_ship(unit: OpenUnit, order_number: str) -> SoldPiece:
    """Return the piece that a unit is to be shipped for. Raises WrongUnit, saying which one the order waits for."""
    line = line_of_job(unit.job_id)
    if order_number and (line is None or line.order.number != order_number):
        raise _wrong(unit, order_number)
    if line is None:
        raise WrongUnit(_("No order waits for %(unit)s.", unit=unit.code), _("Nothing was changed. Put it back."))
    if line.state != "reserved":
        raise Refused(_("%(unit)s was shipped already.", unit=unit.code), _("Scan the next one."), field="unit")
    return line


def _wrong(unit: OpenUnit, order_number: str) -> WrongUnit:
    order = find(order_number)
    waiting = [code_of(line) for line in order.lines if line.state == "reserved"] if order else []
    return WrongUnit(
        _("Wrong unit: %(unit)s is not the one of order %(order)s.", unit=unit.code, order=order_number),
        _("Nothing was changed. The order waits for %(codes)s.", codes=", ".join(waiting) or _("no unit")),
        field="unit",
        waiting=waiting,
    )


def code_of(line: SoldPiece) -> str:
    """Return the code of the unit that a piece has reserved."""
    from workshop.jobs.models import Unit

    return db.session.scalar(select(Unit.code).where(Unit.id == line.unit_id)) or ""


def ship(
    line: SoldPiece, unit: OpenUnit, *, tracking_number: str, shipper: str, now: datetime, today: date, by: int | None
) -> Shipment:
    """Write down that a unit left, and start its warranty on the day that it is where it left."""
    kind, identifier = ("imei", unit.imei) if unit.imei else ("serial", unit.serial or "")
    shipment = Shipment(
        line_id=line.id,
        unit_id=unit.id,
        identifier_kind=kind,
        identifier=identifier,
        tracking_number=tracking_number or f"{unit.code}-{line.order.number}",
        shipper=shipper,
        shipped_at=now,
        shipped_by=by,
    )
    line.state, line.shipment = "shipped", shipment
    ends = warranty_ends(today)
    db.session.add_all([shipment, Warranty(line_id=line.id, unit_id=unit.id, starts_on=today, ends_on=ends)])
    db.session.flush()
    return shipment


def warranty_ends(starts: date) -> date:
    """Return the last day of a warranty that starts on this day."""
    return months_after(starts, WARRANTY_MONTHS)


def months_after(day: date, months: int) -> date:
    """Return the same day so many months on, or the last day of that month where it has no such day."""
    year, month = divmod(day.month - 1 + months, 12)
    last = calendar.monthrange(day.year + year, month + 1)[1]
    return date(day.year + year, month + 1, min(day.day, last))


def warranty_of(unit_id: int) -> Warranty | None:
    """Return the newest warranty of a unit."""
    query = select(Warranty).where(Warranty.unit_id == unit_id).order_by(Warranty.id.desc()).limit(1)
    return db.session.scalars(query).one_or_none()


def pieces(sold: SoldOrder) -> Iterable[tuple[SoldLine, int]]:
    """Return each line of an order as many times as pieces were bought."""
    return ((line, piece) for line in sold.lines for piece in range(1, line.quantity + 1))
