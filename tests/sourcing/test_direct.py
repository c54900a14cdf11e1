"""A file whose lines name their source is taken in line by line, once."""

from __future__ import annotations

import pytest

from bench.statements import noted
from tests.conftest import count, next_imei
from tests.sourcing.files import csv_file, expected, phones
from workshop.core import events, seals
from workshop.core.actions import perform
from workshop.core.actor import Actor
from workshop.core.db import db
from workshop.jobs.models import Unit
from workshop.sourcing import consignments, direct
from workshop.sourcing.errors import BadManifest
from workshop.sourcing.models import ConsignmentLine, Quote

HEAD = "imei;model;storage_gb;colour;source;price\n"


def lines(*rows: str) -> bytes:
    return (HEAD + "\n".join(rows) + "\n").encode()


def test_each_line_is_taken_in(technician: Actor) -> None:
    data = lines(f"{next_imei()};iPhone 12;128;blue;COUNTER;82.00", f"{next_imei()};iPhone 11;64;black;COUNTER;61")
    assert [line.taken for line in direct.take_in(data, technician, dry_run=False)] == [True, True]
    assert count(Unit) == 2


def test_the_same_file_twice_adds_nothing(technician: Actor) -> None:
    data = lines(f"{next_imei()};iPhone 12;128;blue;COUNTER;82.00")
    said = [[line.words for line in direct.take_in(data, technician, dry_run=False)] for _time in range(2)]
    assert count(Unit) == 1
    assert said[1] == ["taken before"]


def test_a_line_that_cannot_be_leaves_the_others_whole(technician: Actor) -> None:
    imei = next_imei()
    data = lines(f"{next_imei()};iPhone 12;128;blue;COUNTER;82", f"{imei};iPhone 12;128;blue;NOBODY;82")
    said = list(direct.take_in(data, technician, dry_run=False))
    assert [line.taken for line in said] == [True, False]
    assert "NOBODY" in said[1].words
    assert count(Unit) == 1


def test_a_dry_run_says_why_a_line_is_bad_and_changes_nothing(technician: Actor) -> None:
    data = lines("353097110432180;iPhone 12;128;blue;COUNTER;82", f"{next_imei()};No such phone;1;x;COUNTER;1")
    said = list(direct.take_in(data, technician, dry_run=True))
    assert [line.taken for line in said] == [False, False]
    assert "No such phone" in said[1].words
    assert count(Unit) == 0


def test_a_file_without_its_columns_is_refused(technician: Actor) -> None:
    with pytest.raises(BadManifest) as refused:
        list(direct.take_in(b"a;b\n1;2\n", technician, dry_run=True))
    assert "Model" in str(refused.value.what)


def test_what_is_taken_in_by_the_hundred_is_proved_like_every_scan(technician: Actor) -> None:
    rows = [f"{next_imei()};iPhone 12;128;blue;COUNTER;82" for _n in range(5)]
    list(direct.take_in(lines(*rows), technician, dry_run=False))
    assert list(seals.verify()) == []


def test_the_announced_ones_among_many_are_counted_in(technician: Actor, refurbisher: Actor) -> None:
    delivery = expected(refurbisher, csv_file(*phones(2)))
    announced = [line.imei for line in db.session.query(ConsignmentLine).order_by(ConsignmentLine.id)]
    rows = [f"{imei};iPhone 12;128;blue;COUNTER;82" for imei in (next_imei(), announced[1], next_imei())]
    assert [line.taken for line in direct.take_in(lines(*rows), technician, dry_run=False)] == [True] * 3
    found = consignments.counts(delivery.id)
    assert (found["found"], found["expected"]) == (1, 1)


def test_an_announced_serial_is_counted_in_however_apple_prints_it(technician: Actor, refurbisher: Actor) -> None:
    head = "Serial;Modell;Speicher;Farbe;Zustand;Preis"
    delivery = expected(refurbisher, csv_file("F17DG0ABPLJM;iPhone 12;128 GB;blau;B;82,50", head=head))
    data = b"serial;model;storage_gb;colour;source;price\nSF17DG0ABPLJM;iPhone 12;128;blue;COUNTER;82\n"
    list(direct.take_in(data, technician, dry_run=False))
    assert consignments.counts(delivery.id)["found"] == 1


def test_quotes_for_many_take_as_many_statements_as_for_few(technician: Actor, refurbisher: Actor) -> None:
    perform("set_partner_terms", "COUNTER", {"kind": "programme"}, by=refurbisher)
    asked = []
    for number in (1, 3, 30):
        rows = [f"{next_imei()};iPhone 12;128;blue;COUNTER;82" for _n in range(number)]
        with noted() as sent:
            list(direct.take_in(lines(*rows), technician, dry_run=False))
        asked.append(len(sent))
    assert asked[1] == asked[2]


def test_each_of_many_from_who_quotes_is_quoted(technician: Actor, refurbisher: Actor) -> None:
    perform("set_partner_terms", "COUNTER", {"kind": "programme"}, by=refurbisher)
    rows = [f"{next_imei()};iPhone 12;128;blue;COUNTER;8{n}" for n in range(3)]
    list(direct.take_in(lines(*rows), technician, dry_run=False))
    assert sorted(quote.price_minor for quote in db.session.query(Quote)) == [8000, 8100, 8200]
    for unit in db.session.query(Unit):
        assert [e.action for e in events.story("unit", unit.id)] == ["quote", "take_in"]
