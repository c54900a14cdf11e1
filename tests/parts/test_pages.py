"""The pages of the parts manager show what is there, to the right people only."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import select

from tests.conftest import Walk
from tests.pages import Pages
from tests.parts.conftest import EAN, Shop, cracked, in_parts
from workshop.core import clock
from workshop.core.db import db
from workshop.core.house import house
from workshop.parts.models import DonorPart, Offer, PurchaseOrder
from workshop.parts.triage_view import Sale

PAGES = ("/parts", "/receiving", "/purchase-orders", "/stock", "/short", "/windows", "/donors", "/suppliers", "/recall")


@pytest.mark.parametrize("page", PAGES)
def test_every_page_opens_empty_and_full(page: str, walk: Walk, shop: Shop, client_of: Callable[[str], Any]) -> None:
    client = client_of("parts")
    assert client.get(page).status_code == 200
    shop.stocked(shop.battery, lot="L77")
    in_parts(walk)
    shop.ordered(shop.battery, 2)
    walk.do("decide_triage", cracked(walk), {"decision": "harvest"})
    assert client.get(page).status_code == 200


def test_a_technician_does_not_order(shop: Shop, client_of: Callable[[str], Any]) -> None:
    assert client_of("technician").get("/parts").status_code == 403


def test_what_a_job_waits_for_is_to_be_ordered(walk: Walk, shop: Shop, client_of: Callable[[str], Any]) -> None:
    in_parts(walk)
    page = client_of("parts").get("/parts").text
    assert "Nordic Spares Oy" in page
    assert "Display, iPhone 12" in page
    assert "from the end of" in page


def test_approving_orders_sends_one_to_each_supplier(walk: Walk, shop: Shop, client_of: Callable[[str], Any]) -> None:
    unit = in_parts(walk, "F-DISP-1")
    client = client_of("parts")
    key = shop.display.code
    answer = client.post(
        "/parts/approve",
        data={"line": [f"NORDIC.{key}"], f"quantity-{key}": "2", "csrf_token": _token(client), "request_key": "k1"},
    )
    assert answer.status_code == 303
    order = db.session.scalars(select(PurchaseOrder)).one()
    assert (order.state, order.lines[0].quantity, shop.need(unit).state) == ("sent", 2, "ordered")


def test_a_scan_on_the_receiving_page_receives_one_piece(
    walk: Walk, shop: Shop, client_of: Callable[[str], Any]
) -> None:
    unit = in_parts(walk)
    order = shop.ordered(shop.display, 2)
    client = client_of("parts")
    answer = client.post(f"/receiving/{order.code}", data={"code": EAN, "lot": "LOT-3", "csrf_token": _token(client)})
    assert answer.status_code == 303
    assert walk.fresh(unit).stage == "repair"
    page = client.get(answer.location).text
    assert "reserved for" in page
    assert "LOT-3" in page


def test_a_packet_of_another_order_is_refused_on_the_page(shop: Shop, client_of: Callable[[str], Any]) -> None:
    order = shop.ordered(shop.battery, 1)
    client = client_of("parts")
    answer = client.post(f"/receiving/{order.code}", data={"code": EAN, "csrf_token": _token(client)})
    assert answer.status_code == 422
    assert "is not on order" in answer.text


def test_scanning_an_order_opens_its_receiving(shop: Shop, api_of: Callable[..., Any]) -> None:
    order = shop.ordered(shop.display)
    answer = api_of("technician")("POST", "/scans", {"code": order.code})
    assert answer.json["go_to"] == f"/receiving/{order.code}"


def test_scanning_a_piece_at_the_bench_fits_it(walk: Walk, shop: Shop, api_of: Callable[..., Any]) -> None:
    batch = shop.stocked(shop.display)
    unit = in_parts(walk)
    call = api_of("technician")
    call("POST", "/scans", {"code": unit.code})
    answer = call("POST", "/scans", {"code": batch.code})
    assert answer.json["title"] == "Display fitted."
    assert call("GET", f"/units/{unit.code}").json["parts"]["fitted"][0]["batch"] == batch.code


def test_the_bench_shows_the_piece_that_waits(walk: Walk, shop: Shop, client_of: Callable[[str], Any]) -> None:
    batch = shop.stocked(shop.display)
    unit = in_parts(walk)
    page = client_of("technician").get(f"/bench?unit={unit.code}").text
    assert "Fit the display" in page
    assert batch.code in page
    assert "Tray B-04-2" in page


def test_the_bench_says_until_when_a_part_is_awaited(walk: Walk, shop: Shop, client_of: Callable[[str], Any]) -> None:
    unit = in_parts(walk)
    order = shop.ordered(shop.display)
    page = client_of("technician").get(f"/bench?unit={unit.code}").text
    assert "Wait for the parts" in page
    assert order.code in page


def test_a_recall_finds_the_units_that_carry_a_lot(walk: Walk, shop: Shop, api_of: Callable[..., Any]) -> None:
    batch = shop.stocked(shop.display, 2, lot="BAD-1")
    unit = in_parts(walk)
    walk.do("fit_part", unit, {"batch": batch.code})
    answer = api_of("parts")("GET", "/recall?lot=BAD-1").json
    assert [u["code"] for u in answer["units"]] == [unit.code]
    assert answer["batches"][0]["on_hand"] == 1


def test_an_order_line_shows_its_window_and_rule(walk: Walk, shop: Shop, client_of: Callable[[str], Any]) -> None:
    order = shop.ordered(shop.display)
    page = client_of("parts").get(f"/purchase-orders/{order.code}").text
    assert "from launch" in page


def test_another_sites_order_is_not_found(shop: Shop, client_of: Callable[[str], Any]) -> None:
    order = shop.ordered(shop.display)
    assert client_of("stranger").get(f"/receiving/{order.code}").status_code == 404


@pytest.mark.parametrize("form", ["pdf", "png", "svg", "zpl"])
def test_the_label_of_a_piece_prints(form: str, shop: Shop, client_of: Callable[[str], Any]) -> None:
    batch = shop.stocked(shop.display)
    assert client_of("parts").get(f"/batches/{batch.code}/label.{form}").status_code == 200


@pytest.fixture
def a_price(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a unit may be sold for is known."""
    monkeypatch.setitem(house().extensions, "expected_sale", lambda _unit: Sale(27_900, fee_rate=100, vat_rate=255))


