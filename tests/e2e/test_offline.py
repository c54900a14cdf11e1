"""The Wi-Fi drops: what is scanned is kept and shown, and what the server has in the end is what was scanned."""

from __future__ import annotations

import os
import random
import re
import signal
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from shutil import which
from typing import Final
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page, Route, expect

from tests.chromium import NAMES
from tests.e2e.bench import Bench, new_imei
from tests.e2e.lossy import Lossy, losing
from tests.e2e.running import PASSWORD, Running, until

pytestmark = [pytest.mark.browser, pytest.mark.slow]
CHECKS: Final = ("C-PWR1", "C-CHG1", "C-BATL1", "C-TCH1", "C-CAM1", "C-SPK1")
# A browser that is in no hurry for people: what waits is old at once, and is tried again at once.
QUICK: Final = """
window.workshopWaits = { first: 4, most: 30, late: 150, slow: 1500 };
window.keptScans = 0;
document.addEventListener("workshop:scanned", () => (window.keptScans += 1));
"""
# So that a test need not wait five seconds until nobody looks at an answer any more.
IMPATIENT: Final = "window.workshopWaits = { first: 200, late: 400 };"
SCAN: Final = """codes => codes.forEach((code) => {
  const box = document.querySelector("[data-scan-form]");
  box.elements.code.value = code;
  box.requestSubmit();
})"""


def in_diagnosis(house: Running) -> str:
    """A unit in diagnosis."""
    given = {"imei": new_imei(), "model": "iPhone 12", "storage_gb": 64, "colour": "blue", "source": "COUNTER"}
    code = str(house.do("/units/take-in", given | {"price": "70.00"})["ref"])
    house.do(f"/units/{code}/add-photo", {"image": house.picture})
    house.do(f"/units/{code}/advance", {})
    return code


def told(house: Running, unit: str) -> list[str]:
    """What was scanned for a unit, in order, by its story."""
    events = [e for e in reversed(house.unit(unit)["events"]) if e["action"] in ("scan", "answer")]
    return [unit if e["action"] == "scan" else e["data"]["check"] + "+" for e in events]


def type_in(page: Page, *codes: str) -> None:
    """Scan without waiting for any answer."""
    for code in codes:
        page.keyboard.type(code)
        page.keyboard.press("Enter")
        page.wait_for_timeout(80)


def fail_at(code: str) -> Callable[[Route], None]:
    """A server that fails at this scan, but not at putting it aside."""

    def answer(route: Route) -> None:
        sent = parse_qs(route.request.post_data or "")
        if sent.get("code") != [code] or "failed" in sent:
            return route.continue_()
        return route.fulfill(status=500, headers={"Workshop-Receipt": sent["request_key"][0]}, body="broken")

    return answer


def sign_in(page: Page, username: str) -> None:
    page.goto("/sign-in")
    page.fill("#who", username)
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")
    page.wait_for_url(lambda url: "sign-in" not in url)


def wait_until_kept_by_the_worker(page: Page) -> None:
    """Wait until this page may be read without a network."""
    page.wait_for_function("() => navigator.serviceWorker.controller", timeout=30_000)
    page.reload()
    page.wait_for_function("path => caches.match(path).then(Boolean)", arg="/bench", timeout=30_000)


@pytest.mark.drawn
def test_whoever_is_signed_out_while_the_network_is_away_is_told_so_when_it_is_back(
    house: Running, bench: Bench
) -> None:
    unit, page = in_diagnosis(house), bench.page
    page.add_init_script(IMPATIENT)
    page.goto("/bench")
    bench.scan(unit)
    page.context.set_offline(True)
    type_in(page, "C-PWR1+")
    expect(bench.strip).to_have_attribute("data-tone", "kept")
    page.context.clear_cookies()
    page.wait_for_timeout(500)
    page.context.set_offline(False)
    expect(bench.strip).to_contain_text("You are signed out.")
    bench.strip.get_by_role("link", name="Sign in").click()
    page.fill("#who", "technician")
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")
    until("the scan to be sent", lambda: told(house, unit) == [unit, "C-PWR1+"])


