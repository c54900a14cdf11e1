"""A technician's bench, batteries on a shelf, and a quarantine."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import select

from tests.conftest import Walk
from workshop.catalogue.models import DeviceModel
from workshop.core.actions import Done, perform
from workshop.core.actor import Actor
from workshop.core.db import db
from workshop.jobs.scan import Scanned, scan
from workshop.jobs.target import OpenUnit
from workshop.parts import stock
from workshop.parts.models import Batch, Part, PartFit


@pytest.fixture
def at_bench(walk: Walk, technician: Actor) -> Callable[[str], Scanned]:
    """A function that scans a code at the technician's bench."""
    return lambda code: scan(code, technician, request_key=None, repeat_seconds=0.0)


@dataclass
class Cells:
    """Batteries in stock, and units that want one."""

    walk: Walk
    by: Actor
    site_id: int

    def do(self, name: str, target: Any, given: dict[str, Any]) -> Done:
        """Do one action as the parts manager."""
        return perform(name, target, {**given, "site": self.site_id}, by=self.by)

    def place(self, code: str, kind: str) -> str:
        """A place with its label."""
        return self.do("add_location", None, {"code": code, "kind": kind}).ref

    def battery(self, model: str, place: str, quality: str = "maker", lot: str = "NC-2641") -> Batch:
        """Three batteries for a model."""
        part = Part(code=f"BAT-{place}", kind="battery", name=f"Battery for {model}", quality=quality)
        db.session.add(part)
        db.session.flush()
        model_id = db.session.scalars(select(DeviceModel.id).where(DeviceModel.name == model)).one()
        db.session.add(PartFit(part_id=part.id, model_id=model_id))
        db.session.commit()
        self.place(place, "shelf")
        done = self.do("open_stock", part.code, {"location": place, "quantity": 3, "unit_cost": "21.40", "lot": lot})
        return stock.batch_named(done.more["batch"])

    def worn(self, **more: Any) -> OpenUnit:
        """A unit in repair whose battery is to be replaced."""
        unit = self.walk.answer_all(self.walk.in_diagnosis(**more), failing={"C-BAT1": "74 912"})
        self.walk.do("decide_triage", unit, {"decision": "repair"})
        self.walk.do("advance", unit)
        return self.walk.fresh(unit)


@pytest.fixture
def cells(walk: Walk, parts_manager: Actor) -> Cells:
    site_id = walk.by.site_id
    assert site_id is not None
    return Cells(walk, parts_manager, site_id)
