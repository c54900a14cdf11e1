"""Reserving: one piece for one need, from the shelf, from an order that is coming, or inside a donor."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, select, update
from sqlalchemy.orm import selectinload

from workshop.core.db import db
from workshop.core.errors import Conflict, Refused
from workshop.core.language import date_text
from workshop.core.spoken import spoken
from workshop.jobs.models import Job, Unit
from workshop.parts import stock
from workshop.parts.fits import kind_word
from workshop.parts.models import (
    OPEN_STATES,
    Batch,
    DonorPart,
    Location,
    Need,
    OrderLine,
    Part,
    PartFit,
    PurchaseOrder,
    Reservation,
)


class NothingLeft(Refused):
    """No fitting piece is free; `until` is when the next is expected, None when none is."""

    status = 409
    kind = "nothing-left"

    def __init__(self, need: Need, until: date | None) -> None:
        remedy = (
            _("The next is expected on %(day)s.", day=date_text(until))
            if until
            else _("Order one, or take it from a donor.")
        )
        super().__init__(
            _("No free %(part)s is left.", part=kind_word(need.part_kind)),
            remedy,
            field="part",
            until=until.isoformat() if until else None,
        )
        self.until = until


def live(need: Need) -> Reservation | None:
    """Return the reservation that stands for a need, or None."""
    return db.session.scalars(
        select(Reservation).where(Reservation.need_id == need.id, Reservation.ended_at.is_(None))
    ).one_or_none()


def live_of(needs: list[Need]) -> dict[int, Reservation]:
    """Return the reservations that stand for these needs, by need."""
    query = (
        select(Reservation)
        .where(Reservation.need_id.in_([n.id for n in needs]), Reservation.ended_at.is_(None))
        .options(selectinload(Reservation.batch).selectinload(Batch.location))
        .options(selectinload(Reservation.order_line).selectinload(OrderLine.order))
        .options(selectinload(Reservation.donor_part).selectinload(DonorPart.unit))
    )
    return {r.need_id: r for r in db.session.scalars(query)}


def reserve(need: Need, *, now: datetime, by: int | None, batch: Batch | None = None) -> Reservation:
    """Reserve the oldest fitting free piece for `need`, or one of `batch`; two jobs never share a piece.

    A promise of a coming piece is given up for the one in hand. Raises NothingLeft, with the date the next piece is
    expected, when no piece is free.
    """
    refuse_settled(need)
    candidates = free_batches(need) if batch is None else [batch]
    taken = next((each for each in candidates if stock.reserve_one(each)), None)
    if taken is None:
        raise NothingLeft(need, next_expected(need))
    end(need, "swapped", now=now)
    need.state, need.part = "reserved", taken.part
    return _set_aside(need, now, by, batch=taken)


def promise(need: Need, line: OrderLine, *, now: datetime, by: int | None) -> Reservation:
    """Set a piece that is still to come aside for `need`. Raises Conflict when all that come are promised."""
    refuse_settled(need)
    db.session.flush()
    changed = db.session.execute(
        update(OrderLine)
        .where(OrderLine.id == line.id, OrderLine.promised < OrderLine.quantity - OrderLine.received)
        .values(promised=OrderLine.promised + 1)
        .execution_options(synchronize_session=False)
    )
    db.session.refresh(line, ["promised", "received", "quantity"])
    if not changed.rowcount:  # type: ignore[attr-defined]
        raise Conflict(_("Every piece of this order line is promised to a job."), _("Order more."), field="quantity")
    end(need, "swapped", now=now)
    need.state, need.part = "ordered", line.part
    return _set_aside(need, now, by, order_line=line)


def reserve_donor(need: Need, donor: DonorPart, *, now: datetime, by: int | None) -> Reservation:
    """Set a part aside that still sits in a donor: it is harvested before it can be fitted."""
    refuse_settled(need)
    if donor.state != "there" or donor.part_kind != need.part_kind:
        raise Refused(_("This donor does not have that part any more."), _("Choose another donor."), field="donor_part")
    if not _donor_fits(need, donor):
        raise Refused(
            _("The part of this donor does not fit."), _("Choose a donor of the same model."), field="donor_part"
        )
    end(need, "swapped", now=now)
    need.state = "ordered"
    return _set_aside(need, now, by, donor_part=donor)


def _set_aside(need: Need, now: datetime, by: int | None, **source: Any) -> Reservation:
    db.session.flush()
    reservation = Reservation(need=need, at=now, by=by, **source)
    db.session.add(reservation)
    db.session.flush()
    return reservation


def release(need: Need, *, now: datetime) -> bool:
    """Give the reserved piece back, so that another job may have it; False when there was none."""
    refuse_settled(need)
    given_back = end(need, "released", now=now)
    need.state = "needed"
    return given_back


def end(need: Need, how: str, *, now: datetime) -> bool:
    """End the standing reservation of a need and free what it held, unless it is `fitted` or `scrapped`."""
    reservation = live(need)
    if reservation is None:
        return False
    reservation.ended_at, reservation.ended_as = now, how
    if reservation.batch is not None and how not in ("fitted", "scrapped"):
        stock.unreserve(reservation.batch)
    if reservation.order_line is not None:
        unpromise(reservation.order_line)
    db.session.flush()
    return True


def unpromise(line: OrderLine) -> None:
    """Take back one promise of a coming piece."""
    db.session.flush()
    db.session.execute(
        update(OrderLine)
        .where(OrderLine.id == line.id)
        .values(promised=OrderLine.promised - 1)
        .execution_options(synchronize_session=False)
    )
    db.session.refresh(line, ["promised"])


def refuse_settled(need: Need) -> None:
    """Raise Refused for a need that wants nothing any more."""
    if need.state not in OPEN_STATES:
        raise Refused(
            _("The %(part)s is settled: %(state)s.", part=kind_word(need.part_kind), state=spoken(need.state)),
            _("Note what is needed now."),
            field="need",
        )


def unit_of(need: Need) -> Unit:
    """Return the unit whose job has the need."""
    return need.job.unit


def free_batches(need: Need) -> list[Batch]:
    """Return the batches that have a free fitting piece at the job's site, the chosen part's first, then the oldest."""
    query = (
        select(Batch)
        .join(Part, Part.id == Batch.part_id)
        .join(PartFit, (PartFit.part_id == Part.id) & (PartFit.model_id == unit_of(need).model_id))
        .join(Location, Location.id == Batch.location_id)
        .where(
            Part.kind == need.part_kind,
            Batch.on_hand > Batch.reserved,
            Location.site_id == need.job.site_id,
            Location.kind.in_(("shelf", "tray", "donor")),
        )
        .order_by(Batch.received_at, Batch.id)
    )
    found = list(db.session.scalars(query))
    return sorted(found, key=lambda b: b.part_id != need.part_id)


def next_expected(need: Need) -> date | None:
    """Return when the next fitting piece that is promised to nobody should come, or None."""
    query = (
        select(func.min(PurchaseOrder.expected_on))
        .join(OrderLine, OrderLine.order_id == PurchaseOrder.id)
        .join(Part, Part.id == OrderLine.part_id)
        .join(PartFit, (PartFit.part_id == Part.id) & (PartFit.model_id == unit_of(need).model_id))
        .where(
            Part.kind == need.part_kind,
            PurchaseOrder.state.in_(("draft", "sent")),
            PurchaseOrder.site_id == need.job.site_id,
            OrderLine.promised < OrderLine.quantity - OrderLine.received,
        )
    )
    return db.session.scalar(query)


def waiting_for(part: Part, site_id: int, states: Iterable[str] = ("needed",), limit: int = 500) -> list[Need]:
    """Return the open needs at a site that this part would fill, the oldest job first."""
    query = (
        select(Need)
        .join(Job, Job.id == Need.job_id)
        .join(Unit, Unit.id == Job.unit_id)
        .join(PartFit, (PartFit.model_id == Unit.model_id) & (PartFit.part_id == part.id))
        .where(
            Need.part_kind == part.kind,
            Need.state.in_(tuple(states)),
            Job.site_id == site_id,
            Job.closed_at.is_(None),
        )
        .order_by(Job.opened_at, Job.id)
        .limit(limit)
    )
    return list(db.session.scalars(query))


def _donor_fits(need: Need, donor: DonorPart) -> bool:
    """A donor's part fits its own model, and any that shares a catalogue part of that kind with it."""
    mine, theirs = unit_of(need).model_id, donor.unit.model_id
    if mine == theirs:
        return True
    query = (
        select(PartFit.part_id)
        .join(Part, Part.id == PartFit.part_id)
        .where(Part.kind == need.part_kind, PartFit.model_id.in_((mine, theirs)))
        .group_by(PartFit.part_id)
        .having(func.count() == 2)
    )
    return db.session.scalars(query.limit(1)).one_or_none() is not None
