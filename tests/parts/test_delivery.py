"""A late delivery breaks the law only for whom the law binds, and only for parts of models under it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from tests.parts.conftest import Shop, model
from workshop.core.db import db
from workshop.parts import delivery, donors, orders
from workshop.parts.models import Offer, OrderLine, PurchaseOrder
from workshop.parts.window import Terms
from workshop.parts.working_days import days_off, holidays_of

TERMS = Terms("EU", 12)
# Friday before Midsummer Eve of the next week: five working days later, with the eve off, is Monday the 22nd.
ORDERED = datetime(2026, 6, 12, 9, 0, tzinfo=UTC)
DUE = date(2026, 6, 22)


@pytest.fixture
def line(shop: Shop) -> OrderLine:
    """A battery of a model that was sold new after the law began, ordered from a maker."""
    part = donors.new_part("battery", "Battery, iPhone 15", "maker", [model("iPhone 15").id])
    shop.nordic.bound_by_law = True
    db.session.add(Offer(supplier_id=shop.nordic.id, part_id=part.id, price_minor=4_000))
    db.session.commit()
    order = shop.ordered(part)
    order.approved_at = ORDERED
    return order.lines[0]


def only(orders: list[PurchaseOrder]) -> delivery.Limit | None:
    """The one limit there is, or none."""
    found = list(delivery.limits(orders, terms=TERMS).values())
    assert len(found) <= 1
    return found[0] if found else None


def test_the_limit_counts_working_days_of_the_country(line: OrderLine) -> None:
    limit = only([line.order])
    assert limit is not None
    assert (limit.due, limit.complete_on) == (DUE, None)
    assert "2023/1670" in limit.article


def test_late_is_late_from_the_next_day_on(line: OrderLine) -> None:
    assert delivery.late_orders([line.order], DUE, terms=TERMS) == set()
    assert delivery.late_orders([line.order], DUE + timedelta(days=1), terms=TERMS) == {line.order_id}


def test_a_dealer_breaks_no_law(line: OrderLine, shop: Shop) -> None:
    shop.nordic.bound_by_law = False
    assert only([line.order]) is None


def test_a_part_of_an_older_model_is_owed_by_nobody(line: OrderLine, shop: Shop) -> None:
    order = shop.ordered(shop.display)
    order.approved_at = ORDERED
    assert only([order]) is None


def test_a_draft_was_not_ordered_yet(line: OrderLine, shop: Shop) -> None:
    assert only([shop.ordered(line.part, send=False)]) is None


def test_what_came_late_stays_late_and_what_came_in_time_does_not(line: OrderLine, shop: Shop) -> None:
    shop.do("receive", line.order, {"code": line.part.code})
    limit = only([line.order])
    assert limit is not None
    assert limit.complete_on is not None
    assert limit.is_late(DUE)
    assert not delivery.Limit(DUE, "", DUE).is_late(DUE + timedelta(days=99))


def test_the_pages_and_the_api_name_the_article(line: OrderLine, shop: Shop, pages_of: Any, api_of: Any) -> None:
    code = line.order.code
    db.session.commit()
    for path in (f"/purchase-orders/{code}", f"/receiving/{code}", "/receiving", "/purchase-orders"):
        assert "Late by law" in pages_of("parts").get(path).words, path
    assert "owed by 22 Jun 2026, Regulation (EU) 2023/1670" in pages_of("parts").get(f"/receiving/{code}").words
    told = next(o for o in api_of("parts")("GET", "/purchase-orders").json["items"] if o["code"] == code)
    assert told["lines"][0]["owed_by"]["day"] == "2026-06-22"


def test_no_delivery_is_expected_on_a_holiday(shop: Shop) -> None:
    assert date(2026, 12, 24) in days_off(shop.site_id)
    assert orders.expected(shop.ordered(shop.battery), date(2026, 12, 22)) == date(2026, 12, 29)
    assert holidays_of("ZZ") == frozenset()
