"""A unit is scanned with the camera: a real decoder reads a real label out of a browser's picture."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.chromium import ARGUMENTS, executable
from tests.e2e.bench import new_imei
from tests.e2e.conftest import signed_in
from tests.e2e.running import Running
from workshop.core import labels

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.drawn]
FAKE = ("--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream")


def film(code: str, path: Path) -> None:
    """Write a film of a label that lies still: pictures one after another are what Chromium takes for a camera."""
    drawn = labels.render([labels.Label(title="iPhone 13", code=code, qr=code)], size="unit", format="png")
    label = Image.open(io.BytesIO(drawn)).convert("RGB")
    picture = Image.new("RGB", (1280, 720), "#777777")
    label = label.resize((900, label.height * 900 // label.width))
    picture.paste(label, ((1280 - label.width) // 2, (720 - label.height) // 2))
    frame = io.BytesIO()
    picture.save(frame, "JPEG", quality=90)
    path.write_bytes(frame.getvalue() * 30)


@pytest.fixture
def unit_code(house: Running) -> str:
    """A unit that was just taken in."""
    given = {"imei": new_imei(), "model": "iPhone 13", "storage_gb": 128, "colour": "pink", "source": "COUNTER"}
    return str(house.do("/units/take-in", given | {"price": "150.00"})["ref"])


@pytest.fixture
def filmed(house: Running, chromium: Browser, unit_code: str, tmp_path: Path) -> Iterator[Page]:
    """A technician's bench in a browser whose camera sees the unit's label."""
    film(unit_code, tmp_path / "label.mjpeg")
    file = f"--use-file-for-fake-video-capture={tmp_path / 'label.mjpeg'}"
    browser = chromium.browser_type.launch(executable_path=executable(), args=[*ARGUMENTS, *FAKE, file])
    try:
        yield signed_in(browser.new_context(base_url=house.url), "technician")
    finally:
        browser.close()


def test_a_unit_is_scanned_by_its_label_once_and_the_camera_goes_off_again(filmed: Page, unit_code: str) -> None:
    filmed.goto("/bench?empty=1")
    filmed.get_by_role("button", name="Scan with the camera").click()
    expect(filmed.locator("#strip")).to_contain_text("iPhone 13, 128 GB, pink")
    expect(filmed.locator("#camera samp")).to_have_text(unit_code)
    posts: list[Any] = []
    filmed.on("request", lambda request: posts.append(request) if request.method == "POST" else None)
    filmed.wait_for_timeout(700)
    assert posts == []
    tracks = filmed.evaluate_handle("document.querySelector('#camera video').srcObject.getTracks()")
    filmed.keyboard.press("Escape")
    expect(filmed.locator("#camera")).to_be_hidden()
    assert tracks.evaluate("tracks => tracks.map(track => track.readyState)") == ["ended"]


def test_a_camera_that_may_not_be_used_is_said_with_what_to_do(sit_down: Callable[..., Page]) -> None:
    page = sit_down("technician")
    page.goto("/bench")
    refuse = "async () => { throw new DOMException('', 'NotAllowedError') }"
    page.evaluate(f"() => {{ navigator.mediaDevices.getUserMedia = {refuse} }}")
    page.get_by_role("button", name="Scan with the camera").click()
    expect(page.locator("#camera")).to_contain_text("Allow it beside the address")
