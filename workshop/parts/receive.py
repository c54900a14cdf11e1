"""Receiving: a scan a piece, into stock with its lot, and on to the job that has waited longest."""

from __future__ import annotations

from datetime import date, datetime

from flask_babel import gettext as _
from sqlalchemy import select

from workshop.core.db import db
from workshop.core.errors import Conflict, Refused
from workshop.core.spoken import spoken
from workshop.jobs.models import Job
from workshop.parts import fits, stock
from workshop.parts.fits import part_name
from workshop.parts.models import Batch, Location, Need, OrderLine, Part, PurchaseOrder, Reservation
from workshop.parts.reserve import unpromise, waiting_for


def line_for(order: PurchaseOrder, code: str) -> OrderLine:
    """Return the line of the order that a scanned code belongs to. Raises Refused where none does."""
    part = fits.part_named(code)
    line = next((each for each in order.lines if each.part_id == part.id), None)
    if line is None:
        raise Refused(
            _("%(part)s is not on order %(order)s.", part=part_name(part), order=order.code),
            _("Nothing was received. Look whether it belongs to another order."),
            field="part",
        )
    return line


def receive(
    line: OrderLine, quantity: int, location: Location, *, lot: str, now: datetime, today: date, by: int | None
) -> Batch:
    """Take pieces of an order line into stock. Raises Refused for more than were ordered."""
    order = line.order
    if order.state != "sent":
        raise Conflict(
            _("%(code)s is %(state)s.", code=order.code, state=spoken(order.state)), _("Only a sent order is received.")
        )
    if quantity > line.coming:
        raise Refused(
            _(
                "%(n)s of %(part)s are still to come on %(order)s.",
                n=line.coming,
                part=part_name(line.part),
                order=order.code,
            ),
            _("Nothing was received. Count again, or look whether it belongs to another order."),
            field="quantity",
        )
    batch = _batch(line, location, lot, now)
    stock.move(batch, quantity, "received", now=now, by=by)
    _arrived(line, quantity, now)
    _complete(order, now, today)
    return batch


def _batch(line: OrderLine, location: Location, lot: str, now: datetime) -> Batch:
    """Return the batch of this line, lot and place, begun where there is none yet."""
    query = select(Batch).where(Batch.order_line_id == line.id, Batch.lot == lot, Batch.location_id == location.id)
    known = db.session.scalars(query.limit(1)).one_or_none()
    return known or stock.open_batch(
        line.part, location, origin="order", unit_cost_minor=line.price_minor, lot=lot, now=now, order_line=line
    )


def _arrived(line: OrderLine, quantity: int, now: datetime) -> None:
    """Count the pieces, and turn the oldest promises into needs that this batch fills."""
    for reservation in _oldest_promises(line, quantity):
        reservation.ended_at, reservation.ended_as = now, "arrived"
        reservation.need.state = "needed"
        unpromise(line)
    line.received += quantity
    db.session.flush()


def _oldest_promises(line: OrderLine, quantity: int) -> list[Reservation]:
    query = (
        select(Reservation)
        .join(Need, Need.id == Reservation.need_id)
        .join(Job, Job.id == Need.job_id)
        .where(Reservation.order_line_id == line.id, Reservation.ended_at.is_(None))
        .order_by(Job.opened_at, Job.id)
        .limit(quantity)
    )
    return list(db.session.scalars(query))


def _complete(order: PurchaseOrder, now: datetime, today: date) -> None:
    if any(line.coming for line in order.lines):
        return
    order.state, order.received_at = "received", now
    order.supplier.deliveries += 1
    order.supplier.on_time += today <= order.expected_on


def next_in_line(part: Part, site_id: int, pieces: int) -> list[Need]:
    """Return the needs that get the pieces which have just come free, the oldest job first."""
    return waiting_for(part, site_id, limit=pieces)
