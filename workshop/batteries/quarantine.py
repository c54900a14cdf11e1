"""Quarantine: one swollen battery a place, until it leaves with a carrier and its weight is written down."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from workshop.batteries.models import QuarantineItem
from workshop.batteries.rules import Carriage, Condition, Placement, carriage, energy
from workshop.catalogue.models import DeviceModel
from workshop.core.db import db
from workshop.core.errors import Conflict, Refused
from workshop.jobs.target import OpenUnit
from workshop.parts.models import Location

HOLD = "battery_swollen"
KIND = "quarantine"


def is_held(unit: OpenUnit) -> bool:
    """Say whether the unit is stopped for a swollen battery."""
    return HOLD in unit.holds


def is_lying(unit: OpenUnit) -> bool:
    """Say whether the unit lies in quarantine."""
    return lying(unit.id) is not None


def lying(unit_id: int) -> QuarantineItem | None:
    """Return where a unit's battery lies in quarantine, or None."""
    query = select(QuarantineItem).where(QuarantineItem.unit_id == unit_id, QuarantineItem.collected_at.is_(None))
    return db.session.scalars(query).one_or_none()


def place_named(code: str, site_id: int) -> Location:
    """Return a quarantine place of a site by its code or label. Raises Refused naming the free ones."""
    text = code.strip().upper()
    query = select(Location).where(
        Location.site_id == site_id,
        Location.kind == KIND,
        (Location.code == text) | (Location.barcode == text),
    )
    found = db.session.scalars(query).one_or_none()
    if found is None:
        free = ", ".join(p.code for p in free_places(site_id)[:6]) or _("none is free")
        raise Refused(
            _("%(code)s is no quarantine place.", code=code),
            _("Free: %(places)s.", places=free),
            field="place",
        )
    return found


def places(site_id: int) -> list[tuple[Location, bool]]:
    """Return a site's quarantine places in order, each with whether something lies there."""
    taken = set(db.session.scalars(select(QuarantineItem.location_id).where(QuarantineItem.collected_at.is_(None))))
    query = select(Location).where(Location.site_id == site_id, Location.kind == KIND).order_by(Location.code)
    return [(place, place.id in taken) for place in db.session.scalars(query)]


def free_places(site_id: int) -> list[Location]:
    """Return the places where nothing lies."""
    return [place for place, taken in places(site_id) if not taken]


def lay(unit: OpenUnit, place: Location, *, critical: bool, now: datetime, by: int | None) -> dict[str, Any]:
    """Lay a unit with a swollen battery into a place, or move it there; return what undoes it."""
    if not is_held(unit):
        raise Refused(
            _("No safety hold stands on this unit."),
            _("Scan *SWOLLEN* first if its battery is swollen."),
            field="place",
        )
    _refuse_taken(unit, place)
    item = lying(unit.id)
    before: dict[str, Any] = {
        "from": item.location_id if item else None,
        "critical": bool(item and item.critical),
    }
    if item is None:
        item = QuarantineItem(unit_id=unit.id, job_id=unit.job_id, laid_at=now)
        db.session.add(item)
    item.location, item.critical, item.laid_by = place, critical, by
    db.session.flush()
    return before


def _refuse_taken(unit: OpenUnit, place: Location) -> None:
    query = select(QuarantineItem.unit_id).where(
        QuarantineItem.location_id == place.id, QuarantineItem.collected_at.is_(None)
    )
    taken_by = db.session.scalar(query)
    if taken_by is not None and taken_by != unit.id:
        free = ", ".join(p.code for p in free_places(unit.site_id)[:6]) or _("none")
        raise Conflict(
            _("Something lies in %(place)s already.", place=place.code),
            _("One item a place. Free: %(places)s.", places=free),
            field="place",
        )


def take_out(unit: OpenUnit, before: dict[str, Any]) -> None:
    """Put a unit back to where it lay before, or to nowhere."""
    item = lying(unit.id)
    if item is None:
        raise Conflict(_("It has left with the carrier."), _("Look at the unit's page."))
    if before["from"] is None:
        db.session.delete(item)
    else:
        item.location_id, item.critical = before["from"], before["critical"]
    db.session.flush()


def collect(
    unit: OpenUnit, carrier: str, weight_g: int, certificate: str, *, now: datetime, by: int | None
) -> QuarantineItem:
    """Write down that a battery left with a carrier. Raises Refused where none lies in quarantine."""
    item = lying(unit.id)
    if item is None:
        raise Refused(_("It lies in no quarantine place."), _("Scan the box it lies in first."), field="place")
    item.carrier, item.weight_g, item.certificate = carrier, weight_g, certificate
    item.collected_at, item.collected_by = now, by
    return item


def transport(unit: OpenUnit, *, critical: bool = False) -> Carriage:
    """Return how the device with its damaged battery may travel."""
    model = db.session.get(DeviceModel, unit.model_id)
    wh = Decimal(model.battery_wh_tenths) / 10 if model and model.battery_wh_tenths else None
    mah = Decimal(model.battery_mah) if model and model.battery_mah else None
    pack = energy(wh, mah, None)
    state = Condition.CRITICAL if critical else Condition.DAMAGED
    return carriage(pack.wh if pack else Decimal(0), placement=Placement.IN_EQUIPMENT, state=state)
