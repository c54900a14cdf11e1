"""The kinds of thing that actions of this room act on. A need's or a donor's story is told in that of its unit."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Generic, TypeVar

from flask_babel import gettext as _

from workshop.core import events
from workshop.core.actions import Act, Action, Kind, ModelKind
from workshop.core.db import db
from workshop.core.errors import NotFound
from workshop.core.events import Chain
from workshop.core.language import word
from workshop.core.spoken import spoken
from workshop.jobs.target import OpenUnit, UnitKind, by_id
from workshop.parts import delivery
from workshop.parts.action_words import terms
from workshop.parts.fits import kind_title, part_name
from workshop.parts.models import Batch, DonorPart, Location, Need, Offer, Part, PurchaseOrder, Supplier
from workshop.parts.reserve import live

T = TypeVar("T", Need, DonorPart)
_UNITS = UnitKind()


class OnUnit(Kind[T], Generic[T]):
    """A kind whose story is the story of its unit, under that unit's holds and version."""

    model: type[T]

    def unit_of(self, target: T) -> OpenUnit:
        """Return the unit that the thing belongs to."""
        raise NotImplementedError(self.name)  # pragma: no cover - each kind says how

    def load(self, ref: Any, act: Act) -> T:
        if isinstance(ref, self.model):
            return ref
        found = db.session.get(self.model, int(ref)) if str(ref).isdigit() else None
        if found is None:
            raise NotFound(
                _("There is no %(kind)s %(ref)s.", kind=spoken(self.name), ref=ref),
                _("Look at the unit's page."),
            )
        return found

    def ref(self, target: T) -> str:
        return str(target.id)

    def key(self, target: T) -> int:
        return self.unit_of(target).id

    def guard(self, action: Action, target: T, act: Act) -> None:
        _UNITS.guard(action, self.unit_of(target), act)

    def chain(self, target: T) -> Chain:
        return _UNITS.chain(self.unit_of(target))

    def keep(self, target: T, chain: Chain, act: Act) -> None:
        """Keep the unit's new head. It stays at the bench where it lies: who reserves has not scanned it."""
        _UNITS.keep(self.unit_of(target), chain, replace(act, by=replace(act.by, bench_id=None)))


def unit_with(unit_id: int) -> OpenUnit:
    """Return a unit that is known to be there."""
    db.session.flush()
    found = by_id(unit_id)
    assert found is not None
    return found


class NeedKind(OnUnit[Need]):
    """What a job needs."""

    name, plural, model = "need", "needs", Need

    def called(self, target: Need) -> str:
        name = part_name(target.part) if target.part is not None else word(kind_title(target.part_kind))
        return f"{name}, {target.job.unit.code}"

    def unit_of(self, target: Need) -> OpenUnit:
        return unit_with(target.job.unit_id)

    def show(self, target: Need) -> dict[str, Any]:
        return need_json(target)


class DonorPartKind(OnUnit[DonorPart]):
    """A part inside a donor."""

    name, plural, model = "donor_part", "donor-parts", DonorPart

    def called(self, target: DonorPart) -> str:
        return f"{word(kind_title(target.part_kind))}, {target.unit.model.name}, {target.unit.code}"

    def unit_of(self, target: DonorPart) -> OpenUnit:
        return unit_with(target.unit_id)

    def show(self, target: DonorPart) -> dict[str, Any]:
        return {"id": target.id, "unit": target.unit.code, "part_kind": target.part_kind, "state": target.state}


def need_json(need: Need) -> dict[str, Any]:
    """Return a need as the API tells it."""
    held = live(need)
    batch = held.batch if held else None
    line = held.order_line if held else None
    return {
        "id": need.id,
        "part_kind": need.part_kind,
        "title": kind_title(need.part_kind),
        "fault": need.fault_code or None,
        "state": need.state,
        "part": {"code": need.part.code, "name": need.part.name, "quality": need.part.quality} if need.part else None,
        "batch": {"code": batch.code, "lot": batch.lot, "location": batch.location.code} if batch else None,
        "order": {"code": line.order.code, "state": line.order.state, "expected_on": line.order.expected_on.isoformat()}
        if line
        else None,
        "donor": held.donor_part.unit.code if held and held.donor_part else None,
    }


