"""The spare-part window: table rows as the law reads, then what the answer says."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workshop.catalogue.dates import add_months, whole_months_between
from workshop.catalogue.reference import load_devices, load_policies
from workshop.catalogue.window import ModelFacts, State, delivery_due, may_order, windows_for

TODAY = date(2026, 11, 24)
POLICIES = {policy.id: policy for policy in load_policies()}
IPHONE_12 = ModelFacts("smartphone", "Apple", "2020-10-23", sales_end="2022-09-07")
IPHONE_15 = ModelFacts("smartphone", "Apple", "2023-09-22", sales_end="2025-09-09")
GALAXY_S20 = ModelFacts("smartphone", "Samsung", "2020-03-06")


def answer(model, part="battery", *, region="EU", today=TODAY, only=None, closing=12):
    policies = [POLICIES[each] for each in only] if only else load_policies()
    return windows_for(model, region=region, part_kind=part, today=today, policies=policies, closing_months=closing)


def phone(launch="2023-01-10", **facts):
    return ModelFacts("smartphone", "Fairphone", launch, **facts)


EU_LAW = [
    # last unit placed, today, state, end
    ("2025-06-19", TODAY, State.NOT_COVERED, None),
    ("2025-06-20", TODAY, State.OPEN, date(2032, 6, 20)),
    ("2028-03-01", TODAY, State.OPEN, date(2035, 3, 1)),
    ("2025-06-20", date(2031, 6, 20), State.OPEN, date(2032, 6, 20)),
    ("2025-06-20", date(2031, 6, 21), State.CLOSING, date(2032, 6, 20)),
    ("2025-06-20", date(2032, 6, 20), State.CLOSING, date(2032, 6, 20)),
    ("2025-06-20", date(2032, 6, 21), State.CLOSED, date(2032, 6, 20)),
    ("2028-02-29", date(2034, 1, 1), State.OPEN, date(2035, 2, 28)),
    ("2026", TODAY, State.OPEN, date(2033, 1, 1)),
    ("2026-02", TODAY, State.OPEN, date(2033, 2, 1)),
]


@pytest.mark.parametrize(("last_placed", "today", "state", "end"), EU_LAW)
def test_eu_law_runs_until_seven_years_after_the_last_unit(last_placed, today, state, end):
    found = answer(phone(last_placed=last_placed), today=today, only=["eu-2023-1670"])
    assert (found.state, found.end) == (state, end)


def test_the_duty_begins_on_20_june_2025_for_models_launched_before():
    assert answer(IPHONE_15, only=["eu-2023-1670"]).deciding.start == date(2025, 6, 20)


def test_the_duty_begins_a_month_after_the_first_unit_of_a_newer_model():
    model = phone("2026-01-31", still_placed=True)
    assert answer(model, only=["eu-2023-1670"]).deciding.start == date(2026, 2, 28)
    assert answer(model, only=["eu-2023-1670"], today=date(2026, 2, 27)).state is State.NOT_COVERED


def test_a_model_still_placed_on_the_market_is_open_with_no_end():
    found = answer(phone(still_placed=True))
    assert (found.state, found.end, found.months_left) == (State.OPEN, None, None)
    assert found.deciding.policy.id == "eu-2023-1670"
    assert found.elapsed_sevenths == 0


def test_a_main_board_is_not_on_the_eu_list():
    found = answer(IPHONE_15, "main_board", only=["eu-2023-1670"])
    assert found.state is State.NOT_COVERED
    assert "not on the list" in str(found.deciding.assumption)


def test_the_end_of_the_makers_sales_stands_in_for_the_last_unit_and_says_so():
    window = answer(IPHONE_15, only=["eu-2023-1670"]).deciding
    assert (window.end, window.basis, window.is_assumed) == (date(2032, 9, 9), "sales_end", True)
    assert "may be later" in str(window.assumption)


def test_a_model_whose_sales_ended_before_the_law_is_not_covered_by_it():
    window = answer(IPHONE_12, only=["eu-2023-1670"]).deciding
    assert window.state is State.NOT_COVERED
    assert "before the rule began" in str(window.assumption)


def test_an_unknown_last_unit_falls_back_to_launch_and_says_so():
    window = answer(GALAXY_S20, only=["eu-2023-1670"]).deciding
    assert (window.end, window.is_fallback, window.state) == (date(2027, 3, 6), True, State.CLOSING)
    assert "not known" in str(window.assumption)


def test_a_fallback_that_ends_before_the_law_began_is_not_covered():
    assert answer(phone("2017-05"), only=["eu-2023-1670"]).state is State.NOT_COVERED


def test_the_latest_end_that_holds_decides():
    found = answer(IPHONE_12)
    ends = {window.policy.id: window.end for window in found.windows}
    assert ends == {
        "eu-2023-1670": None,
        "eu-2023-1542-11": None,
        "apple-policy": date(2027, 9, 7),
        "source-launch": date(2027, 10, 23),
    }
    assert found.deciding.policy.id == "source-launch"
    assert (found.state, found.months_left) == (State.CLOSING, 10)


def test_the_planning_rule_decides_over_a_law_counted_from_launch():
    assert answer(GALAXY_S20).deciding.policy.id == "source-launch"


def test_law_counted_from_its_own_date_decides_over_the_planning_rule():
    assert answer(IPHONE_15).deciding.policy.id == "eu-2023-1670"


def test_an_open_end_with_stock_is_told_but_not_counted_on():
    window = answer(IPHONE_12, only=["apple-policy"]).deciding
    assert (window.end, window.stock_until) == (date(2027, 9, 7), date(2029, 9, 7))


def test_the_seven_ticks_fill_as_time_runs():
    assert answer(GALAXY_S20).elapsed_sevenths == pytest.approx(6.72, abs=0.01)
    assert answer(GALAXY_S20, today=date(2030, 1, 1)).elapsed_sevenths == 7


def test_france_gives_laptops_five_years_from_the_last_unit():
    model = ModelFacts("laptop", "Lenovo", "2022-05-01", last_placed="2024-01-15")
    assert answer(model, region="FR", only=["fr-r111-4-2"]).end == date(2029, 1, 15)
    assert [window.policy.id for window in answer(model, region="DE").windows] == [
        "eu-2023-1542-11",
        "source-launch",
    ]


def test_french_later_parts_begin_two_years_after_launch():
    model = ModelFacts("laptop", "Lenovo", "2026-01-10", still_placed=True)
    assert answer(model, "battery", region="FR", only=["fr-r111-4-2"]).state is State.OPEN
    assert answer(model, "keyboard", region="FR", only=["fr-r111-4-2"]).state is State.NOT_COVERED


CALIFORNIA = [(4999, None), (5000, 3), (9999, 3), (10000, 7), (None, None)]


@pytest.mark.parametrize(("wholesale", "years"), CALIFORNIA)
def test_california_goes_by_the_wholesale_price(wholesale, years):
    model = phone("2022-01-01", last_manufactured="2024-08-01", wholesale_usd_minor=wholesale)
    found = answer(model, region="US-CA", only=["us-ca-sb244-7", "us-ca-sb244-3"])
    assert found.end == (date(2024 + years, 8, 1) if years else None)


def test_california_leaves_out_models_older_than_july_2021():
    model = phone("2021-06-30", wholesale_usd_minor=50000)
    assert answer(model, region="US-CA", only=["us-ca-sb244-7"]).state is State.NOT_COVERED


def test_the_battery_regulation_has_not_begun():
    found = answer(phone(still_placed=True), only=["eu-2023-1542-11"])
    assert found.state is State.NOT_COVERED
    assert "18 Feb 2027" in str(found.deciding.assumption)
    later = answer(phone(still_placed=True), only=["eu-2023-1542-11"], today=date(2027, 2, 18))
    assert later.state is State.OPEN


def test_a_console_without_battery_is_not_covered_and_may_still_be_ordered_for():
    found = answer(ModelFacts("console", "Sony", "2020-11-12", has_battery=False), "fan")
    assert found.state is State.NOT_COVERED
    assert [window.policy.id for window in found.windows] == ["none"]
    assert may_order(found) is None


def test_a_closed_window_refuses_an_order_with_date_and_article():
    refusal = may_order(answer(phone("2019-03-08", sales_end="2020-03-06")))
    assert "8 Mar 2026" in str(refusal.what)
    assert refusal.field == "reason"
    assert may_order(answer(IPHONE_12)) is None


def test_when_a_window_counts_as_closing_is_a_setting():
    assert answer(IPHONE_12, closing=6).state is State.OPEN


DELIVERY = [
    # ordered on, due
    (date(2026, 11, 24), date(2026, 12, 1)),
    (date(2026, 12, 4), date(2026, 12, 14)),
    (date(2030, 6, 19), date(2030, 6, 26)),
    (date(2030, 6, 20), date(2030, 7, 4)),
]


@pytest.mark.parametrize(("ordered", "due"), DELIVERY)
def test_five_working_days_in_the_first_five_years_of_the_window_then_ten(ordered, due):
    window = answer(IPHONE_15, only=["eu-2023-1670"]).deciding
    holidays = {date(2026, 12, 6), date(2026, 12, 7)}
    assert delivery_due(ordered, window.policy, window, holidays) == due


def test_no_delivery_limit_without_a_law_that_sets_one():
    window = answer(IPHONE_12).deciding
    assert delivery_due(TODAY, window.policy, window, ()) is None


def test_every_device_of_the_catalogue_has_an_answer():
    for device in load_devices():
        model = ModelFacts(
            device.category,
            device.maker,
            device.launch,
            device.sales_end,
            has_battery=device.held_by != "none",
        )
        assert answer(model).windows


days = st.dates(date(2015, 1, 1), date(2040, 12, 31))


@given(days, days, days)
def test_law_never_ends_before_the_planning_rule(launch, last, today):
    launch, last = min(launch, last), max(launch, last)
    law = answer(phone(launch, last_placed=last), today=today, only=["eu-2023-1670"])
    plan = answer(phone(launch, last_placed=last), today=today, only=["source-launch"])
    assert law.end is None or plan.end is None or law.end >= plan.end


@given(days, st.integers(-200, 200))
def test_months_are_counted_as_they_are_added(day, months):
    assert abs(whole_months_between(day, add_months(day, months)) - months) <= 1
