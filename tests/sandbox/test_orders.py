"""Orders: buyers place them, the seller moves their lines, IMEIs stay for ever."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.sandbox.conftest import IMEI, OTHER_IMEI, Clock, Seller


@pytest.fixture
def order(seller: Seller) -> dict[str, Any]:
    seller.list_phone(quantity=3)
    return seller.sell()


def line(order: dict[str, Any]) -> dict[str, Any]:
    return dict(order["orderlines"][0])


def test_a_sale_lowers_the_quantity_by_itself(seller: Seller, order: dict[str, Any]) -> None:
    assert (order["state"], line(order)["state"], seller.quantity()) == (1, 1, 2)


def test_more_than_is_left_cannot_be_bought(seller: Seller, order: dict[str, Any]) -> None:
    status, said = seller.post("/_control/orders", {"sku": "IP12-GOOD", "quantity": 3})
    assert (status, "2 left, 3 wanted" in said["detail"]) == (409, True)
    assert len(seller.get("/ws/orders")[1]["results"]) == 1


def test_a_buyer_may_send_a_form_too(seller: Seller, order: dict[str, Any]) -> None:
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    assert seller.post("/_control/orders", b"sku=IP12-GOOD", **form)[0] == 201
    assert seller.post("/_control/orders", {"sku": "IP12-GOOD"}, **form)[0] == 201
    assert seller.quantity() == 0


def test_an_invoice_is_taken(seller: Seller, order: dict[str, Any]) -> None:
    path, multipart = f"/ws/orders/{order['order_id']}/invoice", "multipart/form-data; boundary=x"
    part = b'--x\r\nContent-Disposition: form-data; name="invoice"; filename="i.pdf"\r\n\r\n%PDF\r\n--x--\r\n'
    assert seller.post(path, part, **{"Content-Type": multipart})[0] == 200
    assert seller.post(path, b"--x--\r\n", **{"Content-Type": multipart})[0] == 400
    assert seller.get("/_control/orders")[1]["results"][0]["invoices"] == ["i.pdf"]


def test_what_is_not_online_cannot_be_bought(seller: Seller) -> None:
    seller.send("A,4006381333931,1,10.00", columns="sku,ean,quantity,price")
    assert seller.post("/_control/orders", {"sku": "A"})[0] == 409
    assert seller.post("/_control/orders", {"sku": "none"})[0] == 404


def test_accepting_then_shipping_processes_the_order(seller: Seller, order: dict[str, Any]) -> None:
    assert seller.move(order, 2, sku="ip12-good")[1]["state"] == 3
    status, shipped = seller.move(order, 3, tracking_number="1Z", imei=IMEI, shipper="UPS")
    assert (status, shipped["state"], line(shipped)["state"], line(shipped)["imei"]) == (200, 9, 3, IMEI)
    assert shipped["shipping_address"]["first_name"]


@pytest.mark.parametrize(
    ("state", "more", "status"),
    [
        (2, {}, 400),
        (2, {"sku": "other"}, 404),
        (3, {"tracking_number": "1Z"}, 400),
        (5, {"sku": "IP12-GOOD"}, 400),
        (6, {"sku": "IP12-GOOD"}, 400),
        (7, {"sku": "IP12-GOOD"}, 400),
        (2, {"sku": "IP12-GOOD", "order_id": 1}, 400),
        (4, {"sku": "IP12-GOOD", "return_reason": 99}, 400),
        (2, {"sku": "IP12-GOOD", "vat_type": []}, 400),
    ],
)
def test_a_wrong_move_is_refused_and_moves_nothing(
    seller: Seller, order: dict[str, Any], state: int, more: dict[str, Any], status: int
) -> None:
    got, said = seller.move(order, state, **more)
    assert (got, said["status"]) == (status, status)
    assert line(seller.get(f"/ws/orders/{order['order_id']}")[1])["state"] == 1


@pytest.mark.parametrize(
    "wrong",
    [{"tracking_number": ""}, {"imei": IMEI[:-1] + "0"}, {"imei": "12"}, {"tracking_number": "x" * 201}],
)
def test_a_wrong_shipment_is_refused_and_ships_nothing(
    seller: Seller, order: dict[str, Any], wrong: dict[str, str]
) -> None:
    seller.move(order, 2, sku="IP12-GOOD")
    assert seller.move(order, 3, **({"tracking_number": "1Z"} | wrong))[0] == 400
    assert line(seller.get(f"/ws/orders/{order['order_id']}")[1])["state"] == 2


def test_an_imei_is_kept_for_ever(seller: Seller, order: dict[str, Any]) -> None:
    seller.ship(order, imei=IMEI)
    path = f"/ws/orderlines/{line(order)['id']}"
    assert seller.patch(path, {"imei": OTHER_IMEI})[0] == 422
    assert seller.patch(path, {"imei": IMEI, "serial_number": "F2L"}) == (
        200,
        {"imei": IMEI, "serial_number": "F2L"},
    )
    assert seller.patch(path, {"serial_number": "G3M"})[0] == 422
    assert seller.patch(path, {})[0] == 400


def test_two_pieces_take_two_imeis_but_not_while_shipping(seller: Seller) -> None:
    seller.list_phone(quantity=2)
    order = seller.sell(quantity=2)
    assert seller.ship(order, imei=IMEI)[0] == 400
    assert seller.ship(order)[0] == 200
    path = f"/ws/orderlines/{line(order)['id']}"
    assert [seller.patch(path, {"imei": imei})[0] for imei in (IMEI, OTHER_IMEI)] == [200, 200]
    assert seller.get("/_control/orders")[1]["results"][0]["orderlines"][0]["imeis"] == [IMEI, OTHER_IMEI]


def test_shipping_waits_until_every_line_is_settled_and_moves_all(seller: Seller) -> None:
    seller.list_phone("A")
    seller.list_phone("B")
    order = seller.post("/_control/orders", {"lines": [{"sku": "A"}, {"sku": "B"}]})[1]
    seller.move(order, 2, sku="A")
    assert seller.move(order, 3, tracking_number="1Z")[0] == 400
    seller.move(order, 2, sku="B")
    shipped = seller.move(order, 3, tracking_number="1Z")[1]
    assert [line["state"] for line in shipped["orderlines"]] == [3, 3]


def test_an_order_with_every_line_cancelled_is_processed(seller: Seller, order: dict[str, Any]) -> None:
    cancelled = seller.move(order, 4, sku="IP12-GOOD", return_reason=0)[1]
    assert (cancelled["state"], line(cancelled)["state"]) == (9, 4)


def test_orders_in_states_0_and_8_are_never_listed(seller: Seller) -> None:
    seller.list_phone(quantity=4)
    for state in (0, 8, 10, 1):
        seller.sell(state=state)
    assert {row["state"] for row in seller.get("/ws/orders")[1]["results"]} == {1, 10}
    assert len(seller.get("/_control/orders")[1]["results"]) == 4


def test_orders_are_pulled_by_when_they_changed(seller: Seller, clock: Clock) -> None:
    seller.list_phone(quantity=3)
    first = seller.sell()
    clock.pass_seconds(60)
    second = seller.sell()
    since = "/ws/orders?date_modification=2026-11-24T09:00:30Z"
    assert [row["order_id"] for row in seller.get(since)[1]["results"]] == [second["order_id"]]
    seller.move(first, 2, sku="IP12-GOOD")
    assert seller.get(since)[1]["count"] == 2
    assert seller.get("/ws/orders?date_modification=2026-11-24 09:00:30&state=3")[1]["count"] == 1
    assert seller.get("/ws/orders?date_modification=yesterday")[0] == 400


def test_quirks_change_how_an_order_is_written(make_seller: Callable[..., Seller]) -> None:
    seller = make_seller(quirks=["camel_case_addresses", "line_price_is_total", "dates_with_offset"])
    seller.list_phone(quantity=2, price="100.00")
    seller.sell(quantity=2)
    order = seller.get("/ws/orders")[1]["results"][0]
    assert order["shipping_address"]["postalCode"] == "75003"
    assert (line(order)["price"], order["price"]) == ("200.00", "200.00")
    assert order["date_creation"].endswith("+00:00")


def test_a_return_opens_a_folder_on_the_line(seller: Seller, order: dict[str, Any]) -> None:
    assert seller.post("/_control/returns", {"orderline": line(order)["id"]})[0] == 409
    seller.ship(order)
    assert seller.post("/_control/returns", {"order_id": order["order_id"]})[0] == 201
    folder = seller.get(f"/ws/sav?state=0&orderline={line(order)['id']}")[1]["results"][0]
    details = seller.get(f"/ws/sav/{folder['id']}")[1]
    assert details["orderline"]["order"]["order_id"] == order["order_id"]
    assert details["messages"][0]["initiator"] == "Client"


def test_a_refund_in_part_leaves_the_line_shipped_and_the_rest_refunds_it(
    seller: Seller, order: dict[str, Any]
) -> None:
    seller.ship(order)
    body = {"orderline_pk": line(order)["id"], "refund_type": 6}
    assert seller.post("/ws/sav/refund", {**body, "amount": 49.9})[0] == 201
    assert seller.post("/ws/sav/refund", {**body, "amount": 300})[0] == 400
    assert seller.post("/ws/sav/refund", body)[1] == "200.00 refunded on the sku IP12-GOOD"
    assert line(seller.get(f"/ws/orders/{order['order_id']}")[1])["state"] == 6


def test_the_page_sells_and_takes_back(seller: Seller, order: dict[str, Any]) -> None:
    seller.ship(order)
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    assert seller.post("/buy", b"sku=IP12-GOOD", **form)[0] == 303
    assert seller.quantity() == 1
    assert seller.post("/return", f"orderline={line(order)['id']}".encode(), **form)[0] == 303
    page = seller.get("/")[1]
    assert page.count("Buy one</button>") == 1
    assert "Return 5001" in page
