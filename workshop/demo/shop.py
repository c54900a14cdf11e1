"""The demo's sales: day by day the shelf goes live on the sandbox marketplace, and buyers order from it."""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import httpx2
from sqlalchemy import select

from workshop.config import Settings
from workshop.core import clock, work
from workshop.core.actions import perform
from workshop.core.db import db
from workshop.core.money import plain_amount
from workshop.grading import giving, zones
from workshop.jobs import diagnosis
from workshop.jobs.models import Job, Unit
from workshop.jobs.stages import Stage
from workshop.jobs.target import OpenUnit
from workshop.marketplace import orders, outbox, running, seed, shelf

if TYPE_CHECKING:
    from workshop.demo.world import Story, World

PROBATION_DAYS_AGO: Final = 11
TURNS_A_DAY: Final = 12
LEFT_TO_SHIP: Final = 2


def zones_left(unit: OpenUnit) -> list[str]:
    """Return the zones that nobody has looked at yet."""
    seen = zones.observations(unit.job_id)
    return [z.code for z in zones.zones_of(unit) if z.code not in seen]


def asked_for(unit: OpenUnit, at: datetime) -> str:
    """Return the price that a refurbisher would ask, as it is typed."""
    given = giving.standing(unit.job_id)
    assert given is not None
    return plain_amount(seed.suggested_price(unit, given.market, at.date()), unit.currency)


def needs_price(unit_id: int) -> bool:
    """Say whether nobody has priced what the unit is offered as."""
    offer = shelf.offer_of(unit_id)
    return offer is not None and offer.priced_at is None


def plain_check(unit: OpenUnit) -> str:
    """Return the next check that is answered by pass or fail."""
    answered = diagnosis.answers_of(unit.job_id, "diagnosis")
    left = (c for c in diagnosis.checks_of(unit, "diagnosis") if c.code not in answered and c.kind != "reading")
    return next(left).code


def open_account(world: World) -> None:
    """Begin the probation some days ago."""
    first = (world.now - timedelta(days=PROBATION_DAYS_AGO)).date()
    given = {"started_on": first.isoformat(), "makes_eans": True, "new_battery_allowed": True}
    with clock.told(world.now - timedelta(days=PROBATION_DAYS_AGO)):
        perform("set_account", 1, given, by=world.mikael)


class Market:
    """The sandbox marketplace, seen by a buyer; nothing where none is set up."""

    def __init__(self, settings: Settings) -> None:
        self.client = httpx2.Client(base_url=settings.marketplace_url, timeout=20)

    def skus(self) -> list[str]:
        """Return the SKUs that can be bought, the fullest first."""
        rows = self.client.get("/_control/listings").json()["results"]
        found = sorted(rows, key=lambda r: -int(r["quantity"]))
        return [r["sku"] for r in found if int(r["quantity"]) > 0]

    def buy(self, sku: str) -> None:
        """Order one."""
        self.client.post("/_control/orders", json={"sku": sku}).raise_for_status()


def sell(world: World, stories: dict[str, list[Story]], settings: Settings) -> None:
    """Let the days pass: price and pack what became ready, run the feed, sell, ship, and take one back."""
    waiting = sorted((s for end in ("listed", "sold", "returned") for s in stories.get(end, [])), key=lambda s: s.at)
    waiting = [s for s in waiting if s.unit().stage == Stage.READY]
    market = Market(settings) if settings.marketplace_url else None
    to_sell = len(stories.get("sold", [])) + len(stories.get("returned", []))
    for days_ago in range(PROBATION_DAYS_AGO, -1, -1):
        evening = world.now - timedelta(days=days_ago, minutes=20)
        due = [s for s in waiting if s.at < evening]
        waiting = [s for s in waiting if s.at >= evening]
        for story in due:
            story.make_ready()
        if market is None:
            continue
        run_feed(evening)
        if days_ago < PROBATION_DAYS_AGO - 2 and to_sell > 0:
            bought = market.skus()[: min(3, to_sell)]
            for sku in bought:
                market.buy(sku)
            to_sell -= len(bought)
            run_feed(evening + timedelta(minutes=8), orders_came=True)
            ship(world, evening + timedelta(minutes=12), leave=LEFT_TO_SHIP if days_ago <= 1 else 0)
            run_feed(evening + timedelta(minutes=16))
    take_back(world, world.now - timedelta(minutes=5))


def run_feed(at: datetime, *, orders_came: bool = False) -> None:
    """Let the feed work until nothing is due, at a told time that runs on a little each turn."""
    who = f"demo:{os.getpid()}"
    for turn in range(TURNS_A_DAY):
        with clock.told(at + timedelta(seconds=5 * turn)):
            if turn == 0 and orders_came:
                work.ask(outbox.ORDERS, "all", clock.now())
                db.session.commit()
            while running.turn(who):
                pass
            if not _under_way():
                return


def _under_way() -> bool:
    """Say whether the marketplace still works on something that was sent."""
    return any(task.kind == outbox.POLL for task in work.waiting())


def _sold_units(shipped: bool) -> list[Any]:
    query = select(Unit.id, Unit.code).join(Job, Job.id == Unit.job_id).where(Job.stage == Stage.SOLD.value)
    found = db.session.execute(query.order_by(Job.stage_since)).all()
    return [row for row in found if (orders.warranty_of(row.id) is not None) is shipped]


def ship(world: World, at: datetime, *, leave: int) -> None:
    """Ship what was ordered, all but the last few."""
    ordered = _sold_units(shipped=False)
    for number, row in enumerate(ordered[: len(ordered) - leave or None]):
        with clock.told(at + timedelta(seconds=20 * number)):
            given = {"tracking_number": f"JJFI6{row.id:07d}", "shipper": "Posti", "not_blocked": True}
            perform("ship", row.id, given, by=world.mikael)


def take_back(world: World, at: datetime) -> None:
    """Let the first buyer send theirs back."""
    shipped = _sold_units(shipped=True)
    if shipped:
        with clock.told(at):
            perform("return_unit", shipped[0].id, {"reason": "faulty", "note": "The speaker crackles"}, by=world.mikael)
