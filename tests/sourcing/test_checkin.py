"""Receiving: one scan a device says found, wrong model, surplus, or counted before."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.conftest import Walk, count, next_imei
from tests.sourcing.files import csv_file, expected, phones
from workshop.core import clock, seals
from workshop.core.actions import Done, perform
from workshop.core.actor import Actor
from workshop.core.db import db
from workshop.core.errors import Conflict, Refused
from workshop.jobs.intake import AlreadyOpen
from workshop.jobs.models import Unit
from workshop.jobs.target import OpenUnit, find
from workshop.sourcing import claims, consignments
from workshop.sourcing.checkin import CountedBefore
from workshop.sourcing.models import Consignment, ConsignmentLine, Quote


@pytest.fixture
def delivery(refurbisher: Actor) -> Consignment:
    return expected(refurbisher, csv_file(*phones(3)))


def imeis(delivery: Consignment) -> list[str]:
    lines = db.session.query(ConsignmentLine).filter_by(consignment_id=delivery.id).order_by(ConsignmentLine.id)
    return [str(line.imei) for line in lines]


def scan(delivery: Consignment, code: str, by: Actor, **more: str) -> Done:
    return perform("check_in", delivery.code, {"code": code, **more}, by=by)


def unit_of(imei: str) -> OpenUnit:
    found = find(imei)[0].unit
    assert found is not None
    return found


def counts(delivery: Consignment) -> dict[str, int]:
    return {state: n for state, n in consignments.counts(delivery.id).items() if n}


def test_a_device_that_was_announced_is_found_and_taken_in(delivery: Consignment, technician: Actor) -> None:
    done = scan(delivery, imeis(delivery)[0], technician)
    unit = unit_of(imeis(delivery)[0])
    assert (done.tone, done.title) == ("yes", "Found: iPhone 12.")
    assert (unit.stage, unit.paid_minor, unit.storage_gb, unit.colour) == ("intake", 8250, 128, "grün")
    assert counts(delivery) == {"expected": 2, "found": 1}


def test_a_scanner_s_noise_does_no_harm(delivery: Consignment, technician: Actor) -> None:
    assert scan(delivery, f"]C1{imeis(delivery)[0]}\r\n", technician).tone == "yes"


def test_a_second_scan_counts_once(delivery: Consignment, technician: Actor) -> None:
    scan(delivery, imeis(delivery)[0], technician)
    with pytest.raises(CountedBefore) as again:
        scan(delivery, imeis(delivery)[0], technician)
    assert again.value.more["tone"] == "look"
    assert count(Unit) == 1


def test_a_device_that_was_not_announced_is_surplus_and_not_taken_in(delivery: Consignment, technician: Actor) -> None:
    done = scan(delivery, next_imei(), technician)
    assert done.tone == "look"
    assert counts(delivery) == {"expected": 3, "surplus": 1}
    assert count(Unit) == 0


def test_a_surplus_scanned_by_mistake_is_struck_off(delivery: Consignment, technician: Actor) -> None:
    imei = next_imei()
    scan(delivery, imei, technician)
    perform("strike_surplus", delivery.code, {"code": imei}, by=technician)
    assert counts(delivery) == {"expected": 3}


def test_an_imei_of_another_model_says_so(delivery: Consignment, walk: Walk, technician: Actor) -> None:
    for _time in range(2):
        walk.taken_in(model="iPhone 11")  # the same TAC was an iPhone 11 so far
    done = scan(delivery, imeis(delivery)[0], technician)
    assert (done.tone, done.title) == ("look", "Wrong model: iPhone 11.")
    assert unit_of(imeis(delivery)[0]).model_name == "iPhone 11"
    assert counts(delivery)["wrong_model"] == 1


def test_one_unit_of_another_model_proves_nothing_against_the_supplier(
    delivery: Consignment, walk: Walk, technician: Actor
) -> None:
    walk.taken_in(model="iPhone 11")
    assert scan(delivery, imeis(delivery)[0], technician).title == "Found: iPhone 12."


def test_a_model_set_right_is_learnt(delivery: Consignment, walk: Walk, technician: Actor) -> None:
    for _time in range(2):
        walk.taken_in(model="iPhone 11")
    scan(delivery, imeis(delivery)[0], technician)
    perform("correct_model", unit_of(imeis(delivery)[0]), {"model": "iPhone 12"}, by=technician)
    assert scan(delivery, imeis(delivery)[1], technician).title == "Found: iPhone 12."
    assert counts(delivery) == {"expected": 1, "found": 2}


def test_the_person_may_say_that_it_is_another_model(delivery: Consignment, technician: Actor) -> None:
    scan(delivery, imeis(delivery)[0], technician, model="iPhone 12 Pro")
    assert counts(delivery) == {"expected": 2, "wrong_model": 1}


def test_a_model_corrected_later_counts_anew(delivery: Consignment, technician: Actor) -> None:
    scan(delivery, imeis(delivery)[0], technician)
    perform("correct_model", unit_of(imeis(delivery)[0]), {"model": "iPhone 12 Pro"}, by=technician)
    assert counts(delivery) == {"expected": 2, "wrong_model": 1}


def test_a_device_taken_in_at_the_counter_is_found_too(delivery: Consignment, walk: Walk) -> None:
    walk.taken_in(imei=imeis(delivery)[1])
    assert counts(delivery) == {"expected": 2, "found": 1}
    assert delivery.state == "receiving"


def test_a_device_of_another_delivery_is_sent_there(
    delivery: Consignment, refurbisher: Actor, technician: Actor
) -> None:
    other = expected(refurbisher, csv_file(*phones(1)))
    with pytest.raises(Conflict) as there:
        scan(delivery, imeis(other)[0], technician)
    assert there.value.more["delivery"] == other.code
    assert counts(delivery) == {"expected": 3}


def test_a_device_that_is_in_the_workshop_is_no_surplus(delivery: Consignment, walk: Walk, technician: Actor) -> None:
    here = walk.taken_in()
    with pytest.raises(AlreadyOpen):
        scan(delivery, str(here.imei), technician)


@pytest.mark.parametrize("code", ["*NEXT*", "4006381333931", "35309711043218", "353097110432180", "x", "  "])
def test_what_is_no_device_counts_as_nothing(delivery: Consignment, technician: Actor, code: str) -> None:
    with pytest.raises(Refused):
        scan(delivery, code, technician)
    assert counts(delivery) == {"expected": 3}
    assert delivery.claim_until is None


def test_the_first_scan_starts_the_clock_on_the_claim(delivery: Consignment, technician: Actor) -> None:
    scan(delivery, imeis(delivery)[0], technician)
    assert delivery.claim_until == technician.day(clock.now()) + timedelta(days=14)


@pytest.mark.parametrize(
    ("days", "tone", "words"),
    [(9, "idle", "9 days left"), (3, "look", "3 days left"), (1, "look", "1 day left"), (0, "look", "Last day"),
     (-1, "no", "Closed")],
)  # fmt: skip
def test_the_clock_warns_and_then_is_closed(app: object, days: int, tone: str, words: str) -> None:
    today = date(2026, 11, 24)
    found = claims.standing(today + timedelta(days=days), today)
    assert (found.tone, found.words) == (tone, words)


def test_at_the_end_what_has_not_come_is_missing(delivery: Consignment, technician: Actor) -> None:
    scan(delivery, imeis(delivery)[0], technician)
    scan(delivery, next_imei(), technician)
    done = perform("count_delivery", delivery.code, {}, by=technician)
    assert done.title == "Counted: 1 of 3 are here."
    assert counts(delivery) == {"found": 1, "missing": 2, "surplus": 1}
    with pytest.raises(Conflict):
        scan(delivery, imeis(delivery)[1], technician)


def test_a_counted_delivery_may_be_opened_again(delivery: Consignment, technician: Actor, refurbisher: Actor) -> None:
    scan(delivery, imeis(delivery)[0], technician)
    perform("count_delivery", delivery.code, {}, by=technician)
    perform("count_again", delivery.code, {}, by=refurbisher)
    scan(delivery, imeis(delivery)[1], technician)
    assert counts(delivery) == {"expected": 1, "found": 2}


def test_nothing_is_counted_before_anything_has_come(delivery: Consignment, technician: Actor) -> None:
    with pytest.raises(Conflict):
        perform("count_delivery", delivery.code, {}, by=technician)


def test_the_quoted_condition_and_price_go_with_the_unit(delivery: Consignment, technician: Actor) -> None:
    scan(delivery, imeis(delivery)[0], technician)
    quote = db.session.query(Quote).one()
    assert (quote.condition, quote.price_minor, quote.job_id) == ("B", 8250, unit_of(imeis(delivery)[0]).job_id)


def test_every_step_of_receiving_is_proved(delivery: Consignment, technician: Actor, refurbisher: Actor) -> None:
    for imei in imeis(delivery)[:2]:
        scan(delivery, imei, technician)
    perform("count_delivery", delivery.code, {}, by=technician)
    perform("report_delivery", delivery.code, {"note": "by e-mail"}, by=refurbisher)
    assert delivery.state == "reported"
    assert list(seals.verify()) == []
