"""The lists of parts: what is to come, spare parts by their window, lots and who carries them, places."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from tests.conftest import Walk
from tests.pages import Pages
from tests.parts.conftest import Shop, in_parts, model
from workshop.accounts.models import Person
from workshop.catalogue.window import State
from workshop.core import clock, listing
from workshop.core.db import db, number
from workshop.parts import donors, fits, listings, supply_lists, window
from workshop.parts.window import Terms

TERMS = Terms("EU", 12)
TODAY = date(2026, 6, 22)


def file_of(client: Any, address: str) -> list[dict[str, str]]:
    """A list's file, row by row."""
    joint = "&" if "?" in address else "?"
    answer = client.get(f"{address}{joint}format=csv")
    assert answer.status_code == 200
    return list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))


@pytest.fixture
def coming(shop: Shop) -> dict[str, str]:
    """An order that is late, one for today and one for later, by its code."""
    today = shop.by.day(clock.now())
    found = {}
    for when, days in {"late": -2, "today": 0, "later": 3}.items():
        order = shop.ordered(shop.battery, 2)
        order.expected_on = today + timedelta(days=days)
        found[when] = order.code
    db.session.commit()
    return found


def test_what_is_to_come_stands_in_the_order_of_its_days(coming: dict[str, str], client_of: Any) -> None:
    rows = file_of(client_of("parts"), "/receiving")
    assert [r["Code"] for r in rows] == [coming["late"], coming["today"], coming["later"]]
    assert [r["State"] for r in rows] == ["Late", "Today", "On its way"]
    assert {(r["To come"], r["Pieces ordered"]) for r in rows} == {("2", "2")}


def test_what_is_due_is_counted_and_what_is_late_is_listed(shop: Shop, coming: dict[str, str]) -> None:
    today = shop.by.day(clock.now())
    assert number(listings.count_orders(shop.site_id, "sent", by=today)) == 2
    assert [order.code for order in listings.late(shop.site_id, today)] == [coming["late"]]


@pytest.mark.parametrize("when", ["late", "today", "later"])
def test_what_is_to_come_is_narrowed_by_its_day(when: str, coming: dict[str, str], client_of: Any) -> None:
    assert [r["Code"] for r in file_of(client_of("technician"), f"/receiving?when={when}")] == [coming[when]]


def test_what_has_come_is_no_longer_to_come(shop: Shop, client_of: Any) -> None:
    order = shop.ordered(shop.battery)
    shop.do("receive", order, {"code": shop.battery.code})
    assert file_of(client_of("parts"), "/receiving") == []


def test_each_part_is_found_under_the_window_that_it_has_and_under_no_other(shop: Shop) -> None:
    donors.new_part("display", "Display, iPhone 8", "maker", [model("iPhone 8").id])
    donors.new_part("display", "Display, two", "maker", [model("iPhone 8").id, model("iPhone 15").id])
    donors.new_part("display", "Display, none", "maker", [])
    every = {r.part.id: r.answer.state if r.answer else None for r in rows_of({})}
    for state in State:
        assert {r.part.id for r in rows_of({"window": state.value})} == {p for p, s in every.items() if s is state}
    assert {State.OPEN, State.CLOSED, None} <= set(every.values())


def rows_of(given: dict[str, str]) -> list[supply_lists.Spare]:
    """The spare parts that an address asks for."""
    return list(listing.every_row(supply_lists.parts(TODAY, TERMS), given))


def test_a_part_in_the_list_has_the_window_of_its_page(shop: Shop) -> None:
    for row in rows_of({}):
        models = fits.models_of(row.part.id)
        assert row.answer == window.answer_for_part(models, row.part.kind, today=TODAY, terms=TERMS)


def test_spare_parts_are_sorted_by_their_lowest_price(shop: Shop, client_of: Any) -> None:
    rows = file_of(client_of("parts"), "/spare-parts?sort=-lowest")
    assert [(r["Code"], r["Offers"], r["From"]) for r in rows] == [
        (shop.display.code, "2", "118.00"),
        (shop.mini_battery.code, "1", "22.40"),
        (shop.battery.code, "2", "20.30"),
    ]


@pytest.fixture
def recalled(walk: Walk, shop: Shop) -> str:
    """A unit that carries one of three pieces of lot BAD-1."""
    batch = shop.stocked(shop.display, 3, lot="BAD-1")
    shop.stocked(shop.battery, 1, lot="GOOD-1")
    unit = in_parts(walk)
    walk.do("fit_part", unit, {"batch": batch.code})
    return unit.code


def test_a_recall_lists_the_units_and_the_pieces_of_a_lot(recalled: str, client_of: Any) -> None:
    client = client_of("parts")
    assert [r["Code"] for r in file_of(client, "/recall?lot=bad-1")] == [recalled]
    assert [r["There"] for r in file_of(client, "/recall?lot=bad-1&where=stock")] == ["2"]
    assert "1 unit carries lot bad-1, 2 pieces are still in stock." in client.get("/recall?lot=bad-1").text


def test_a_recall_keeps_its_lot_in_every_address(recalled: str, pages_of: Callable[[str], Pages]) -> None:
    page = pages_of("parts").get("/recall?lot=BAD-1&where=stock")
    led = [a["href"] for a in page.all("a") if a.get("href", "").startswith("?") and a["href"] != "?"]
    assert led
    assert all("lot=BAD-1" in address and "where=stock" in address for address in led)


def test_without_a_lot_a_recall_lists_the_lots_there_were(recalled: str, client_of: Any) -> None:
    rows = file_of(client_of("parts"), "/recall")
    assert [(r["Lot"], r["There"]) for r in rows] == [("GOOD-1", "1"), ("BAD-1", "2")]


def test_a_lot_at_another_site_is_not_recalled_here(recalled: str, client_of: Any) -> None:
    from workshop.parts import listings, trace_lists

    other = [10**9]
    assert listings.recalled("BAD-1", other) == (0, 0)
    assert list(listing.every_row(trace_lists.carriers("BAD-1", other), {})) == []
    assert list(listing.every_row(trace_lists.pieces("BAD-1", other), {})) == []


def test_places_tell_what_lies_there(shop: Shop, client_of: Any) -> None:
    shop.stocked(shop.battery, 4)
    there = {r["Place"]: (r["Kind"], r["Pieces there"]) for r in file_of(client_of("parts"), "/places")}
    assert there == {"B-04-2": ("Shelf", "4"), "B-04-3": ("Shelf", "0"), "Q-01": ("Quarantine", "0")}


def test_the_page_of_a_part_leads_to_its_pieces_in_the_list_of_stock(
    shop: Shop, pages_of: Callable[[str], Pages]
) -> None:
    ours, other = shop.stocked(shop.battery), shop.stocked(shop.display)
    pages = pages_of("parts")
    led = [a["href"] for a in pages.get(f"/parts/{shop.battery.code}").all("a") if "/stock?" in a.get("href", "")]
    (listed,) = (pages.get(address).words for address in led)
    assert ours.code in listed
    assert other.code not in listed


def test_a_file_says_a_part_and_its_origin_as_the_page_does(shop: Shop, client_of: Any) -> None:
    shop.stocked(shop.battery)
    order = shop.ordered(shop.display)
    shop.do("receive", order, {"code": shop.display.code})
    db.session.get_one(Person, shop.by.person_id).language = "fi"
    db.session.commit()
    rows = [(next(iter(row.values())), list(row.values())[-1]) for row in file_of(client_of("parts"), "/stock")]
    assert rows == [("Akku, iPhone 12", "ensimmäinen laskenta"), ("Näyttö, iPhone 12", order.code)]
