"""A delivery from its file to the devices that are expected."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from tests.conftest import count, next_imei
from tests.sourcing.files import HEAD, announced, csv_file, expected, phones, workbook
from workshop.core import clock, seals, work
from workshop.core.actions import perform
from workshop.core.actor import Actor
from workshop.core.db import db
from workshop.core.errors import Conflict, Forbidden, NotFound
from workshop.jobs.models import Unit
from workshop.sourcing import consignment_actions, consignments, importing
from workshop.sourcing.errors import BadManifest
from workshop.sourcing.lines import Line
from workshop.sourcing.models import Consignment, ConsignmentLine, Partner


def test_a_file_is_looked_at_before_anything_is_expected(refurbisher: Actor) -> None:
    made = announced(refurbisher, csv_file(*phones(3)))
    assert (made.state, made.in_file, count(ConsignmentLine)) == ("draft", 3, 0)


def test_its_devices_are_expected_and_not_in_the_workshop(refurbisher: Actor) -> None:
    made = expected(refurbisher, csv_file(*phones(3)))
    assert (made.state, made.expected, count(ConsignmentLine), count(Unit)) == ("expected", 3, 3, 0)
    line = db.session.query(ConsignmentLine).first()
    assert line is not None
    assert (line.model.name, line.storage_gb, line.colour, line.price_minor) == ("iPhone 12", 128, "grün", 8250)


def test_a_workbook_is_read_the_same(refurbisher: Actor) -> None:
    rows = [["IMEI", "Model", "Price"], *([int(next_imei()), "iPhone 12 128GB", 82.5] for _n in range(3))]
    assert expected(refurbisher, workbook(rows)).expected == 3


def test_the_same_file_twice_adds_nothing(refurbisher: Actor) -> None:
    data = csv_file(*phones(2))
    first, second = expected(refurbisher, data), announced(refurbisher, data)
    assert first.code == second.code
    assert (count(Consignment), count(ConsignmentLine)) == (1, 2)


def test_a_bad_line_is_left_out_and_counted(refurbisher: Actor) -> None:
    made = expected(refurbisher, csv_file(*phones(2), "353097110432180;iPhone 12;128;blue;B;82"))
    assert (made.expected, made.left_out) == (2, 1)


def test_a_device_that_is_here_or_coming_already_is_left_out(walk: object, refurbisher: Actor) -> None:
    rows = phones(2)
    before = expected(refurbisher, csv_file(*rows))
    again = announced(refurbisher, csv_file(rows[0], *phones(1)))
    good, bad = consignments.manifest_of(again).sorted_out(again.site_id, but_not=again.id)
    assert (len(good), len(bad)) == (1, 1)
    assert before.code in bad[0].what


def test_a_file_of_which_no_line_is_right_is_refused(refurbisher: Actor) -> None:
    made = announced(refurbisher, csv_file("1;iPhone 12;128;blue;B;82"))
    with pytest.raises(BadManifest):
        perform("import_delivery", made.code, {}, by=refurbisher)
    assert made.state == "draft"


def test_wrong_columns_are_named(refurbisher: Actor) -> None:
    made = announced(refurbisher, csv_file("1;2", head="foo;bar"))
    with pytest.raises(BadManifest, match=r"IMEI, Model, Price"):
        perform("import_delivery", made.code, {}, by=refurbisher)


def test_how_a_file_is_read_is_changed_and_remembered_for_the_supplier(refurbisher: Actor) -> None:
    first = announced(refurbisher, csv_file(f"{next_imei()};IP-12;9", head="Kennung;Was;Wert"))
    given = {"columns": ["imei", "model", "price"], "heading": 1, "models": {"ip 12": "iPhone 12"}}
    perform("read_delivery", first.code, given, by=refurbisher)
    perform("import_delivery", first.code, {}, by=refurbisher)
    importing.go_on(first.code, refurbisher)
    second = announced(refurbisher, csv_file(f"{next_imei()};IP-12;9", head="Kennung;Was;Wert"))
    found = consignments.manifest_of(second)
    assert found.columns == ["imei", "model", "price"]
    assert len(found.sorted_out(None)[0]) == 1


def test_an_import_that_was_stopped_goes_on_where_it_was(refurbisher: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "AT_ONCE", 2)
    made = announced(refurbisher, csv_file(*phones(5)))
    perform("import_delivery", made.code, {}, by=refurbisher)
    assert importing.go_on(made.code, refurbisher, most=1).expected == 2
    assert importing.go_on(made.code, refurbisher).expected == 5
    assert (made.state, count(ConsignmentLine)) == ("expected", 5)


@pytest.mark.parametrize("turns", [1, None])
def test_a_person_and_a_worker_who_read_a_delivery_in_at_once_expect_each_device_once(
    refurbisher: Actor, monkeypatch: pytest.MonkeyPatch, turns: int | None
) -> None:
    made = announced(refurbisher, csv_file(*phones(5)))
    perform("import_delivery", made.code, {}, by=refurbisher)
    monkeypatch.setattr(importing, "AT_ONCE", 2)
    row = importing.row

    def meanwhile(line: Line) -> dict[str, Any]:
        monkeypatch.setattr(importing, "row", row)
        importing.go_on(made.code, importing.BY, most=turns)
        return row(line)

    monkeypatch.setattr(importing, "row", meanwhile)
    assert importing.go_on(made.code, refurbisher).expected == 5
    assert (made.state, count(ConsignmentLine)) == ("expected", 5)


def test_a_worker_reads_a_delivery_in(refurbisher: Actor) -> None:
    made = announced(refurbisher, csv_file(*phones(3)))
    perform("import_delivery", made.code, {}, by=refurbisher)
    task = work.claim(clock.now(), "test", kinds=(consignment_actions.EXPECT,))
    assert task is not None
    assert importing.run(task) is None
    assert made.expected == 3


def test_the_story_of_a_delivery_is_proved_and_names_nobody(refurbisher: Actor) -> None:
    made = expected(refurbisher, csv_file(*phones(3)), reference="Kuitti 12")
    assert list(seals.verify()) == []
    from workshop.core import events

    bodies = [json.loads(e.body)["data"] for e in events.story("consignment", made.id)]
    assert [b.get("devices") for b in reversed(bodies)] == [None, 3, 3]
    assert "Kuitti" not in str(bodies)


def test_a_draft_is_dropped_and_may_be_sent_again(refurbisher: Actor) -> None:
    data = csv_file(*phones(1))
    made = announced(refurbisher, data)
    perform("drop_delivery", made.code, {}, by=refurbisher)
    assert announced(refurbisher, data).code != made.code


def test_a_delivery_that_is_expected_is_not_read_anew(refurbisher: Actor) -> None:
    made = expected(refurbisher, csv_file(*phones(1)))
    with pytest.raises(Conflict):
        perform("read_delivery", made.code, {}, by=refurbisher)


def test_a_technician_announces_nothing_and_a_stranger_knows_of_nothing(
    technician: Actor, refurbisher: Actor, stranger: Actor
) -> None:
    with pytest.raises(Forbidden):
        announced(technician, csv_file(*phones(1)))
    made = expected(refurbisher, csv_file(*phones(1)), site="TMP")
    with pytest.raises(NotFound):
        perform("check_in", made.code, {"code": next_imei()}, by=stranger)


def test_a_program_announces_a_delivery(api_of: object) -> None:
    call = api_of("refurbisher")  # type: ignore[operator]
    content = base64.b64encode(csv_file(*phones(2))).decode()
    made = call("POST", "/consignments/announce-delivery", {"source": "COUNTER", "content": content}).json
    assert made["consignment"]["state"] == "draft"
    told = call("POST", f"/consignments/{made['ref']}/import-delivery").json
    assert told["consignment"]["lines_in_file"] == 2
    assert count(Partner) == 1
    assert HEAD
