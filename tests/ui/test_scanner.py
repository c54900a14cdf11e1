"""A scanner is a keyboard: what it types is a scan wherever the focus is, what a person types is theirs."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

pytestmark = pytest.mark.browser
BURST = """([code, end]) => [...code, end].filter(Boolean).forEach((key) => {
  const target = document.activeElement;
  const ours = new KeyboardEvent('keydown', {key, bubbles: true, cancelable: true});
  if (target.dispatchEvent(ours) && key.length === 1 && 'value' in target) target.value += key;
})"""


def scan(tab: Page, code: str, end: str = "Enter") -> None:
    """Type a code as fast as a scanner does."""
    tab.evaluate(BURST, [code, end])


def scan_into_box(tab: Page, code: str) -> None:
    """Type a code into the box, which has the focus on a bench."""
    tab.keyboard.type(code)
    tab.keyboard.press("Enter")


@pytest.fixture
def sent(tab: Page, gallery: str) -> list[dict[str, Any]]:
    """Open the forms page and return what the scan box sends from then on."""
    posts: list[dict[str, Any]] = []

    def keep(route: Route) -> None:
        body = route.request.post_data or ""
        posts.append(dict(pair.split("=") for pair in body.split("&")))
        route.fulfill(status=200, content_type="text/html", body='<div id="strip" data-tone="yes">Yes</div>')

    tab.route("**/scan", keep)
    tab.goto(f"{gallery}/forms")
    tab.wait_for_function("window.htmx")
    return posts


def wait_for(tab: Page, posts: list[dict[str, Any]], count: int) -> None:
    """Wait until the server got `count` scans."""
    for _ in range(60):
        if len(posts) >= count:
            return
        tab.wait_for_timeout(50)


def test_a_scan_leaves_no_trace_in_another_field(tab: Page, sent: list[dict[str, Any]]) -> None:
    tab.locator("#a").fill("iPh")
    scan(tab, "U0004127K")
    wait_for(tab, sent, 1)
    assert (sent[0]["code"], tab.locator("#a").input_value()) == ("U0004127K", "iPh")


def test_a_scan_on_a_button_does_not_press_it(tab: Page, sent: list[dict[str, Any]]) -> None:
    tab.get_by_role("button", name="Save the model").focus()
    scan(tab, "U0004127K")
    wait_for(tab, sent, 1)
    assert (sent[0]["code"], "/forms" in tab.url) == ("U0004127K", True)


def test_what_a_person_types_stays_in_the_field(tab: Page, sent: list[dict[str, Any]]) -> None:
    tab.locator("#a").press_sequentially("Galaxy S21", delay=45)
    tab.wait_for_timeout(80)
    assert (tab.locator("#a").input_value(), sent) == ("Galaxy S21", [])


def test_fast_fingers_lose_no_letter(tab: Page, sent: list[dict[str, Any]]) -> None:
    tab.locator("#a").press_sequentially("iPad", delay=5)
    tab.wait_for_timeout(80)
    assert (tab.locator("#a").input_value(), sent) == ("iPad", [])


def test_the_same_code_twice_is_sent_twice_each_under_its_own_key(tab: Page, sent: list[dict[str, Any]]) -> None:
    scan(tab, "U0004127K")
    scan(tab, "U0004127K")
    wait_for(tab, sent, 2)
    assert len({post["request_key"] for post in sent}) == 2


@pytest.fixture
def deaf(tab: Page, gallery: str) -> Callable[[], None]:
    """Open the bench while what listens on it is still on its way, and return what lets it arrive."""
    on_their_way: list[Route] = []
    tab.route("**/all.js*", lambda route: on_their_way.append(route))

    tab.goto(f"{gallery}/bench", wait_until="commit")
    tab.wait_for_function("window.keysUntilNow && document.querySelector('[data-scan-input]')")
    return lambda: on_their_way.pop().continue_()


def test_a_scan_before_the_page_listens_is_a_scan(tab: Page, deaf: Callable[[], None]) -> None:
    scan_into_box(tab, "U0004127K")
    with tab.expect_request("**/scan") as request:
        deaf()
    assert "code=U0004127K" in (request.value.post_data or "")


def test_what_was_typed_before_the_page_listens_stands_in_the_box(tab: Page, deaf: Callable[[], None]) -> None:
    tab.keyboard.type("U00")
    deaf()
    expect(tab.locator("[data-scan-input]")).to_have_value("U00")


def test_a_code_that_a_change_of_page_cut_in_two_is_whole(tab: Page, gallery: str) -> None:
    tab.goto(f"{gallery}/bench")
    tab.wait_for_function("window.htmx")
    tab.evaluate(
        f"document.documentElement.dataset.old = 1; setInterval(() => ({BURST})(['0', '']), 5); location.reload()"
    )
    tab.wait_for_function("!document.documentElement.dataset.old && document.activeElement?.id === 'scan-code'")
    with tab.expect_request("**/scan") as request:
        scan_into_box(tab, "127K")
    assert re.search("code=0+127K&", request.value.post_data or "")


def test_slash_puts_the_focus_into_the_box(tab: Page, sent: list[dict[str, Any]]) -> None:
    tab.locator("body").press("/")
    tab.wait_for_timeout(80)
    assert tab.evaluate("document.activeElement.id") == "scan-code"


def test_a_scan_with_a_slash_is_no_shortcut(tab: Page, sent: list[dict[str, Any]]) -> None:
    scan(tab, "/12345")
    wait_for(tab, sent, 1)
    assert sent[0]["code"] == "%2F12345"


def test_no_answer_is_asked_again_under_the_same_key(tab: Page, gallery: str) -> None:
    keys: list[str] = []

    def silent_once(route: Route) -> None:
        body = dict(pair.split("=") for pair in (route.request.post_data or "").split("&"))
        keys.append(body["request_key"])
        if len(keys) == 1:
            return route.abort()
        return route.fulfill(status=200, content_type="text/html", body='<div id="strip">Received</div>')

    tab.route("**/scan", silent_once)
    tab.goto(f"{gallery}/bench")
    tab.wait_for_function("window.htmx")
    scan_into_box(tab, "U0004127K")
    tab.locator("#strip").get_by_text("No answer yet.").wait_for(timeout=30_000)
    tab.locator("#strip").get_by_text("Received").wait_for()
    assert len(keys) == 2
    assert len(set(keys)) == 1


@pytest.mark.parametrize(("key", "code"), [("F1", "*PASS*"), ("F2", "*FAIL*"), ("F3", "*HOLD*"), ("F9", "*UNDO*")])
def test_a_function_key_sends_its_command(key: str, code: str, tab: Page, gallery: str) -> None:
    tab.goto(f"{gallery}/bench")
    tab.wait_for_function("window.htmx")
    with tab.expect_request("**/scan") as request:
        tab.keyboard.press(key)
    assert f"code={code}" in (request.value.post_data or "").replace("%2A", "*")


def test_a_refusal_frames_the_screen_and_the_box_listens_again(tab: Page, gallery: str) -> None:
    tab.goto(f"{gallery}/bench")
    tab.wait_for_function("window.htmx")
    scan_into_box(tab, "P0011872W")
    tab.get_by_role("alert").wait_for(timeout=30_000)
    assert "frame-no" in (tab.locator("body").get_attribute("class") or "")
    assert tab.evaluate("document.activeElement.id") == "scan-code"


def test_a_number_chooses_between_two_matches(tab: Page, gallery: str) -> None:
    tab.goto(f"{gallery}/kit")
    tab.wait_for_function("window.htmx")
    tab.evaluate("document.querySelector('[data-choice=\"2\"]').addEventListener('click', () => { window.chosen = 2 })")
    tab.locator("body").press("2")
    tab.wait_for_timeout(90)
    assert tab.evaluate("window.chosen") == 2
