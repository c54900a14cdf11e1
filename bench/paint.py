"""How soon a browser has painted the answer to a scan, counted from when the server's answer was there."""

from __future__ import annotations

from shutil import which
from typing import Any, Final

from flask import Flask
from playwright.sync_api import Page, sync_playwright

from bench.data import unit_code
from bench.figures import percentile, spread
from bench.queue_page import cookie

NAMES: Final = ("chromium", "chromium-headless-shell", "google-chrome")
# The second frame after the strip changed begins once the first has been drawn. Of several answers the last counts.
WATCH: Final = """() => {
  const answered = () => performance.getEntriesByType("resource").filter((e) => e.initiatorType === "fetch").at(-1);
  window.painted = [];
  new MutationObserver(() => requestAnimationFrame(() => requestAnimationFrame(() => {
    const answer = answered();
    if (answer && answer.startTime > (window.painted.at(-1)?.asked ?? 0))
      window.painted.push({ asked: answer.startTime, took: performance.now() - answer.responseEnd });
  }))).observe(document.querySelector(".strip-place"), { childList: true, subtree: true });
}"""


def measure(app: Flask, port: int, scans: int) -> dict[str, Any] | str:
    """Return the milliseconds from answer to paint as spread and p95, or a sentence that says why there are none."""
    path = next(filter(None, map(which, NAMES)), None)
    if path is None:
        return "not measured: there is no Chromium (apt-get install chromium)"
    name, value = cookie(app).split("=", 1)
    address = f"http://127.0.0.1:{port}"
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        context = browser.new_context(viewport={"width": 1280, "height": 800})
        context.add_cookies([{"name": name, "value": value, "url": address}])
        page = context.new_page()
        page.goto(f"{address}/bench")
        taken = _painted(page, scans)
        browser.close()
    return {"ms": spread(taken), "p95_ms": round(percentile(taken, 0.95), 1)}


def _painted(page: Page, scans: int) -> list[float]:
    page.evaluate(WATCH)
    for number in range(1, scans + 1):
        page.keyboard.type(unit_code(number))
        page.keyboard.press("Enter")
        page.wait_for_function("number => window.painted.length >= number", arg=number)
    return [float(each["took"]) for each in page.evaluate("window.painted")]
