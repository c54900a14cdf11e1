"""Prices, SKUs, the day's allowance: rules that need no marketplace."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from flask_babel import force_locale

from tests.conftest import Walk
from tests.marketplace.conftest import Shop
from tests.pages import typed_in
from workshop.catalogue.identifiers import parse_gtin
from workshop.core.actor import Actor
from workshop.core.db import db
from workshop.core.errors import BadArguments, Forbidden, Refused
from workshop.marketplace import orders, prices, seed, shelf, sku
from workshop.marketplace.account import account, allowance
from workshop.marketplace.desk_actions import terms_as_typed
from workshop.marketplace.models import SellerAccount
from workshop.marketplace.offers import first_comment
from workshop.marketplace.pricing import PriceTooLow


@pytest.mark.parametrize(
    ("name", "storage", "colour", "code"),
    [
        ("iPhone 12", 128, "blue", "IP12-128-BLU"),
        ("iPhone 12 mini", 64, "", "IP12MINI-64"),
        ("Galaxy S21 5G", 128, "Phantom Grey", "GAS215G-128-PHA"),
        ("Switch OLED", 0, "white", "SWOLED-WHI"),
    ],
)
def test_a_sku_says_what_it_is(name: str, storage: int, colour: str, code: str) -> None:
    assert sku.product_code(name, storage, colour) == code


def test_a_new_battery_has_a_sku_of_its_own() -> None:
    assert sku.sku_of("IP12-128-BLU", "VERY_GOOD", new_battery=True) == "IP12-128-BLU-B-NB"


def test_a_practice_ean_is_valid_and_always_the_same() -> None:
    ean = sku.practice_ean("Apple", "iPhone 12", 128, "blue")
    assert parse_gtin(ean).gtin14.endswith(ean)
    assert ean == sku.practice_ean("Apple", "iPhone 12", 128, "Blue")


@pytest.mark.parametrize(
    ("day", "used", "left", "paused"), [(0, 0, 5, False), (11, 3, 2, False), (39, 5, 0, False), (40, 0, 0, True)]
)
def test_five_new_listings_a_day_for_forty_days_then_a_review(day: int, used: int, left: int, paused: bool) -> None:
    start = date(2026, 11, 13)
    found = allowance(
        started_on=start, reviewed=False, per_day=5, days=40, used_today=used, today=start + timedelta(days=day)
    )
    assert (found.day, found.left, found.paused) == (day + 1, left, paused)


def test_after_the_review_there_is_no_limit() -> None:
    found = allowance(
        started_on=date(2026, 1, 1), reviewed=True, per_day=5, days=40, used_today=9, today=date(2026, 3, 1)
    )
    assert found.left is None


@pytest.mark.parametrize(
    ("day", "ends"), [(date(2026, 11, 24), date(2027, 11, 24)), (date(2028, 2, 29), date(2029, 2, 28))]
)
def test_a_warranty_runs_twelve_months(day: date, ends: date) -> None:
    assert orders.months_after(day, 12) == ends


@pytest.mark.parametrize("price", ["-5", "0", "2 000 001", "twelve", "99999"])
def test_a_price_that_cannot_be_meant_is_refused(shop: Shop, price: str) -> None:
    unit = shop.graded()
    with pytest.raises(Refused) as refused:
        shop.price(unit, price)
    assert refused.value.field == "price"
    assert shop.listing(shop.sku(unit)).price_minor is None


def test_a_price_below_the_floor_needs_a_reason(shop: Shop) -> None:
    unit = shop.graded()
    with pytest.raises(PriceTooLow) as refused:
        shop.price(unit, "60.00")
    assert refused.value.more["floor_minor"] == prices.calculation(unit).floor_minor
    assert shop.price(unit, "60.00", reason="Last of its kind").tone == "look"


def test_the_next_unit_of_a_sku_takes_its_price_over(shop: Shop, walk: Walk) -> None:
    shop.ready("279.00")
    second = shop.graded()
    walk.do("pack", second)
    offer = shelf.offer_of(second.id)
    assert offer is not None
    assert offer.priced_at is not None
    assert shelf.free_count(offer.listing) == 2


def test_a_unit_that_must_bring_more_waits_for_a_person(shop: Shop, walk: Walk) -> None:
    shop.ready("279.00")
    dear = shop.graded(price="400.00")
    assert [m for m in walk.fresh(dear).facts if m == "priced" and walk.fresh(dear).facts[m]] == []


def test_nothing_on_hold_counts_as_on_the_shelf(shop: Shop, walk: Walk) -> None:
    unit = shop.ready()
    listing = shop.listing(shop.sku(unit))
    walk.do("hold", unit, {"kind": "data_present"})
    assert shelf.free_count(listing) == 0
    walk.do("lift_hold", unit, {"kind": "data_present", "reason": "Erased again"})
    assert shelf.free_count(listing) == 1


def test_a_unit_moved_back_is_offered_no_more(shop: Shop, walk: Walk) -> None:
    unit = shop.ready()
    walk.do("move", unit, {"to": "grading", "reason": "A scratch was seen"})
    assert shelf.offer_of(unit.id) is None


def test_only_the_feed_lists_a_unit(shop: Shop, walk: Walk, cast: Any) -> None:
    unit = shop.ready()
    with pytest.raises(Forbidden):
        walk.do("list_unit", unit, {"quantity_from": 0, "quantity_to": 1}, by=cast.actor("admin"))


def test_a_technician_sets_no_price(shop: Shop, walk: Walk) -> None:
    unit = shop.graded()
    with pytest.raises(Forbidden):
        walk.do("set_price", unit, {"price": "279.00"})


def test_an_argument_too_many_is_named(shop: Shop) -> None:
    with pytest.raises(BadArguments) as refused:
        shop.price(shop.graded(), "279.00", discount=3)
    assert "discount" in refused.value.fields


def test_a_product_without_an_ean_waits_for_one(shop: Shop, walk: Walk, act: Callable[..., Any]) -> None:
    from workshop.marketplace.account import account

    account().makes_eans = False
    unit = shop.ready(model="iPhone 13", colour="pink")
    product = shop.listing(shop.sku(unit)).product
    assert walk.fresh(unit).facts["product"] == 0
    act("set_product", product.code, {"ean": "4006381333931"})
    assert walk.fresh(unit).facts["product"] == 1


def test_a_suggested_price_loses_nothing(shop: Shop, refurbisher: Actor) -> None:
    unit = shop.graded(price="300.00")
    price = seed.suggested_price(unit, "FAIR", date(2026, 11, 24))
    assert price > prices.calculation(unit).floor_minor


def test_triage_reckons_with_the_fee_and_vat_of_the_account(
    shop: Shop, walk: Walk, act: Callable[..., Any], api_of: Callable[..., Any]
) -> None:
    shop.ready()
    other = walk.in_diagnosis()
    left = {}
    for fee in ("10", "20"):
        act("set_account", 1, {"fee": fee, "vat": "24"})
        told = api_of("technician")("GET", f"/units/{other.code}").json["parts"]["triage"]
        left[fee] = told["options"][0]["leaves_minor"]
    assert left["10"] - left["20"] == 2_790


def test_the_form_of_the_account_shows_what_holds(pages_of: Any) -> None:
    page = pages_of("refurbisher").get("/do/set_account/1")
    boxes = {a["name"]: "checked" in a for a in page.all("input") if a.get("type") == "checkbox"}
    seller = account()
    assert boxes == {"makes_eans": seller.makes_eans, "new_battery_allowed": seller.new_battery_allowed}
    typed = typed_in(page)
    assert {name: typed[name] for name in ("fee", "vat", "shipping", "warranty_reserve", "days")} == {
        "fee": "10",
        "vat": "25.5",
        "shipping": "6.90",
        "warranty_reserve": "2",
        "days": "40",
    }


def test_the_form_of_the_account_sent_as_it_is_changes_nothing(act: Callable[..., Any]) -> None:
    seller = account()
    before = {column.key: getattr(seller, column.key) for column in SellerAccount.__table__.c}
    with force_locale("fi"):
        typed = terms_as_typed(seller)
        assert typed["vat"] == "25,5"
        act("set_account", 1, typed)
    assert {name: getattr(account(), name) for name in before} == before


@pytest.mark.parametrize("wrong", [{"fee": "-1"}, {"vat": "41"}, {"warranty_reserve": "some"}, {"shipping": "-6.90"}])
def test_terms_that_cannot_be_meant_name_their_field_and_change_nothing(wrong: dict[str, str], pages_of: Any) -> None:
    before, field = account().fee_rate, next(iter(wrong))
    answer = pages_of("refurbisher").post("/do/set_account/1", {"fee": "12", "request_key": "t", **wrong}, 422)
    assert f'id="{field}-error"' in answer.text
    db.session.expire_all()
    assert account().fee_rate == before


def test_what_a_buyer_first_reads_of_a_listing_does_not_depend_on_who_made_it_ready(app: Flask) -> None:
    with app.test_request_context(), force_locale("fi"):
        assert first_comment() == "Tested, erased and graded in our own workshop. 12 months warranty."
