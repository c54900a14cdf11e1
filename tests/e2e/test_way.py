"""One device's whole way in the browser: from the intake scan to the buyer and back."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Page, expect

from tests.e2e.bench import Bench, new_imei
from tests.e2e.running import HTTP, Running, until
from workshop.catalogue.checklists import checklist

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_a_device_goes_its_whole_way_by_scanner_alone_and_comes_back(
    house: Running, bench: Bench, sit_down: Callable[..., Page], tmp_path: Path
) -> None:
    bench.count_clicks()
    code = intake(bench, house.announced, tmp_path)
    diagnosis(bench)
    order_and_receive(house, sit_down("parts"), code)
    repair(house, bench, code)
    grading(bench)
    refurbisher = sit_down("refurbisher")
    sku = price_and_pack(house, bench, refurbisher, code)
    sell_and_ship(house, bench, code, sku)
    bring_back(bench, refurbisher, code)
    assert bench.clicks() == 0
    assert {step: n for step, n in bench.scans.items() if n > 2} == {}
    swollen(Bench(sit_down("colleague")))


def intake(bench: Bench, imei: str, folder: Path) -> str:
    """Check an announced device in by its IMEI, print its label, which decodes, and take its photo."""
    bench.begin("check it in")
    bench.scan(imei, "Found: iPhone 12")
    bench.scan(imei, "found, in intake")
    code = str(bench.page.locator(".unit-code").inner_text())
    bench.begin("label")
    with bench.page.expect_download() as label:
        bench.scan("*LABEL*", "1 label to print")
    assert codes_in(label.value.path().read_bytes()) == {code}
    bench.begin("photo")
    photograph(bench, folder)
    bench.begin("leave intake")
    bench.scan("*NEXT*", "diagnosis")
    return code


def photograph(bench: Bench, folder: Path) -> None:
    """Scan for the camera, and give it a photo."""
    Image.new("RGB", (640, 480), "#5b6770").save(folder / "photo.jpg")
    with bench.page.expect_file_chooser() as camera:
        bench.pull_the_trigger("*PHOTO*")
    camera.value.set_files(folder / "photo.jpg")
    expect(bench.strip).to_contain_text("Photo kept")


def codes_in(pdf: bytes) -> set[str]:
    """Read the codes of a page to print."""
    picture = pypdfium2.PdfDocument(pdf)[0].render(scale=4).to_pil()
    return {found.text for found in zxingcpp.read_barcodes(picture)}


def diagnosis(bench: Bench) -> None:
    """Answer every check by the scanner alone; the glass is cracked and the battery worn; decide to repair."""
    for check in checklist("smartphone"):
        bench.begin(f"diagnosis, {check.code}")
        bench.scan({"C-BAT1": "74 912", "C-GLS1": "C-GLS1-"}.get(check.code, f"{check.code}+"), tone=None)
    bench.work("Decide what becomes of it")
    expect(bench.page.locator("#found")).to_contain_text("Battery worn")
    bench.begin("triage")
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
    # Outside of the box a busy machine's keys come too slowly to be a scanner's.
    parts.locator("[data-scan-input]").focus()
    parts.keyboard.type(order)
    parts.keyboard.press("Enter")
    parts.wait_for_url(f"**/receiving/{order}")
    parts.keyboard.type(display["part"]["code"])
    parts.keyboard.press("Enter")
    parts.wait_for_url("**printed=*")
    assert house.unit(code)["job"]["stage"] == "repair"
    parts.close()


def repair(house: Running, bench: Bench, code: str) -> None:
    """Fit the display by scanning it; a wrong battery is refused; replace the battery step by step."""
    bench.begin("display")
    bench.scan(code)
    bench.stage("Repair")
    bench.scan(need_of(house, code, "display")["batch"]["code"], "itted")
    refuse_wrong_battery(house, bench, code)
    battery = need_of(house, code, "battery")["batch"]["code"]
    while bench.page.get_by_text("Scan the new battery").count() == 0:
        step = bench.page.locator(".next-kicker").inner_text()
        bench.begin(f"battery, {step}")
        bench.scan("*PASS*")
        expect(bench.page.locator(".next-kicker")).not_to_have_text(step)
    bench.begin("new battery")
    bench.scan(battery)
    bench.begin("its reading")
    bench.scan("100 1")
    bench.begin("leave repair")
    bench.scan("*NEXT*")
    bench.stage("Grading")


def refuse_wrong_battery(house: Running, bench: Bench, code: str) -> None:
    """A battery for another model is refused in red, and nothing changes."""
    before = house.unit(code)["chain"]
    bench.begin("wrong battery")
    bench.scan(house.pieces["iPhone 13"], "Wrong", tone="no")
    expect(bench.strip).to_contain_text("Nothing was changed")
    expect(bench.page.locator("body")).to_have_class(re.compile("frame-no"))
    assert house.unit(code)["chain"] == before


def grading(bench: Bench) -> None:
    """Erase as the last one was, test again, look at each zone, give the grade: by scans."""
    bench.begin("erasure")
    bench.scan("*ERASED*", "Erased, verified")
    for check in (c for c in checklist("smartphone") if c.retest):
        bench.begin(f"re-test, {check.code}")
        bench.scan("100 1" if check.code == "C-BAT1" else f"{check.code}+", tone=None)
    bench.work("not looked at yet")
    for zone in itertools.count(1):
        if bench.page.locator(".slot[data-state=waiting]", has_text="*NEXT*").count():
            break
        bench.begin(f"zone {zone}")
        bench.scan("G-1", re.compile("The grade (is now|stays)"))
    bench.begin("grade")
    bench.scan("*NEXT*")
    bench.stage("Ready")


def price_and_pack(house: Running, bench: Bench, refurbisher: Page, code: str) -> str:
    """The refurbisher prices it, the technician packs it by a scan; the feed makes it live."""
    refurbisher.goto("/ready")
    refurbisher.fill(f"#price-{code}", "389")
    refurbisher.get_by_role("button", name="Set the typed prices").click()
    expect(refurbisher.locator(".strip")).to_contain_text("rice")
    bench.begin("pack")
    bench.scan("*PACK*")
    until("the unit to be live", lambda: house.unit(code)["job"]["stage"] == "listed")
    refurbisher.goto(f"/units/{code}")
    expect(refurbisher.locator(".rail").first).to_have_accessible_name(re.compile("^Listed"))
    expect(refurbisher.locator("#main")).to_contain_text("Live")
    sku = str(house.unit(code)["listing"]["sku"])
    assert house.quantity(sku) == 1
    return sku


def swollen(bench: Bench) -> None:
    """A swollen battery on a unit taken in by the form stops everything until a quarantine place is scanned."""
    by_the_form(bench, new_imei(tac="35407115"))
    bench.scan("*SWOLLEN*", tone="hold")
    bench.work("Put it into quarantine")
    bench.scan("C-PWR1+", "Every other step is barred", tone="no")
    bench.scan("Q-01")
    bench.work("It lies in Q-01")


def by_the_form(bench: Bench, imei: str) -> None:
    """Take a device in that nobody announced: its IMEI and *NEXT* lead to the form."""
    bench.scan(imei, "No unit has this IMEI", tone="look")
    bench.scan("*NEXT*", tone=None)
    page = bench.page
    expect(page.locator("#imei")).to_have_value(imei)
    page.locator("#model").press_sequentially("12 m", delay=60)
    expect(page.locator("#model")).to_have_value("12 m")
    expect(page.locator("#models option[value='iPhone 12 mini']")).to_be_attached()
    page.fill("#model", "iPhone 12")
    page.fill("#storage_gb", "128")
    page.select_option("#source", "COUNTER")
    page.fill("#price", "82")
    page.click("button[data-kind=primary]")
    page.wait_for_url("**/bench*")


def taken_in(house: Running) -> str:
    """Take a second device in."""
    given = {"imei": new_imei(), "model": "iPhone 12", "storage_gb": 64, "colour": "blue", "source": "COUNTER"}
    return str(house.do("/units/take-in", given | {"price": "70.00"})["ref"])


def sell_and_ship(house: Running, bench: Bench, code: str, sku: str) -> None:
    """A buyer orders it at the sandbox; another unit is refused; it is shipped by two scans."""
    bought = HTTP.post(f"{house.sandbox_url}/_control/orders", json={"sku": sku}).json()["order_id"]
    until("the order to reserve the unit", lambda: house.unit(code)["job"]["stage"] == "sold")
    bench.begin("the wrong unit")
    bench.scan(taken_in(house))
    bench.scan("*SHIP*", tone="no")
    bench.begin("ship")
    bench.scan(code)
    bench.scan("*SHIP*", "is shipped")
    until("the marketplace to know", lambda: told(house, bought, house.unit(code)["imei"]))
    assert house.quantity(sku) == 0


def told(house: Running, order: Any, imei: str) -> bool:
    """Say whether the sandbox knows the IMEI for the order."""
    rows = HTTP.get(f"{house.sandbox_url}/_control/orders").json()["results"]
    return any(str(r["order_id"]) == str(order) and imei in str(r) for r in rows)


def bring_back(bench: Bench, refurbisher: Page, code: str) -> None:
    """The buyer sends it back: a second job opens, and its rail stands under the first."""
    bench.begin("return")
    bench.scan(code, tone=None)
    bench.scan("*RETURN*", "its job 2 begins", tone="look")
    refurbisher.goto(f"/units/{code}")
    expect(refurbisher.locator(".rail")).to_have_count(2)
