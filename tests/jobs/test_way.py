"""A device's first steps: intake and diagnosis, through the one door."""

from __future__ import annotations

import re

import pytest

from tests.conftest import Walk, next_imei
from workshop.catalogue.identifiers import BadIdentifier
from workshop.core import seals
from workshop.core.errors import Conflict, NotFound
from workshop.jobs.flow import GateUnmet


def test_a_device_taken_in_gets_a_code_and_a_job(walk: Walk) -> None:
    unit = walk.taken_in()
    assert unit.code.startswith("U")
    assert (unit.stage, unit.job_number, unit.chain_length) == ("intake", 1, 1)


def test_an_imei_with_a_misread_digit_is_refused(walk: Walk) -> None:
    right = next_imei()
    with pytest.raises(BadIdentifier) as refused:
        walk.taken_in(imei=f"{right[:14]}{(int(right[14]) + 1) % 10}")
    assert refused.value.field == "imei"


def test_an_imei_already_open_leads_to_that_unit(walk: Walk) -> None:
    unit = walk.taken_in()
    with pytest.raises(Conflict) as refused:
        walk.taken_in(imei=unit.imei)
    assert refused.value.more["unit"] == unit.code


def test_no_unit_leaves_intake_without_a_photo(walk: Walk) -> None:
    unit = walk.taken_in()
    with pytest.raises(GateUnmet) as refused:
        walk.do("advance", unit)
    assert "photo" in str(refused.value.what)
    assert walk.fresh(unit).stage == "intake"


def test_a_failed_check_becomes_a_fault(walk: Walk) -> None:
    unit = walk.answer_all(walk.in_diagnosis(), failing={"C-GLS1": ""})
    assert [f.fault_code for f in unit.job.faults] == ["F-DISP-1"]


def test_another_sites_unit_is_not_found(walk: Walk, stranger) -> None:  # type: ignore[no-untyped-def]
    unit = walk.taken_in()
    with pytest.raises(NotFound):
        walk.do("hold", unit, {"kind": "waiting_person"}, by=stranger)


def test_the_same_request_acts_once_and_replays_its_answer(walk: Walk) -> None:
    unit = walk.in_diagnosis()
    first = walk.do("answer", unit, {"outcome": "pass"}, request_key="k1")
    again = walk.do("answer", unit, {"outcome": "pass"}, request_key="k1")
    assert again.replayed
    assert again.title == first.title
    assert walk.fresh(unit).chain_length == unit.chain_length + 1


def test_the_second_of_two_people_is_told_who_was_first(walk: Walk) -> None:
    unit = walk.in_diagnosis()
    walk.do("answer", unit, {"outcome": "pass"})
    with pytest.raises(Conflict) as refused:
        walk.do("answer", unit, {"outcome": "pass"}, expected_version=unit.version)
    assert refused.value.more["who"] == "Aino Virtanen"


def test_undo_takes_the_last_answer_back(walk: Walk) -> None:
    unit = walk.in_diagnosis()
    walk.do("answer", unit, {"check": "C-GLS1", "outcome": "fail"})
    walk.do("undo", unit)
    assert walk.fresh(unit).job.answers == []
    assert walk.fresh(unit).job.faults == []


def test_every_chain_verifies_after_the_walk(walk: Walk) -> None:
    walk.answer_all(walk.in_diagnosis())
    assert list(seals.verify()) == []


def test_the_intake_form_proposes_the_model_that_the_imei_tells(walk: Walk, client_of) -> None:  # type: ignore[no-untyped-def]
    known = walk.taken_in(model="iPhone 13")
    page = client_of("technician").get(f"/do/take_in?imei={known.imei[:8]}0000000").text
    assert 'value="iPhone 13"' in page


def test_the_source_is_chosen_once_for_all_that_come_from_it(pages_of) -> None:  # type: ignore[no-untyped-def]
    pages, selected = pages_of("technician"), re.compile(r'<option selected value="(\w+)">')
    assert selected.findall(pages.client.get("/do/take_in").text) == []
    given = {"imei": next_imei(), "model": "iPhone 12", "storage_gb": "64", "colour": "blue", "price": "82"}
    assert "This is missing" in pages.post("/do/take_in", given, 422).text
    pages.post("/do/take_in", given | {"source": "COUNTER"})
    assert selected.findall(pages.client.get("/do/take_in").text) == ["COUNTER"]


def test_a_second_intake_leads_to_the_open_unit(walk: Walk, client_of) -> None:  # type: ignore[no-untyped-def]
    unit = walk.taken_in()
    client = client_of("technician")
    client.application.config["WTF_CSRF_ENABLED"] = False
    given = {"imei": unit.imei, "model": "iPhone 12", "source": "COUNTER", "price": "82"}
    answer = client.post("/do/take_in", data=given)
    client.application.config["WTF_CSRF_ENABLED"] = True
    assert answer.status_code == 409
    assert f'href="/units/{unit.code}"' in answer.text


def test_what_follows_by_itself_is_done_by_nobody(walk: Walk, client_of) -> None:  # type: ignore[no-untyped-def]
    unit = walk.taken_in()
    assert client_of("admin").get(f"/do/skip/{unit.code}").status_code == 404


def test_next_after_an_unknown_code_moves_no_other_unit(walk: Walk, api_of) -> None:  # type: ignore[no-untyped-def]
    unit = walk.in_diagnosis()
    call = api_of("technician")
    assert call("POST", "/scans", {"code": next_imei()}).status_code == 404
    answer = call("POST", "/scans", {"code": "*NEXT*"})
    assert (answer.status_code, walk.fresh(unit).stage) == (404, "diagnosis")


def test_a_report_answers_what_is_open_and_raises_its_faults(walk: Walk) -> None:
    unit = walk.in_diagnosis()
    walk.do("answer", unit, {"check": "C-PWR1", "outcome": "fail"})
    walk.do("record_report", unit, {"tool": "Tester 1", "failed": "C-GLS1", "reading": "74 912"})
    job = walk.fresh(unit).job
    assert {f.fault_code for f in job.faults} == {"F-PWR-1", "F-DISP-1", "F-BAT-1"}
    assert [a.outcome for a in job.answers].count("fail") == 3
