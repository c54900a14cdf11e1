"""Listings as the marketplace keeps them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.sandbox.conftest import EAN, OTHER_EAN, Clock, Seller

GOOD_ROW = {
    "sku": "A",
    "ean": EAN,
    "quantity": "1",
    "price": "99.90",
    "grade": "GOOD",
    "comment": "Works",
    "currency": "EUR",
}


def errors(task: dict[str, Any], sku: str = "A") -> str:
    return " ".join(task["result"]["product_errors"].get(sku, []))


def send_row(seller: Seller, **values: str | None) -> dict[str, Any]:
    row = {name: value for name, value in (GOOD_ROW | values).items() if value is not None}
    quoted = ",".join(f'"{value}"' for value in row.values())
    return dict(seller.send(quoted, columns=",".join(row)))


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"sku": "A" * 201}, "sku"),
        ({"ean": "4006381333932"}, "wrong check digit"),
        ({"ean": "40063813339312"}, "not an EAN"),
        ({"ean": None}, "product_id or ean is required"),
        ({"product_id": "999"}, "no product 999"),
        ({"quantity": "1.5"}, "quantity: a valid integer"),
        ({"quantity": "١٢"}, "quantity: a valid integer"),
        ({"quantity": "-1"}, "quantity: ensure this value"),
        ({"quantity": None}, "quantity: required"),
        ({"price": None}, "price: required"),
        ({"price": "99,90"}, "price: a valid decimal"),
        ({"price": "0"}, "price: ensure this value"),
        ({"price": "1e3"}, "price: a valid decimal"),
        ({"currency": "GBP"}, "GBP does not match EUR"),
        ({"grade": "SHINY"}, "grade: SHINY is not one of"),
        ({"comment": "x" * 501}, "no more than 500"),
        ({"warranty_delay": "11"}, "warranty_delay: ensure"),
        ({"new_battery": "perhaps"}, "new_battery: must be true or false"),
        ({"min_price": "cheap"}, "min_price: a valid decimal"),
        ({"shipper_1": "DHL EXPRESS"}, "not a known shipper"),
    ],
)
def test_a_wrong_line_is_refused_with_its_reason_and_nothing_is_listed(
    seller: Seller, wrong: dict[str, str | None], said: str
) -> None:
    task = send_row(seller, **wrong)
    assert task["action_status"] == 9
    assert said in errors(task, str(wrong.get("sku", "A")))
    assert seller.get("/_control/listings")[1]["results"] == []


def test_every_reason_of_a_line_is_told_at_once(seller: Seller) -> None:
    told = send_row(seller, quantity="x", price="y", grade="z")["result"]["product_errors"]["A"]
    assert len(told) == 3


def test_a_wrong_line_does_not_hold_up_the_others(seller: Seller) -> None:
    task = seller.send(f"A,{EAN},x,1.00,GOOD,ok", f"B,{OTHER_EAN},2,1.00,FAIR,ok")
    assert set(task["result"]["product_errors"]) == {"A"}
    done = task["result"]["product_success"]["B"]
    assert (done["sku"], done["ean"], done["publication_state"]) == ("B", OTHER_EAN, 2)


def test_a_task_waits_then_runs_then_is_done(seller: Seller, clock: Clock) -> None:
    body = {"catalog": "sku,quantity\nA,1", "quotechar": '"', "delimiter": ",", "encoding": "utf-8"}
    path = f"/ws/tasks/{seller.post('/ws/listings', body)[1]['bodymessage']}"
    seen = [seller.get(path)[1]["action_status"]]
    for _ in range(2):
        clock.pass_seconds(0.6)
        seen.append(seller.get(path)[1]["action_status"])
    assert seen == [0, 2, 9]


def test_a_file_without_the_column_sku_fails_as_a_whole(seller: Seller) -> None:
    task = seller.send(f"{EAN},1", columns="ean,quantity")
    assert task["action_status"] == 8
    assert "sku" in task["last_action_error"]
    assert task["result"] == {}


def test_semicolons_quotes_and_windows_line_ends_are_read(seller: Seller) -> None:
    catalog = f'"sku";"ean";"quantity";"price";"comment";\r\n"A";"{EAN}";"2";"10.00";"one; two ""three""";\r\n'
    body = {"catalog": catalog, "quotechar": '"', "delimiter": ";", "encoding": "utf-8"}
    seller.post("/ws/listings", body)
    seller.get("/ws/listings")
    assert send_row(seller)["action_status"] == 9
    assert seller.get("/ws/listings/detail?sku=A")[1]["sku"] == "A"


def test_the_same_sku_in_another_case_is_the_same_listing(seller: Seller) -> None:
    seller.list_phone("IP12-GOOD", quantity=3)
    seller.send("ip12-good,5", columns="sku,quantity")
    assert seller.quantity("IP12-GOOD") == 5
    assert seller.get("/ws/listings")[1]["count"] == 1


def test_the_grade_of_a_listing_is_for_life(seller: Seller) -> None:
    seller.list_phone("A")
    assert "cannot be changed from GOOD" in errors(seller.send("A,FAIR", columns="sku,grade"))


def test_product_id_wins_over_ean(seller: Seller) -> None:
    product = seller.post("/_control/products", {"ean": OTHER_EAN, "title": "iPhone 13"})[1]
    send_row(seller, product_id=str(product["backmarket_id"]))
    assert seller.get("/ws/listings/detail?sku=A")[1]["title"] == "iPhone 13"


