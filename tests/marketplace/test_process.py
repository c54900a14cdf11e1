"""Feed workers as processes: killed at the worst moment, and two at once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from tests.cast import Cast
from tests.conftest import Walk
from tests.marketplace.conftest import AGENT, TOKEN, Sandbox, Shop
from workshop.core import clock
from workshop.core.db import db
from workshop.core.work import Task
from workshop.marketplace import account
from workshop.marketplace.models import Listing

pytestmark = pytest.mark.slow


@pytest.fixture
def workshop_on_disk(own_app: Callable[..., Flask], sandbox: Sandbox) -> Iterator[Flask]:
    """A whole workshop whose database others can open too."""
    app = own_app()
    with app.app_context():
        seller = account.account()
        seller.makes_eans, seller.days = True, 0
        db.session.commit()
        yield app


def worker(app: Flask, sandbox: Sandbox, *more: str) -> subprocess.Popen[str]:
    """A feed worker in a process of its own."""
    env = os.environ | {
        "DATABASE_URL": app.extensions["settings"].database_url,
        "SECRET_KEY": "tests-only-tests-only",
        "BACKMARKET_BASE_URL": sandbox.url,
        "BACKMARKET_TOKEN": TOKEN,
        "BACKMARKET_USER_AGENT": AGENT,
        "WORKSHOP_FEED_INTERVAL_SECONDS": "0.3",
    }
    command = [sys.executable, "-m", "flask", "--app", "workshop", "feed", "run", *more]
    return subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True)


def until(holds: Callable[[], Any], seconds: float = 90) -> None:
    """Wait until something holds in the database."""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        found = holds()
        db.session.rollback()
        db.session.expire_all()
        if found:
            return
        time.sleep(0.05)
    raise AssertionError("it never came to hold")


def end(process: subprocess.Popen[str], how: signal.Signals = signal.SIGTERM) -> None:
    """End a worker."""
    process.send_signal(how)
    process.wait(20)
    assert process.stdout is not None
    process.stdout.close()


def shop_of(app: Flask) -> Shop:
    cast = Cast()
    return Shop(Walk(cast.actor("technician")), cast.actor("refurbisher"))


def test_a_worker_killed_between_sending_and_settling_lists_once(workshop_on_disk: Flask, sandbox: Sandbox) -> None:
    shop = shop_of(workshop_on_disk)
    unit = shop.ready()
    sku = shop.sku(unit)
    sandbox.fail(slow={"value": 0.8, "times": 1, "path": "/ws/listings", "method": "POST"})
    first = worker(workshop_on_disk, sandbox)
    until(lambda: not sandbox.control("GET", "faults")["faults"])
    end(first, signal.SIGKILL)
    assert db.session.scalar(select(Listing.create_sent_at)) is not None
    sandbox.fail(clear=True)
    past = clock.now() - timedelta(minutes=2)
    db.session.execute(update(Task).values(leased_until=past))
    db.session.commit()
    second = worker(workshop_on_disk, sandbox)
    until(lambda: shop.walk.fresh(unit).stage == "listed")
    end(second)
    assert sandbox.quantities(sku) == [1]


def test_two_workers_at_once_list_each_unit_once(workshop_on_disk: Flask, sandbox: Sandbox) -> None:
    shop = shop_of(workshop_on_disk)
    units = [shop.ready(), shop.ready(), shop.ready(colour="red")]
    skus = {shop.sku(u) for u in units}
    two = [worker(workshop_on_disk, sandbox) for _n in range(2)]
    until(lambda: all(shop.walk.fresh(u).stage == "listed" for u in units))
    sandbox.buy(shop.sku(units[0]))
    until(lambda: shop.walk.fresh(units[0]).stage == "sold")
    for process in two:
        end(process)
    assert sorted(sandbox.quantity(sku) or 0 for sku in skus) == [1, 1]
    assert all(max(sandbox.quantities(sku)) <= 2 for sku in skus)
