"""The zones of a device: which are looked at, what was seen on them, and which is next."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from flask_babel import gettext as _
from sqlalchemy import bindparam, select, update

from workshop.core.db import db
from workshop.grading.models import Observation
from workshop.grading.rubric import BadObservation, Zone, load_rubric
from workshop.jobs.target import OpenUnit


def zones_of(unit: OpenUnit) -> tuple[Zone, ...]:
    """Return the zones of this device, in the order in which they are looked at."""
    every = load_rubric(unit.category).zones
    return tuple(z for z in every if unit.has_battery or not z.only_with_battery)


def zone_named(unit: OpenUnit, code: str) -> Zone:
    """Return a zone by its code, in any case. Raises BadObservation naming those that there are."""
    zones = zones_of(unit)
    found = next((z for z in zones if z.code == code.lower()), None)
    if found is None:
        raise BadObservation(
            _("%(unit)s has no zone '%(zone)s'.", unit=unit.model_name, zone=code),
            _("Take one of: %(zones)s.", zones=", ".join(z.code for z in zones)),
            field="zone",
        )
    return found


_SEEN: Final = select(Observation).where(Observation.job_id == bindparam("job"), Observation.superseded_at.is_(None))


def observations(job_id: int) -> dict[str, Observation]:
    """Return what was seen so far, by zone."""
    return {o.zone: o for o in db.session.scalars(_SEEN, {"job": job_id})}


def supersede(job_id: int, now: datetime) -> None:
    """Let what was seen so far count no more: a repair may have left its marks."""
    seen = (Observation.job_id == job_id, Observation.superseded_at.is_(None))
    db.session.execute(update(Observation).where(*seen).values(superseded_at=now))


def next_zone(unit: OpenUnit) -> Zone | None:
    """Return the first zone not looked at yet, or None."""
    seen = observations(unit.job_id)
    return next((z for z in zones_of(unit) if z.code not in seen), None)


def observe(unit: OpenUnit, zone: Zone, seen: int, *, note: str, now: datetime, by: int | None) -> dict[str, Any]:
    """Write down what is seen on a zone, over an earlier look, and return what undoes it."""
    row = observations(unit.job_id).get(zone.code)
    before: dict[str, Any] = {"zone": zone.code}
    if row is None:
        row = Observation(job_id=unit.job_id, zone=zone.code, seen=seen, observed_at=now)
        db.session.add(row)
    else:
        before |= {"seen": row.seen, "note": row.note}
    row.seen, row.note, row.observed_by, row.observed_at = seen, note, by, now
    db.session.flush()
    return before


def restore(unit: OpenUnit, before: dict[str, Any], now: datetime) -> None:
    """Put a zone back to what was seen on it before."""
    row = observations(unit.job_id)[before["zone"]]
    if "seen" in before:
        row.seen, row.note, row.observed_at = before["seen"], before["note"], now
    else:
        db.session.delete(row)
    db.session.flush()