@pytest.mark.drawn("postgresql")
def test_an_offline_bench_goes_on_and_everything_is_sent_once(house: Running, bench: Bench) -> None:
    unit, page = in_diagnosis(house), bench.page
    page.add_init_script(IMPATIENT)
    page.goto("/bench")
    bench.scan(unit)
    wait_until_kept_by_the_worker(page)
    page.context.set_offline(True)
    type_in(page, "C-PWR1+", "C-CHG1+")
    expect(bench.strip).to_have_attribute("data-tone", "kept")
    expect(bench.strip).to_contain_text("Kept on this bench: C-CHG1+.")
    expect(page.locator("[data-kept-words]")).to_have_text("Offline, 2 scans wait")
    bench.strip.get_by_role("link", name="See the 2").click()
    expect(page.locator("[data-kept-mine] li")).to_have_count(2)
    page.reload()
    expect(page.locator("[data-as-of-note]")).to_contain_text("As of")
    expect(page.locator("[data-kept-words]")).to_have_text("Offline, 2 scans wait")
    type_in(page, "C-BATL1+")
    page.wait_for_timeout(400)
    page.context.set_offline(False)
    expect(bench.strip).to_contain_text("Sent: 3 kept scans.", timeout=30_000)
    assert told(house, unit) == [unit, "C-PWR1+", "C-CHG1+", "C-BATL1+"]
    expect(page.locator("[data-kept]")).to_have_attribute("data-state", "online")
    expect(page.locator("[data-as-of-note]")).to_be_hidden()
    expect(page.locator("#bench")).to_have_attribute("data-unit", unit)


def test_what_no_longer_fits_comes_back_as_a_task(house: Running, bench: Bench) -> None:
    unit, page = in_diagnosis(house), bench.page
    page.add_init_script(IMPATIENT)
    page.goto("/bench")
    bench.scan(unit)
    page.context.set_offline(True)
    type_in(page, "C-PWR1+", "C-CHG1+")
    house.do(f"/units/{unit}/hold", {"kind": "waiting_person"})
    page.wait_for_timeout(400)
    page.context.set_offline(False)
    expect(bench.strip).to_have_attribute("data-tone", "look", timeout=30_000)
    bench.strip.get_by_role("link", name="Look at them").click()
    row = page.get_by_role("row").filter(has_text="C-PWR1+").filter(has_text=unit)
    expect(row).to_contain_text("does not lie at this bench now")
    row.get_by_role("button", name="Do it now").click()
    expect(page.locator("#strip")).to_contain_text("C-PWR1+ is done.")
    assert told(house, unit) == [unit, "C-PWR1+"]


@pytest.mark.drawn("postgresql")
def test_a_scan_at_which_the_server_fails_each_time_holds_up_no_other(house: Running, bench: Bench) -> None:
    unit, page = in_diagnosis(house), bench.page
    page.add_init_script("window.workshopWaits = { first: 50, late: 100 };")
    page.goto("/bench")
    bench.scan(unit)
    page.route("**/bench/*", fail_at("C-PWR1+"))
    type_in(page, "C-PWR1+")
    expect(bench.strip).to_have_attribute("data-tone", "look")
    bench.strip.get_by_role("link", name="Look at them").click()
    row = page.get_by_role("row").filter(has_text="C-PWR1+").filter(has_text=unit)
    expect(row).to_contain_text("The server failed at it each time")
    page.goto("/bench")
    bench.scan("C-CHG1+")
    assert told(house, unit) == [unit, "C-CHG1+"]


@pytest.mark.drawn("postgresql")
def test_two_pages_drain_one_queue_in_order(house: Running, bench: Bench) -> None:
    unit, first = in_diagnosis(house), bench.page
    first.goto("/bench")
    bench.scan(unit)
    second = first.context.new_page()
    second.goto("/bench")
    first.context.set_offline(True)
    for page, code in ((first, "C-PWR1+"), (second, "C-CHG1+"), (first, "C-BATL1+"), (second, "C-TCH1+")):
        page.bring_to_front()
        page.locator("[data-scan-input]").focus()
        type_in(page, code)
    expect(first.locator("[data-kept-words]")).to_have_text("Offline, 4 scans wait")
    first.context.set_offline(False)
    wanted = [unit, "C-PWR1+", "C-CHG1+", "C-BATL1+", "C-TCH1+"]
    until("all four to be sent", lambda: told(house, unit) == wanted)


@pytest.mark.drawn("postgresql")
def test_nobody_reads_the_pages_of_whoever_was_there_before(house: Running, bench: Bench) -> None:
    page = bench.page
    page.goto("/bench")
    wait_until_kept_by_the_worker(page)
    page.locator(".person summary").click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/sign-in")
    page.context.set_offline(True)
    page.goto("/bench")
    expect(page.get_by_role("heading", level=1)).to_contain_text("not kept here")
    page.context.set_offline(False)


@pytest.mark.drawn("postgresql")
def test_a_colleague_hands_in_what_somebody_locked_out_scanned(house: Running, bench: Bench) -> None:
    unit, page = in_diagnosis(house), bench.page
    page.goto("/bench")
    bench.scan(unit)
    page.context.clear_cookies()
    type_in(page, "C-PWR1+")
    expect(page.locator("[data-kept-words]")).to_have_text("Signed out, 1 scan waits")
    sign_in(page, "colleague")
    expect(page.locator("[data-kept-words]")).to_have_text("Kept for others, 1 scan waits")
    page.locator("[data-kept] summary").click()
    page.get_by_role("button", name="Hand in what others scanned").click()
    expect(page.locator("#strip")).to_contain_text("Handed in.")
    page.goto("/scans-to-look-at")
    expect(page.get_by_role("row").filter(has_text=unit)).to_contain_text("handed in by Jari Niemi")
    assert told(house, unit) == [unit]


