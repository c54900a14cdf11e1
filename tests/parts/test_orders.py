"""Ordering: within the window or with a reason, from who offers it, at a price that can be meant."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from tests.conftest import Walk
from tests.parts.conftest import Shop, _part, cracked, in_parts
from workshop.catalogue.window import OutsideWindow
from workshop.core import clock
from workshop.core.db import db, number
from workshop.core.errors import BadArguments, Conflict, Refused
from workshop.parts import donors, planning
from workshop.parts.action_words import terms
from workshop.parts.models import Part


@pytest.fixture
def old_display(shop: Shop) -> Part:
    """A display whose window shut: the iPhone X was launched in 2017."""
    part = _part("display", "iPhone X", {shop.nordic: 9_000})
    db.session.commit()
    return part


def test_outside_the_window_an_order_takes_a_reason(shop: Shop, old_display: Part) -> None:
    with pytest.raises(OutsideWindow) as refused:
        shop.ordered(old_display)
    assert "window closed on" in str(refused.value.what)
    assert refused.value.field == "reason"
    line = {"part": old_display.code, "quantity": 1, "reason": "a customer waits for it"}
    done = shop.do("place_order", None, {"supplier": "NORDIC", "lines": [line], "site": shop.site_id})
    assert done.target.lines[0].override_reason == "a customer waits for it"


def test_nothing_is_ordered_when_one_line_is_refused(shop: Shop, old_display: Part) -> None:
    lines = [{"part": p.code, "quantity": 1} for p in (shop.display, old_display)]
    with pytest.raises(OutsideWindow):
        shop.do("place_order", None, {"supplier": "NORDIC", "lines": lines, "site": shop.site_id})
    assert planning.coming_by_part([shop.display.id], shop.site_id) == {}


def test_a_supplier_sells_only_what_they_offer(shop: Shop) -> None:
    with pytest.raises(Refused, match="does not offer"):
        shop.ordered(shop.mini_battery, supplier="BALTIC")


@pytest.mark.parametrize("price", ["-5", "0", "99999", "2.000.000", "abc"])
def test_a_price_that_cannot_be_meant_is_refused(price: str, shop: Shop) -> None:
    line = {"part": shop.display.code, "quantity": 1, "price": price}
    with pytest.raises(Refused) as refused:
        shop.do("place_order", None, {"supplier": "NORDIC", "lines": [line], "site": shop.site_id})
    assert refused.value.field == "price"


def test_a_price_far_from_the_offer_is_told_what_the_offer_asks_as_money(shop: Shop) -> None:
    line = {"part": shop.display.code, "quantity": 1, "price": "99999"}
    with pytest.raises(Refused, match=r"asks €118\.00 a piece"):
        shop.do("place_order", None, {"supplier": "NORDIC", "lines": [line], "site": shop.site_id})


@pytest.mark.parametrize(("hour", "expected"), [(20, date(2026, 6, 4)), (22, date(2026, 6, 5))])
def test_a_day_begins_when_it_does_where_the_person_is(hour: int, expected: date, shop: Shop) -> None:
    shop.by = replace(shop.by, zone="Europe/Helsinki")
    with clock.told(datetime(2026, 6, 1, hour, 30, tzinfo=UTC)):
        assert shop.ordered(shop.display).expected_on == expected


@pytest.mark.parametrize("quantity", [0, -1, 10_001])
def test_an_absurd_number_of_pieces_is_refused(quantity: int, shop: Shop) -> None:
    with pytest.raises(Refused) as refused:
        shop.ordered(shop.display, quantity)
    assert refused.value.field == "quantity"


def test_a_word_for_a_number_names_the_field(shop: Shop) -> None:
    with pytest.raises(BadArguments) as refused:
        shop.do("place_order", None, {"supplier": "NORDIC", "lines": [{"part": "x", "quantity": "many"}]})
    assert "lines.0.quantity" in refused.value.fields


def test_only_a_sent_order_is_received(shop: Shop) -> None:
    order = shop.ordered(shop.display, send=False)
    with pytest.raises(Conflict):
        shop.do("receive", order, {"code": shop.display.code})


def test_an_order_is_sent_once(shop: Shop) -> None:
    order = shop.ordered(shop.display)
    with pytest.raises(Conflict):
        shop.do("send_order", order)


def test_a_second_order_joins_the_draft_of_the_supplier(shop: Shop) -> None:
    first = shop.ordered(shop.display, 1, send=False)
    second = shop.ordered(shop.display, 2, send=False)
    assert (first, first.lines[0].quantity) == (second, 3)


def test_a_delivery_in_time_counts_for_the_supplier(shop: Shop) -> None:
    order = shop.ordered(shop.display)
    shop.do("receive", order, {"code": shop.display.code})
    assert (order.state, shop.nordic.deliveries, shop.nordic.on_time) == ("received", 1, 1)


def test_the_plan_orders_what_jobs_and_minimum_stock_lack(walk: Walk, shop: Shop) -> None:
    for _n in range(2):
        in_parts(walk)
    shop.do("set_minimum", shop.display, {"min_stock": 3})
    shop.stocked(shop.battery)
    plan = _plan(shop)
    assert [(line.part, line.quantity, len(line.needs)) for line in plan.lines] == [(shop.display, 5, 2)]
    assert plan.total_minor == 5 * 11_800


def test_what_is_outside_the_window_waits_for_a_decision(walk: Walk, shop: Shop, old_display: Part) -> None:
    in_parts(walk, model="iPhone X")
    plan = _plan(shop)
    assert plan.lines == []
    assert [line.part for line in plan.decisions] == [old_display]


def test_the_navigation_counts_as_many_as_the_plan_lists(walk: Walk, shop: Shop, old_display: Part) -> None:
    in_parts(walk)
    in_parts(walk, model="iPhone X")
    shop.do("set_minimum", shop.battery, {"min_stock": 2})
    shop.stocked(shop.battery)
    shop.do("set_minimum", shop.mini_battery, {"min_stock": 1})
    shop.ordered(shop.mini_battery)
    plan = _plan(shop)
    assert len(plan.lines) + len(plan.decisions) == number(planning.count_to_order(shop.site_id)) == 3


def test_the_navigation_counts_as_many_windows_as_the_horizon_shows_closing(walk: Walk, shop: Shop) -> None:
    in_parts(walk)
    shop.stocked(shop.battery)
    shop.ordered(shop.mini_battery)
    known = terms()
    ends = {r.answer.end for r in planning.horizon(shop.site_id, today=date(2026, 6, 1), terms=known)} - {None}
    for end in ends:
        today = end - timedelta(days=30)
        rows = planning.horizon(shop.site_id, today=today, terms=known)
        closing = [r for r in rows if r.answer.state == "closing"]
        assert len(closing) == planning.count_closing(shop.site_id, today=today, terms=known) > 0


def test_what_is_on_order_is_not_ordered_again(walk: Walk, shop: Shop) -> None:
    in_parts(walk)
    shop.ordered(shop.display)
    assert _plan(shop).lines == []


def test_a_unit_whose_fault_is_not_decided_yet_orders_nothing(walk: Walk, shop: Shop) -> None:
    cracked(walk)
    assert _plan(shop).lines == []


def test_a_used_part_joins_the_catalogue_with_the_first_donor(walk: Walk, shop: Shop) -> None:
    donor = cracked(walk, "F-BAT-1")
    walk.do("decide_triage", donor, {"decision": "harvest"})
    part = donors.used_part(donors.donors_for(shop.need(in_parts(walk)))[0])
    assert (part.quality, [f.model.name for f in part.fits]) == ("used", ["iPhone 12"])


def _plan(shop: Shop) -> planning.Plan:
    return planning.plan(shop.site_id, today=shop.by.day(clock.now()), terms=terms())
