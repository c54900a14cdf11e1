"""One device's whole way in the browser: from the intake scan to the buyer and back."""

from __future__ import annotations

import re
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx2
import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Page, expect

from tests.e2e.bench import Bench, new_imei
from tests.e2e.running import Running, until
from workshop.catalogue.checklists import checklist

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_a_device_goes_from_the_intake_scan_to_its_buyer_and_back(
    house: Running, bench: Bench, sit_down: Callable[..., Page], tmp_path: Path
) -> None:
    parts, refurbisher = sit_down("parts"), sit_down("refurbisher")
    code = intake(bench, new_imei(tac="35316911"), tmp_path)
    diagnosis(bench)
    order_and_receive(house, parts, code)
    repair(house, bench, code)
    grading(bench)
    sku = price_and_pack(house, refurbisher, code)
    swollen(house, bench)
    sell_and_ship(house, refurbisher, code, taken_in(house), sku)
    bring_back(bench, refurbisher, code)
    assert bench.scans["repair"] <= 12


def intake(bench: Bench, imei: str, folder: Path) -> str:
    """Take a device in: its IMEI and *NEXT* lead to the form, its label decodes, a photo is taken at the bench."""
    bench.begin("intake")
    bench.scan(imei, "No unit has this IMEI", tone="look")
    bench.scan("*NEXT*", tone=None)
    page = bench.page
    expect(page.locator("#imei")).to_have_value(imei)
    page.locator("#model").press_sequentially("12 m", delay=60)
    expect(page.locator("#models option[value='iPhone 12 mini']")).to_be_attached()
    page.fill("#model", "iPhone 12")
    page.fill("#storage_gb", "128")
    page.fill("#colour", "green")
    page.select_option("#source", "COUNTER")
    page.fill("#price", "82")
    page.click("button[data-kind=primary]")
    page.wait_for_url("**/bench*")
    code = str(page.locator(".unit-code").inner_text())
    assert label_says(page, code) == {code}
    photograph(page, folder)
    bench.scan("*NEXT*", "diagnosis")
    assert bench.scans["intake"] == 3
    return code


def photograph(page: Page, folder: Path) -> None:
    """Give a photo to the bench as a camera would."""
    Image.new("RGB", (640, 480), "#5b6770").save(folder / "photo.jpg")
    page.set_input_files("input[type=file]", folder / "photo.jpg")
    expect(page.locator("#strip")).to_contain_text("Photo")


def label_says(page: Page, code: str) -> set[str]:
    """Open the label as a picture and read its codes."""
    expect(page.locator(f"a[href='/units/{code}/label.pdf']")).to_be_visible()
    answer = page.request.get(f"/units/{code}/label.png")
    assert answer.ok
    return {found.text for found in zxingcpp.read_barcodes(Image.open(BytesIO(answer.body())))}


def diagnosis(bench: Bench) -> None:
    """Answer every check by the scanner alone; the glass is cracked and the battery worn; decide to repair."""
    bench.begin("diagnosis")
    checks = checklist("smartphone")
    for check in checks:
        scanned = {"C-BAT1": "74 912", "C-GLS1": "C-GLS1-"}.get(check.code, f"{check.code}+")
        bench.scan(scanned, tone=None)
    bench.work("Decide what becomes of it")
    expect(bench.page.locator("#found")).to_contain_text("Battery worn")
    assert bench.scans["diagnosis"] == len(checks)
    bench.scan("T-REPAIR", "repair it")
    bench.scan("*NEXT*")
    bench.stage("Parts")


def need_of(house: Running, code: str, kind: str) -> Any:
    """Read what the unit needs of this kind."""
    return next(n for n in house.unit(code)["parts"]["needs"] if n["part_kind"] == kind)


def order_and_receive(house: Running, parts: Page, code: str) -> None:
    """The parts manager orders the display, and receives it by scanning; the job moves on by itself."""
    display = need_of(house, code, "display")
    parts.goto("/")
    row = parts.locator("tr[data-each]", has_text=display["part"]["code"])
    expect(row).to_be_visible()
    parts.locator("[data-send]").click()
    expect(parts.locator("#strip, .strip").first).to_contain_text("approved and sent")
    order = need_of(house, code, "display")["order"]["code"]
    parts.keyboard.type(order)
    parts.keyboard.press("Enter")
    parts.wait_for_url(f"**/receiving/{order}")
    parts.keyboard.type(display["part"]["code"])
    parts.keyboard.press("Enter")
    parts.wait_for_url("**printed=*")
    assert house.unit(code)["job"]["stage"] == "repair"


def repair(house: Running, bench: Bench, code: str) -> None:
    """Fit the display by scanning it; a wrong one is refused; replace the battery step by step."""
    bench.begin("repair")
    bench.scan(code)
    bench.stage("Repair")
    bench.scan(need_of(house, code, "display")["batch"]["code"], "itted")
    refuse_wrong_battery(house, bench, code)
    battery = need_of(house, code, "battery")["batch"]["code"]
    while bench.page.get_by_text("Scan the new battery").count() == 0:
        step = bench.page.locator(".next-kicker").inner_text()
        bench.scan("*PASS*")
        expect(bench.page.locator(".next-kicker")).not_to_have_text(step)
    bench.scan(battery)
    bench.scan("100 1")
    bench.scan("*NEXT*")
    bench.stage("Grading")


