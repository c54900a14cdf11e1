"""Where the zones lie on the drawings of a device, so that each mark stands where it was seen."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from flask_babel import lazy_gettext as _l


@dataclass(frozen=True)
class Side:
    """One drawing: which, its box, and the places of its zones in it."""

    name: str
    label: Any
    width: int
    height: int
    places: dict[str, tuple[float, float]]


_FRONT, _BACK = _l("Front"), _l("Back")
SIDES: Final[dict[str, tuple[Side, ...]]] = {
    "smartphone": (
        Side("phone-front", _FRONT, 24, 48, {"screen": (12, 20), "frame": (2.5, 27), "ports": (12, 45)}),
        Side("phone", _BACK, 24, 48, {"back": (15, 33), "camera": (9, 9)}),
    ),
    "tablet": (
        Side("tablet", _FRONT, 36, 48, {"screen": (18, 20), "frame": (3, 30), "ports": (18, 45)}),
        Side("tablet", _BACK, 36, 48, {"back": (18, 30), "camera": (9, 9)}),
    ),
    "laptop": (
        Side(
            "laptop",
            _l("Open"),
            64,
            48,
            {
                "screen": (32, 24),
                "back": (32, 8),
                "keyboard": (32, 38.5),
                "frame": (8, 40),
                "ports": (56, 40),
            },
        ),
    ),
    "console": (
        Side(
            "console",
            _FRONT,
            36,
            48,
            {"screen": (18, 24), "frame": (5, 17), "back": (18, 32), "ports": (31, 22)},
        ),
    ),
    "home-console": (Side("home-console", _FRONT, 48, 48, {"frame": (17, 12), "back": (24, 42), "ports": (24, 28)}),),
    "smartwatch": (
        Side(
            "watch",
            _FRONT,
            28,
            48,
            {"screen": (13, 22), "frame": (5, 31), "back": (13, 35), "ports": (25, 23), "strap": (14, 6)},
        ),
    ),
}


def sides(category: str, *, has_battery: bool) -> tuple[Side, ...]:
    """Return the drawings of a device: a console without a battery is one for the television."""
    return SIDES["home-console" if category == "console" and not has_battery else category]


def drawn(drawings: Iterable[Side], seen: dict[str, int], deciding: str, waiting: str) -> list[dict[str, Any]]:
    """Return each drawing with its marks: numbered where something was seen, hollow where a look waits."""
    numbers = {zone: n for n, zone in enumerate((z for z, what in seen.items() if what), 1)}
    return [{"side": side, "marks": _marks(side, numbers, deciding, waiting)} for side in drawings]


def _marks(side: Side, numbers: dict[str, int], deciding: str, waiting: str) -> list[dict[str, Any]]:
    marks = []
    for zone, (x, y) in side.places.items():
        if zone == waiting:
            marks.append({"x": x, "y": y, "state": "waits", "number": ""})
        elif zone in numbers:
            state = "decides" if zone == deciding else "seen"
            marks.append({"x": x, "y": y, "state": state, "number": numbers[zone]})
    return marks
