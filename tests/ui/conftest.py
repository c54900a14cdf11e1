"""The gallery served for real, and one Chromium for the tests that press keys."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from pathlib import Path
from shutil import which
from threading import Thread

import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from werkzeug.serving import make_server

from tests.ui.gallery import create_gallery

ROOT = Path(__file__).parents[2]
NAMES = ("chromium", "chromium-headless-shell", "google-chrome")


@pytest.fixture(scope="session")
def gallery() -> Iterator[str]:
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server("127.0.0.1", 0, create_gallery(), threaded=True)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = os.environ.get("WORKSHOP_CHROMIUM") or next(filter(None, map(which, NAMES)), None)
    if path is None:
        if os.environ.get("CI") == "true":
            pytest.fail("no Chromium: apt-get install chromium-headless-shell, or set WORKSHOP_CHROMIUM")
        pytest.skip("no Chromium: apt-get install chromium-headless-shell, or set WORKSHOP_CHROMIUM")
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@pytest.fixture
def tab(chromium: Browser) -> Iterator[Page]:
    page = chromium.new_page(viewport={"width": 1280, "height": 800})
    yield page
    page.close()
