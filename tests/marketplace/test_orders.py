"""Orders, shipments and returns."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from tests.conftest import Walk
from tests.marketplace.conftest import Sandbox, Shop
from workshop.core.db import db
from workshop.core.errors import Conflict, Refused
from workshop.jobs.scan import scan
from workshop.marketplace import orders, returning
from workshop.marketplace.feed import FEED
from workshop.marketplace.order_models import Return, SalesOrder, Shipment, SoldPiece

pytestmark = pytest.mark.usefixtures("market")
SHIP = {"tracking_number": "1Z999", "not_blocked": True}


def test_an_order_takes_the_unit_that_was_in_stock_longest(shop: Shop, walk: Walk, sandbox: Sandbox) -> None:
    first, sku = shop.live()
    second, _sku = shop.live()
    sandbox.buy(sku)
    shop.feed()
    assert (walk.fresh(first).stage, walk.fresh(second).stage) == ("sold", "listed")


def test_an_order_is_accepted_once_a_unit_stands_for_it(shop: Shop, sandbox: Sandbox) -> None:
    _unit, sku = shop.live()
    order = sandbox.buy(sku)
    shop.feed()
    assert [line["state"] for line in sandbox.order(order["order_id"])["orderlines"]] == [2]


def test_reading_an_order_again_changes_nothing(shop: Shop, sandbox: Sandbox) -> None:
    _unit, sku = shop.live()
    shop.live()
    sandbox.buy(sku)
    shop.feed()
    shop.feed()
    assert len(db.session.scalars(select(SoldPiece)).all()) == 1
    assert sandbox.quantities(sku) == [1, 2, 1]


def test_a_line_of_two_reserves_two_units(shop: Shop, walk: Walk, sandbox: Sandbox) -> None:
    units = [shop.live()[0], shop.live()[0]]
    sku = db.session.scalars(select(SoldPiece.sku)).first() or shop.sku(units[0])
    order = sandbox.buy(sku, quantity=2)
    shop.feed()
    assert [walk.fresh(u).stage for u in units] == ["sold", "sold"]
    for unit in units:
        walk.do("ship", unit, SHIP)
    shop.feed()
    line = sandbox.order(order["order_id"])["orderlines"][0]
    assert sorted(line["imeis"]) == sorted(str(u.imei) for u in units)


def test_the_wrong_unit_is_refused_and_the_right_one_is_named(shop: Shop, walk: Walk, sandbox: Sandbox) -> None:
    right, sku = shop.live()
    wrong, _sku = shop.live()
    order = sandbox.buy(sku)
    shop.feed()
    with pytest.raises(orders.WrongUnit) as refused:
        walk.do("ship", wrong, SHIP | {"order": str(order["order_id"])})
    assert refused.value.more["waiting"] == [right.code]
    assert walk.fresh(wrong).stage == "listed"


def test_nothing_is_shipped_before_the_block_list_was_looked_at_again(shop: Shop, walk: Walk, sandbox: Sandbox) -> None:
    unit, sku = shop.live()
    sandbox.buy(sku)
    shop.feed()
    with pytest.raises(Refused) as refused:
        walk.do("ship", unit, {"tracking_number": "1Z999"})
    assert refused.value.field == "not_blocked"


def test_shipping_by_scan_proves_the_unit_and_starts_its_warranty(shop: Shop, walk: Walk, sandbox: Sandbox) -> None:
    unit, sku = shop.live()
    sandbox.buy(sku)
    shop.feed()
    scan(unit.code, walk.by, request_key=None, repeat_seconds=0)
    scan("*SHIP*", walk.by, request_key=None, repeat_seconds=0)
    shipment = db.session.scalars(select(Shipment)).one()
    assert (shipment.identifier, shipment.unit_id) == (unit.imei, unit.id)
    warranty = orders.warranty_of(unit.id)
    assert warranty is not None
    assert warranty.ends_on == orders.months_after(warranty.starts_on, 12)


def test_an_imei_whose_answer_was_lost_is_not_sent_again(shop: Shop, walk: Walk, sandbox: Sandbox) -> None:
    unit, sku = shop.live()
    order = sandbox.buy(sku)
    shop.feed()
    walk.do("ship", unit, SHIP)
    sandbox.fail(lose_answer={"times": 1, "path": "/ws/orders/", "method": "POST"})
    shop.feed()
    assert sandbox.order(order["order_id"])["orderlines"][0]["imeis"] == [unit.imei]
    shipment = db.session.scalars(select(Shipment).execution_options(populate_existing=True)).one()
    assert shipment.told_at is not None
    assert sandbox.quantities(sku) == [1, 0]


def test_a_cancelled_order_frees_its_unit_and_lists_it_again(
    shop: Shop, walk: Walk, sandbox: Sandbox, act: Callable[..., Any]
) -> None:
    unit, sku = shop.live()
    order = sandbox.buy(sku)
    from workshop.marketplace.feed import marketplace
    from workshop.marketplace.pull import pull_orders

    market = marketplace()
    assert market is not None
    pull_orders(market)
    line = db.session.scalars(select(SoldPiece)).one()
    act("cancel_line", str(order["order_id"]), {"line": line.id, "reason": 25})
    shop.feed()
    assert sandbox.order(order["order_id"])["orderlines"][0]["state"] == 4
    assert walk.fresh(unit).stage == "listed"
    assert sandbox.quantity(sku) == 1


def test_more_sold_than_stands_there_waits_for_a_person(shop: Shop, walk: Walk, sandbox: Sandbox) -> None:
    unit, sku = shop.live()
    order = sandbox.buy(sku)
    walk.do("hold", unit, {"kind": "waiting_person"})
    shop.feed()
    found = db.session.scalars(select(SalesOrder)).one()
    assert (found.why_code, found.lines[0].state) == ("short", "short")
    assert sandbox.order(order["order_id"])["orderlines"][0]["state"] == 1


def test_the_same_order_is_never_written_twice(shop: Shop, sandbox: Sandbox) -> None:
    from workshop.core.actions import perform
    from workshop.marketplace.feed import marketplace

    _unit, sku = shop.live()
    order = sandbox.buy(sku)
    market = marketplace()
    assert market is not None
    sold = market.order(str(order["order_id"]))
    perform("take_order", None, {"sold": sold}, by=FEED)
    with pytest.raises(Conflict):
        perform("take_order", None, {"sold": sold}, by=FEED)


def test_a_return_opens_the_second_job_on_the_same_story(shop: Shop, walk: Walk, sandbox: Sandbox) -> None:
    unit, sku = shop.live()
    sandbox.buy(sku)
    shop.feed()
    walk.do("ship", unit, SHIP)
    shop.feed()
    sandbox.control("POST", "returns", {"sku": sku})
    before = walk.fresh(unit)
    scan(unit.code, walk.by, request_key=None, repeat_seconds=0)
    scan("*RETURN*", walk.by, request_key=None, repeat_seconds=0)
    after = walk.fresh(unit)
    assert (after.job_number, after.stage, after.chain_length) == (2, "intake", before.chain_length + 2)
    shop.feed()
    back = db.session.scalars(select(Return).execution_options(populate_existing=True)).one()
    assert back.folder is not None
    assert (back.arrived_at is not None, back.job_id) == (True, after.job_id)


def test_a_refund_read_from_the_marketplace_is_noted(shop: Shop, walk: Walk, sandbox: Sandbox) -> None:
    unit, sku = shop.live()
    order = sandbox.buy(sku)
    shop.feed()
    walk.do("ship", unit, SHIP)
    shop.feed()
    from workshop.marketplace.adapters.wire import Wire
    from workshop.marketplace.feed import marketplace

    market = marketplace()
    wire: Wire = market._wire  # type: ignore[union-attr]
    wire.send(
        "POST",
        f"/ws/orders/{order['order_id']}",
        {
            "order_id": order["order_id"],
            "new_state": 6,
            "sku": sku,
            "return_reason": 22,
            "return_message": "It failed.",
        },
    )
    shop.feed()
    line = orders.lines_of_unit(unit.id)[0]
    noted = returning.announced(line)
    assert noted is not None
    assert noted.refund_minor == 27900
