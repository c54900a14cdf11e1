"""An order above a person's limit waits for somebody else whose limit suffices."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from tests.cast import Cast
from tests.parts.conftest import Shop
from workshop.core import clock
from workshop.core.actions import perform
from workshop.core.db import db
from workshop.core.errors import Forbidden, Refused
from workshop.parts import approval
from workshop.parts.models import PurchaseOrder


@pytest.fixture
def limited(shop: Shop, cast: Cast) -> Shop:
    """A parts manager who may approve 200 euros at once; a display is 118."""
    perform("set_approval_limit", "parts", {"limit": "200"}, by=cast.actor("admin"))
    return shop


def test_an_order_within_the_limit_goes_out(limited: Shop) -> None:
    assert limited.ordered(limited.display, 1).state == "sent"


def test_an_order_above_it_waits_and_says_for_whom(limited: Shop, cast: Cast) -> None:
    order = limited.ordered(limited.display, 2)
    assert (order.state, approval.approvers(order, now=clock.now())) == ("draft", ["Ada Admin"])
    with pytest.raises(Forbidden, match="up to €200"):
        limited.do("send_order", order)
    perform("send_order", order.code, {}, by=cast.actor("admin"))
    assert (order.state, order.approved_by) == ("sent", cast.person("admin").id)


def test_two_small_orders_on_one_draft_count_together(limited: Shop) -> None:
    limited.ordered(limited.display, 1, send=False)
    assert limited.ordered(limited.display, 1).state == "draft"


def test_a_purchase_split_over_two_orders_counts_as_one(limited: Shop, cast: Cast) -> None:
    first = limited.ordered(limited.display, 1)
    second = limited.ordered(limited.display, 1)
    assert (first.state, second.state, approval.approvers(second, now=clock.now())) == ("sent", "draft", ["Ada Admin"])
    with pytest.raises(Forbidden, match=r"after €118\.00 within a day"):
        limited.do("send_order", second)


def test_what_was_approved_a_day_ago_or_for_another_supplier_does_not_count(limited: Shop) -> None:
    with clock.told(clock.now() - timedelta(hours=25)):
        limited.ordered(limited.display, 1)
    limited.ordered(limited.display, 1, supplier="BALTIC")
    assert limited.ordered(limited.display, 1).state == "sent"


def test_a_cancelled_order_does_not_count(limited: Shop) -> None:
    limited.do("cancel_order", limited.ordered(limited.display, 1), {"reason": "wrong supplier"})
    assert limited.ordered(limited.display, 1).state == "sent"


def test_the_pages_say_that_it_waits(limited: Shop, pages_of: Any) -> None:
    pages, key = pages_of("parts"), limited.display.code
    pages.post("/parts/approve", {"line": [f"NORDIC.{key}"], f"quantity-{key}": "2"})
    told = pages.get("/purchase-orders").words
    assert "1 order waits for approval, 0 are sent." in told
    assert "Ada Admin may approve it." in told
    code = db.session.scalars(select(PurchaseOrder.code)).one()
    assert "Above your limit." in pages.get(f"/purchase-orders/{code}").words
    assert "Above your limit." not in pages_of("admin").get(f"/purchase-orders/{code}").words


def test_a_limit_is_no_negative_amount(limited: Shop, cast: Cast) -> None:
    with pytest.raises(Refused) as refused:
        perform("set_approval_limit", "parts", {"limit": "-1"}, by=cast.actor("admin"))
    assert refused.value.field == "limit"
