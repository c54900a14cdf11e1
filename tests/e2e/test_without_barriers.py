"""Every kind of page, on a wide screen and a handheld, in light and in dark: nothing shuts anybody out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

import pytest
from playwright.sync_api import Page

from tests.barriers import barriers, bring_axe, unreadable
from tests.cast import Cast
from tests.conftest import settings_for
from tests.e2e.conftest import SIZES
from tests.e2e.everything import furnish
from tests.e2e.links import ACTION, Links, pages_on_disk
from tests.e2e.running import Running
from workshop import create_app
from workshop.core.db import db
from workshop.jobs.target import OpenUnit

# What is drawn does not depend on the database.
pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.drawn]
ROLES: Final = ("technician", "auditor", "admin", "parts", "refurbisher")
# Pages that no link leads to, and what they answer.
UNLINKED: Final = {"/sign-in": 200, "/offline": 200, "/nowhere": 404}
# Shown for the second in which a file is read.
PASSING: Final = {"sourcing/importing.html"}
NOT_LINKED: Final = {"_ui/refused_page.html", "_ui/offline_page.html"}
# What stands in no list just now: a unit at a bench, and what was sold to the last piece.
UNLISTED: Final[dict[str, Callable[[list[OpenUnit], str], list[str]]]] = {
    "technician": lambda units, _sku: [f"/bench?unit={unit.code}" for unit in units],
    "auditor": lambda _units, sku: [f"/feed/{sku}"],
}
# Around every page of a role: looked at once.
FRAME: Final = [[".desk-side"], [".bench-bar"], [".bench-nav"]]
ASKED_FOR: Final = "Service Worker registration blocked"
READING: Final = (Path(__file__).parent / "barriers.js").read_text()


@pytest.fixture(scope="session")
def walked(house: Running) -> dict[str, Links]:
    """The pages that each role comes to by links, in a workshop that has one of everything."""
    app = create_app(settings_for(house.database_url, house.folder))
    with app.app_context():
        units, sku = furnish(house)
        sessions = {username: Cast().session_of(username) for username in ROLES}
    found = {}
    for username, secret in sessions.items():
        client = app.test_client()
        with client.session_transaction() as session:
            session["sid"] = secret
        found[username] = Links(app, client)
        unlisted = UNLISTED[username](units, sku) if username in UNLISTED else []
        found[username].follow(["/", "/me", "/find?q=iphone", *unlisted])
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    return found


@pytest.mark.parametrize("username", ROLES)
def test_no_link_leads_to_a_refusal(username: str, walked: dict[str, Links]) -> None:
    assert walked[username].wrong == {}


def test_every_page_is_reached_by_links(walked: dict[str, Links]) -> None:
    reached = set().union(*(links.templates for links in walked.values()))
    assert pages_on_disk() - reached == PASSING | NOT_LINKED
    assert len([kind for links in walked.values() for kind in links.kinds if kind.startswith(ACTION)]) >= 8


def test_no_kind_of_page_shuts_anybody_out(walked: dict[str, Links], sit_down: Callable[..., Page]) -> None:
    looked_at: dict[str, str] = {}
    found: dict[str, list[str]] = {}
    colours: list[str] = []
    for username, links in walked.items():
        new = {kind: path for kind, path in links.kinds.items() if kind not in looked_at}
        looked_at |= new
        page = sit_down(username, reduced_motion="reduce", service_workers="block")
        for number, path in enumerate(new.values()):
            found[f"{username} {path}"] = complaints(page, path, colours, but_for=FRAME if number else [])
    print(f"{len(looked_at)} kinds of page:", *looked_at.items(), sep="\n")
    assert {path: wrong for path, wrong in found.items() if wrong} == {}


@pytest.mark.parametrize("path", UNLINKED)
def test_no_page_without_a_link_shuts_anybody_out(path: str, sit_down: Callable[..., Page]) -> None:
    page = sit_down("technician", reduced_motion="reduce", service_workers="block")
    if path == "/sign-in":
        page.context.clear_cookies()
    assert complaints(page, path, [], status=UNLINKED[path]) == []


def complaints(
    page: Page, path: str, colours: list[str], *, status: int = 200, but_for: Sequence[list[str]] = ()
) -> list[str]:
    """Open a page, dark on a handheld and then light on a wide screen, and return what is wrong with it.

    Each combination of colours is looked at once: `colours` are those seen by now. At all else axe looks everywhere but
    in what `but_for` selects.
    """
    logged: list[str] = []

    def note(message: Any) -> None:
        if message.type in ("error", "warning") and str(status) not in message.text and ASKED_FOR not in message.text:
            logged.append(message.text)

    page.on("console", note)
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size(SIZES["handheld"])
    answer = page.goto(path)
    assert answer is not None
    wrong = [] if answer.status == status else [f"it answers {answer.status}"]
    bring_axe(page)
    wrong += [*page.evaluate(READING), *sideways(page, "handheld"), *unreadable(page, colours)]
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(SIZES["wide"])
    wrong += [*sideways(page, "wide"), *unreadable(page, colours), *barriers(page, but_for)]
    page.remove_listener("console", note)
    return wrong + logged


def sideways(page: Page, size: str) -> list[str]:
    """Say whether the page scrolls sideways."""
    width = page.evaluate("document.documentElement.scrollWidth")
    return [f"it is {width} wide on a {size}"] if width > SIZES[size]["width"] else []
