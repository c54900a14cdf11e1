"""Fee, VAT, floor and margin."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workshop.marketplace.pricing import (
    Cost,
    PriceTooLow,
    Regime,
    Terms,
    check_price,
    floor_price,
    labour,
    margin,
    margin_vat,
    price_for,
    vat_on_sale,
    vat_within,
)

TERMS = Terms(fee_rate=110, vat_rate=240)
costs = st.builds(Cost, st.integers(0, 200_000), st.integers(0, 50_000), st.integers(0, 20_000), st.integers(0, 5000))
terms = st.builds(
    Terms,
    fee_rate=st.integers(0, 200),
    vat_rate=st.integers(0, 270),
    regime=st.sampled_from(Regime),
    fixed_fee_minor=st.integers(0, 500),
    shipping_minor=st.integers(0, 2000),
    warranty_rate=st.integers(0, 60),
)

VAT = [
    # sold, paid, rate, VAT on the margin
    (27900, 6400, 240, 4161),
    (12400, 0, 240, 2400),
    (10000, 10000, 240, 0),
    (9000, 10000, 240, 0),
    (20000, 10000, 255, 2032),
    (20000, 10000, 0, 0),
    (103, 100, 200, 1),
]


@pytest.mark.parametrize(("sold", "paid", "rate", "vat"), VAT)
def test_margin_scheme_vat_is_in_the_margin_and_never_negative(sold, paid, rate, vat):
    assert margin_vat(sold, paid, rate) == vat


def test_parts_and_labour_do_not_lower_the_taxed_margin():
    plain = margin(27900, Cost(6400), TERMS)
    repaired = margin(27900, Cost(6400, parts_minor=13940, labour_minor=3867), TERMS)
    assert plain.vat_minor == repaired.vat_minor


@pytest.mark.parametrize("regime", [Regime.REGULAR, Regime.REVERSE_CHARGE])
def test_outside_the_margin_scheme_the_whole_price_is_taxed(regime):
    assert vat_on_sale(12400, 10000, 240, regime) == 2400


def test_half_a_cent_of_vat_is_rounded_up():
    assert vat_within(3, 200) == 1


def test_a_sale_taken_apart_adds_up():
    sale = margin(27900, Cost(6400, 13940, 3867), TERMS)
    assert (sale.fee_minor, sale.vat_minor, sale.cost_minor) == (3069, 4161, 24207)
    assert sale.left_minor == 27900 - 24207 - 3069 - 4161


def test_52_minutes_at_the_bench():
    assert labour(52, 4462) == 3867


@given(costs, terms)
def test_the_floor_loses_nothing_and_a_cent_less_does(cost, terms):
    floor = floor_price(cost, terms)
    assert margin(floor, cost, terms).left_minor >= 0
    assert floor == 0 or margin(floor - 1, cost, terms).left_minor < 0


@given(costs, terms, st.integers(0, 50_000))
def test_a_price_for_a_margin_leaves_that_margin(cost, terms, left):
    price = price_for(left, cost, terms)
    assert margin(price, cost, terms).left_minor >= left


@given(st.integers(0, 10**7), st.integers(0, 10**7), st.integers(0, 300))
def test_margin_vat_never_exceeds_vat_on_the_whole_price(sold, paid, rate):
    assert 0 <= margin_vat(sold, paid, rate) <= vat_within(sold, rate)


def test_no_price_is_enough_when_everything_is_taken():
    with pytest.raises(ValueError):
        floor_price(Cost(100), Terms(fee_rate=1000, vat_rate=0))


def test_a_price_below_the_floor_is_refused_and_the_floor_is_told():
    with pytest.raises(PriceTooLow) as refused:
        check_price(20000, Cost(20000), TERMS, shown=str)
    assert refused.value.field == "price"
    assert refused.value.more["floor_minor"] == floor_price(Cost(20000), TERMS)
    check_price(floor_price(Cost(20000), TERMS), Cost(20000), TERMS, shown=str)
