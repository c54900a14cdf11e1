"""A technician's hands at the bench: the scanner, what the strip says, and how many scans a step took."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Final

from playwright.sync_api import Locator, Page, expect

from workshop.catalogue.identifiers import imei_check_digit

# What the scan before was answered stands until the page shows the answer to this one.
BEFORE: Final = "#strip[data-before]"
MARK: Final = """() => document.querySelector("#strip")?.setAttribute("data-before", "")"""
# Within 200 ms the same code is the same scan.
REPEAT_MS: Final = 250
COUNT_CLICKS: Final = """
addEventListener("pointerdown", () => (sessionStorage.clicks = Number(sessionStorage.clicks ?? 0) + 1), true);
"""
_numbers = itertools.count(1)


def new_imei(tac: str = "35309711") -> str:
    """Return an IMEI that nobody has seen; the model is proposed once one of the same TAC was taken in."""
    body = f"{tac}{500_000 + next(_numbers):06d}"
    return body + imei_check_digit(body)


@dataclass
class Bench:
    """The bench's page in a browser."""

    page: Page
    scans: Counter[str] = field(default_factory=Counter)
    step: str = ""
    last: str = ""

    @property
    def strip(self) -> Locator:
        """What happened."""
        return self.page.locator("#strip")

    def scan(self, code: str, says: str | re.Pattern[str] | None = None, tone: str | None = "yes") -> None:
        """Scan: fast keys and an Enter, wherever the focus is. The strip must answer in this tone."""
        if code == self.last:
            self.page.wait_for_timeout(REPEAT_MS)
        self.last = code
        self.page.evaluate(MARK)
        with self.page.expect_response(lambda answer: answer.request.method == "POST"):
            self.pull_the_trigger(code)
        expect(self.page.locator(BEFORE)).to_have_count(0)
        if tone is not None:
            expect(self.strip).to_have_attribute("data-tone", tone)
        if says is not None:
            expect(self.strip).to_contain_text(says)

    def pull_the_trigger(self, code: str) -> None:
        """Send the keys of a scanner and count them as one scan."""
        self.page.keyboard.type(code)
        self.page.keyboard.press("Enter")
        self.scans[self.step] += 1

    def count_clicks(self) -> None:
        """Count from now on what a mouse or a finger does on this page, over each reload."""
        self.page.add_init_script(COUNT_CLICKS)
        self.page.reload()

    def clicks(self) -> int:
        """Return how often somebody clicked."""
        return int(self.page.evaluate("Number(sessionStorage.clicks ?? 0)"))

    def begin(self, step: str) -> None:
        """Count the scans that follow under this step."""
        self.step = step

    def work(self, words: str | re.Pattern[str]) -> None:
        """Expect that the work card names this as next."""
        expect(self.page.locator("#bench")).to_contain_text(words)

    def stage(self, words: str) -> None:
        """Expect that the rail says in words that the unit stands there."""
        expect(self.page.locator(".rail").first).to_have_accessible_name(re.compile(f"^{words}"))
