"""Every page of every role, on a wide screen and a handheld, in light and in dark: nothing shuts anybody out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.e2e.bench import new_imei
from tests.e2e.conftest import SIZES
from tests.e2e.running import Running

pytestmark = [pytest.mark.browser, pytest.mark.slow]
ROLES = ("technician", "parts", "refurbisher", "admin", "auditor")
BAD = {"serious", "critical"}
NAV = ".bench-nav a, .desk-side .desk-nav a"


@pytest.fixture(scope="session")
def some_unit(house: Running) -> str:
    """A unit in diagnosis, so that no page is empty."""
    given = {"imei": new_imei(), "model": "iPhone 13", "storage_gb": 128, "colour": "pink", "source": "COUNTER"}
    code = str(house.do("/units/take-in", given | {"price": "150.00"})["ref"])
    house.do(f"/units/{code}/add-photo", {"image": house.picture})
    house.do(f"/units/{code}/advance", {})
    return code


@pytest.fixture
def theme(house: Running) -> str:
    """Each database is looked at in one theme: what is drawn does not depend on it."""
    return "light" if house.database_url.startswith("sqlite") else "dark"


@pytest.fixture(scope="session")
def looked_at(house: Running) -> set[str]:
    """The pages that axe has seen in this workshop: one that two roles share is read through once."""
    return set()


@pytest.mark.parametrize("username", ROLES)
def test_no_page_of_a_role_shuts_anybody_out(
    username: str, theme: str, some_unit: str, sit_down: Callable[..., Page], looked_at: set[str]
) -> None:
    page = sit_down(username, color_scheme=theme)
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    links = page.eval_on_selector_all(NAV, "links => links.map(link => link.getAttribute('href'))")
    paths = [*links, f"/units/{some_unit}", "/me"]
    found = {path: complaints(page, path, quick=path in looked_at) for path in paths}
    looked_at.update(paths)
    assert {path: wrong for path, wrong in found.items() if wrong} == {}
    assert said == []


def test_the_sign_in_page_shuts_nobody_out(theme: str, house: Running, sit_down: Callable[..., Page]) -> None:
    page = sit_down("technician", color_scheme=theme)
    page.context.clear_cookies()
    assert complaints(page, "/sign-in") == []


@pytest.mark.parametrize("action", ["take_in", "answer", "hold", "move", "record_fault"])
def test_no_form_shuts_anybody_out(
    action: str, theme: str, house: Running, some_unit: str, sit_down: Callable[..., Page]
) -> None:
    page = sit_down("technician", color_scheme=theme)
    assert complaints(page, f"/do/{action}" if action == "take_in" else f"/do/{action}/{some_unit}") == []


def complaints(page: Page, path: str, *, quick: bool = False) -> list[str]:
    """Open a page at both sizes and return what is wrong with it; `quick` leaves axe out."""
    page.set_viewport_size(SIZES["handheld"])
    answer = page.goto(path)
    assert answer is not None
    wrong = [] if answer.ok else [f"it answers {answer.status}"]
    wrong += sideways(page, "handheld")
    page.set_viewport_size(SIZES["wide"])
    return [*wrong, *sideways(page, "wide"), *([] if quick else barriers(page))]


def sideways(page: Page, size: str) -> list[str]:
    """Say whether the page scrolls sideways."""
    width = page.evaluate("document.documentElement.scrollWidth")
    return [f"it is {width} wide on a {size}"] if width > SIZES[size]["width"] else []


def barriers(page: Page) -> list[str]:
    """Return what axe finds that shuts somebody out."""
    found: list[dict[str, Any]] = Axe().run(page).response["violations"]
    return [f"{v['id']}: {v['nodes'][0]['html'][:160]}" for v in found if v["impact"] in BAD]