def refuse_wrong_battery(house: Running, bench: Bench, code: str) -> None:
    """A battery for another model is refused in red, and nothing changes."""
    before = house.unit(code)["chain"]
    bench.scan(house.pieces["iPhone 13"], "Wrong", tone="no")
    expect(bench.strip).to_contain_text("Nothing was changed")
    expect(bench.page.locator("body")).to_have_class(re.compile("frame-no"))
    assert house.unit(code)["chain"] == before


def grading(bench: Bench) -> None:
    """Erase with evidence, test again by scans, look at each zone by scans, give the grade."""
    page = bench.page
    bench.begin("erasure")
    page.get_by_role("link", name=re.compile("Record")).first.click()
    page.select_option("#method", "crypto_erase")
    page.select_option("#category", "Purge")
    page.fill("#tool", "Eraser")
    page.fill("#tool_version", "2.1")
    page.select_option("#verification", "full")
    page.select_option("#result", "pass")
    page.click("button[data-kind=primary]")
    page.wait_for_url("**/bench*")
    bench.begin("retest")
    for check in (c for c in checklist("smartphone") if c.retest):
        bench.scan("100 1" if check.code == "C-BAT1" else f"{check.code}+", tone=None)
    bench.begin("zones")
    bench.work("not looked at yet")
    while page.locator(".slot[data-state=waiting]", has_text="*NEXT*").count() == 0:
        bench.scan("G-1", re.compile("The grade (is now|stays)"))
    assert bench.scans["zones"] <= 8
    bench.scan("*NEXT*")
    bench.stage("Ready")


def price_and_pack(house: Running, refurbisher: Page, code: str) -> str:
    """The refurbisher prices and packs it; the feed makes it live."""
    refurbisher.goto("/ready")
    refurbisher.fill(f"#price-{code}", "389")
    refurbisher.get_by_role("button", name="Set the typed prices").click()
    expect(refurbisher.locator(".strip")).to_contain_text("rice")
    refurbisher.goto(f"/units/{code}")
    refurbisher.locator("#actions").get_by_role("link", name="Pack").click()
    refurbisher.click("form.form button.button")
    until("the unit to be live", lambda: house.unit(code)["job"]["stage"] == "listed")
    refurbisher.goto(f"/units/{code}")
    expect(refurbisher.locator(".rail").first).to_have_accessible_name(re.compile("^Listed"))
    expect(refurbisher.locator("#main")).to_contain_text("Live")
    sku = str(house.unit(code)["listing"]["sku"])
    assert house.quantity(sku) == 1
    return sku


def swollen(house: Running, bench: Bench) -> None:
    """A swollen battery on another unit stops everything until a quarantine place is scanned."""
    code = taken_in(house)
    bench.begin("swollen")
    bench.scan(code)
    bench.scan("*SWOLLEN*", tone="hold")
    bench.work("Put it into quarantine")
    bench.scan("C-PWR1+", "Every other step is barred", tone="no")
    bench.scan("Q-01")
    bench.work("It lies in Q-01")


def taken_in(house: Running) -> str:
    """Take a second device in."""
    given = {"imei": new_imei(), "model": "iPhone 12", "storage_gb": 64, "colour": "blue", "source": "COUNTER"}
    return str(house.do("/units/take-in", given | {"price": "70.00"})["ref"])


def sell_and_ship(house: Running, refurbisher: Page, code: str, other: str, sku: str) -> None:
    """A buyer orders it at the sandbox; another unit is refused at the packing table; it is shipped."""
    bought = httpx2.post(f"{house.sandbox_url}/_control/orders", json={"sku": sku}, timeout=20).json()["order_id"]
    until("the order to reserve the unit", lambda: house.unit(code)["job"]["stage"] == "sold")
    refurbisher.goto(f"/orders/{bought}")
    ship(refurbisher, other)
    expect(refurbisher.locator("#refusal")).to_contain_text("Nothing was changed")
    ship(refurbisher, code)
    until("the marketplace to know", lambda: told(house, bought, house.unit(code)["imei"]))
    assert house.quantity(sku) == 0


def ship(page: Page, code: str) -> None:
    """Scan a unit at the packing table."""
    page.check("#ship-not-blocked")
    page.fill("#ship-tracking", "JJFI12345678")
    page.fill("#ship-code", code)
    page.press("#ship-code", "Enter")


def told(house: Running, order: Any, imei: str) -> bool:
    """Say whether the sandbox knows the IMEI for the order."""
    rows = httpx2.get(f"{house.sandbox_url}/_control/orders", timeout=20).json()["results"]
    return any(str(r["order_id"]) == str(order) and imei in str(r) for r in rows)


def bring_back(bench: Bench, refurbisher: Page, code: str) -> None:
    """The buyer sends it back: a second job opens, and its rail stands under the first."""
    bench.begin("return")
    bench.scan(code, tone=None)
    bench.scan("*RETURN*", "its job 2 begins", tone="look")
    assert bench.scans["return"] == 2
    refurbisher.goto(f"/units/{code}")
    expect(refurbisher.locator(".rail")).to_have_count(2)
