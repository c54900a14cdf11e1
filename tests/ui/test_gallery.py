"""Every component, drawn in a real browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.barriers import barriers, bring_axe, unreadable
from tests.ui.gallery import PAGES, SIZES

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("name", PAGES)
def test_no_page_scrolls_sideways_on_a_handheld(name: str, gallery: str, tab: Page) -> None:
    tab.set_viewport_size({"width": 390, "height": 844})
    tab.goto(f"{gallery}/{name}")
    assert tab.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize("name", PAGES)
def test_no_page_shuts_anybody_out(name: str, gallery: str, tab: Page) -> None:
    tab.emulate_media(reduced_motion="reduce")  # no colour is looked at while it changes
    tab.goto(f"{gallery}/{name}")
    bring_axe(tab)
    colours: list[str] = []
    wrong = [*barriers(tab, strictly=True), *unreadable(tab, colours)]
    tab.emulate_media(color_scheme="dark")
    assert wrong + unreadable(tab, colours) == []


def test_the_bench_fits_the_screen(gallery: str, tab: Page) -> None:
    tab.goto(f"{gallery}/bench")
    assert tab.evaluate("document.documentElement.scrollHeight") <= SIZES["wide"][1]


def test_a_rail_says_in_words_where_the_unit_stands(gallery: str, tab: Page) -> None:
    tab.goto(f"{gallery}/hold")
    rail = tab.get_by_role("img", name="Repair, stage 4 of 8. 1 of 4 gates met, 2 held")
    assert rail.count() == 1


def test_gates_not_met_come_first(gallery: str, tab: Page) -> None:
    tab.goto(f"{gallery}/bench")
    states = tab.locator(".gate").evaluate_all("gates => gates.map(gate => gate.dataset.state)")
    assert states == ["open", "open", "met", "met"]
