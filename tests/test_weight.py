"""How much the bench's page weighs, compressed, with all that it loads before anything is pressed."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable
from typing import Any, Final

from tests.conftest import Walk

MOST_BYTES: Final = 150_000
_LOADED = re.compile(r'(?:href|src)="/static/([^"?#]+)')


def weight(name: str, client: Any) -> int:
    """What a file weighs as it is sent: fonts are compressed already."""
    with client.get(f"/static/{name}") as answer:
        return len(answer.data) if name.endswith(".woff2") else len(gzip.compress(answer.data))


def test_the_bench_weighs_less_than_150_kb_compressed(walk: Walk, client_of: Callable[[str], Any]) -> None:
    unit = walk.in_diagnosis()
    client = client_of("technician")
    page = client.get(f"/bench?unit={unit.code}").text
    files = set(_LOADED.findall(page))
    assert "css/workshop.css" in files
    assert "js/all.js" in files
    assert not {f for f in files if "zxing" in f or "camera" in f}, "the decoder loads when the camera opens"
    weights = {name: weight(name, client) for name in files}
    assert len(gzip.compress(page.encode())) + sum(weights.values()) < MOST_BYTES, weights
