"""The grade, and why it is that grade."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workshop.grading.rubric import BadObservation, Seen, grade, load_rubric

PHONE = load_rubric("smartphone")
CLEAN = {zone.code: 0 for zone in PHONE.zones}


def graded(observations=None, *, function_ok=True, battery_health=100, original_parts=True):
    seen = CLEAN | (observations or {})
    return grade(seen, function_ok, battery_health, original_parts, PHONE)


def test_nothing_seen_and_all_original_is_premium():
    found = graded()
    assert (found.letter, found.market, found.deciding) == ("A+", "PREMIUM", None)
    assert str(found.explanation) == "No mark lowers the grade."


def test_the_zone_with_the_worst_mark_decides_and_says_what_it_costs():
    found = graded({"screen": Seen.FAINT, "frame": Seen.VISIBLE, "back": Seen.FAINT})
    assert (found.letter, found.title) == ("B", "Very good")
    assert found.deciding.code == "frame"
    assert found.without.letter == "A"
    assert str(found.explanation) == ("Frame decides: visible marks. That caps the grade at B. Else it would be A.")
    assert [mark.code for mark in found.marks if mark.decides] == ["frame"]


SINGLE = [
    ({"screen": 1}, "A", "EXCELLENT"),
    ({"screen": 2}, "D", "FAIR"),
    ({"screen": 3}, "D", "STALLONE"),
    ({"frame": 2}, "B", "VERY_GOOD"),
    ({"frame": 3}, "D", "FAIR"),
    ({"back": 4}, "D", "STALLONE"),
    ({"camera": 2}, "C", "GOOD"),
    ({"ports": 3}, "C", "GOOD"),
]


@pytest.mark.parametrize(("observations", "letter", "market"), SINGLE)
def test_what_is_seen_on_one_zone_caps_the_grade(observations, letter, market):
    found = graded(observations)
    assert (found.letter, found.market, found.is_sellable) == (letter, market, True)


@pytest.mark.parametrize(
    ("health", "letter", "sellable"), [(90, "A+", True), (89, "A", True), (80, "A", True), (79, "D", False)]
)
def test_a_battery_below_80_per_cent_is_never_sold(health, letter, sellable):
    found = graded(battery_health=health)
    assert (found.letter, found.is_sellable) == (letter, sellable)


def test_parts_from_elsewhere_bar_the_best_grade():
    assert graded(original_parts=False).letter == "A"


def test_a_failed_check_is_not_sold_whatever_it_looks_like():
    found = graded(function_ok=False)
    assert not found.is_sellable
    assert found.deciding.code == "function"
    assert "cannot be sold" in str(found.explanation)


def test_a_broken_camera_is_not_sold():
    assert not graded({"camera": Seen.BROKEN}).is_sellable


def test_three_worn_zones_count_together():
    assert graded({"frame": 2, "back": 2}).letter == "B"
    found = graded({"frame": 2, "back": 2, "ports": 2})
    assert (found.letter, found.deciding.code, found.without.letter) == ("C", "several", "B")


def test_two_zones_alike_decide_together():
    found = graded({"frame": 2, "back": 2})
    assert (found.deciding.code, found.without.letter) == ("frame", "B")
    assert "with others" in str(found.explanation)


def test_a_grade_so_far_names_the_zones_not_looked_at():
    found = grade({"frame": 2}, True, 100, True, PHONE)
    assert found.letter == "B"
    assert [mark.code for mark in found.missing] == ["screen", "back", "camera", "ports"]
    assert not found.is_complete
    assert not found.is_sellable


def test_a_console_without_battery_has_neither_screen_nor_battery():
    console = load_rubric("console")
    found = grade({"frame": 0, "back": 0, "ports": 0}, True, None, True, console, has_battery=False)
    assert found.is_complete
    assert [mark.code for mark in found.marks] == ["frame", "back", "ports", "function", "parts"]


@pytest.mark.parametrize(
    ("observations", "field"), [({"wing": 1}, "zone"), ({"screen": 5}, "seen"), ({"screen": -1}, "seen")]
)
def test_a_zone_or_mark_that_does_not_exist_is_refused(observations, field):
    with pytest.raises(BadObservation) as refused:
        grade(observations, True, 100, True, PHONE)
    assert refused.value.field == field


@pytest.mark.parametrize("category", ["smartphone", "tablet", "laptop", "console", "smartwatch"])
def test_a_worse_mark_never_gives_a_better_cap(category):
    for zone in load_rubric(category).zones:
        ranks = [cap.rank for cap in zone.caps]
        assert len(ranks) == 5
        assert ranks == sorted(ranks)


marks = st.fixed_dictionaries({zone.code: st.integers(0, 4) for zone in PHONE.zones})


@given(marks, st.booleans(), st.integers(0, 100), st.booleans())
def test_the_grade_is_the_worst_cap_and_never_better_without_being_told(observations, function, health, original):
    found = grade(observations, function, health, original, PHONE)
    assert found.rung.rank == max(mark.cap.rank for mark in found.marks)
    assert found.without.rank <= found.rung.rank
    assert found.version == PHONE.version


@given(marks, st.sampled_from([zone.code for zone in PHONE.zones]))
def test_one_more_mark_never_betters_the_grade(observations, zone):
    worse = observations | {zone: min(observations[zone] + 1, 4)}
    before = grade(observations, True, 100, True, PHONE).rung.rank
    assert grade(worse, True, 100, True, PHONE).rung.rank >= before
