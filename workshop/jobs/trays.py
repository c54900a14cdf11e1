"""Trays: units that are carried together, and then moved by one command."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any, Final

from flask_babel import gettext as _
from sqlalchemy import Select, bindparam, delete, func, select, update

from workshop.core.actor import Actor
from workshop.core.barcodes import register
from workshop.core.db import db
from workshop.core.errors import NotFound, Refused
from workshop.core.own_codes import own_code
from workshop.jobs.models import Job, Unit
from workshop.jobs.target import OpenUnit, from_row, selects
from workshop.jobs.tray_models import Spot, Tray

# More than lie on any tray: what is done to all of them must stay one short transaction.
MOST: Final = 100
# Made once: each scan asks for it.
_LAST: Final = (
    select(Tray)
    .where(Tray.bench_id == bindparam("bench"), Tray.opened_by == bindparam("person"))
    .order_by(Tray.opened_at.desc())
    .limit(1)
)


def named(code: str) -> Tray:
    """Return the tray with this code. Raises NotFound."""
    found = db.session.scalars(select(Tray).where(Tray.code == code.strip().upper())).one_or_none()
    if found is None:
        raise NotFound(_("There is no tray with this code."), _("Scan its label again."), field="tray")
    return found


def with_id(tray_id: int) -> Tray | None:
    """Return the tray with this number, or None."""
    return db.session.get(Tray, tray_id)


def last_of(actor: Actor) -> Tray | None:
    """Return the tray that this person worked with last at their bench, open or put away, or None."""
    if actor.bench_id is None:
        return None
    return db.session.scalars(_LAST, {"bench": actor.bench_id, "person": actor.person_id}).one_or_none()


def open_of(actor: Actor) -> Tray | None:
    """Return the tray that lies open before this person, or None."""
    return if_open(last_of(actor))


def if_open(tray: Tray | None) -> Tray | None:
    """Return the tray where it lies open, or None."""
    return tray if tray is not None and tray.is_open else None


def units_on(tray: Tray) -> list[OpenUnit]:
    """Return the units on a tray with their jobs, holds and facts, in one SELECT, as they were put there."""
    query = selects().listing.join(Spot, Spot.unit_id == Unit.id).where(Spot.tray_id == tray.id)
    return [from_row(row) for row in db.session.execute(query.order_by(Spot.put_at, Unit.id))]


def with_ids(ids: list[int]) -> list[OpenUnit]:
    """Return these units, in one SELECT."""
    query = selects().listing.where(Unit.id.in_(ids)).order_by(Unit.id)
    return [from_row(row) for row in db.session.execute(query)]


def first_on(tray: Tray) -> OpenUnit | None:
    """Return the unit that was put on a tray first, or None."""
    query = selects().listing.join(Spot, Spot.unit_id == Unit.id).where(Spot.tray_id == tray.id)
    row = db.session.execute(query.order_by(Spot.put_at, Unit.id).limit(1)).first()
    return from_row(row) if row else None


def count_on(tray_id: int) -> int:
    """Return how many units lie on a tray."""
    return db.session.scalar(select(func.count()).select_from(Spot).where(Spot.tray_id == tray_id)) or 0


def stages_on(tray_id: int) -> dict[str, int]:
    """Return how many units of a tray stand in each stage."""
    query = select(Job.stage, func.count()).join(Unit, Unit.job_id == Job.id).join(Spot, Spot.unit_id == Unit.id)
    return {stage: n for stage, n in db.session.execute(query.where(Spot.tray_id == tray_id).group_by(Job.stage))}


def new(site_id: int, *, name: str, labelled: bool, now: datetime) -> Tray:
    """Make a tray, with a code of its own."""
    tray = Tray(code=f"~{uuid.uuid4().hex[:14]}", site_id=site_id, name=name, labelled=labelled, created_at=now)
    db.session.add(tray)
    db.session.flush()
    tray.code = own_code("T", tray.id)
    register(tray.code, "tray", tray.id)
    db.session.flush()
    return tray


def without_label(site_id: int, now: datetime) -> Tray:
    """Return a tray without a label on which nothing lies: one of before, else a new one."""
    lying = select(Spot.unit_id).where(Spot.tray_id == Tray.id).correlate(Tray).exists()
    idle = (Tray.bench_id.is_(None)) | (Tray.closed_at.is_not(None))
    query = select(Tray).where(Tray.site_id == site_id, Tray.labelled.is_(False), idle, ~lying)
    found = db.session.scalars(query.order_by(Tray.id).limit(1).with_for_update(skip_locked=True)).one_or_none()
    if found is None:
        return new(site_id, name="", labelled=False, now=now)
    found.place = ""
    return found


def lay_open(tray: Tray, by: Actor, now: datetime) -> None:
    """Let a tray lie open before a person; the one that did is put away."""
    if by.bench_id is None:
        raise Refused(_("You are at no bench."), _("Choose a bench first."))
    before = open_of(by)
    if before is not None and before.id != tray.id:
        put_away(before, now)
    tray.bench_id, tray.opened_by, tray.opened_at, tray.closed_at = by.bench_id, by.person_id, now, None
    tray.version += 1


def put_away(tray: Tray, now: datetime) -> None:
    """Put a tray away. What lies on one without a label is on no tray from then on: nothing tells it apart."""
    tray.closed_at = now
    tray.version += 1
    if not tray.labelled:
        db.session.execute(delete(Spot).where(Spot.tray_id == tray.id, Spot.place == ""))
        db.session.execute(update(Spot).where(Spot.tray_id == tray.id).values(tray_id=None))
    db.session.flush()


def spot_of(unit_id: int) -> Spot | None:
    """Return where a unit lies, or None."""
    return db.session.get(Spot, unit_id)


def put(unit_id: int, *, tray_id: int | None, place: str, now: datetime, by: int | None) -> dict[str, Any]:
    """Say where a unit lies now, and return where it did."""
    spot = spot_of(unit_id)
    before = {"tray": spot.tray_id if spot else None, "place": spot.place if spot else ""}
    if spot is None:
        spot = Spot(unit_id=unit_id)
        db.session.add(spot)
    spot.tray_id, spot.place, spot.put_at, spot.put_by = tray_id, place, now, by
    db.session.flush()
    return before


def put_on(unit: OpenUnit, tray: Tray, *, now: datetime, by: int | None) -> tuple[bool, Tray | None, dict[str, Any]]:
    """Put a unit on a tray; return whether it is new there, the tray it was taken off, and what undoes it."""
    spot = spot_of(unit.id)
    if spot is not None and spot.tray_id == tray.id:
        return False, None, {}
    if count_on(tray.id) >= MOST:
        raise Refused(
            _("%(n)s units lie on this tray.", n=MOST), _("Take another tray for the next ones."), field="tray"
        )
    before = put(unit.id, tray_id=tray.id, place=tray.place, now=now, by=by)
    tray.version += 1
    return True, db.session.get(Tray, before["tray"]) if before["tray"] else None, before


def take_back(unit: OpenUnit, before: dict[str, Any], *, now: datetime, by: int | None) -> None:
    """Put a unit back where it lay."""
    if before["tray"] is None and not before["place"]:
        spot = spot_of(unit.id)
        if spot is not None:
            db.session.delete(spot)
    else:
        put(unit.id, tray_id=before["tray"], place=before["place"], now=now, by=by)


def count_waiting(actor: Actor) -> Select[int] | None:
    """Return the query of how many units lie on the tray before this person."""
    if actor.bench_id is None:
        return None
    return (
        select(func.count())
        .select_from(Spot)
        .join(Tray, Tray.id == Spot.tray_id)
        .where(Tray.bench_id == actor.bench_id, Tray.opened_by == actor.person_id, Tray.closed_at.is_(None))
    )
