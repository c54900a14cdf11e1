"""The stock ledger: every piece that comes or goes is one movement, and stock is their sum."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, select, update

from workshop.accounts.models import Site
from workshop.core.barcodes import register
from workshop.core.db import db
from workshop.core.errors import NotFound, Refused
from workshop.core.own_codes import own_code
from workshop.parts.models import LOCATION_KINDS, Batch, Location, Movement, Part


def open_batch(
    part: Part, location: Location, *, origin: str, unit_cost_minor: int, lot: str, now: datetime, **where_from: Any
) -> Batch:
    """Begin a batch with nothing in it yet; `where_from` names its order line or donor."""
    if lot and len(lot) > 60:
        raise Refused(_("The lot number is too long."), _("60 characters fit."), field="lot")
    batch = Batch(
        code=uuid.uuid4().hex[:24],
        part=part,
        location=location,
        origin=origin,
        lot=lot,
        unit_cost_minor=unit_cost_minor,
        received_at=now,
        **where_from,
    )
    db.session.add(batch)
    db.session.flush()
    batch.code = own_code("B", batch.id)
    register(batch.code, "batch", batch.id)
    return batch


def move(
    batch: Batch, delta: int, reason: str, *, now: datetime, by: int | None, job_id: int | None = None, note: str = ""
) -> Movement:
    """Write a movement and change the count with it. Raises Refused where more would go than is free.

    The count changes by one UPDATE that carries its own condition: two people never take the same piece.
    """
    db.session.flush()
    enough = Batch.on_hand - Batch.reserved + delta >= 0
    changed = db.session.execute(
        update(Batch)
        .where(Batch.id == batch.id, enough)
        .values(on_hand=Batch.on_hand + delta)
        .execution_options(synchronize_session=False)
    )
    if not changed.rowcount:  # type: ignore[attr-defined]
        raise Refused(
            _("%(code)s has only %(n)s free pieces.", code=batch.code, n=batch.free),
            _("Count again, or release a reservation first."),
            field="quantity",
        )
    movement = Movement(batch_id=batch.id, delta=delta, reason=reason, note=note, job_id=job_id, at=now, by=by)
    db.session.add(movement)
    db.session.flush()
    db.session.refresh(batch, ["on_hand", "reserved"])
    return movement


def take_reserved(batch: Batch, reason: str, *, now: datetime, by: int | None, job_id: int, note: str = "") -> None:
    """Take one piece that is reserved out of stock."""
    unreserve(batch)
    move(batch, -1, reason, now=now, by=by, job_id=job_id, note=note)


def reserve_one(batch: Batch) -> bool:
    """Set one free piece aside; False when another job was quicker."""
    db.session.flush()
    changed = db.session.execute(
        update(Batch)
        .where(Batch.id == batch.id, Batch.on_hand > Batch.reserved)
        .values(reserved=Batch.reserved + 1)
        .execution_options(synchronize_session=False)
    )
    db.session.refresh(batch, ["on_hand", "reserved"])
    return bool(changed.rowcount)  # type: ignore[attr-defined]


def unreserve(batch: Batch) -> None:
    """Put one piece that was set aside back among the free ones."""
    db.session.flush()
    db.session.execute(
        update(Batch)
        .where(Batch.id == batch.id)
        .values(reserved=Batch.reserved - 1)
        .execution_options(synchronize_session=False)
    )
    db.session.refresh(batch, ["on_hand", "reserved"])


def ledger(batch_id: int) -> list[Movement]:
    """Return the movements of a batch, oldest first."""
    return list(db.session.scalars(select(Movement).where(Movement.batch_id == batch_id).order_by(Movement.id)))


def out_of_step() -> list[tuple[str, int, int]]:
    """Return batches whose count is not the sum of their movements, with both figures: none, ever."""
    total = func.coalesce(func.sum(Movement.delta), 0)
    query = select(Batch.code, Batch.on_hand, total).outerjoin(Movement, Movement.batch_id == Batch.id)
    query = query.group_by(Batch.id, Batch.code, Batch.on_hand).having(Batch.on_hand != total)
    return [(code, on_hand, int(moved)) for code, on_hand, moved in db.session.execute(query)]


def location_named(code: str, site_id: int) -> Location:
    """Return a place of a site by its code or its label. Raises Refused naming the field."""
    text = code.strip().upper()
    query = select(Location).where(Location.site_id == site_id, (Location.code == text) | (Location.barcode == text))
    found = db.session.scalars(query).one_or_none()
    if found is None:
        raise Refused(
            _("There is no place %(code)s here.", code=code), _("Scan the label of a shelf."), field="location"
        )
    return found


def usual_location(part_id: int, site_id: int) -> Location:
    """Return where pieces of this part lie, else the site's first shelf. Raises NotFound where there is none."""
    query = (
        select(Location)
        .join(Batch, Batch.location_id == Location.id)
        .where(Batch.part_id == part_id, Location.site_id == site_id, Location.kind.in_(("shelf", "tray")))
        .order_by(Batch.id.desc())
        .limit(1)
    )
    known = db.session.scalars(query).one_or_none()
    if known is not None:
        return known
    first = select(Location).where(Location.site_id == site_id, Location.kind == "shelf").order_by(Location.code)
    found = db.session.scalars(first.limit(1)).one_or_none()
    if found is None:
        raise NotFound(_("This site has no shelf yet."), _("Add a place first."), field="location")
    return found


def batch_named(code: str) -> Batch:
    """Return a batch by its label. Raises Refused naming the field."""
    found = db.session.scalars(select(Batch).where(Batch.code == code.strip().upper())).one_or_none()
    if found is None:
        raise Refused(
            _("No piece has the label %(code)s.", code=code), _("Scan the label of the piece."), field="batch"
        )
    return found


def add_location(code: str, kind: str, site_id: int) -> Location:
    """Add a place of a site with its label, such as L-B042 for B-04-2. Raises Refused for one that is there."""
    code = code.strip().upper()
    same = select(Location).where(Location.site_id == site_id, Location.code == code)
    if db.session.scalars(same).one_or_none() is not None:
        raise Refused(_("%(code)s is there already.", code=code), _("Choose another code."), field="code")
    if kind not in LOCATION_KINDS:
        raise Refused(_("%(kind)s is no kind of place.", kind=kind), _("Choose one of the list."), field="kind")
    place = Location(site_id=site_id, code=code, kind=kind, barcode=_free_label(code, site_id))
    db.session.add(place)
    db.session.flush()
    register(place.barcode, "location", place.id)
    return place


def _free_label(code: str, site_id: int) -> str:
    """Return the label of a new place: one that another site has already carries this site's code in front."""
    label = label_of(code)
    if db.session.scalars(select(Location.id).where(Location.barcode == label)).first() is None:
        return label
    site = db.session.get(Site, site_id)
    return label_of(code, site.code if site else str(site_id))


def label_of(code: str, site_code: str = "") -> str:
    """Return what the label of a place says: L-B042 for B-04-2, or L-HEL-B042."""
    return "-".join(filter(None, ("L", site_code, code.replace("-", ""))))
