"""A seller who knows the sandbox only by its HTTP: through Flask's client, or against a real process."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from workshop.sandbox import create_sandbox

TOKEN = "c2FuZGJveDp0b2tlbg=="
HEADERS = {
    "Authorization": f"Basic {TOKEN}",
    "User-Agent": "BM-Workshop-Tests;bench@workshop.example",
    "Accept-Language": "fr-fr",
    "Content-Type": "application/json",
}
EAN, OTHER_EAN = "4006381333931", "5901234123457"
IMEI, OTHER_IMEI = "356938035643809", "490154203237518"


class Clock:
    """A clock that stands still until told."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def pass_seconds(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


class Seller:
    """Calls the marketplace with the right headers; `ask` is what carries the call."""

    def __init__(self, ask: Callable[..., tuple[int, Any]], wait: Callable[[], None]) -> None:
        self.ask, self._wait = ask, wait

    def get(self, path: str, **headers: str) -> tuple[int, Any]:
        return self.ask("GET", path, None, HEADERS | headers)

    def post(self, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
        return self.ask("POST", path, body, HEADERS | headers)

    def patch(self, path: str, body: Any = None) -> tuple[int, Any]:
        return self.ask("PATCH", path, body, HEADERS)

    def send(self, *rows: str, columns: str = "sku,ean,quantity,price,grade,comment", **headers: str) -> Any:
        """Send a catalogue and wait for its result."""
        body = {
            "catalog": "\n".join([columns, *rows]),
            "quotechar": '"',
            "delimiter": ",",
            "encoding": "utf-8",
        }
        status, answer = self.post("/ws/listings", body, **headers)
        assert status == 200, answer
        while (task := self.get(f"/ws/tasks/{answer['bodymessage']}")[1])["action_status"] not in {8, 9}:
            self._wait()
        return task

    def list_phone(self, sku: str = "IP12-GOOD", quantity: int = 3, price: str = "249.90") -> dict[str, Any]:
        """List a telephone and return the listing as the marketplace answers it."""
        self.send(f"{sku},{EAN},{quantity},{price},GOOD,Works with all operators")
        return dict(self.get(f"/ws/listings/detail?sku={sku}")[1])

    def sell(self, sku: str = "IP12-GOOD", **more: Any) -> dict[str, Any]:
        """A buyer orders one."""
        status, order = self.post("/_control/orders", {"sku": sku, **more})
        assert status == 201, order
        return dict(order)

    def move(self, order: dict[str, Any], state: int, **more: Any) -> tuple[int, Any]:
        number = order["order_id"]
        return self.post(f"/ws/orders/{number}", {"order_id": number, "new_state": state, **more})

    def ship(self, order: dict[str, Any], **more: Any) -> tuple[int, Any]:
        for line in order["orderlines"]:
            self.move(order, 2, sku=line["listing"])
        return self.move(order, 3, tracking_number="1Z999", **more)

    def quantity(self, sku: str = "IP12-GOOD") -> int:
        found = self.get("/_control/listings")[1]["results"]
        return next(int(row["quantity"]) for row in found if row["sku"] == sku)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def make_seller(tmp_path: Path, clock: Clock) -> Iterator[Callable[..., Seller]]:
    """Open a marketplace in this process, with its options."""
    opened = []

    def make(**opts: Any) -> Seller:
        app = create_sandbox(tmp_path / f"{len(opened)}.sqlite", token=TOKEN, clock=clock, **opts)
        opened.append(app)

        def ask(method: str, path: str, body: Any, headers: dict[str, str]) -> tuple[int, Any]:
            data = body if isinstance(body, bytes | None) else json.dumps(body)
            answer = app.test_client().open(path, method=method, data=data, headers=headers)
            return answer.status_code, answer.json if answer.is_json else answer.text

        return Seller(ask, lambda: clock.pass_seconds(1))

    yield make
    for app in opened:
        app.extensions["sandbox"]["store"].close()


@pytest.fixture
def seller(make_seller: Callable[..., Seller]) -> Seller:
    return make_seller()


class Process:
    """The sandbox as it runs in a demo: its own process, on a free port, over a file."""

    def __init__(self, store: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.store, self.running = store, None
        self.seller = Seller(self.ask, lambda: None)

    def start(self) -> None:
        command = [sys.executable, "-m", "workshop.sandbox", "--port", str(self.port)]
        command += ["--store", str(self.store), "--token", TOKEN, "--task-seconds", "0.05"]
        self.running = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=os.environ)
        assert self.running.stdout
        assert self.running.stdout.readline() == f"sandbox ready http://127.0.0.1:{self.port}\n"

    def stop(self, how: signal.Signals = signal.SIGKILL) -> None:
        assert self.running
        assert self.running.stdout
        self.running.send_signal(how)
        self.running.wait(10)
        self.running.stdout.close()

    def ask(self, method: str, path: str, body: Any, headers: dict[str, str]) -> tuple[int, Any]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request(method, path, None if body is None else json.dumps(body), headers)
            answer = connection.getresponse()
            text = answer.read().decode()
        finally:
            connection.close()
        return answer.status, json.loads(text) if "json" in answer.headers["Content-Type"] else text


@pytest.fixture
def process(tmp_path: Path) -> Iterator[Process]:
    made = Process(tmp_path / "sandbox.sqlite")
    made.start()
    yield made
    if made.running and made.running.poll() is None:
        made.stop()
