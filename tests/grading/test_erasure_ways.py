"""How a unit was erased is one scan of the command card, and as good evidence as the form's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.grading.conftest import Grading
from workshop.core import seals
from workshop.core.codes import clean
from workshop.core.db import db
from workshop.core.errors import Refused
from workshop.grading import erasure
from workshop.grading.actions import RecordErasure
from workshop.grading.erasure_ways import Way, load_ways, ways_for
from workshop.grading.models import Erasure
from workshop.jobs.cards import CATEGORY_LABELS

WAYS = list(load_ways().values())


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.code)
def test_each_way_is_whole_evidence_that_claims_no_more_than_it_reaches(way: Way) -> None:
    given = RecordErasure.model_validate(way.told("pass"))
    assert given.category in erasure.REACHES[given.method]


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.code)
def test_each_code_stands_alone_whatever_the_keyboard(way: Way) -> None:
    for code in (way.code, f"{way.code}-FAIL"):
        assert clean(code.lower()).text == code
        assert clean(code.replace("-", "/")).text == code


@pytest.mark.parametrize("category", CATEGORY_LABELS)
def test_each_category_can_be_erased_by_scan(category: str) -> None:
    assert ways_for(category)


def test_a_scan_keeps_everything_that_the_certificate_needs(grading: Grading, at_bench: Callable[[str], Any]) -> None:
    unit = grading.unit()
    at_bench(unit.code)
    at_bench("E-MOBILE")
    kept = db.session.query(Erasure).one()
    assert (kept.method, kept.category, kept.tool, kept.tool_version) == (
        "crypto_erase",
        "Purge",
        "Blancco Mobile",
        "6.4",
    )
    assert (kept.verification, kept.result, kept.recorded_by) == ("tool_report", "pass", grading.walk.by.person_id)
    assert erasure.holds_true(unit, kept)
    assert list(seals.verify()) == []


def test_a_failed_one_holds_the_unit_and_is_not_repeated(grading: Grading, at_bench: Callable[[str], Any]) -> None:
    unit = grading.unit()
    at_bench(unit.code)
    assert at_bench("E-RESET-FAIL").tone == "hold"
    assert "data_present" in grading.walk.fresh(unit).holds
    assert erasure.last_like(grading.walk.by.bench_id) is None


def test_a_way_for_other_devices_records_nothing(grading: Grading, at_bench: Callable[[str], Any]) -> None:
    at_bench(grading.unit().code)
    with pytest.raises(Refused) as refused:
        at_bench("E-OVERWRITE")
    assert "E-RESET" in str(refused.value.remedy)
    assert db.session.query(Erasure).count() == 0


def test_a_certificate_s_number_is_no_way_to_erase(grading: Grading, at_bench: Callable[[str], Any]) -> None:
    at_bench(grading.unit().code)
    with pytest.raises(Refused):
        at_bench("E-2026-00001")
    assert db.session.query(Erasure).count() == 0
