"""Evidence that a customer's data is gone."""

from __future__ import annotations

import pytest

from tests.conftest import Walk
from tests.grading.conftest import ERASED, Grading
from workshop.core.actor import Actor
from workshop.core.db import db
from workshop.core.errors import BadArguments, Forbidden, NotFound, Refused
from workshop.grading import erasure
from workshop.jobs import gates
from workshop.jobs.flow import GateUnmet


def missing(walk: Walk, unit) -> set[str]:  # type: ignore[no-untyped-def]
    return {b.gate.name for b in gates.bars(walk.fresh(unit)) if b.state != "met"}


def test_a_passed_erasure_meets_its_gate(walk: Walk, grading: Grading) -> None:
    unit = grading.unit()
    assert "erased" in missing(walk, unit)
    grading.erase(unit)
    assert "erased" not in missing(walk, unit)


def test_no_unit_leaves_grading_without_evidence_of_erasure(walk: Walk, grading: Grading) -> None:
    unit = grading.unit()
    with pytest.raises(GateUnmet) as refused:
        walk.do("advance", unit)
    assert "Erase" in str(refused.value.what)


def test_its_certificate_has_a_number_and_is_written_into_the_story(walk: Walk, grading: Grading) -> None:
    unit = grading.unit()
    done = grading.erase(unit)
    kept = erasure.numbered(done.more["certificate"])
    assert kept.number.startswith("E-20")
    assert erasure.holds_true(walk.fresh(unit), kept)


def test_a_changed_certificate_no_longer_holds_true(walk: Walk, grading: Grading) -> None:
    unit = grading.unit()
    kept = erasure.numbered(grading.erase(unit).more["certificate"])
    kept.tool = "Another tool"
    assert not erasure.holds_true(walk.fresh(unit), kept)
    db.session.rollback()


def test_a_failed_erasure_holds_the_unit(walk: Walk, grading: Grading) -> None:
    unit = grading.unit()
    done = grading.erase(unit, result="fail")
    assert done.tone == "hold"
    assert walk.fresh(unit).holds == {"data_present"}
    assert {"erased", "holds_grading"} <= missing(walk, unit)


def test_passing_after_a_failure_lifts_the_hold(walk: Walk, grading: Grading) -> None:
    unit = grading.unit()
    grading.erase(unit, result="fail")
    grading.erase(unit, result="fail")
    grading.erase(unit)
    assert walk.fresh(unit).holds == frozenset()
    assert "erased" not in missing(walk, unit)


def test_the_last_try_counts(walk: Walk, grading: Grading) -> None:
    unit = grading.unit()
    grading.erase(unit)
    grading.erase(unit, result="fail")
    assert "erased" in missing(walk, unit)


@pytest.mark.parametrize(
    ("method", "category"),
    [
        ("overwrite", "Purge"),
        ("factory_reset", "Purge"),
        ("crypto_erase", "Destroy"),
        ("physical_destruction", "Clear"),
    ],
)
def test_no_method_claims_more_than_it_reaches(grading: Grading, method: str, category: str) -> None:
    with pytest.raises(Refused) as refused:
        grading.erase(grading.unit(), method=method, category=category)
    assert refused.value.field == "category"


@pytest.mark.parametrize(
    "times",
    [
        {"started_at": "2026-01-02T10:00:00Z", "ended_at": "2026-01-02T09:00:00Z"},
        {"started_at": "2096-01-02T10:00:00Z"},
    ],
)
def test_times_that_cannot_be_are_refused(grading: Grading, times: dict[str, str]) -> None:
    with pytest.raises(Refused) as refused:
        grading.erase(grading.unit(), **times)
    assert refused.value.field == "ended_at"


@pytest.mark.parametrize("wrong", [{"tool_version": ""}, {"verification": "none"}, {"started_at": "2026-01-02T10:00"}])
def test_a_certificate_without_what_it_needs_is_refused(grading: Grading, wrong: dict[str, str]) -> None:
    with pytest.raises(BadArguments) as refused:
        grading.erase(grading.unit(), **wrong)
    assert next(iter(wrong)) in refused.value.fields


def test_an_auditor_records_no_erasure(walk: Walk, grading: Grading, cast) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(Forbidden):
        walk.do("record_erasure", grading.unit(), ERASED, by=cast.actor("auditor"))


def test_another_sites_unit_is_not_found(walk: Walk, grading: Grading, stranger: Actor) -> None:
    with pytest.raises(NotFound):
        walk.do("record_erasure", grading.unit(), ERASED, by=stranger)


@pytest.mark.parametrize("number", ["E-2026-99999", "E-1999-00001", "nonsense", "E-2026-"])
def test_an_unknown_certificate_is_not_found(app, number: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(NotFound):
        erasure.numbered(number)
