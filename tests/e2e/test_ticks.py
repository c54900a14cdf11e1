"""Rows are ticked by keyboard alone, and a page that keeps itself fresh lets them stand."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.bench import new_imei
from tests.e2e.conftest import SIZES
from tests.e2e.running import Running

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.drawn]
TARGET = 44


def taken_in(house: Running) -> str:
    """A unit that was just taken in, by its code."""
    given = {"imei": new_imei(), "model": "iPhone 13", "storage_gb": 128, "colour": "pink", "source": "COUNTER"}
    return str(house.do("/units/take-in", given | {"price": "150.00"})["ref"])


def test_two_labels_are_asked_for_without_a_mouse(house: Running, sit_down: Callable[..., Page]) -> None:
    page = sit_down("technician")
    first, second = sorted(taken_in(house) for _ in range(2))
    page.goto("/units?state=open&q=iPhone 13&sort=unit")
    page.focus(f"#tick-{first}")
    for key in ("Space", "ArrowDown", "Space"):
        page.keyboard.press(key)
        page.wait_for_timeout(80)  # keys that come closer are a scanner's
    expect(page.locator(".ticked-count")).to_have_text("2 ticked")
    page.get_by_role("button", name="Print the labels").press("Enter")
    expect(page.locator("#codes")).to_have_value(f"{first} {second}")


def test_what_is_ticked_stays_ticked_when_the_page_keeps_itself_fresh(
    house: Running, sit_down: Callable[..., Page]
) -> None:
    page, code = sit_down("technician"), taken_in(house)
    page.goto("/units?q=iPhone 13&sort=-unit")
    page.check(f"#tick-{code}")
    newer = taken_in(house)
    expect(page.locator(f"#tick-{newer}")).to_be_visible()
    expect(page.locator(f"#tick-{code}")).to_be_checked()
    expect(page.locator(f"#tick-{newer}")).not_to_be_checked()
    expect(page.locator(".ticked-count")).to_have_text("1 ticked")


def test_all_on_a_page_are_ticked_at_once_on_a_handheld(house: Running, sit_down: Callable[..., Page]) -> None:
    page, code = sit_down("technician"), taken_in(house)
    page.set_viewport_size(SIZES["handheld"])  # type: ignore[arg-type]
    taken_in(house)
    page.goto("/units?q=iPhone 13")
    page.get_by_label("All on this page").check()
    expect(page.locator(f"#tick-{code}")).to_be_checked()
    expect(page.locator(".ticked-count")).to_have_text(re.compile(r"^\d+ ticked$"))
    for target in (page.locator(".ticked-all"), *page.locator(".ticked button").all()):
        box = target.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= TARGET
    assert page.evaluate("document.documentElement.scrollWidth") == SIZES["handheld"]["width"]
