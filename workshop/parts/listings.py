"""What the pages of this room list: orders, stock, what is short, donors, suppliers and recalls."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from workshop.accounts.models import Site
from workshop.core.actor import Actor
from workshop.core.db import db, number
from workshop.jobs.models import Job, Unit
from workshop.parts.models import (
    Batch,
    DonorPart,
    FittedPart,
    Location,
    Need,
    Offer,
    OrderLine,
    Part,
    PurchaseOrder,
    Reservation,
    Supplier,
)

_FIRST_SITE: Final = select(func.min(Site.id))
_FIRST_SITE_WITHIN: Final = _FIRST_SITE.scalar_subquery()


def site_of(actor: Actor) -> int:
    """Return the site whose parts a person looks after: their bench's, else the first of their own, else the first."""
    return _own_site(actor) or number(_FIRST_SITE)


def site_within(actor: Actor) -> Any:
    """Return the site whose parts a person looks after, to be asked within a query: as `site_of`."""
    return _own_site(actor) or _FIRST_SITE_WITHIN


def _own_site(actor: Actor) -> int | None:
    own = sorted(site for _role, site in actor.roles if site is not None)
    return actor.site_id or next(iter(own), None)


def orders(
    site_id: int, states: tuple[str, ...], *, before: date | None = None, limit: int = 200
) -> list[PurchaseOrder]:
    """Return the orders in these states, the one that should come first at the top; `before` leaves later ones out."""
    query = select(PurchaseOrder).where(PurchaseOrder.site_id == site_id, PurchaseOrder.state.in_(states))
    if before is not None:
        query = query.where(PurchaseOrder.expected_on < before)
    query = query.options(
        joinedload(PurchaseOrder.supplier), selectinload(PurchaseOrder.lines).joinedload(OrderLine.part)
    )
    return list(db.session.scalars(query.order_by(PurchaseOrder.expected_on, PurchaseOrder.id).limit(limit)))


def order_called(code: str) -> PurchaseOrder | None:
    """Return an order by its code."""
    return db.session.scalars(select(PurchaseOrder).where(PurchaseOrder.code == code.upper())).one_or_none()


def batch_called(code: str) -> Batch | None:
    """Return a batch by its label."""
    return db.session.scalars(select(Batch).where(Batch.code == code.upper())).one_or_none()


def batches_of(order: PurchaseOrder) -> list[Batch]:
    """Return what came of an order."""
    query = select(Batch).where(Batch.order_line_id.in_([line.id for line in order.lines]))
    return list(db.session.scalars(query.options(joinedload(Batch.part)).order_by(Batch.id)))


def shelves(site_id: int) -> list[Location]:
    """Return the shelves and trays of a site."""
    query = select(Location).where(Location.site_id == site_id, Location.kind.in_(("shelf", "tray")))
    return list(db.session.scalars(query.order_by(Location.code)))


def place_labelled(barcode: str) -> Location | None:
    """Return a place by what its label says."""
    return db.session.scalars(select(Location).where(Location.barcode == barcode.upper())).one_or_none()


def late(site_id: int, today: date) -> list[PurchaseOrder]:
    """Return the sent orders that should have come already."""
    return orders(site_id, ("sent",), before=today)


def stock(site_id: int, text: str = "", place: str = "", limit: int = 300) -> list[Batch]:
    """Return the batches that have pieces left, by part, those that a search finds."""
    query = (
        select(Batch)
        .join(Part, Part.id == Batch.part_id)
        .join(Location, Location.id == Batch.location_id)
        .where(Batch.on_hand > 0, Location.site_id == site_id)
    )
    for word in text.lower().split():
        query = query.where(_found(word))
    if place:
        query = query.where(Location.barcode == place)
    return list(db.session.scalars(query.order_by(Part.name, Batch.received_at, Batch.id).limit(limit)))


def _found(word: str) -> Any:
    return or_(
        func.lower(Part.name).contains(word, autoescape=True),
        func.lower(Part.code) == word,
        func.lower(Batch.code) == word,
        func.lower(Batch.lot) == word,
        func.lower(Location.code) == word,
    )


def count_needs(site_id: Any, state: str) -> Select[int]:
    """Return the query of how many needs of a site's open jobs are in a state."""
    query = select(func.count()).select_from(Need).join(Job, Job.id == Need.job_id)
    return query.where(Need.state == state, Job.site_id == site_id, Job.closed_at.is_(None))


def count_orders(site_id: Any, state: str, *, by: date | None = None) -> Select[int]:
    """Return the query of how many orders of a site are in a state, with `by` of those that should come by that day."""
    query = select(func.count()).select_from(PurchaseOrder)
    query = query.where(PurchaseOrder.site_id == site_id, PurchaseOrder.state == state)
    return query if by is None else query.where(PurchaseOrder.expected_on <= by)


@dataclass
class Donor:
    """A donor and what can still be taken out of it; `waited_for` are the parts that a job waits for."""

    unit: Any
    parts: list[DonorPart]
    waited_for: set[int]


