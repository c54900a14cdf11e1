"""Whatever the marketplace does to us, it shows each unit once and no more than stand on the shelf."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from tests.conftest import Walk
from tests.marketplace.conftest import Sandbox, Shop
from workshop.core import clock, work
from workshop.core.db import db
from workshop.marketplace import account, outbox, reasons
from workshop.marketplace.adapters.backmarket import BackMarket

pytestmark = pytest.mark.usefixtures("market")


def why(shop: Shop, sku: str) -> str:
    """Why a listing stands as it does, in words."""
    listing = shop.listing(sku)
    return reasons.words(listing.why_code, listing.why_data)[0]


def test_a_create_whose_answer_was_lost_is_looked_up_first(shop: Shop, walk: Walk, sandbox: Sandbox) -> None:
    unit = shop.ready()
    sku = shop.sku(unit)
    sandbox.fail(lose_answer={"times": 1, "path": "/ws/listings", "method": "POST"})
    shop.feed()
    assert walk.fresh(unit).stage == "listed"
    assert sandbox.quantities(sku) == [1]


def test_a_quantity_whose_answer_was_lost_is_read_back(shop: Shop, walk: Walk, sandbox: Sandbox) -> None:
    _first, sku = shop.live()
    second = shop.ready()
    sandbox.fail(lose_answer={"times": 1, "path": "/ws/listings/", "method": "POST"})
    shop.feed(recurring=False)
    assert walk.fresh(second).stage == "listed"
    assert sandbox.quantities(sku) == [1, 2]
    assert shop.listing(sku).unread == 0


def test_a_marketplace_that_is_down_costs_nothing_but_time(shop: Shop, walk: Walk, sandbox: Sandbox) -> None:
    unit = shop.ready()
    sku = shop.sku(unit)
    sandbox.fail(down=True)
    shop.feed(2)
    assert walk.fresh(unit).stage == "ready"
    assert why(shop, sku) == "No answer yet"
    sandbox.fail(clear=True)
    shop.hurry()
    shop.feed()
    assert walk.fresh(unit).stage == "listed"


def test_after_a_500_it_is_read_back_then_tried_again(shop: Shop, walk: Walk, sandbox: Sandbox) -> None:
    _unit, sku = shop.live()
    second = shop.ready()
    sandbox.fail(status={"value": 500, "times": 1, "path": "/ws/listings/", "method": "POST"})
    while work.run_one(clock.now(), "test", clock.now):
        pass
    listing = shop.listing(sku)
    assert (listing.state, listing.why_code) == ("waiting", "broken")
    shop.hurry()
    shop.feed()
    assert walk.fresh(second).stage == "listed"
    assert sandbox.quantities(sku) == [1, 2]


@pytest.mark.parametrize("fault", [{"status": {"value": 429, "times": 1}}, {"html": {"times": 1}}, {"challenge": 1}])
def test_a_throttled_call_lets_everybody_wait_ten_seconds(shop: Shop, sandbox: Sandbox, fault: dict[str, Any]) -> None:
    unit = shop.ready()
    sandbox.fail(**fault)
    assert work.run_one(clock.now(), "test", clock.now)
    blocked = account.account().blocked_until
    assert blocked is not None
    assert timedelta(seconds=9) < blocked - clock.now() <= timedelta(seconds=10)
    assert why(shop, shop.sku(unit)) == "The marketplace asked us to slow down"
    assert work.waiting()[0].due_at >= clock.now() + timedelta(seconds=8)


def test_a_refused_token_stops_the_feed_until_a_person_resumes_it(
    shop: Shop, walk: Walk, sandbox: Sandbox, act: Callable[..., Any]
) -> None:
    unit = shop.ready()
    sandbox.fail(status={"value": 401, "times": 1})
    shop.feed(2)
    assert "401" in account.account().stopped_why
    assert walk.fresh(unit).stage == "ready"
    act("resume_feed", "feed")
    shop.feed()
    assert walk.fresh(unit).stage == "listed"


def test_a_slow_answer_counts_as_none(shop: Shop, sandbox: Sandbox) -> None:
    unit = shop.ready()
    sandbox.fail(slow={"value": 1.5, "times": 1})
    assert work.run_one(clock.now(), "test", clock.now)
    assert why(shop, shop.sku(unit)) == "No answer yet"


def test_a_task_that_failed_as_a_whole_is_sent_again_later(shop: Shop, walk: Walk, sandbox: Sandbox) -> None:
    unit = shop.ready()
    sku = shop.sku(unit)
    sandbox.fail(task_fails=1)
    shop.feed(2)
    assert walk.fresh(unit).stage == "ready"
    shop.listing(sku).create_sent_at = None
    shop.hurry()
    shop.feed()
    assert sandbox.quantities(sku) == [1]


def test_a_refused_line_says_why_on_the_listing(shop: Shop, walk: Walk, sandbox: Sandbox) -> None:
    unit = shop.ready()
    listing = shop.listing(shop.sku(unit))
    listing.product.ean = "1234567890123"
    db.session.commit()
    shop.feed()
    listing = shop.listing(listing.sku)
    assert listing.state == "refused"
    assert "wrong check digit" in why(shop, listing.sku)
    assert walk.fresh(unit).stage == "ready"


def test_a_price_above_the_highest_allowed_is_refused_with_what_would_do(
    shop: Shop, sandbox: Sandbox, act: Callable[..., Any]
) -> None:
    unit = shop.ready()
    sku = shop.sku(unit)
    ean = shop.listing(sku).product.ean
    sandbox.control("POST", "products", {"ean": ean, "title": "iPhone 12", "max_price": "250.00"})
    shop.feed()
    assert shop.listing(sku).state == "refused"
    assert why(shop, sku) == "Above the highest price allowed, €250.00"
    act("reprice", sku, {"price": "249.00"})
    shop.feed()
    assert shop.listing(sku).state == "in_step"
    assert sandbox.listing(sku)["publication_state"] == 2  # type: ignore[index]


def test_a_worker_that_lost_its_lease_sends_nothing(shop: Shop, walk: Walk, sandbox: Sandbox) -> None:
    _first, sku = shop.live()
    shop.ready()
    task = work.claim(clock.now(), "slow", kinds=(outbox.PUSH,))
    assert task is not None
    from workshop.marketplace.feed import Errand, LeaseLost, marketplace
    from workshop.marketplace.push import push

    market = marketplace()
    assert market is not None
    with pytest.raises(LeaseLost):
        push(Errand(task.id, task.token - 1, sku.casefold(), 1, market))
    assert sandbox.quantities(sku) == [1]


def test_someone_who_changes_it_on_the_marketplace_is_put_right(
    shop: Shop, market: BackMarket, sandbox: Sandbox
) -> None:
    _unit, sku = shop.live()
    number = shop.listing(sku).marketplace_id
    assert number is not None
    market.update(number, quantity=7)
    shop.feed()
    assert sandbox.quantity(sku) == 1


def test_a_sale_that_no_order_tells_of_is_not_put_on_sale_again(
    shop: Shop, walk: Walk, sandbox: Sandbox, act: Callable[..., Any]
) -> None:
    _unit, sku = shop.live()
    shop.live()
    hidden = sandbox.buy(sku, state=0)
    assert sandbox.order(hidden["order_id"])["state"] == 0
    third = shop.ready()
    shop.feed()
    assert sandbox.quantities(sku) == [1, 2, 1, 2]
    assert walk.fresh(third).stage == "ready"
    assert shop.listing(sku).unread == 1
    act("confirm_shelf", sku)
    shop.feed()
    assert sandbox.quantity(sku) == 3