def test_a_page_shows_by_itself_what_another_bench_did(house: Running, bench: Bench) -> None:
    unit, page = in_diagnosis(house), bench.page
    page.goto("/bench")
    bench.scan(unit)
    watching = page.context.new_page()
    watching.goto(f"/units/{unit}")
    house.do(f"/units/{unit}/hold", {"kind": "waiting_person"})
    expect(watching.locator("#main")).to_contain_text("On hold: Waiting for a person")
    page.bring_to_front()
    expect(page.locator("#bench .rail").first).to_have_accessible_name(re.compile("1 held"))
    expect(bench.strip).to_have_attribute("data-tone", "yes")


@pytest.mark.drawn("postgresql")
def test_a_page_that_freshens_itself_leaves_what_a_person_types(house: Running, bench: Bench) -> None:
    unit, page = in_diagnosis(house), bench.page
    page.goto("/queue")
    page.locator("[data-scan-input]").fill("half a co")
    with page.expect_response(lambda answer: answer.request.headers.get("x-live") == "1", timeout=30_000):
        house.do(f"/units/{unit}/hold", {"kind": "waiting_person"})
    expect(page.locator("[data-scan-input]")).to_have_value("half a co")
    expect(page.locator("[data-scan-input]")).to_be_focused()


# --- a thousand scans ---------------------------------------------------------------------------------------------


class Handheld:
    """A browser with a disk of its own, which can be killed and started again."""

    def __init__(self, chromium: Browser, folder: Path, url: str) -> None:
        self.chromium, self.folder, self.url = chromium, folder, url
        self.page = self.start()

    def start(self) -> Page:
        """Start it with what its disk holds, and sign in."""
        self.context: BrowserContext = self.chromium.browser_type.launch_persistent_context(
            str(self.folder),
            executable_path=os.environ.get("WORKSHOP_CHROMIUM") or next(filter(None, map(which, NAMES))),
            args=["--no-sandbox", "--disable-gpu"],
            base_url=self.url,
        )
        self.context.add_init_script(QUICK)
        self.page = self.context.pages[0]
        sign_in(self.page, "technician")
        return self.page

    def scan(self, codes: list[str]) -> None:
        """Scan these, and wait until each is on the disk."""
        before = self.page.evaluate("window.keptScans")
        self.page.evaluate(SCAN, codes)
        self.page.wait_for_function("n => window.keptScans >= n", arg=before + len(codes), timeout=60_000, polling=100)

    def kill(self) -> None:
        """End every process of this browser at once, as a battery does that falls out."""
        for process in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                if str(self.folder) in (process / "cmdline").read_text():
                    os.kill(int(process.name), signal.SIGKILL)
        with suppress(Error):
            self.context.close()


@pytest.fixture
def lossy(house: Running) -> Iterator[Lossy]:
    """The workshop behind a network that loses three answers of ten."""
    with losing(house.port, 0.3) as network:
        yield network


def a_day_of(scans: int, units: list[str]) -> list[str]:
    """Scans as they come: a unit, some of its checks, the next unit. The first is a unit; none comes twice in a row."""
    chance, codes = random.Random(11), [units[0]]
    while len(codes) < scans:
        code = chance.choice(units) if chance.random() < 0.2 else chance.choice(CHECKS) + "+"
        if code != codes[-1]:
            codes.append(code)
    return codes


def by_unit(codes: list[str]) -> dict[str, list[str]]:
    """What was scanned for each unit, in order."""
    found: dict[str, list[str]] = {}
    lying = ""
    for code in codes:
        lying = code if code.startswith("U") else lying
        found.setdefault(lying, []).append(code)
    return found


def test_a_thousand_scans_over_a_bad_network_and_a_killed_browser_are_all_there_in_order(
    house: Running, lossy: Lossy, chromium: Browser, tmp_path: Path
) -> None:
    units = [in_diagnosis(house) for _ in range(12)]
    codes = a_day_of(100 if house.database_url.startswith("sqlite") else 1000, units)
    part = len(codes) // 3
    handheld = Handheld(chromium, tmp_path, lossy.url)
    handheld.scan(codes[:part])
    handheld.kill()
    handheld.start()
    handheld.scan(codes[part : 2 * part])
    handheld.page.reload()
    handheld.scan(codes[2 * part :])
    left = "() => document.querySelector('[data-kept]').dataset.count === '0'"
    handheld.page.wait_for_function(left, timeout=300_000, polling=100)
    assert {unit: told(house, unit) for unit in units} == {unit: by_unit(codes).get(unit, []) for unit in units}
    assert lossy.lost > len(codes) / 5
    handheld.context.close()