def test_an_unregistered_ean_is_refused_when_the_catalogue_is_closed(
    make_seller: Callable[..., Seller],
) -> None:
    assert "no product with EAN" in errors(send_row(make_seller(auto_products=False)))


@pytest.mark.parametrize(
    ("missing", "state"),
    [({"comment": None}, 0), ({"quantity": "0"}, 3), ({"price": "10000.00"}, 3), ({}, 2)],
)
def test_the_publication_state_follows_from_price_comment_and_quantity(
    seller: Seller, missing: dict[str, str | None], state: int
) -> None:
    task = send_row(seller, **missing)
    assert task["result"]["product_success"]["A"]["publication_state"] == state


def test_a_listing_has_a_price_per_market_and_one_quantity(seller: Seller) -> None:
    seller.list_phone("A", price="249.90")
    british = {"Accept-Language": "en-gb"}
    seller.send("A,219.90,GBP,Works", columns="sku,price,currency,comment", **british)
    at_home, abroad = (
        seller.get("/ws/listings/detail?sku=A")[1],
        seller.get("/ws/listings/detail?sku=A", **british)[1],
    )
    assert (at_home["price"], at_home["currency"]) == ("249.90", "EUR")
    assert (abroad["price"], abroad["currency"], abroad["quantity"]) == ("219.90", "GBP", 3)


def test_a_pound_price_without_its_currency_is_refused(seller: Seller) -> None:
    seller.list_phone("A")
    task = seller.send("A,219.90", columns="sku,price", **{"Accept-Language": "en-gb"})
    assert "EUR does not match GBP" in errors(task)


def test_one_update_changes_only_what_it_names(seller: Seller) -> None:
    listing = seller.list_phone()
    body = {"price": 199.5, "currency": "EUR", "pub_state": 4, "shipper_1": "UPS", "shipper_2": "Nobody"}
    status, changed = seller.post(f"/ws/listings/{listing['id']}", body)
    assert (status, changed["price"], changed["quantity"]) == (200, "199.50", 3)
    assert changed["shippings_response"][0] == "Shipping method 1 updated"
    assert "not a known shipper" in changed["shippings_response"][1]


@pytest.mark.parametrize(
    "wrong",
    [
        {"quantity": "x"},
        {"quantity": -1},
        {"quantity": True},
        {"price": "0"},
        {"price": "5", "currency": "USD"},
        {"comment": 5},
        {"warranty_delay": 6},
        {"comment": "\ud800"},
        [],
    ],
)
def test_a_wrong_update_is_a_bare_string_and_changes_nothing(seller: Seller, wrong: Any) -> None:
    listing = seller.list_phone()
    status, said = seller.post(f"/ws/listings/{listing['id']}", wrong)
    assert status == 400
    assert isinstance(said, str)
    assert seller.get(f"/ws/listings/{listing['listing_id']}")[1]["quantity"] == 3


@pytest.mark.parametrize("missing", ["catalog", "quotechar", "delimiter", "encoding"])
def test_each_of_the_four_parameters_is_required(seller: Seller, missing: str) -> None:
    body = {"catalog": "sku\nA", "quotechar": '"', "delimiter": ",", "encoding": "utf-8"}
    del body[missing]
    assert seller.post("/ws/listings", body) == (400, f"parameter {missing} not found")


def test_pages_hold_ten_and_at_most_fifty_and_name_the_next(seller: Seller) -> None:
    seller.send(*(f"S{n},{EAN},1,5.00,GOOD,ok" for n in range(60)))
    first = seller.get("/ws/listings?page_size=50")[1]
    assert (first["count"], len(first["results"]), first["previous"]) == (60, 10, None)
    second = seller.get("/ws/listings?page=2&page-size=200")[1]
    assert (len(second["results"]), second["next"]) == (10, None)
    assert first["next"].endswith("page=2")


def test_listings_are_filtered_by_state_and_quantity(seller: Seller) -> None:
    seller.send(f"A,{EAN},0,5.00,GOOD,ok", f"B,{EAN},4,5.00,GOOD,ok")
    assert [row["sku"] for row in seller.get("/ws/listings?publication_state=2")[1]["results"]] == ["B"]
    assert [row["sku"] for row in seller.get("/ws/listings?max_quantity=3")[1]["results"]] == ["A"]


def test_history_tells_every_change_from_to_and_why(seller: Seller) -> None:
    listing = seller.list_phone(quantity=3)
    seller.post(f"/ws/listings/{listing['id']}", {"quantity": 5})
    order = seller.sell()
    told = [row for row in seller.get("/_control/history?sku=ip12-GOOD")[1]["results"] if row["field"] == "quantity"]
    assert [(row["from"], row["to"]) for row in told] == [(0, 3), (3, 5), (5, 4)]
    assert told[-1]["cause"] == f"order {order['order_id']}"


def test_an_unknown_listing_and_task_are_404_in_v1(seller: Seller) -> None:
    for path in ("/ws/listings/77", "/ws/listings/detail?sku=none", "/ws/tasks/1"):
        status, said = seller.get(path)
        assert (status, said["error"]["code"]) == (404, "not_found")


def test_a_listing_takes_no_patch(seller: Seller) -> None:
    listing = seller.list_phone()
    assert seller.patch(f"/ws/listings/{listing['id']}", {"quantity": 1})[0] == 405
