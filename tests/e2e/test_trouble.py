"""What goes wrong while somebody scans: the session ends, the app is killed. No scan is lost or counted twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.bench import Bench, new_imei
from tests.e2e.running import PASSWORD, Running, until

pytestmark = [pytest.mark.browser, pytest.mark.slow]
THREE = ("C-PWR1+", "C-CHG1+", "C-BATL1+")


@pytest.fixture
def in_diagnosis(house: Running, bench: Bench) -> str:
    """A unit in diagnosis that lies at the bench."""
    given = {"imei": new_imei(), "model": "iPhone 12", "storage_gb": 64, "colour": "blue", "source": "COUNTER"}
    code = str(house.do("/units/take-in", given | {"price": "70.00"})["ref"])
    house.do(f"/units/{code}/add-photo", {"image": house.picture})
    house.do(f"/units/{code}/advance", {})
    bench.page.goto("/bench")
    bench.scan(code)
    return code


def answered(house: Running, code: str) -> Counter[str]:
    """Count how often each check was answered, by the unit's story."""
    events = house.unit(code)["events"]
    return Counter(e["data"]["check"] for e in events if e["action"] == "answer")


def type_in_a_row(page: Page, codes: tuple[str, ...]) -> None:
    """Scan several codes without waiting for any answer."""
    for code in codes:
        page.keyboard.type(code)
        page.keyboard.press("Enter")
        page.wait_for_timeout(60)


def test_an_app_killed_while_somebody_scans_loses_and_doubles_nothing(
    house: Running, bench: Bench, in_diagnosis: str
) -> None:
    bench.page.keyboard.type(THREE[0])
    bench.page.keyboard.press("Enter")
    house.kill("app")
    type_in_a_row(bench.page, THREE[1:])
    expect(bench.strip).to_contain_text("No answer yet")
    house.start_app()
    once = Counter(code.rstrip("+") for code in THREE)
    until("all three scans to be kept", lambda: answered(house, in_diagnosis) == once)
    expect(bench.strip).to_have_attribute("data-tone", "yes", timeout=30_000)


@pytest.mark.drawn
def test_a_trigger_pulled_again_counts_once_until_the_time_since_the_pull_that_counted_is_over(
    house: Running, bench: Bench, in_diagnosis: str
) -> None:
    begun = datetime.now(UTC)
    for after_ms, tone in ((0, "yes"), (150, "look"), (300, "yes")):  # within 200 ms it is the same scan
        bench.page.clock.set_fixed_time(begun + timedelta(milliseconds=after_ms))
        bench.scan("C-PWR1+", tone=tone)
    assert answered(house, in_diagnosis) == Counter({"C-PWR1": 2})


@pytest.mark.drawn
def test_a_session_that_ends_in_mid_scan_costs_nobody_their_scans(
    house: Running, bench: Bench, in_diagnosis: str, sit_down: Callable[..., Any]
) -> None:
    bench.page.context.clear_cookies()
    type_in_a_row(bench.page, THREE)
    expect(bench.strip).to_have_attribute("data-tone", "no")
    expect(bench.strip).to_contain_text("Sign in")
    assert answered(house, in_diagnosis) == Counter()
    bench.strip.get_by_role("link", name="Sign in").click()
    bench.page.fill("#who", "technician")
    bench.page.fill("#password", PASSWORD)
    bench.page.press("#password", "Enter")
    once = Counter(code.rstrip("+") for code in THREE)
    until("the three scans to be sent", lambda: answered(house, in_diagnosis) == once)
    expect(bench.page).to_have_url(f"{house.url}/bench")


@pytest.mark.drawn
def test_scans_of_one_person_are_not_sent_by_another(house: Running, bench: Bench, in_diagnosis: str) -> None:
    bench.page.context.clear_cookies()
    type_in_a_row(bench.page, THREE[:1])
    bench.strip.get_by_role("link", name="Sign in").click()
    bench.page.fill("#who", "colleague")
    bench.page.fill("#password", PASSWORD)
    bench.page.press("#password", "Enter")
    expect(bench.page.locator("[data-scan-input]")).to_be_focused()
    bench.page.wait_for_timeout(300)
    assert answered(house, in_diagnosis) == Counter()
