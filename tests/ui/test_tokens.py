"""The colours can be read: WCAG contrast of the tokens, as they stand in the stylesheet."""

from __future__ import annotations

import re

import pytest

from tests.ui.conftest import ROOT

TOKENS = (ROOT / "workshop/static/css/tokens.css").read_text()
LIGHT, DARK = 0, 1
PAPERS = ("surface", "canvas", "sunken")


def colour(name: str, theme: int) -> str:
    """Return a token's colour in one theme."""
    found = re.search(rf"--{name}: (?:light-dark\((#\w+), (#\w+)\)|(#\w+));", TOKENS)
    assert found, f"no token {name}"
    return found[3] or found[theme + 1]


def luminance(hexed: str) -> float:
    """Return the relative luminance of #RRGGBB (WCAG 2.2)."""
    channels = [int(hexed[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str, theme: int) -> float:
    """Return the contrast of two tokens."""
    dark, light = sorted((luminance(colour(one, theme)), luminance(colour(other, theme))))
    return (light + 0.05) / (dark + 0.05)


LOWEST = [
    ("ink", 14.7, 15.4),
    ("ink2", 6.7, 8.9),
    ("ink3", 4.8, 6.3),
    ("now", 6.4, 7.7),
    ("yes", 5.0, 8.6),
    ("no", 5.3, 7.7),
    ("look", 5.4, 10.0),
]
OWN = [
    ("now", "now-bg", 6.8, 6.6),
    ("yes", "yes-bg", 5.2, 7.3),
    ("no", "no-bg", 5.4, 7.2),
    ("look", "look-bg", 5.8, 8.5),
    ("now-ink", "now", 7.8, 8.0),
    ("ink", "now-bg", 15.5, 13.2),
    ("ink", "yes-bg", 15.5, 13.1),
    ("ink", "no-bg", 15.1, 14.3),
    ("ink", "look-bg", 15.9, 13.1),
    ("white", "no-solid", 6.4, 5.8),
    ("white", "no-block", 4.5, 4.5),
    ("white", "yes-solid", 4.5, 4.5),
    ("look-ink", "look-fill", 9.5, 9.5),
    ("line2", "surface", 3.35, 3.65),
    ("line2", "canvas", 3.0, 3.95),
    ("ink2", "now-bg", 4.5, 4.5),
    ("ink2", "yes-bg", 4.5, 4.5),
    ("ink2", "look-bg", 4.5, 4.5),
]


@pytest.mark.parametrize("theme", [LIGHT, DARK])
@pytest.mark.parametrize(("token", "light", "dark"), LOWEST)
def test_text_can_be_read_on_every_paper(token: str, light: float, dark: float, theme: int) -> None:
    wanted = (light, dark)[theme]
    assert min(contrast(token, paper, theme) for paper in PAPERS) >= wanted - 0.05


@pytest.mark.parametrize("theme", [LIGHT, DARK])
@pytest.mark.parametrize(("token", "ground", "light", "dark"), OWN)
def test_text_can_be_read_on_its_own_tint(token: str, ground: str, light: float, dark: float, theme: int) -> None:
    assert contrast(token, ground, theme) >= (light, dark)[theme] - 0.05
