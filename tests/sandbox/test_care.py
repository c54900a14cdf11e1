"""After-sales: folders, messages, items sent back."""

from __future__ import annotations

import pytest

from tests.sandbox.conftest import Seller

MULTIPART = {"Content-Type": "multipart/form-data; boundary=x"}


@pytest.fixture
def folder(seller: Seller) -> int:
    seller.list_phone()
    order = seller.sell()
    seller.ship(order)
    return int(seller.post("/_control/returns", {"order_id": order["order_id"]})[1]["id"])


def part(name: str, text: str) -> bytes:
    head = f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'
    return f"{head}{text}\r\n--x--\r\n".encode()


def test_a_message_reopens_a_closed_folder(seller: Seller, folder: int) -> None:
    assert seller.post(f"/_control/returns/{folder}/close")[1]["state"] == 9
    status, said = seller.post(f"/ws/sav/{folder}/msg", part("message", "We look at it."), **MULTIPART)
    assert (status, said["group"], said["message"]) == (201, folder, "We look at it.")
    details = seller.get(f"/ws/sav/{folder}")[1]
    assert (details["state"], details["messages"][-1]["kind"]) == (0, "MERCHANT_TO_ALL")


def test_a_message_needs_words(seller: Seller, folder: int) -> None:
    assert seller.post(f"/ws/sav/{folder}/msg", part("note", "?"), **MULTIPART)[0] == 400


def test_one_tracking_number_sends_back_one_item(seller: Seller, folder: int) -> None:
    body = {"shipperName": "UPS", "trackingNumber": "1Z", "action": "REPAIR"}
    path = f"/ws/sav/{folder}/item-transfer"
    assert [seller.post(path, body)[0] for _ in range(2)] == [201, 400]
    assert seller.post(path, {"shipperName": "UPS"})[0] == 422


def test_an_old_folder_takes_no_problem_but_other(seller: Seller, folder: int) -> None:
    path = f"/ws/sav/{folder}/problem"
    assert seller.post(path, part("problem_type", "OTHER"), **MULTIPART)[0] == 201
    assert seller.post(path, part("problem_type", "WRONG_ITEM"), **MULTIPART)[0] == 422


def test_folders_are_pulled_by_when_they_changed(seller: Seller, folder: int) -> None:
    assert seller.get("/ws/sav?last_modification_date=2026-11-24-08-00")[1]["count"] == 1
    assert seller.get("/ws/sav?last_modification_date=2030-01-01-00-00")[1]["count"] == 0
    assert seller.get("/ws/sav?last_modification_date=2026-11-24")[0] == 400


def test_an_unknown_folder_is_404(seller: Seller) -> None:
    assert seller.get("/ws/sav/1")[0] == 404