def test_triage_tells_what_the_parts_cost(walk: Walk, shop: Shop, a_price: None, api_of: Callable[..., Any]) -> None:
    unit = cracked(walk, "F-DISP-1", "F-BAT-1")
    cost = house().extensions["triage_costs"](unit)
    assert (sorted(cost.parts_minor), cost.minutes, cost.in_hand) == ([2030, 11800], 43, False)
    weighed = api_of("technician")("GET", f"/units/{unit.code}").json["parts"]["triage"]
    assert [o["way"] for o in weighed["options"]] == ["repair", "harvest", "recycle"]


def test_triage_goes_by_the_day_where_the_person_is(
    walk: Walk, shop: Shop, a_price: None, api_of: Callable[..., Any]
) -> None:
    unit = cracked(walk, "F-DISP-1")
    look = lambda: api_of("technician")("GET", f"/units/{unit.code}").json["parts"]  # noqa: E731
    last = date.fromisoformat(look()["window"]["end"])
    late = datetime.combine(last, time(23, 30), ZoneInfo("Europe/Helsinki"))
    barred = []
    for moment in (late, late + timedelta(hours=1)):
        with clock.told(moment.astimezone(UTC)):
            barred.append(bool(look()["triage"]["options"][0]["barred"]))
    assert barred == [False, True]


def _token(client: Any) -> str:
    import re

    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/stock").text)
    assert found is not None
    return found[1]


def test_a_form_says_what_it_is_about_instead_of_a_number(
    walk: Walk, shop: Shop, pages_of: Callable[[str], Pages]
) -> None:
    unit = in_parts(walk)
    walk.do("decide_triage", donor := cracked(walk, "F-BAT-1"), {"decision": "harvest"})
    need, inside = shop.need(unit), db.session.scalars(select(DonorPart).where(DonorPart.unit_id == donor.id)).all()[0]
    offer = db.session.scalars(select(Offer).where(Offer.part == shop.display, Offer.supplier == shop.nordic)).one()
    about = {
        f"/do/order_part/{need.id}": f"Display, iPhone 12, {unit.code}",
        f"/do/harvest_part/{inside.id}": f"iPhone 12, {donor.code}",
        f"/do/change_offer/{offer.id}": "Display, iPhone 12, Nordic Spares Oy",
        f"/do/set_minimum/{shop.display.code}": "Display, iPhone 12",
    }
    desk = pages_of("parts")
    assert {path: words for path, words in about.items() if words not in desk.get(path).words} == {}
