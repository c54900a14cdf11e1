"""The demo's supply: terms of its sources, what they quoted, a delivery half received, offers that were revised."""

from __future__ import annotations

import base64
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select

from workshop.accounts.models import Site
from workshop.catalogue.models import DeviceModel
from workshop.core import clock
from workshop.core.actions import perform
from workshop.core.actor import Actor
from workshop.core.check_digits import luhn_digit
from workshop.core.db import db
from workshop.jobs.models import Job
from workshop.jobs.stages import Stage
from workshop.parts.models import Part, PartFit
from workshop.sourcing import importing
from workshop.sourcing.models import Quote

if TYPE_CHECKING:
    from workshop.demo.world import Story, World

TERMS: Final[dict[str, dict[str, Any]]] = {
    "TELCO": {"kind": "programme", "email": "trade-in@operator.example", "claim_days": 10},
    "CONSOLE": {"kind": "programme", "email": "returns@console.example", "answer_days": 14},
    "WATCH": {"kind": "programme", "email": "watches@programme.example"},
    "COUNTER": {"kind": "counter", "answer_days": 3},
    "OFFICE": {"kind": "supplier", "email": "lots@clearance.example"},
}
# Which models come through a programme of their own maker.
PROGRAMMES: Final = {"Switch (OLED model)": "CONSOLE", "Watch SE (1st generation) 44 mm": "WATCH"}
SHOPS: Final = ("Oulu 214", "Tampere 101", "Turku 77", "Kuopio 305")
CONDITIONS: Final = ("Good", "Good", "Very good", "Fair")
HEAD: Final = "IMEI-koodi;Malli;Muisti;Väri;Kunto;Hinta"


def agree(world: World) -> None:
    """Set the terms of every source."""
    for source, given in TERMS.items():
        perform("set_partner_terms", source, given, by=world.mikael)


def quote(story: Story) -> None:
    """Write down what the operator's shop said of a device."""
    said = {"shop": SHOPS[story.unit_id % len(SHOPS)], "condition": CONDITIONS[story.unit_id // 4 % len(CONDITIONS)]}
    with clock.told(story.at):
        perform("quote", story.unit_id, said, by=story.by)


def announce(world: World) -> None:
    """Let a lot of phones be announced, and some of it be received, a week ago."""
    imeis = [_imei(number) for number in range(1, 13)]
    rows = [f"{imei};Apple iPhone 12 64GB;64 Gt;musta;{'ABC'[n % 3]};{70 + n},50" for n, imei in enumerate(imeis)]
    data = "\r\n".join([HEAD, *rows, "3,53097E+14;Apple iPhone 12 64GB;64 Gt;musta;B;75,00", ""]).encode("cp1252")
    given = {"source": "OFFICE", "content": base64.b64encode(data).decode("ascii"), "name": "lahete-2291.csv"}
    with clock.told(world.now - timedelta(days=13)):
        made = perform("announce_delivery", None, {**given, "reference": "2291"}, by=world.mikael).target
        perform("import_delivery", made.code, {}, by=world.mikael)
        importing.go_on(made.code, world.mikael)
    for minute, code in enumerate((*imeis[:4], _imei(77))):
        with clock.told(world.now - timedelta(days=11, minutes=60 - minute)):
            perform("check_in", made.code, {"code": code}, by=world.aino)


def _imei(number: int) -> str:
    body = f"35309711{990000 + number:06d}"
    return body + luhn_digit(body)


def wait_for_a_display(world: World) -> None:
    """Let a maker's own dealer be later with an order than the law lets them."""
    query = select(Part.code).join(PartFit, PartFit.part_id == Part.id)
    query = query.join(DeviceModel, DeviceModel.id == PartFit.model_id)
    display = db.session.scalars(query.where(Part.kind == "display", DeviceModel.name == "iPhone 17")).first()
    site = db.session.scalar(select(Site.id).where(Site.code == "TMP"))
    given = {"supplier": "NORDIC", "site": site, "send": True, "lines": [{"part": display, "quantity": 2}]}
    with clock.told(world.now - timedelta(days=26)):
        perform("place_order", None, given, by=world.sanna)


def revise(world: World) -> None:
    """Let two owners be offered less: one has said yes, one still thinks."""
    query = select(Quote.job_id, Job.unit_id).join(Job, Job.id == Quote.job_id)
    query = query.where(Job.stage == Stage.DIAGNOSIS.value, Quote.shop != "").order_by(Job.opened_at).limit(2)
    for turn, (_job, unit_id) in enumerate(db.session.execute(query).all()):
        _offer(world, unit_id, days_ago=2 - turn, answered=turn == 0)


def _offer(world: World, unit_id: int, *, days_ago: int, answered: bool) -> None:
    by: Actor = world.mikael
    reason = "The display has a scratch that was not mentioned."
    with clock.told(world.now - timedelta(days=days_ago, hours=2)):
        perform("revise_offer", unit_id, {"price": "38.00", "found": "Fair", "reason": reason}, by=by)
    if answered:
        with clock.told(world.now - timedelta(hours=20)):
            perform("answer_offer", unit_id, {"answer": "yes", "note": "by e-mail"}, by=by)