def count_waited_for(site_id: Any) -> Select[int]:
    """Return the query of how many parts that are still in a site's donors a job waits for."""
    taken = select(Reservation.donor_part_id).where(
        Reservation.ended_at.is_(None), Reservation.donor_part_id == DonorPart.id
    )
    query = select(func.count()).select_from(DonorPart).join(DonorPart.unit)
    return query.where(Unit.site_id == site_id, DonorPart.state == "there", taken.exists())


def donors(site_id: int, limit: int = 400) -> list[Donor]:
    """Return the donors of a site that still have something, those that a job waits for first."""
    query = select(DonorPart).join(DonorPart.unit).options(contains_eager(DonorPart.unit).selectinload(Unit.model))
    query = query.where(Unit.site_id == site_id, DonorPart.state == "there").order_by(DonorPart.id).limit(limit)
    found: dict[int, list[DonorPart]] = defaultdict(list)
    for part in db.session.scalars(query):
        found[part.unit_id].append(part)
    taken = set(
        db.session.scalars(
            select(Reservation.donor_part_id).where(
                Reservation.ended_at.is_(None), Reservation.donor_part_id.is_not(None)
            )
        )
    )
    rows = [Donor(parts[0].unit, parts, {p.id for p in parts} & taken) for parts in found.values()]
    return sorted(rows, key=lambda d: (not d.waited_for, d.unit.model.name, d.unit.id))


def suppliers() -> list[tuple[Supplier, int]]:
    """Return every supplier with the number of their offers that stand."""
    query = (
        select(Supplier, func.count(Offer.id))
        .outerjoin(Offer, and_(Offer.supplier_id == Supplier.id, Offer.withdrawn_at.is_(None)))
        .group_by(Supplier.id)
        .order_by(Supplier.name)
    )
    return [(s, n) for s, n in db.session.execute(query)]


def supplier_called(code: str) -> Supplier | None:
    """Return a supplier by code."""
    return db.session.scalars(select(Supplier).where(Supplier.code == code.upper())).one_or_none()


def count_offers(supplier_id: int) -> int:
    """Return how many offers of a supplier stand."""
    query = select(func.count()).select_from(Offer)
    return db.session.scalar(query.where(Offer.supplier_id == supplier_id, Offer.withdrawn_at.is_(None))) or 0


def offers_of(part_id: int) -> list[Offer]:
    """Return every offer for a part, the cheapest first; what was withdrawn last."""
    query = select(Offer).where(Offer.part_id == part_id).options(joinedload(Offer.supplier))
    return list(db.session.scalars(query.order_by(Offer.withdrawn_at.is_not(None), Offer.price_minor, Offer.id)))


def part_called(code: str) -> Part | None:
    """Return a part by its own code."""
    return db.session.scalars(select(Part).where(Part.code == code.upper())).one_or_none()


@dataclass
class Recall:
    """Where the pieces of a lot are: in stock, and in which units, the sold ones too."""

    batches: list[Batch]
    fitted: list[FittedPart]


def of_lot(text: str, site_ids: list[int] | None) -> list[Any]:
    """Return the conditions of batches, joined with their places, of a lot or of one code, at these sites."""
    wanted = text.strip()
    found: list[Any] = [or_(func.lower(Batch.lot) == wanted.lower(), Batch.code == wanted.upper())]
    return found if site_ids is None else [*found, Location.site_id.in_(site_ids)]


def recall(text: str, site_ids: list[int] | None) -> Recall:
    """Return every piece of a lot, or of one batch, that the workshop ever had, at the sites a person may see."""
    query = select(Batch).join(Location, Location.id == Batch.location_id).where(*of_lot(text, site_ids))
    batches = list(db.session.scalars(query.order_by(Batch.id)))
    ids = [b.id for b in batches]
    carried = select(FittedPart).where(FittedPart.batch_id.in_(ids), FittedPart.removed_at.is_(None))
    return Recall(batches, list(db.session.scalars(carried.order_by(FittedPart.id))) if ids else [])


def recalled(text: str, site_ids: list[int] | None) -> tuple[int, int]:
    """Return how many units carry a lot, and how many pieces of it are left in stock."""
    batches = select(Batch.id).join(Location, Location.id == Batch.location_id).where(*of_lot(text, site_ids))
    carried = (FittedPart.batch_id.in_(batches), FittedPart.removed_at.is_(None))
    units = select(func.count(FittedPart.unit_id.distinct())).where(*carried)
    left = select(func.coalesce(func.sum(Batch.on_hand), 0)).where(Batch.id.in_(batches))
    return db.session.scalar(units) or 0, db.session.scalar(left) or 0


def waiting_for(batch: Batch) -> list[Need]:
    """Return the needs for which pieces of a batch are set aside."""
    query = select(Need).join(Reservation, Reservation.need_id == Need.id)
    return list(db.session.scalars(query.where(Reservation.batch_id == batch.id, Reservation.ended_at.is_(None))))


def promised_to(line: OrderLine) -> list[Need]:
    """Return the needs that wait for a line of an order."""
    query = select(Need).join(Reservation, Reservation.need_id == Need.id)
    return list(db.session.scalars(query.where(Reservation.order_line_id == line.id, Reservation.ended_at.is_(None))))
