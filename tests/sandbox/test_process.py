"""The sandbox as a process of its own: what it acknowledged survives anything."""

from __future__ import annotations

import http.client
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from tests.sandbox.conftest import IMEI, Process

pytestmark = pytest.mark.slow


def test_what_was_acknowledged_survives_kill_9(process: Process) -> None:
    process.seller.list_phone(quantity=3)
    order = process.seller.sell()
    process.stop(signal.SIGKILL)
    process.start()
    assert process.seller.quantity() == 2
    assert process.seller.ship(order, imei=IMEI)[0] == 200


def test_each_acknowledged_order_of_a_rush_survives_kill_9(process: Process) -> None:
    process.seller.list_phone(quantity=500)
    placed: list[int] = []

    def buy_until_dead() -> None:
        try:
            while True:
                placed.append(process.seller.sell()["order_id"])
        except (OSError, http.client.HTTPException):
            return

    buyers = [threading.Thread(target=buy_until_dead) for _ in range(4)]
    for buyer in buyers:
        buyer.start()
    time.sleep(0.5)
    process.stop(signal.SIGKILL)
    for buyer in buyers:
        buyer.join()
    process.start()
    kept = {order["order_id"] for order in process.seller.get("/_control/orders")[1]["results"]}
    assert placed
    assert set(placed) <= kept
    assert process.seller.quantity() == 500 - len(kept)


def test_a_task_goes_on_after_kill_9(process: Process) -> None:
    process.seller.list_phone()
    body = {"catalog": "sku,quantity\nIP12-GOOD,9", "quotechar": '"', "delimiter": ",", "encoding": "utf-8"}
    task = process.seller.post("/ws/listings", body)[1]["bodymessage"]
    process.stop(signal.SIGKILL)
    process.start()
    time.sleep(0.1)
    assert process.seller.get(f"/ws/tasks/{task}")[1]["action_status"] == 9
    assert process.seller.quantity() == 9


def test_a_lost_answer_was_kept_all_the_same(process: Process) -> None:
    listing = process.seller.list_phone(quantity=3)
    process.seller.post("/_control/faults", {"lose_answer": 1, "method": "POST"})
    with pytest.raises((http.client.RemoteDisconnected, ConnectionResetError)):
        process.seller.post(f"/ws/listings/{listing['id']}", {"quantity": 7})
    assert process.seller.quantity() == 7
    assert process.seller.post(f"/ws/listings/{listing['id']}", {"quantity": 6})[0] == 200


def test_a_marketplace_that_is_down_does_nothing_and_hangs_up(process: Process) -> None:
    listing = process.seller.list_phone(quantity=3)
    process.seller.post("/_control/faults", {"down": True})
    with pytest.raises((http.client.RemoteDisconnected, ConnectionResetError)):
        process.seller.post(f"/ws/listings/{listing['id']}", {"quantity": 7})
    process.seller.post("/_control/faults", {"down": None})
    assert process.seller.get(f"/ws/listings/{listing['id']}")[1]["quantity"] == 3


def test_a_slow_marketplace_holds_up_nobody_else(process: Process) -> None:
    process.seller.post("/_control/faults", {"slow": {"value": 1.0, "path": "/ws/orders"}})
    slow = threading.Thread(target=process.seller.get, args=("/ws/orders",))
    slow.start()
    began = time.monotonic()
    process.seller.get("/ws/listings")
    assert time.monotonic() - began < 0.8
    slow.join()


def test_a_store_that_cannot_be_written_is_said_in_one_sentence(process: Process, tmp_path: Path) -> None:
    (tmp_path / "text").write_text("not a database, " * 100)
    command = [sys.executable, "-m", "workshop.sandbox", "--port", "0", "--store", str(tmp_path / "text")]
    refused = subprocess.run(command, capture_output=True, text=True, check=False)
    assert refused.returncode == 1
    assert refused.stderr.startswith("The sandbox cannot keep its store in ")
    assert len(refused.stderr.splitlines()) == 1


def test_a_second_one_on_the_same_port_says_so_in_one_sentence(process: Process) -> None:

    command = [sys.executable, "-m", "workshop.sandbox", "--port", str(process.port)]
    second = subprocess.run(
        [*command, "--store", str(process.store) + "2"], capture_output=True, text=True, check=False
    )
    assert second.returncode == 1
    assert second.stderr.splitlines()[-1].endswith("the port is taken. Choose another port.")
