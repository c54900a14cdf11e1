"""The geometry of what every page draws: rails, ticks, gauges. Numbers in, numbers out.

A rail's unit of length is the module, as a barcode's is: a gate's bar is one, two or three modules wide,
bars stand half a module apart, and stages at least 1.3 modules.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

GAP: Final = 0.5
STAGE_GAP: Final = 1.3
MINI_OTHERS: Final = 0.62
YEARS: Final = 7
HALF: Final = 0.5


class Bar(NamedTuple):
    """One gate: where its bar begins and how wide it is, in modules or pixels."""

    x: float
    width: float


class MiniBar(NamedTuple):
    """One gate of a small rail, in pixels."""

    x: float
    y: float
    width: float
    height: float


class MiniStages(NamedTuple):
    """Neighbouring stages of a small rail, all done, current or ahead: a path (SVG's `d`) for each state of a bar."""

    state: str
    paths: dict[str, str]


def bar_modules(minutes: float | None) -> int:
    """Return how wide a gate's bar is, from the minutes it usually takes: to 1, to 5, over."""
    if minutes is None or minutes <= 1:
        return 1
    return 2 if minutes <= 5 else 3


def stage_bars(minutes: Sequence[float | None]) -> list[Bar]:
    """Return the bars of one stage in modules, from its left edge."""
    bars: list[Bar] = []
    x = 0.0
    for gate in minutes:
        width = bar_modules(gate)
        bars.append(Bar(x, float(width)))
        x += width + GAP
    return bars


def stage_width(minutes: Sequence[float | None]) -> float:
    """Return how wide a stage's bars are together, in modules."""
    return sum(map(bar_modules, minutes)) + GAP * max(len(minutes) - 1, 0)


def mini_rail(
    stages: Sequence[Sequence[float | None]], current: int | None, width: float, height: float
) -> list[list[MiniBar]]:
    """Return the bars of a whole rail in pixels, filling `width`; the current stage stands full height."""
    module = width / max(sum(map(stage_width, stages)) + STAGE_GAP * max(len(stages) - 1, 0), 1.0)
    drawn: list[list[MiniBar]] = []
    left = 0.0
    for index, minutes in enumerate(stages):
        tall = height if index == current else round(height * MINI_OTHERS, 2)
        drawn.append([_mini_bar(bar, left, module, height, tall) for bar in stage_bars(minutes)])
        left += (stage_width(minutes) + STAGE_GAP) * module
    return drawn


def _mini_bar(bar: Bar, left: float, module: float, height: float, tall: float) -> MiniBar:
    return MiniBar(
        round(left + bar.x * module, 2), round(height - tall, 2), round(bar.width * module, 2), round(tall, 2)
    )


def mini_paths(rail: Sequence[Mapping[str, Any]], width: float, height: float) -> list[MiniStages]:
    """Return a whole rail in pixels: bars of one state in neighbouring stages of one state are one path.

    `rail` has stages {state: done|current|ahead, bars: [{state, minutes}]}. A list shows fifty rails, and a path for
    each colour is a sixth of a rectangle for each bar, for us and for the browser.
    """
    current = next((place for place, stage in enumerate(rail) if stage["state"] == "current"), None)
    drawn = mini_rail([[bar["minutes"] for bar in stage["bars"]] for stage in rail], current, width, height)
    found: list[MiniStages] = []
    for stage, bars in zip(rail, drawn, strict=True):
        if not found or found[-1].state != stage["state"]:
            found.append(MiniStages(stage["state"], {}))
        for gate, bar in zip(stage["bars"], bars, strict=True):
            paths, state = found[-1].paths, gate["state"]
            paths[state] = paths.get(state, "") + _path(bar if state == "met" else _within_its_line(bar))
    return found


def _within_its_line(bar: MiniBar) -> MiniBar:
    """Return the bar so that a line of one pixel around it stays within."""
    return MiniBar(bar.x + HALF, bar.y + HALF, max(bar.width - 1, HALF), bar.height - 1)


def _path(bar: MiniBar) -> str:
    return f"M{bar.x:.4g} {bar.y:.4g}h{bar.width:.4g}v{bar.height:.4g}h-{bar.width:.4g}z"


def window_ticks(filled: float, years: int = YEARS) -> list[float]:
    """Return how full each year's tick is, 0 to 1, for a window of which `filled` years have run."""
    return [round(min(max(filled - year, 0.0), 1.0), 3) for year in range(years)]


def share(value: float, whole: float, length: float) -> float:
    """Return how much of `length` the value takes, never less than nothing and never more than all."""
    if whole <= 0:
        return 0.0
    return round(length * min(max(value / whole, 0.0), 1.0), 2)


GLOBALS: Final[dict[str, Any]] = {
    "bar_modules": bar_modules,
    "stage_bars": stage_bars,
    "stage_width": stage_width,
    "mini_paths": mini_paths,
    "window_ticks": window_ticks,
    "share_of": share,
}
"""What the templates of `_ui/` call: `app.jinja_env.globals.update(drawings.GLOBALS)`."""
