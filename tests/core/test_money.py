"""Amounts as people type and read them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workshop.core.money import (
    BadAmount,
    BadRate,
    format_amount,
    half_up,
    parse_amount,
    parse_rate,
    per_mille,
    plain_amount,
    share,
)

READ = [
    ("82", "EUR", 8200),
    ("82.00", "EUR", 8200),
    ("82,00", "EUR", 8200),
    ("82.5", "EUR", 8250),
    ("82,", "EUR", 8200),
    (".50", "EUR", 50),
    ("0", "EUR", 0),
    ("1 234,50", "EUR", 123450),
    ("1\u00a0234,50", "EUR", 123450),
    ("1\u202f234,50 €", "EUR", 123450),
    ("1.234,50", "EUR", 123450),
    ("1,234.50", "EUR", 123450),
    ("1'234.50", "CHF", 123450),
    ("1’234.50", "CHF", 123450),
    ("1.000.000,00", "EUR", 100000000),
    ("€82", "EUR", 8200),
    ("82 EUR", "EUR", 8200),
    ("£9.99", "GBP", 999),
    ("  82 \n", "EUR", 8200),
    ("1234", "JPY", 1234),
    ("1.234", "KWD", 1234),
]


@pytest.mark.parametrize(("text", "currency", "minor"), READ)
def test_an_amount_is_read_as_people_type_it(text, currency, minor):
    assert parse_amount(text, currency) == minor


REFUSED = [
    ("", "EUR", "missing"),
    ("€", "EUR", "missing"),
    ("-5", "EUR", "negative"),
    ("−5", "EUR", "negative"),
    ("(5.00)", "EUR", "negative"),
    ("1000000.01", "EUR", "above 1,000,000"),
    ("490154203237518", "EUR", "above 1,000,000"),
    ("82.0001", "EUR", "2 decimals"),
    ("82.5", "JPY", "0 decimals"),
    ("1.234", "EUR", "two ways"),
    ("1,234", "EUR", "two ways"),
    ("12 34", "EUR", "not an amount"),
    ("1,2,3", "EUR", "not an amount"),
    ("eighty", "EUR", "not an amount"),
    ("1e5", "EUR", "not an amount"),
    ("NaN", "EUR", "not an amount"),
    ("٨٢", "EUR", "not an amount"),
    ("82 USD", "EUR", "not an amount"),
]


@pytest.mark.parametrize(("text", "currency", "says"), REFUSED)
def test_what_is_no_amount_is_refused_with_its_field_and_a_remedy(text, currency, says):
    with pytest.raises(BadAmount) as refused:
        parse_amount(text, currency, field="price_paid")
    assert says in str(refused.value.what)
    assert str(refused.value.remedy)
    assert refused.value.field == "price_paid"


@given(st.integers(0, 10**8), st.sampled_from(["EUR", "USD", "GBP", "SEK"]))
def test_what_a_form_shows_reads_back(minor, currency):
    assert parse_amount(plain_amount(minor, currency), currency) == minor


@given(st.integers(0, 10**8))
def test_what_a_finn_reads_reads_back(minor):
    assert parse_amount(format_amount(minor, "EUR", "fi"), "EUR") == minor


def test_an_amount_is_shown_as_the_reader_expects():
    assert format_amount(123450, "EUR", "en") == "€1,234.50"
    assert format_amount(123450, "EUR", "fi") == "1\u00a0234,50\u00a0€"
    assert format_amount(1234, "JPY", "en") == "¥1,234"


@given(st.integers(-(10**9), 10**9), st.lists(st.integers(0, 10**6), min_size=1, max_size=20))
def test_a_split_loses_nothing(minor, weights):
    parts = share(minor, weights)
    assert sum(parts) == minor
    assert len(parts) == len(weights)


@given(st.integers(0, 10**9), st.lists(st.integers(0, 10**6), min_size=1, max_size=20).filter(any))
def test_each_part_of_a_split_is_within_one_unit_of_its_due(minor, weights):
    for part, weight in zip(share(minor, weights), weights, strict=True):
        assert abs(part * sum(weights) - minor * weight) < sum(weights)


def test_a_cent_left_over_goes_to_the_first():
    assert share(100, [1, 1, 1]) == [34, 33, 33]
    assert share(5, [0, 0]) == [3, 2]
    assert share(-100, [1, 2]) == [-33, -67]


@pytest.mark.parametrize("weights", [[], [1, -1]])
def test_a_split_needs_weights(weights):
    with pytest.raises(ValueError):
        share(100, weights)


@pytest.mark.parametrize(
    ("numerator", "denominator", "rounded"), [(5, 2, 3), (-5, 2, -3), (5, -2, -3), (4, 3, 1), (0, 7, 0)]
)
def test_halves_go_away_from_zero(numerator, denominator, rounded):
    assert half_up(numerator, denominator) == rounded


def test_a_rate_is_in_thousandths():
    assert per_mille(27900, 110) == 3069


RATES = [("10", 100), ("25.5", 255), ("25,5", 255), ("25.50", 255), ("0", 0), ("25,5 %", 255), (" 2 \n", 20)]


@pytest.mark.parametrize(("text", "rate"), RATES)
def test_a_share_is_read_in_percent_as_people_type_it(text, rate):
    assert parse_rate(text, most=400, field="vat") == rate


@pytest.mark.parametrize("text", ["", "%", "-5", "25.55", "ten", "1,234.5", "٢٥", "40.1", "255"])
def test_a_share_that_cannot_be_meant_is_refused(text):
    with pytest.raises(BadRate) as refused:
        parse_rate(text, most=400, field="vat")
    assert refused.value.field == "vat"
    assert refused.value.remedy


@given(rate=st.integers(0, 1000), comma=st.booleans())
def test_a_share_is_read_back_as_it_is_typed(rate, comma):
    typed = f"{rate // 10}.{rate % 10}"
    assert parse_rate(typed.replace(".", ",") if comma else typed, most=1000, field="fee") == rate
