"""Which parts fit which models, and which one is proposed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Select, func, select

from workshop.catalogue.models import DeviceModel
from workshop.catalogue.reference import load_part_kinds
from workshop.core.db import db
from workshop.core.errors import Refused
from workshop.core.language import within, word
from workshop.core.spoken import spoken
from workshop.parts.models import Batch, Location, Offer, Part, PartFit, Supplier


def kind_title(kind: str) -> str:
    """Return a kind of part in words."""
    known = load_part_kinds().get(kind)
    return known.title if known else kind.replace("_", " ")


def kind_word(kind: str) -> str:
    """Return a kind of part as it stands inside a sentence of the reader."""
    return within(word(kind_title(kind)))


def part_name(part: Part) -> str:
    """Return a part's name; one that begins with its kind, as it does unless somebody gave another, is said."""
    kind = kind_title(part.kind)
    return word(kind) + part.name.removeprefix(kind) if part.name.startswith(f"{kind}, ") else part.name


def kind_named(kind: str, category: str) -> str:
    """Return a kind of part that devices of this category have. Raises Refused naming the field."""
    known = load_part_kinds().get(kind)
    if known is None or category not in known.categories:
        raise Refused(
            _("A %(category)s has no part '%(kind)s'.", category=spoken(category), kind=kind),
            _("Choose one of the list."),
            field="part_kind",
        )
    return kind


def fitting(model_id: int, kind: str) -> list[Part]:
    """Return the parts of a kind that fit a model, the maker's own first."""
    query = (
        select(Part)
        .join(PartFit, PartFit.part_id == Part.id)
        .where(PartFit.model_id == model_id, Part.kind == kind)
        .order_by(Part.quality.desc(), Part.id)
    )
    found = list(db.session.scalars(query))
    return sorted(found, key=lambda p: (("maker", "aftermarket", "used").index(p.quality), p.id))


def fits(part_id: int, model_id: int) -> bool:
    """Say whether a part fits a model."""
    return db.session.get(PartFit, (part_id, model_id)) is not None


def models_of(part_id: int) -> list[DeviceModel]:
    """Return the models that a part fits."""
    query = select(DeviceModel).join(PartFit, PartFit.model_id == DeviceModel.id).where(PartFit.part_id == part_id)
    return list(db.session.scalars(query.order_by(DeviceModel.name)))


def models_by_part(part_ids: Iterable[int]) -> dict[int, list[DeviceModel]]:
    """Return the models that each of many parts fits, in one query."""
    query = select(PartFit.part_id, DeviceModel).join(DeviceModel, DeviceModel.id == PartFit.model_id)
    found: dict[int, list[DeviceModel]] = defaultdict(list)
    query = query.where(PartFit.part_id.in_(list(part_ids))).order_by(DeviceModel.name)
    for part_id, model in db.session.execute(query):
        found[part_id].append(model)
    return found


def proposed(model_id: int, kind: str, site_id: int) -> Part | None:
    """Return the part to propose: one that lies free at the site, else one that can be bought, else any that fits."""
    candidates = fitting(model_id, kind)
    free = free_by_part([p.id for p in candidates], site_id)
    bought = {o.part_id for o in offers_for([p.id for p in candidates])}
    ranked = sorted(candidates, key=lambda p: (not free.get(p.id), p.id not in bought))
    return ranked[0] if ranked else None


def free_pieces(site_id: Any) -> Select[int, int]:
    """Return the query of how many pieces of each part lie free where work may take them, at a site or anywhere."""
    query = (
        select(Batch.part_id, func.sum(Batch.on_hand - Batch.reserved).label("pieces"))
        .join(Location, Location.id == Batch.location_id)
        .where(Batch.on_hand > 0, Location.kind.in_(("shelf", "tray", "donor")))
        .group_by(Batch.part_id)
    )
    return query if site_id is None else query.where(Location.site_id == site_id)


def free_by_part(part_ids: Iterable[int] | None, site_id: int | None) -> dict[int, int]:
    """Return how many pieces of each part lie free where work may take them; None asks for all parts."""
    query = free_pieces(site_id)
    if part_ids is not None:
        query = query.where(Batch.part_id.in_(list(part_ids)))
    return {part: int(n) for part, n in db.session.execute(query)}


def offers_for(part_ids: Iterable[int]) -> list[Offer]:
    """Return the offers for parts that still stand, the cheapest first."""
    query = (
        select(Offer)
        .join(Supplier, Supplier.id == Offer.supplier_id)
        .where(Offer.part_id.in_(list(part_ids)), Offer.withdrawn_at.is_(None))
        .order_by(Offer.price_minor, Supplier.lead_days, Offer.id)
    )
    return list(db.session.scalars(query))


def part_named(code: str) -> Part:
    """Return a part by its own code or a supplier's EAN. Raises Refused naming the field."""
    text = code.strip().upper()
    part = db.session.scalars(select(Part).where(Part.code == text)).one_or_none()
    if part is None:
        query = select(Part).join(Offer, Offer.part_id == Part.id)
        query = query.where((Offer.ean == text) | (func.upper(Offer.supplier_sku) == text)).distinct().limit(2)
        found = db.session.scalars(query).all()
        part = found[0] if len(found) == 1 else None
    if part is None:
        raise Refused(_("No part has the code %(code)s.", code=code), _("Scan its label or its EAN."), field="part")
    return part
