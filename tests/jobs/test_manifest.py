"""A manifest is taken in line by line, once."""

from __future__ import annotations

import pytest

from tests.conftest import count, next_imei
from workshop.core.actor import Actor
from workshop.jobs import manifest
from workshop.jobs.models import Unit

HEAD = "imei;model;storage_gb;colour;source;price\n"


def lines(*rows: str) -> bytes:
    return (HEAD + "\n".join(rows) + "\n").encode()


def test_each_line_is_taken_in(technician: Actor) -> None:
    data = lines(f"{next_imei()};iPhone 12;128;blue;COUNTER;82.00", f"{next_imei()};iPhone 11;64;black;COUNTER;61")
    assert [line.taken for line in manifest.take_in(data, technician, dry_run=False)] == [True, True]
    assert count(Unit) == 2


def test_the_same_file_twice_adds_nothing(technician: Actor) -> None:
    data = lines(f"{next_imei()};iPhone 12;128;blue;COUNTER;82.00")
    for _time in range(2):
        list(manifest.take_in(data, technician, dry_run=False))
    assert count(Unit) == 1


def test_a_dry_run_says_why_a_line_is_bad_and_changes_nothing(technician: Actor) -> None:
    data = lines("353097110432180;iPhone 12;128;blue;COUNTER;82", f"{next_imei()};No such phone;1;x;COUNTER;1")
    said = list(manifest.take_in(data, technician, dry_run=True))
    assert [line.taken for line in said] == [False, False]
    assert "No such phone" in said[1].words
    assert count(Unit) == 0


def test_a_file_without_its_columns_is_refused(technician: Actor) -> None:
    with pytest.raises(manifest.BadManifest) as refused:
        list(manifest.take_in(b"a;b\n1;2\n", technician, dry_run=True))
    assert "model" in str(refused.value.what)