class BatchKind(ModelKind[Batch]):
    """Pieces in stock."""

    def called(self, target: Batch) -> str:
        return part_name(target.part)

    def show(self, target: Batch) -> dict[str, Any]:
        return {
            "code": target.code,
            "lot": target.lot,
            "part": target.part.code,
            "name": target.part.name,
            "location": target.location.code,
            "on_hand": target.on_hand,
            "reserved": target.reserved,
            "unit_cost_minor": target.unit_cost_minor,
            "currency": target.currency,
            "origin": target.origin,
        }


def _owed(limit: delivery.Limit | None) -> dict[str, str] | None:
    """Return by when the law lets a line be delivered, and which article says so."""
    return {"day": limit.due.isoformat(), "article": limit.article} if limit else None


class OrderKind(ModelKind[PurchaseOrder]):
    """Orders to suppliers."""

    def called(self, target: PurchaseOrder) -> str:
        return target.supplier.name

    def show(self, target: PurchaseOrder) -> dict[str, Any]:
        limits = delivery.limits([target], terms=terms())
        return {
            "code": target.code,
            "supplier": target.supplier.code,
            "state": target.state,
            "expected_on": target.expected_on.isoformat(),
            "total_minor": target.total_minor,
            "lines": [
                {
                    "part": line.part.code,
                    "name": line.part.name,
                    "quantity": line.quantity,
                    "received": line.received,
                    "price_minor": line.price_minor,
                    "currency": line.currency,
                    "override_reason": line.override_reason,
                    "owed_by": _owed(limits.get(line.id)),
                }
                for line in target.lines
            ],
        }


class PartKindOfThing(ModelKind[Part]):
    """Parts of the catalogue."""

    def called(self, target: Part) -> str:
        return part_name(target)

    def show(self, target: Part) -> dict[str, Any]:
        return {
            "code": target.code,
            "kind": target.kind,
            "name": target.name,
            "quality": target.quality,
            "min_stock": target.min_stock,
        }


class SupplierKind(ModelKind[Supplier]):
    """Who sells parts."""

    def called(self, target: Supplier) -> str:
        return target.name

    def show(self, target: Supplier) -> dict[str, Any]:
        return {
            "code": target.code,
            "name": target.name,
            "lead_days": target.lead_days,
            "minimum_minor": target.minimum_minor,
            "currency": target.currency,
            "cutoff_hour": target.cutoff_hour,
            "bound_by_law": target.bound_by_law,
        }


class OfferKind(ModelKind[Offer]):
    """What suppliers ask for a part: its story is told in that of the part."""

    def called(self, target: Offer) -> str:
        return f"{part_name(target.part)}, {target.supplier.name}"

    def chain(self, target: Offer) -> Chain:
        return events.chain_of("part", target.part_id)

    def show(self, target: Offer) -> dict[str, Any]:
        return {
            "id": target.id,
            "supplier": target.supplier.code,
            "part": target.part.code,
            "price_minor": target.price_minor,
            "currency": target.currency,
            "moq": target.moq,
            "pack": target.pack,
            "supplier_sku": target.supplier_sku,
            "ean": target.ean,
            "lead_days": target.days,
            "withdrawn_at": target.withdrawn_at.isoformat() if target.withdrawn_at else None,
        }


KINDS: tuple[Kind[Any], ...] = (
    NeedKind(),
    DonorPartKind(),
    PartKindOfThing("part", "parts", Part, by="code"),
    BatchKind("batch", "batches", Batch, by="code"),
    OrderKind("purchase_order", "purchase-orders", PurchaseOrder, by="code"),
    SupplierKind("supplier", "suppliers", Supplier, by="code"),
    OfferKind("offer", "offers", Offer),
    ModelKind("location", "locations", Location, by="barcode"),
)
