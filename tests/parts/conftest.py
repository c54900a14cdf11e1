"""A shelf, two suppliers and parts for the iPhone 12, made through the same door as people use."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from tests.conftest import Walk
from workshop.accounts.models import Site
from workshop.catalogue.models import DeviceModel
from workshop.core.actions import Done, perform
from workshop.core.actor import Actor
from workshop.core.barcodes import register
from workshop.core.db import db
from workshop.jobs.target import OpenUnit
from workshop.parts import donors, needs, stock
from workshop.parts.models import Batch, Need, Offer, Part, PurchaseOrder, Supplier

EAN = "4006381333931"
# The rooms above are left out: what stands here is what this room does without them.
ROOMS = ("accounts", "catalogue", "jobs", "parts")


@pytest.fixture
def whole_app(app_on: Callable[..., Flask], engine_name: str, request: pytest.FixtureRequest) -> Flask:
    """The app up to this room, and the shop in it for whoever asks for it."""
    return app_on(engine_name, ROOMS, furnish if "shop" in request.fixturenames else None)


@dataclass
class Shop:
    """The parts room as the tests find it, with a parts manager to act."""

    by: Actor
    site_id: int
    display: Part
    battery: Part
    mini_battery: Part
    nordic: Supplier
    baltic: Supplier

    def do(self, name: str, target: Any, given: dict[str, Any] | None = None, **more: Any) -> Done:
        """Do one action as the parts manager."""
        ref = getattr(target, "code", getattr(target, "id", target))
        return perform(name, ref, given or {}, by=more.pop("by", self.by), **more)

    def stocked(self, part: Part, quantity: int = 1, lot: str = "L1", place: str = "B-04-2") -> Batch:
        """Pieces in stock."""
        done = self.do(
            "open_stock",
            part,
            {"location": place, "quantity": quantity, "unit_cost": "21.40", "lot": lot, "site": self.site_id},
        )
        return stock.batch_named(done.more["batch"])

    def ordered(self, part: Part, quantity: int = 1, *, send: bool = True, supplier: str = "NORDIC") -> PurchaseOrder:
        """An order, sent unless said otherwise."""
        done = self.do(
            "place_order",
            None,
            {
                "supplier": supplier,
                "site": self.site_id,
                "send": send,
                "lines": [{"part": part.code, "quantity": quantity}],
            },
        )
        return db.session.scalars(select(PurchaseOrder).where(PurchaseOrder.code == done.more["order"])).one()

    def need(self, unit: OpenUnit, kind: str = "display") -> Need:
        """The newest need of this kind."""
        return [n for n in needs.needs_of(unit.job_id) if n.part_kind == kind][-1]


def one(kind: type[Any], **such: Any) -> Any:
    """The one thing of a kind that is such."""
    return db.session.scalars(select(kind).filter_by(**such)).one()


def model(name: str) -> DeviceModel:
    """A model of the catalogue."""
    return one(DeviceModel, name=name)


def _part(kind: str, name: str, offers: dict[Supplier, int]) -> Part:
    part = donors.new_part(kind, f"{kind.title()}, {name}", "maker", [model(name).id])
    for supplier, price in offers.items():
        ean = EAN if kind == "display" else None
        db.session.add(
            Offer(
                supplier_id=supplier.id,
                part_id=part.id,
                price_minor=price,
                ean=ean,
                supplier_sku=f"{supplier.code}-{part.id}",
            )
        )
        if ean:
            register(ean, "part", part.id)
    return part


def furnish() -> None:
    """Add places, suppliers, parts and offers at the site of the cast."""
    site = one(Site, code="TMP")
    nordic = Supplier(code="NORDIC", name="Nordic Spares Oy", lead_days=3, minimum_minor=25_000)
    baltic = Supplier(code="BALTIC", name="Baltic Cells OÜ", lead_days=5, minimum_minor=10_000)
    db.session.add_all([nordic, baltic])
    db.session.flush()
    _part("display", "iPhone 12", {nordic: 11_800, baltic: 12_100})
    _part("battery", "iPhone 12", {nordic: 2_140, baltic: 2_030})
    _part("battery", "iPhone 12 mini", {nordic: 2_240})
    for code in ("B-04-2", "B-04-3"):
        stock.add_location(code, "shelf", site.id)
    stock.add_location("Q-01", "quarantine", site.id)


@pytest.fixture
def shop(app: Any, parts_manager: Actor) -> Shop:
    """The shop that was furnished once."""
    return Shop(
        parts_manager,
        one(Site, code="TMP").id,
        one(Part, name="Display, iPhone 12"),
        one(Part, name="Battery, iPhone 12"),
        one(Part, name="Battery, iPhone 12 mini"),
        one(Supplier, code="NORDIC"),
        one(Supplier, code="BALTIC"),
    )


def cracked(walk: Walk, *faults: str, model: str = "iPhone 12") -> OpenUnit:
    """A unit in diagnosis, all checks passed, with these faults noted."""
    unit = walk.answer_all(walk.in_diagnosis(model=model))
    for fault in faults or ("F-DISP-1",):
        walk.do("record_fault", unit, {"fault": fault})
    return walk.fresh(unit)


def in_parts(walk: Walk, *faults: str, model: str = "iPhone 12") -> OpenUnit:
    """A unit that was triaged for repair and moved on."""
    unit = cracked(walk, *faults, model=model)
    walk.do("decide_triage", unit, {"decision": "repair"})
    walk.do("advance", unit)
    return walk.fresh(unit)
