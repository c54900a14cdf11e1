"""A device's last steps: priced, live, sold, shipped, back again, over real HTTP to the sandbox marketplace."""

from __future__ import annotations

from tests.conftest import Walk
from tests.marketplace.conftest import Sandbox, Shop
from workshop.core import events, seals
from workshop.marketplace.adapters.backmarket import BackMarket


def test_a_ready_unit_goes_live(shop: Shop, walk: Walk, market: BackMarket, sandbox: Sandbox) -> None:
    unit = shop.ready()
    sku = shop.sku(unit)
    shop.feed()
    assert walk.fresh(unit).stage == "listed"
    assert sandbox.quantity(sku) == 1
    assert sandbox.listing(sku)["publication_state"] == 2  # type: ignore[index]


def test_the_story_says_when_and_how_it_went_live(shop: Shop, market: BackMarket, sandbox: Sandbox) -> None:
    unit, sku = shop.live()
    event = events.story("unit", unit.id)[0]
    assert event.action == "list_unit"
    assert (event.data["quantity_from"], event.data["quantity_to"], event.data["sku"]) == (0, 1, sku)
    assert event.data["price_minor"] == 27900
    assert event.data["task"]


def test_the_whole_way_to_the_buyer_and_back(shop: Shop, walk: Walk, market: BackMarket, sandbox: Sandbox) -> None:
    first, sku = shop.live()
    second, _same = shop.live()
    assert sandbox.quantity(sku) == 2
    order = sandbox.buy(sku)
    shop.feed()
    assert walk.fresh(first).stage == "sold"
    walk.do("ship", first, {"tracking_number": "1Z999", "not_blocked": True, "order": str(order["order_id"])})
    shop.feed()
    line = sandbox.order(order["order_id"])["orderlines"][0]
    assert (line["state"], line["imeis"]) == (3, [first.imei])
    assert sandbox.quantity(sku) == 1
    assert sandbox.quantities(sku) == [1, 2, 1]
    walk.do("return_unit", first, {"reason": "faulty"})
    back = walk.fresh(first)
    assert (back.job_number, back.stage) == (2, "intake")
    assert walk.fresh(second).stage == "listed"
    assert list(seals.verify()) == []
