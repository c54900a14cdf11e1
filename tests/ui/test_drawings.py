"""Geometry of the rail and the gauges."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as some

from workshop.core.drawings import bar_modules, mini_paths, mini_rail, share, stage_bars, stage_width, window_ticks

STAGES = some.lists(some.lists(some.floats(0, 60), min_size=1, max_size=6), min_size=1, max_size=9)


@pytest.mark.parametrize(("minutes", "modules"), [(None, 1), (0, 1), (1, 1), (1.5, 2), (5, 2), (5.1, 3), (90, 3)])
def test_a_bar_is_as_wide_as_its_gate_is_long(minutes: float | None, modules: int) -> None:
    assert bar_modules(minutes) == modules


def test_bars_stand_half_a_module_apart() -> None:
    assert [tuple(bar) for bar in stage_bars([5, 18, 1])] == [(0.0, 2.0), (2.5, 3.0), (6.0, 1.0)]


def test_a_stage_without_gates_takes_no_room() -> None:
    assert stage_width([]) == 0


@given(some.lists(some.floats(0, 60), min_size=1, max_size=8))
def test_a_stage_is_as_wide_as_its_last_bar_reaches(minutes: list[float]) -> None:
    last = stage_bars(minutes)[-1]
    assert stage_width(minutes) == last.x + last.width


@given(STAGES)
def test_a_small_rail_fills_its_width_exactly(stages: list[list[float]]) -> None:
    last = mini_rail(stages, 0, 250, 22)[-1][-1]
    assert last.x + last.width == pytest.approx(250, abs=0.05)


@given(STAGES)
def test_bars_of_a_small_rail_never_touch(stages: list[list[float]]) -> None:
    bars = [bar for stage in mini_rail(stages, 0, 132, 16) for bar in stage]
    assert all(left.x + left.width < right.x for left, right in pairwise(bars))


def test_only_the_current_stage_stands_full_height() -> None:
    first, second = mini_rail([[1], [1]], 1, 132, 16)
    assert (first[0].height, second[0].height) == (9.92, 16)


def test_neighbours_in_one_state_are_one_path_with_all_their_bars() -> None:
    gates = [("done", ["met", "met"]), ("current", ["met", "held", "met"]), ("ahead", ["open"]), ("ahead", ["open"])]
    rail = [{"state": state, "bars": [{"state": bar, "minutes": 1} for bar in bars]} for state, bars in gates]
    drawn = mini_paths(rail, 250, 22)
    assert [(g.state, {bar: path.count("M") for bar, path in g.paths.items()}) for g in drawn] == [
        ("done", {"met": 2}),
        ("current", {"met": 2, "held": 1}),
        ("ahead", {"open": 2}),
    ]


def test_the_line_around_a_bar_that_is_not_met_stays_within_it() -> None:
    rail = [{"state": "current", "bars": [{"state": "met", "minutes": 1}, {"state": "open", "minutes": 1}]}]
    assert mini_paths(rail, 25, 10)[0].paths == {"met": "M0 0h10v10h-10z", "open": "M15.5 0.5h9v9h-9z"}


@pytest.mark.parametrize(("filled", "ticks"), [(0, [0] * 7), (6.25, [1] * 6 + [0.25]), (9, [1] * 7), (-1, [0] * 7)])
def test_one_tick_fills_a_year(filled: float, ticks: list[float]) -> None:
    assert window_ticks(filled) == ticks


@pytest.mark.parametrize(("value", "length"), [(50, 31), (130, 62), (-3, 0)])
def test_a_gauge_never_runs_over(value: float, length: float) -> None:
    assert share(value, 100, 62) == length


def test_a_share_of_nothing_is_nothing() -> None:
    assert share(5, 0, 62) == 0
