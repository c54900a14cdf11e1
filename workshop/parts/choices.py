"""What the forms of this room offer to choose from."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from workshop.catalogue.reference import load_part_kinds
from workshop.core.db import db
from workshop.core.language import word
from workshop.core.spoken import spoken
from workshop.jobs.target import OpenUnit
from workshop.parts.fit import carried
from workshop.parts.fits import fitting, models_of, offers_for, part_name
from workshop.parts.models import DonorPart, Location, Need, Part, PurchaseOrder, Supplier

Choices = list[tuple[str, Any]]


def kinds_choices(unit: OpenUnit) -> Choices:
    """Return the kinds of part that a unit has."""
    return [(k.code, word(k.title)) for k in load_part_kinds().values() if unit.category in k.categories]


def all_kinds_choices(_target: Any) -> Choices:
    """Return every kind of part."""
    return sorted(((k.code, word(k.title)) for k in load_part_kinds().values()), key=lambda choice: choice[1])


def fitted_models_choices(part: Part) -> Choices:
    """Return the models that a part fits."""
    return [(m.name, m.name) for m in models_of(part.id)]


def parts_choices(need: Need) -> Choices:
    """Return the parts that fit a need."""
    return [(p.code, f"{p.name}, {spoken(p.quality)}") for p in fitting(need.job.unit.model_id, need.part_kind)]


def offers_choices(need: Need) -> Choices:
    """Return the suppliers that offer what a need wants, the cheapest first."""
    ids = [p.id for p in fitting(need.job.unit.model_id, need.part_kind)]
    return [(o.supplier.code, f"{o.supplier.name}, {part_name(o.part)}") for o in offers_for(ids)]


def carried_choices(unit: OpenUnit) -> Choices:
    """Return the parts that a unit carries."""
    return [(str(f.id), f"{part_name(f.part)} {f.batch.code}") for f in carried(unit.id)]


def suppliers_choices(_target: Any) -> Choices:
    """Return every supplier."""
    return [(s.code, s.name) for s in db.session.scalars(select(Supplier).order_by(Supplier.name))]


def locations_choices(target: Any) -> Choices:
    """Return the places where parts may lie, of the target's site where it has one."""
    query = select(Location).where(Location.kind.in_(("shelf", "tray", "donor"))).order_by(Location.code)
    site = getattr(target, "site_id", None)
    if site is not None and isinstance(target, Part | PurchaseOrder | DonorPart | Need | OpenUnit):
        query = query.where(Location.site_id == site)
    return [(place.code, f"{place.code} ({place.site.name})") for place in db.session.scalars(query)]
