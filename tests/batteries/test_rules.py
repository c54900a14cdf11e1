"""What a battery's reading and looks mean."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workshop.batteries.rules import (
    BadReading,
    Condition,
    Placement,
    Sign,
    Verdict,
    carriage,
    check_by,
    condition,
    energy,
    is_small,
    judge,
    may_be_opened,
    needs_mark,
    needs_quarantine,
    stores_well,
)

VERDICTS = [
    (100, Verdict.GOOD),
    (85, Verdict.GOOD),
    (84, Verdict.NEAR),
    (80, Verdict.NEAR),
    (79, Verdict.WORN),
    (0, Verdict.WORN),
]


@pytest.mark.parametrize(("health", "verdict"), VERDICTS)
def test_below_80_per_cent_a_battery_is_worn(health, verdict):
    assert judge(health).verdict is verdict


def test_the_sentence_tells_the_figure_and_the_limit():
    reading = judge(71, 912)
    assert reading.must_be_replaced
    assert str(reading.sentence) == "Battery worn, 71 %, limit 80 %."


def test_the_limit_is_a_setting():
    assert judge(85, limit=86).must_be_replaced


@pytest.mark.parametrize(
    ("health", "cycles", "field"),
    [(-1, None, "health"), (121, None, "health"), (80, -1, "cycles"), (80, 20001, "cycles")],
)
def test_figures_that_no_battery_shows_are_refused(health, cycles, field):
    with pytest.raises(BadReading) as refused:
        judge(health, cycles)
    assert refused.value.field == field


def test_a_device_is_opened_only_below_25_per_cent():
    assert may_be_opened(24)
    assert not may_be_opened(25)


def test_energy_as_printed_is_taken_before_any_sum():
    assert energy(Decimal("10.78"), Decimal(2815), None).wh == Decimal("10.78")


def test_energy_is_capacity_times_voltage_and_says_when_it_was_estimated():
    assert energy(None, Decimal(4310), Decimal("3.7")).wh == Decimal("15.95")
    assert not energy(None, Decimal(4310), Decimal("3.7")).is_estimate
    assert energy(None, Decimal(5000), None).is_estimate
    assert energy(None, None, None) is None


SMALL = [
    ("20", 1, True),
    ("20.01", 1, False),
    ("20.02", 2, True),
    ("40", 2, True),
    ("40.1", 2, False),
    ("100", 6, True),
    ("100.1", 6, False),
]


@pytest.mark.parametrize(("wh", "cells", "small"), SMALL)
def test_a_single_cell_above_20_watt_hours_is_not_small(wh, cells, small):
    assert is_small(Decimal(wh), cells) is small


def test_the_20_watt_hour_trap_is_told():
    trapped = carriage(Decimal("21.2"))
    assert (trapped.is_small, trapped.packing) == (False, "P903")
    assert "20 Wh" in str(trapped.notes[0])
    assert carriage(Decimal("21.2"), cells=2).notes == ()


CONDITIONS = [
    ([], {}, Condition.SOUND),
    ([], {"for_disposal": True}, Condition.WASTE),
    ([Sign.SWELLING], {}, Condition.DAMAGED),
    ([Sign.SWELLING], {"for_disposal": True}, Condition.DAMAGED),
    ([Sign.SWELLING, Sign.HEAT], {}, Condition.CRITICAL),
    ([Sign.SWELLING], {"critical": True}, Condition.CRITICAL),
    ([Sign.HEAT], {"critical": False}, Condition.DAMAGED),
]


@pytest.mark.parametrize(("signs", "judged", "expected"), CONDITIONS)
def test_what_may_react_is_critical_unless_an_expert_says_otherwise(signs, judged, expected):
    assert condition(signs, **judged) is expected


PACKED = [
    (Placement.IN_EQUIPMENT, Condition.DAMAGED, "UN 3481", "SP 376", "P908"),
    (Placement.ALONE, Condition.DAMAGED, "UN 3480", "SP 376", "P908"),
    (Placement.ALONE, Condition.CRITICAL, "UN 3480", "SP 376", "P911"),
    (Placement.IN_EQUIPMENT, Condition.CRITICAL, "UN 3481", "SP 376", "P911"),
    (Placement.ALONE, Condition.WASTE, "UN 3480", "SP 377", "P909"),
    (Placement.IN_EQUIPMENT, Condition.WASTE, "UN 3481", "SP 670", "P909"),
    (Placement.IN_EQUIPMENT, Condition.SOUND, "UN 3481", "SP 188", ""),
]


@pytest.mark.parametrize(("placement", "state", "un_number", "provision", "packing"), PACKED)
def test_number_and_packing_follow_place_and_condition(placement, state, un_number, provision, packing):
    way = carriage(Decimal("10.8"), placement=placement, state=state)
    assert (way.un_number, way.provision, way.packing) == (un_number, provision, packing)


def test_a_damaged_battery_never_flies():
    for state in (Condition.DAMAGED, Condition.CRITICAL, Condition.WASTE):
        assert not carriage(Decimal(10), state=state).may_fly


def test_loose_packs_fly_at_30_per_cent_and_without_passengers():
    loose = carriage(Decimal(10), placement=Placement.ALONE)
    assert (loose.may_fly, loose.may_fly_with_passengers, loose.charge_limit) == (True, False, 30)
    assert carriage(Decimal(10), placement=Placement.WITH_EQUIPMENT).charge_limit == 30
    assert carriage(Decimal("2.7"), placement=Placement.WITH_EQUIPMENT).charge_limit is None
    assert carriage(Decimal(10)).charge_limit is None


@pytest.mark.parametrize(("packs", "cells", "mark"), [(4, 1, False), (5, 1, True), (2, 2, False), (3, 2, True)])
def test_a_package_is_marked_above_four_cells_or_two_batteries(packs, cells, mark):
    assert needs_mark(packs, cells) is mark


@given(st.lists(st.sampled_from(Sign), min_size=1))
def test_every_sign_means_quarantine(signs):
    assert needs_quarantine(signs)
    assert condition(signs) in (Condition.DAMAGED, Condition.CRITICAL)


def test_a_pack_is_stored_at_30_to_50_per_cent_and_looked_at_after_180_days():
    assert [stores_well(charge) for charge in (29, 30, 50, 51)] == [False, True, True, False]
    assert check_by(date(2026, 11, 24)) == date(2027, 5, 23)
