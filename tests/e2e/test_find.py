"""Find anything with the keyboard alone, as a screen reader tells it."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.e2e.bench import new_imei
from tests.e2e.conftest import SIZES, signed_in
from tests.e2e.running import Running

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.drawn]


@pytest.fixture(scope="session")
def two_units(house: Running) -> list[tuple[str, str]]:
    """The codes and IMEIs of two units."""
    given = {"model": "iPhone 13", "storage_gb": 128, "colour": "pink", "source": "COUNTER", "price": "150.00"}
    imeis = [new_imei(), new_imei()]
    return [(str(house.do("/units/take-in", given | {"imei": imei})["ref"]), imei) for imei in imeis]


@pytest.fixture(scope="module")
def signed(house: Running, chromium: Browser) -> Iterator[Page]:
    """A technician's browser, for all of these."""
    context = chromium.new_context(base_url=house.url, viewport=SIZES["wide"])
    yield signed_in(context, "technician")
    context.close()


@pytest.fixture
def page(signed: Page) -> Page:
    """The list of units, with nothing done on it yet."""
    signed.goto("/units")
    return signed


def opened(page: Page) -> Locator:
    """Open the dialog by its keys, and return the field in it."""
    page.keyboard.press("Control+k")
    field = page.get_by_role("dialog", name="Find anything").get_by_role("combobox")
    expect(field).to_be_focused()
    return field


def search(page: Page, words: str) -> Locator:
    """Type into the dialog as a person does, and return what is found."""
    opened(page).press_sequentially(words, delay=50)
    found = page.get_by_role("listbox", name="Found").get_by_role("option")
    expect(found.first).to_contain_text(words, ignore_case=True)
    return found


def active(field: Locator, options: Locator) -> int:
    """Return which of the options the field says is the active one; the page must agree."""
    ids = options.evaluate_all("options => options.map(option => option.id)")
    chosen = options.evaluate_all("options => options.map(option => option.getAttribute('aria-selected') === 'true')")
    assert [at for at, is_chosen in enumerate(chosen) if is_chosen] == [
        ids.index(field.get_attribute("aria-activedescendant"))
    ]
    return chosen.index(True)


def test_the_arrows_choose_and_the_field_tells_which(page: Page, two_units: list[tuple[str, str]]) -> None:
    options = search(page, "iphone 13")
    field = page.locator("#find-input")
    expect(field).to_have_attribute("aria-expanded", "true")
    expect(field).to_have_attribute("aria-controls", "find-found")
    chosen = [active(field, options)]
    for key in ("ArrowDown", "ArrowUp", "ArrowUp", "ArrowDown"):
        page.keyboard.press(key)
        chosen.append(active(field, options))
    assert chosen == [0, 1, 0, options.count() - 1, 0]
    expect(field).to_be_focused()


def test_what_was_found_is_counted_aloud(page: Page, two_units: list[tuple[str, str]]) -> None:
    options = search(page, "iphone 13")
    expect(page.locator("#find-said")).to_have_text(f"{options.count()} found")


def test_enter_opens_what_is_chosen(page: Page, two_units: list[tuple[str, str]]) -> None:
    code, _imei = two_units[0]
    search(page, code)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/units/{code}")


def test_escape_gives_the_focus_back_to_where_it_was(page: Page) -> None:
    link = page.get_by_role("link", name="Labels").first
    link.focus()
    opened(page)
    page.keyboard.press("Escape")
    expect(page.locator("#find")).not_to_be_visible()
    expect(link).to_be_focused()


def test_nothing_behind_the_dialog_gets_the_focus(page: Page) -> None:
    opened(page)
    for _press in range(4):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement === document.body || !!document.activeElement.closest('#find')")


def test_a_pasted_column_of_imeis_opens_exactly_those_units(page: Page, two_units: list[tuple[str, str]]) -> None:
    field = opened(page)
    column = "\r\n".join([*(imei for _code, imei in two_units), "490154203237518"])
    field.evaluate(PASTE, column)
    expect(page.locator("#find-found")).to_contain_text("Show 2 units")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/units\?"))
    main = page.locator("#main")
    for code, _imei in two_units:
        expect(main).to_contain_text(code)
    expect(main).to_contain_text("490154203237518")


PASTE = """(field, text) => {
  const clipboardData = new DataTransfer();
  clipboardData.setData("text/plain", text);
  field.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
}"""
