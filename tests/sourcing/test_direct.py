"""A file whose lines name their source is taken in line by line, once."""

from __future__ import annotations

import pytest

from tests.conftest import count, next_imei
from workshop.core import seals
from workshop.core.actor import Actor
from workshop.jobs.models import Unit
from workshop.sourcing import direct
from workshop.sourcing.errors import BadManifest

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
