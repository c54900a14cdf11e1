"""A shop with units ready to sell, and the sandbox marketplace as a process of its own, spoken to over HTTP."""

from __future__ import annotations

import http.client
import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from tests.conftest import Walk
from tests.grading.conftest import ERASED
from workshop.core import clock
from workshop.core.actions import Done, perform
from workshop.core.actor import Actor
from workshop.core.db import db
from workshop.core.work import Task
from workshop.jobs.target import OpenUnit
from workshop.marketplace import account, running
from workshop.marketplace.adapters.backmarket import BackMarket
from workshop.marketplace.models import Listing

TOKEN = "c2FuZGJveDp0b2tlbg=="
AGENT = "BM-Workshop-Tests;bench@workshop.example"


class Sandbox:
    """The marketplace's process, and its `/_control`."""

    def __init__(self, store: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.store, self.url = store, f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it and wait until it answers."""
        command = [sys.executable, "-m", "workshop.sandbox", "--port", str(self.port), "--store", str(self.store)]
        command += ["--token", TOKEN, "--task-seconds", "0.05", "--calls", "100000"]
        self.running = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self.running.stdout is not None
        assert self.running.stdout.readline().startswith("sandbox ready")

    def stop(self, how: signal.Signals = signal.SIGKILL) -> None:
        """End it, by default without warning."""
        self.running.send_signal(how)
        self.running.wait(10)
        assert self.running.stdout is not None
        self.running.stdout.close()

    def control(self, method: str, path: str, body: Any = None) -> Any:
        """Ask what the real marketplace does not offer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            sent = None if body is None else json.dumps(body)
            connection.request(method, f"/_control/{path}", sent, {"Content-Type": "application/json"})
            answer = connection.getresponse()
            found = json.loads(answer.read())
        finally:
            connection.close()
        assert answer.status < 300, found
        return found

    def listing(self, sku: str) -> dict[str, Any] | None:
        """A listing as the marketplace has it."""
        rows = self.control("GET", "listings")["results"]
        return next((row for row in rows if row["sku"] == sku), None)

    def quantity(self, sku: str) -> int | None:
        """How many the marketplace would sell."""
        found = self.listing(sku)
        return None if found is None else int(found["quantity"])

    def quantities(self, sku: str) -> list[int]:
        """Every quantity that the marketplace ever showed."""
        rows = self.control("GET", f"history?sku={sku}")["results"]
        return [row["to"] for row in rows if row["field"] == "quantity"]

    def buy(self, sku: str, **more: Any) -> dict[str, Any]:
        """A buyer orders."""
        return dict(self.control("POST", "orders", {"sku": sku, **more}))

    def order(self, number: int | str) -> dict[str, Any]:
        """An order as the marketplace has it."""
        rows = self.control("GET", "orders")["results"]
        return next(dict(row) for row in rows if str(row["order_id"]) == str(number))

    def fail(self, **faults: Any) -> None:
        """Let it fail as told."""
        self.control("POST", "faults", faults)


@pytest.fixture(scope="session")
def sandbox_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    made = Sandbox(tmp_path_factory.mktemp("sandbox") / "store.sqlite")
    made.start()
    yield made
    made.stop()


@pytest.fixture
def sandbox(sandbox_process: Sandbox) -> Sandbox:
    """An empty marketplace."""
    sandbox_process.control("POST", "reset", {})
    return sandbox_process


class Shop:
    """Does what technician, refurbisher and feed do between grading and the buyer's door."""

    def __init__(self, walk: Walk, refurbisher: Actor) -> None:
        self.walk, self.refurbisher = walk, refurbisher

    def graded(self, **more: Any) -> OpenUnit:
        """A unit that has come to ready through every gate before it."""
        unit = self.walk.answer_all(self.walk.in_diagnosis(**more))
        self.walk.do("decide_triage", unit, {"decision": "repair"})
        while self.walk.fresh(unit).stage != "grading":
            self.walk.do("advance", unit)
        self.walk.do("record_erasure", unit, ERASED)
        self.walk.answer_all(self.walk.fresh(unit))
        for _zone in range(5):
            self.walk.do("observe_zone", unit, {"observation": 0})
        self.walk.do("give_grade", unit)
        if self.walk.fresh(unit).stage == "grading":
            self.walk.do("advance", unit)
        return self.walk.fresh(unit)

    def price(self, unit: OpenUnit, price: str = "279.00", **more: Any) -> Done:
        """Set a price as the refurbisher."""
        return self.walk.do("set_price", unit, {"price": price, **more}, by=self.refurbisher)

    def ready(self, price: str = "279.00", **more: Any) -> OpenUnit:
        """A unit with all that it needs to be listed."""
        unit = self.graded(**more)
        self.price(unit, price)
        self.walk.do("pack", unit, {"place": "S-02-4"})
        return self.walk.fresh(unit)

    def sku(self, unit: OpenUnit) -> str:
        """The SKU that a unit is offered under."""
        from workshop.marketplace import shelf

        offer = shelf.offer_of(unit.id)
        assert offer is not None
        return offer.listing.sku

    def listing(self, sku: str) -> Listing:
        """A listing as we have it."""
        db.session.expire_all()
        return db.session.scalars(select(Listing).where(Listing.sku == sku)).one()

    def feed(self, rounds: int = 12, *, recurring: bool = True) -> None:
        """Let the feed work until nothing is left to do; waits are shortened."""
        for _round in range(rounds):
            if recurring and _round == 0:
                running.once("test")
            else:
                while running.turn("test"):
                    pass
            waiting = Task.finished_at.is_(None) & Task.kind.like("feed.%")
            left = db.session.scalars(select(Task.id).where(waiting, Task.kind != "feed.create")).all()
            if not left:
                return
            self.hurry()
            time.sleep(0.03)

    def hurry(self) -> None:
        """Let what waits be due now."""
        waiting = Task.finished_at.is_(None) & Task.kind.like("feed.%")
        db.session.execute(update(Task).where(waiting).values(due_at=clock.now()))
        db.session.commit()

    def unblock(self) -> None:
        """Let the pause that the marketplace asked for be over."""
        account.account().blocked_until = None
        db.session.commit()

    def live(self, **more: Any) -> tuple[OpenUnit, str]:
        """A unit that the marketplace shows."""
        unit = self.ready(**more)
        self.feed()
        found = self.walk.fresh(unit)
        assert found.stage == "listed"
        return found, self.sku(unit)


@pytest.fixture
def market(app: Flask, sandbox: Sandbox) -> Iterator[BackMarket]:
    """The app's own client of the sandbox."""
    client = BackMarket(sandbox.url, TOKEN, agent=AGENT, locale="fr-fr", timeout=1.0)
    app.extensions["marketplace"] = client
    yield client
    client.close()
    app.extensions.pop("marketplace")


@pytest.fixture
def shop(walk: Walk, refurbisher: Actor) -> Shop:
    """A practice account without a daily limit."""
    seller = account.account()
    seller.makes_eans, seller.days = True, 0
    db.session.commit()
    return Shop(walk, refurbisher)


@pytest.fixture
def act(refurbisher: Actor) -> Callable[..., Done]:
    """Do something as the refurbisher."""
    return lambda name, target, given=None: perform(name, target, given or {}, by=refurbisher)
