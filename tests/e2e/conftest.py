"""A workshop running in processes of its own on each database, and people who sit down in front of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import select, update

from tests.cast import Cast
from tests.conftest import Databases, picture, settings_for
from tests.e2e.bench import Bench, new_imei
from tests.e2e.running import PASSWORD, Running
from tests.grading.conftest import ERASED
from tests.sourcing.files import csv_file, expected
from workshop import create_app
from workshop.accounts import authenticate
from workshop.accounts.models import Person, Site
from workshop.core.actions import perform
from workshop.core.db import db
from workshop.marketplace import seed
from workshop.parts.models import Part
from workshop.parts.seed import cost_of, seed_catalogue

expect.set_options(timeout=30_000)  # patience costs nothing where all is well, and a busy machine is slow at anything
SIZES = {"wide": {"width": 1280, "height": 800}, "handheld": {"width": 390, "height": 844}}
IN_STOCK = ("iPhone 12", "iPhone 13")


def furnish() -> tuple[str, dict[str, str]]:
    """Give the cast a password, the site its parts and the account its practice mode.

    Returns the token of a technician at another bench and, by model, the code of a battery in stock.
    """
    db.session.execute(update(Person).values(password_hash=authenticate.hash_password(PASSWORD)))
    seed_catalogue()
    db.session.commit()
    seed.practice_account(started_on=date(2026, 1, 1), on_probation=False)
    return Cast().token_of("colleague"), {name: put_batteries_on_the_shelf(name) for name in IN_STOCK}


def erase_one_here() -> None:
    """Let the technician's bench have erased a device, so that the next is erased alike by one scan."""
    technician = Cast().actor("technician")
    given = {"imei": new_imei(), "model": "iPhone 12", "storage_gb": 64, "colour": "red", "source": "COUNTER"}
    code = perform("take_in", None, given | {"price": "60.00"}, by=technician).ref
    perform("add_photo", code, {"image": picture()}, by=technician)
    perform("advance", code, {}, by=technician)
    perform("record_erasure", code, ERASED, by=technician)


def announce_one() -> str:
    """Expect a delivery of one device, and return its IMEI."""
    imei = new_imei(tac="35316911")
    line = f"{imei};iPhone 12;128 GB;green;B;82,50"
    expected(Cast().actor("refurbisher"), csv_file(line), site="TMP")
    return imei


def put_batteries_on_the_shelf(model: str) -> str:
    """Put two batteries for this model into stock, by the action that a person uses."""
    query = select(Part.code).where(Part.kind == "battery", Part.quality == "maker", Part.name.endswith(model))
    code = db.session.scalars(query).first()
    site = db.session.scalars(select(Site.id).where(Site.code == "TMP")).one()
    given = {"location": "B-01-1", "quantity": 2, "site": site, "unit_cost": str(cost_of(str(code)) // 100)}
    return str(perform("open_stock", code, given, by=Cast().actor("admin")).more["batch"])


@pytest.fixture(scope="session")
def house(databases: Databases, engine_name: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The workshop, once for each database."""
    folder = tmp_path_factory.mktemp("house")
    url = databases.copied(engine_name)
    app = create_app(settings_for(url, folder))
    with app.app_context():
        token, pieces = furnish()
        erase_one_here()
        announced = announce_one()
        db.session.remove()
        db.engine.dispose()
    running = Running(folder, url, token, pieces, announced)
    try:
        running.start()
        yield running
    finally:
        running.stop()


def signed_in(context: BrowserContext, username: str) -> Page:
    """Sign a person in and return their page."""
    context.set_default_timeout(60_000)
    page = context.new_page()
    page.goto("/sign-in")
    page.fill("#who", username)
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")
    page.wait_for_url(lambda url: "sign-in" not in url)
    return page


@pytest.fixture
def sit_down(house: Running, chromium: Browser) -> Iterator[Callable[..., Page]]:
    """A function that signs a person in at a browser of their own, and returns its page."""
    contexts: list[BrowserContext] = []

    def sign_in(username: str, **more: Any) -> Page:
        contexts.append(chromium.new_context(base_url=house.url, viewport=SIZES["wide"], **more))  # type: ignore[arg-type]
        return signed_in(contexts[-1], username)

    yield sign_in
    for context in contexts:
        context.close()


@pytest.fixture
def bench(sit_down: Callable[..., Page]) -> Bench:
    """A technician at their bench, scanner in hand."""
    return Bench(sit_down("technician"))
