"""What each way leaves, and which one is recommended."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workshop.catalogue.window import State
from workshop.core.vat import Regime
from workshop.jobs.triage import Way, repair_leaves, triage

GALAXY = {
    "paid_minor": 6400,
    "parts_minor": [2140, 11800],
    "minutes": 52,
    "hourly_rate_minor": 4500,
    "expected_price_minor": 27900,
    "fee_rate": 80,
    "vat_rate": 255,
}


def weigh(**given_facts):
    return triage(**(GALAXY | given_facts))


def test_repair_leaves_the_price_less_fee_vat_purchase_parts_and_time():
    repair = weigh().option(Way.REPAIR)
    assert repair.vat_minor == 4369  # (279.00 - 64.00) x 25.5 / 125.5
    assert repair.cost_minor == 2140 + 11800 + 3900 + 2232
    assert repair.leaves_minor == 27900 - 6400 - repair.cost_minor - 4369


def test_bought_with_vat_the_whole_price_is_taxed():
    assert weigh(regime=Regime.REGULAR).option(Way.REPAIR).vat_minor == 5669


def test_repair_is_recommended_when_it_leaves_the_most():
    found = weigh(parts_minor=[2140])
    assert found.recommended is Way.REPAIR
    assert not found.is_close_call


def test_a_closed_window_without_stock_or_donor_means_harvest():
    found = weigh(window_state=State.CLOSED, harvest_value_minor=9000)
    assert found.recommended is Way.HARVEST
    assert "window is closed" in str(found.reason)


@pytest.mark.parametrize(
    "facts",
    [{"parts_in_hand": True}, {"parts_minor": []}],
)
def test_a_closed_window_does_not_matter_when_no_part_must_be_bought(facts):
    found = weigh(window_state=State.CLOSED, **({"parts_minor": [2140]} | facts))
    assert found.recommended is Way.REPAIR


def test_not_covered_is_not_closed():
    assert weigh(parts_minor=[2140], window_state=State.NOT_COVERED).recommended is Way.REPAIR


def test_a_locked_device_is_neither_sold_nor_harvested():
    found = weigh(locked=True, harvest_value_minor=9000, refund_minor=6400, send_back_cost_minor=500)
    assert found.recommended is Way.SEND_BACK
    assert found.option(Way.REPAIR).barred
    assert found.option(Way.HARVEST).barred


def test_nothing_is_sent_back_to_a_source_that_takes_nothing_back():
    assert weigh().option(Way.SEND_BACK).barred
    assert not weigh(refund_minor=0).option(Way.SEND_BACK).barred


def test_a_device_that_nobody_wants_is_recycled():
    found = weigh(expected_price_minor=0, parts_minor=[11800], recycle_cost_minor=50)
    assert found.recommended is Way.RECYCLE
    assert found.option(Way.RECYCLE).leaves_minor == -6450


def test_two_ways_that_leave_nearly_the_same_are_a_close_call():
    found = weigh(harvest_value_minor=5500)
    assert found.is_close_call
    assert "nearly the same" in str(found.reason)


amounts = st.integers(0, 100_000)


@given(amounts, st.lists(amounts, max_size=4), amounts, amounts)
def test_the_recommended_way_leaves_the_most_of_those_open(paid, parts, price, harvest):
    found = weigh(paid_minor=paid, parts_minor=parts, expected_price_minor=price, harvest_value_minor=harvest)
    best = found.option(found.recommended)
    assert not best.barred
    assert all(best.leaves_minor >= each.leaves_minor for each in found.options if not each.barred)


@given(amounts, amounts, amounts)
def test_a_higher_price_never_leaves_less_by_more_than_rounding(sold, paid, more):
    facts = {"fee_rate": 110, "vat_rate": 255, "regime": Regime.MARGIN}
    assert repair_leaves(sold + more, paid, 0, **facts) >= repair_leaves(sold, paid, 0, **facts) - 2
