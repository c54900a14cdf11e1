"""The gallery served for real, and one Chromium for the tests that press keys."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.ui.gallery import served

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def gallery() -> Iterator[str]:
    with served() as address:
        yield address


@pytest.fixture
def tab(chromium: Browser) -> Iterator[Page]:
    page = chromium.new_page(viewport={"width": 1280, "height": 800})
    yield page
    page.close()
