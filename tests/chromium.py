"""One Chromium for every test that drives a browser."""

from __future__ import annotations

import os
from collections.abc import Iterator
from shutil import which
from typing import Final

import pytest
from playwright.sync_api import Browser, sync_playwright

NAMES: Final = ("chromium", "chromium-headless-shell", "google-chrome")
ARGUMENTS: Final = ("--no-sandbox", "--disable-gpu")
MISSING: Final = "no Chromium: apt-get install chromium-headless-shell, or set WORKSHOP_CHROMIUM"


def executable() -> str | None:
    """Return where the system's browser is, or None."""
    return os.environ.get("WORKSHOP_CHROMIUM") or next(filter(None, map(which, NAMES)), None)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The browser of the system; without one these tests are skipped, and fail in CI."""
    if executable() is None:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(MISSING)
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=executable(), args=[*ARGUMENTS])
        yield browser
        browser.close()
