"""What grading shows: the work card, the unit's page, the certificate, the API."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import Walk
from tests.grading.conftest import Grading
from workshop.core.db import db
from workshop.core.errors import Refused
from workshop.grading.models import Erasure


def bench(pages_of: Any, unit: Any) -> str:
    return str(pages_of("technician").get(f"/bench?unit={unit.code}").words)


def test_the_card_asks_for_the_erasure_first(grading: Grading, pages_of: Any) -> None:
    shown = bench(pages_of, grading.unit())
    assert "Record the erasure" in shown
    assert "G-4" not in shown


def test_after_one_erasure_a_scan_does_the_next(walk: Walk, grading: Grading, pages_of: Any, at_bench: Any) -> None:
    grading.erase(grading.unit())
    unit = grading.unit()
    at_bench(unit.code)
    assert "*ERASED*" in bench(pages_of, unit)
    assert at_bench("*ERASED*").title.startswith("Erased, verified: E-")


def test_the_first_erasure_of_a_bench_is_one_scan_and_the_next_repeats_it(grading: Grading, at_bench: Any) -> None:
    at_bench(grading.unit().code)
    assert at_bench("E-RESET").title.startswith("Erased, verified: E-")
    first = db.session.query(Erasure).one()
    at_bench(grading.unit().code)
    assert at_bench("*ERASED*").title.startswith("Erased, verified: E-")
    second = db.session.query(Erasure).filter(Erasure.id != first.id).one()
    assert (second.tool, second.tool_version, second.method) == (first.tool, first.tool_version, first.method)


def test_before_any_erasure_at_a_bench_it_is_told_which_codes_say_how(grading: Grading, at_bench: Any) -> None:
    at_bench(grading.unit().code)
    with pytest.raises(Refused) as refused:
        at_bench("*ERASED*")
    assert "E-RESET, E-MOBILE" in str(refused.value.remedy)


def test_the_card_names_a_code_that_records_the_first_erasure(grading: Grading, pages_of: Any) -> None:
    shown = bench(pages_of, grading.unit())
    assert "E-RESET" in shown
    assert "Scan how it was erased" in shown


def test_the_card_then_asks_for_the_retest(grading: Grading, pages_of: Any) -> None:
    unit = grading.unit()
    grading.erase(unit)
    assert "Switches on" in bench(pages_of, unit)


def test_the_card_then_asks_for_the_zones(walk: Walk, grading: Grading, pages_of: Any) -> None:
    unit = grading.unit()
    grading.erase(unit)
    walk.answer_all(unit)
    grading.look(unit, 1, 2)
    shown = bench(pages_of, unit)
    assert "Scan what you see on back" in shown
    assert "G-4" in shown
    assert "so far, 5 of 8 zones" in shown


def test_the_card_ends_with_the_grade_and_why(grading: Grading, pages_of: Any) -> None:
    shown = bench(pages_of, grading.ready_but_for_the_grade(1, 2, 0, 0, 0))
    assert "Frame decides" in shown
    assert "*NEXT*" in shown


def test_a_console_without_a_battery_has_neither_screen_nor_battery_zone(grading: Grading) -> None:
    from workshop.grading import evidence, zones

    unit = grading.unit(model="PlayStation 4 Slim", storage_gb=None, imei="", serial="PS5-00001")
    assert "screen" not in {z.code for z in zones.zones_of(unit)}
    assert "battery" not in {m.code for m in evidence.computed(unit).marks}


def test_the_units_page_shows_the_grade_and_its_evidence(walk: Walk, grading: Grading, pages_of: Any) -> None:
    unit = grading.ready_but_for_the_grade(0, 1, 0, 0, 0)
    walk.do("give_grade", unit)
    shown = pages_of("auditor").get(f"/units/{unit.code}").words
    for words in (
        "Graded A, Excellent",
        "E-20",
        "Re-test 21 of 21",
        "Lock is off",
        "Erased, verified",
    ):
        assert words in shown


def test_the_certificate_says_what_was_erased_and_how(grading: Grading, pages_of: Any) -> None:
    unit = grading.unit()
    number = grading.erase(unit, storage_id="SSD-77").more["certificate"]
    shown = pages_of("auditor").get(f"/erasures/{number}").words
    for words in (
        unit.imei,
        "SSD-77",
        "Purge",
        "Bench Eraser 4.2",
        "Aino Virtanen",
        "Reads as it was recorded",
    ):
        assert str(words) in shown


def test_another_sites_certificate_is_not_found(grading: Grading, pages_of: Any) -> None:
    number = grading.erase(grading.unit()).more["certificate"]
    pages_of("stranger").get(f"/erasures/{number}", 404)


def test_the_api_tells_grade_and_erasure(walk: Walk, grading: Grading, api_of: Any) -> None:
    unit = grading.ready_but_for_the_grade(0, 2, 0, 0, 0)
    call = api_of("technician")
    body = call("GET", f"/units/{unit.code}").get_json()
    assert body["grade"]["given"] is False
    assert (body["grade"]["letter"], body["grade"]["deciding"], body["grade"]["missing"]) == (
        "B",
        "frame",
        [],
    )
    assert body["erasure"]["result"] == "pass"
    walk.do("give_grade", unit)
    assert call("GET", f"/units/{unit.code}").get_json()["grade"]["given"] is True


def test_a_unit_not_yet_in_grading_has_no_grade(walk: Walk, api_of: Any) -> None:
    body = api_of("technician")("GET", f"/units/{walk.in_diagnosis().code}").get_json()
    assert (body["grade"], body["erasure"]) == (None, None)
