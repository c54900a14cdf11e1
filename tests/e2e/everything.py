"""One of everything: what a workshop must have in it so that each kind of page has something to show."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from tests.cast import Cast
from tests.conftest import Walk
from tests.e2e.running import HTTP, Running, until
from tests.grading.conftest import Grading
from tests.marketplace.conftest import Shop
from tests.parts.conftest import cracked, in_parts
from tests.sourcing.files import announced, csv_file, expected, phones
from workshop.accounts.models import Site
from workshop.core import clock
from workshop.core.actions import perform
from workshop.core.actor import Actor
from workshop.core.db import db
from workshop.core.errors import Conflict
from workshop.jobs import put_aside
from workshop.jobs.carried import Carried
from workshop.jobs.target import OpenUnit
from workshop.parts.models import Offer, Part, Supplier


def furnish(house: Running) -> tuple[list[OpenUnit], str]:
    """Bring one of everything into the workshop, and return a unit of each kind that a bench meets, and a SKU."""
    cast = Cast()
    walk, parts, refurbisher = Walk(cast.actor("technician")), cast.actor("parts"), cast.actor("refurbisher")
    deliveries(refurbisher, walk.by)
    orders(parts)
    units = [
        walk.taken_in(),
        walk.in_diagnosis(),
        in_parts(walk),
        swollen(walk),
        worn(walk),
        offered(walk, refurbisher),
    ]
    unit, sku = sold(house, walk, refurbisher)
    harvested(walk)
    put_one_aside(walk, units[0])
    return [*units, graded(walk), put_on_a_tray(walk), unit], sku


def deliveries(refurbisher: Actor, technician: Actor) -> None:
    """A file that nobody has read yet, a delivery that is being counted, and one that is counted."""
    announced(refurbisher, csv_file(*phones(2), "3,53E+14;iPhone 12;128 GB;blue;B;82,50"), site="TMP")
    for is_counted in (False, True):
        rows = phones(2)
        made = expected(refurbisher, csv_file(*rows, "3,53E+14;iPhone 12;128 GB;blue;B;82,50"), site="TMP")
        perform("check_in", made.code, {"code": rows[0].split(";")[0]}, by=technician)
        if is_counted:
            perform("count_delivery", made.code, {}, by=technician)


def orders(parts: Actor) -> None:
    """An order to a supplier that is on its way."""
    site = db.session.scalars(select(Site.id).where(Site.code == "TMP")).one()
    query = select(Part.code, Supplier.code).join(Offer, Offer.part_id == Part.id).join(Supplier)
    part, supplier = db.session.execute(query.where(Part.name.endswith("iPhone 13")).limit(1)).one()
    lines = [{"part": part, "quantity": 2}]
    given = {"supplier": supplier, "site": site, "send": True, "lines": lines}
    perform("place_order", None, given, by=parts)


def swollen(walk: Walk) -> OpenUnit:
    """A unit whose battery stops everything."""
    unit = walk.in_diagnosis()
    walk.do("hold", unit, {"kind": "battery_swollen"})
    return walk.fresh(unit)


def worn(walk: Walk) -> OpenUnit:
    """A unit in repair whose battery is to be replaced, from stock."""
    return in_parts(walk, "F-BAT-1")


def offered(walk: Walk, refurbisher: Actor) -> OpenUnit:
    """A unit that waits for its owner's answer."""
    perform("set_partner_terms", "COUNTER", {"kind": "programme", "email": "p@partner.example"}, by=refurbisher)
    unit = walk.in_diagnosis(price="82.00")
    walk.do("quote", unit, {"shop": "Tampere 3", "condition": "Good"})
    walk.do("revise_offer", walk.fresh(unit), {"price": "52", "found": "C", "reason": "The glass is cracked"})
    return walk.fresh(unit)


def graded(walk: Walk) -> OpenUnit:
    """A unit that only lacks its grade."""
    return Grading(walk).ready_but_for_the_grade(0, 2, 0, 1, 0)


def put_on_a_tray(walk: Walk) -> OpenUnit:
    """A unit that lies on a tray with a label."""
    tray = walk.do("add_tray", None, {"name": "Blue 3"}).target
    unit = walk.taken_in()
    walk.do("put_on_tray", unit, {"tray": tray.code})
    return walk.fresh(unit)


def sold(house: Running, walk: Walk, refurbisher: Actor) -> tuple[OpenUnit, str]:
    """A unit that a buyer of the marketplace has ordered, and the SKU it was offered as."""
    shop = Shop(walk, refurbisher)
    unit = shop.ready(model="iPhone 13", colour="pink")
    sku = shop.sku(unit)
    db.session.commit()  # who reads here may write, and on SQLite keeps the feed from it
    until("the unit to be live", lambda: house.quantity(sku) == 1)
    HTTP.post(f"{house.sandbox_url}/_control/orders", json={"sku": sku}).raise_for_status()
    until("its order", lambda: house.unit(unit.code)["job"]["stage"] == "sold")
    return unit, sku


def harvested(walk: Walk) -> None:
    """A donor."""
    walk.do("decide_triage", cracked(walk, "F-BAT-1"), {"decision": "harvest"})


def put_one_aside(walk: Walk, unit: OpenUnit) -> None:
    """A scan that came too late."""
    carried = Carried(unit=unit.code, scanned_at=clock.now() - timedelta(hours=1))
    put_aside.put_aside(
        "*NEXT*", walk.by, "late", carried, Conflict("It was changed since.", ""), scanned_by=walk.by.person_id
    )
