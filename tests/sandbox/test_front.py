"""What stands before the marketplace: who may call, how often, and how it fails."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.sandbox.conftest import Clock, Seller


@pytest.mark.parametrize(
    ("path", "status"), [("/ws/listings", 401), ("/ws/tasks/1", 401), ("/ws/sav", 401), ("/ws/orders", 403)]
)
def test_a_wrong_token_is_refused(seller: Seller, path: str, status: int) -> None:
    got, said = seller.get(path, Authorization="Basic wrong")
    assert got == status
    assert said["error"]["message"]
    assert said["requestId"]


def test_a_plain_user_agent_is_refused_unless_switched_off(make_seller: Callable[..., Seller]) -> None:
    plain = {"User-Agent": "python-requests/2"}
    assert make_seller().get("/ws/listings", **plain)[0] == 403
    assert make_seller(quirks=["any_user_agent"]).get("/ws/listings", **plain)[0] == 200


def test_a_malformed_locale_is_refused(seller: Seller) -> None:
    assert seller.get("/ws/listings", **{"Accept-Language": "fr-FR,fr;q=0.9"})[0] == 400


def test_an_unserved_locale_gets_euro_prices(seller: Seller) -> None:
    seller.list_phone()
    assert seller.get("/ws/listings", **{"Accept-Language": "fi-fi"})[1]["results"][0]["currency"] == "EUR"


def test_the_201st_call_in_ten_seconds_blocks_for_ten_seconds(seller: Seller, clock: Clock) -> None:
    assert {seller.get("/ws/orders")[0] for _ in range(200)} == {200}
    status, said = seller.get("/ws/orders")
    assert (status, said["error"]["code"]) == (429, "too_many_requests")
    clock.pass_seconds(9.9)
    assert seller.get("/ws/orders")[0] == 429
    clock.pass_seconds(0.2)
    assert seller.get("/ws/orders")[0] == 200


def test_more_sku_lines_than_an_hour_may_bring_are_refused(make_seller: Callable[..., Seller], clock: Clock) -> None:
    seller = make_seller(lines_per_hour=2)
    listing = seller.list_phone(quantity=3)
    assert seller.post(f"/ws/listings/{listing['id']}", {"quantity": 2})[0] == 200
    assert seller.post(f"/ws/listings/{listing['id']}", {"quantity": 1})[0] == 429
    assert seller.quantity() == 2
    clock.pass_seconds(3601)
    assert seller.post(f"/ws/listings/{listing['id']}", {"quantity": 1})[0] == 200


def test_a_file_may_have_so_many_lines_and_no_more(make_seller: Callable[..., Seller]) -> None:
    body = {"catalog": "sku\n" + "A\n" * 4, "quotechar": '"', "delimiter": ",", "encoding": "utf-8"}
    assert make_seller(lines_per_file=3).post("/ws/listings", body)[0] == 400


def test_a_status_fault_counts_down_and_touches_only_its_path(seller: Seller) -> None:
    seller.post("/_control/faults", {"status": 500, "times": 2, "path": "/ws/orders"})
    assert seller.get("/ws/listings")[0] == 200
    assert [seller.get("/ws/orders")[0] for _ in range(3)] == [500, 500, 200]


def test_faults_are_told_as_they_stand(seller: Seller) -> None:
    told = seller.post("/_control/faults", {"slow": 0.01, "lose_answer": {"times": 2, "path": "/ws/orders"}})[1]
    assert told["faults"]["slow"]["value"] == 0.01
    assert (told["faults"]["lose_answer"]["times"], told["faults"]["lose_answer"]["path"]) == (
        2,
        "/ws/orders",
    )
    assert "lose_answer" in seller.get("/")[1]


def test_nothing_is_done_when_the_answer_is_made_up(seller: Seller) -> None:
    listing = seller.list_phone(quantity=3)
    seller.post("/_control/faults", {"status": 429, "times": 1})
    assert seller.post(f"/ws/listings/{listing['id']}", {"quantity": 9})[0] == 429
    assert seller.quantity() == 3


def test_the_firewall_answers_html(seller: Seller) -> None:
    seller.post("/_control/faults", {"html": 1})
    status, page = seller.get("/ws/orders")
    assert status == 403
    assert "<!DOCTYPE html>" in page


def test_a_task_can_be_made_to_fail(seller: Seller) -> None:
    seller.post("/_control/faults", {"task_fails": {"value": "Import is closed", "times": 1}})
    task = seller.send("A,1", columns="sku,quantity")
    assert (task["action_status"], task["last_action_error"]) == (8, "Import is closed")
    assert seller.send("A,1", columns="sku,quantity")["action_status"] == 9


def test_limits_and_quirks_can_be_changed_while_running(seller: Seller) -> None:
    seller.post("/_control/faults", {"limits": {"calls": 1, "task_seconds": 0.5}, "quirks": ["html_when_throttled"]})
    assert seller.get("/ws/orders")[0] == 200
    assert "blocked" in seller.get("/ws/orders")[1]


@pytest.mark.parametrize(
    "wrong",
    [
        {"explode": 1},
        {"slow": -1},
        {"status": 7},
        {"quirks": ["none"]},
        {"limits": {"beer": 1}},
        {"html": "x"},
    ],
)
def test_a_fault_that_is_not_there_is_refused(seller: Seller, wrong: dict[str, object]) -> None:
    assert seller.post("/_control/faults", wrong)[0] == 400
    assert seller.get("/_control/faults")[1]["faults"] == {}


def test_reset_empties_everything_and_reuses_no_number(seller: Seller) -> None:
    first = seller.list_phone()
    seller.post("/_control/faults", {"status": 500})
    seller.post("/_control/reset")
    assert seller.get("/_control/listings")[1]["results"] == []
    assert seller.list_phone()["listing_id"] > first["listing_id"]


def test_another_site_cannot_post_to_the_control(seller: Seller) -> None:
    assert seller.post("/_control/reset", **{"Sec-Fetch-Site": "cross-site"})[0] == 403


def test_the_bare_path_is_an_html_404(seller: Seller) -> None:
    status, page = seller.get("/ws/")
    assert status == 404
    assert page.startswith("<!doctype html>")
