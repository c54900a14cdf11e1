"""Donors: devices closed for harvest, and what can still be taken out of them."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Final

from flask_babel import gettext as _
from sqlalchemy import select

from workshop.catalogue.checklists import fault_type
from workshop.catalogue.reference import load_part_kinds
from workshop.core.barcodes import register
from workshop.core.db import db
from workshop.core.errors import Conflict, Refused
from workshop.core.own_codes import own_code
from workshop.jobs.models import Fault, Unit
from workshop.jobs.target import OpenUnit
from workshop.parts import fits, stock
from workshop.parts.models import Batch, DonorPart, Location, Need, Part, PartFit, Reservation
from workshop.parts.reserve import end

# Worn by use or not worth the bench time: a used battery is never sold on in another device.
NEVER: Final = frozenset({"battery", "charger", "protective_foil", "strap", "memory_tray", "sim_tray"})


def harvestable(unit: OpenUnit) -> list[str]:
    """Return the kinds of part worth taking from a unit: those in our catalogue that no fault of it speaks against."""
    codes = db.session.scalars(select(Fault.fault_code).where(Fault.job_id == unit.job_id, Fault.state == "open"))
    bad = {kind.part for code in codes if (kind := fault_type(code)) is not None}
    query = select(Part.kind).join(PartFit, PartFit.part_id == Part.id).where(PartFit.model_id == unit.model_id)
    known = set(db.session.scalars(query.distinct()))
    return [k for k in load_part_kinds() if k in known and k not in bad and k not in NEVER]


def become_donor(unit: OpenUnit, *, now: datetime) -> list[str]:
    """Put a unit onto the donor shelf; return the kinds of part that it can give."""
    known = set(db.session.scalars(select(DonorPart.part_kind).where(DonorPart.unit_id == unit.id)))
    kinds = [k for k in harvestable(unit) if k not in known]
    db.session.add_all(DonorPart(unit_id=unit.id, part_kind=k, added_at=now) for k in kinds)
    db.session.flush()
    return kinds


def donors_for(need: Need) -> list[DonorPart]:
    """Return the donors at the job's site whose part would fill the need and is promised to nobody."""
    taken = select(Reservation.donor_part_id).where(
        Reservation.ended_at.is_(None), Reservation.donor_part_id.is_not(None)
    )
    same_part = select(PartFit.model_id).where(
        PartFit.part_id.in_(
            select(PartFit.part_id)
            .join(Part, Part.id == PartFit.part_id)
            .where(PartFit.model_id == need.job.unit.model_id, Part.kind == need.part_kind)
        )
    )
    query = (
        select(DonorPart)
        .join(Unit, Unit.id == DonorPart.unit_id)
        .where(
            DonorPart.part_kind == need.part_kind,
            DonorPart.state == "there",
            DonorPart.id.not_in(taken),
            Unit.site_id == need.job.site_id,
            (Unit.model_id == need.job.unit.model_id) | Unit.model_id.in_(same_part),
        )
        .order_by(DonorPart.added_at, DonorPart.id)
    )
    return list(db.session.scalars(query))


def waiting_need(donor: DonorPart) -> Need | None:
    """Return the need for which this donor's part is set aside, or None."""
    query = select(Need).join(Reservation, Reservation.need_id == Need.id)
    return db.session.scalars(
        query.where(Reservation.donor_part_id == donor.id, Reservation.ended_at.is_(None))
    ).one_or_none()


def used_part(donor: DonorPart) -> Part:
    """Return the catalogue's used part of this kind for the donor's model, begun where there is none."""
    fitting = fits.fitting(donor.unit.model_id, donor.part_kind)
    used = next((p for p in fitting if p.quality == "used"), None)
    if used is not None:
        return used
    if not fitting:
        raise Refused(_("No such part is in the catalogue for this model."), _("Add the part first."), field="part")
    name = f"{fits.kind_title(donor.part_kind)}, {donor.unit.model.name}"
    return new_part(donor.part_kind, name, "used", [f.model_id for f in fitting[0].fits])


def new_part(kind: str, name: str, quality: str, model_ids: list[int], *, min_stock: int = 0) -> Part:
    """Add a part to the catalogue."""
    part = Part(code=uuid.uuid4().hex[:24], kind=kind, name=name, quality=quality, min_stock=min_stock)
    part.fits = [PartFit(model_id=m) for m in model_ids]
    db.session.add(part)
    db.session.flush()
    part.code = own_code("P", part.id)
    register(part.code, "part", part.id)
    return part


def harvest(donor: DonorPart, location: Location, *, now: datetime, by: int | None) -> tuple[Batch, Need | None]:
    """Take the part out of the donor into stock, and return the need that waited for it, if one did."""
    if donor.state != "there":
        raise Conflict(_("This part was taken out already."), _("Look at the donor's page."))
    need = waiting_need(donor)
    batch = stock.open_batch(
        used_part(donor),
        location,
        origin="donor",
        unit_cost_minor=0,
        lot=donor.unit.code,
        now=now,
        donor_unit=donor.unit,
    )
    stock.move(batch, 1, "harvested", now=now, by=by, job_id=donor.unit.job_id)
    donor.state = "harvested"
    if need is not None:
        end(need, "arrived", now=now)
        need.state = "needed"
    return batch, need


def broken(donor: DonorPart, *, now: datetime) -> None:
    """Say that the part broke, or was found broken, while it was taken out."""
    if donor.state != "there":
        raise Conflict(_("This part was taken out already."), _("Look at the donor's page."))
    need = waiting_need(donor)
    if need is not None:
        end(need, "released", now=now)
        need.state = "needed"
    donor.state = "broken"
