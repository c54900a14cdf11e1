"""What comes by the hundred: written together, each with all that the door does for one."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from bench.statements import noted
from tests.conftest import count, next_imei
from workshop.core import events, seals
from workshop.core.actions import Act, Done, perform
from workshop.core.actor import Actor
from workshop.core.db import db, numbers_ahead
from workshop.core.errors import Refused
from workshop.core.house import House, house
from workshop.core.many import Answer, Call, perform_each
from workshop.core.requests import Request
from workshop.jobs.models import Job, Unit
from workshop.jobs.target import OpenUnit, find


def devices(number: int, prefix: str = "k") -> list[Call]:
    """As many calls that take in a device never seen."""
    given = {"model": "iPhone 12", "source": "COUNTER", "price": "82"}
    return [Call({**given, "imei": next_imei()}, f"{prefix}{n}") for n in range(number)]


def taken(answers: list[Answer]) -> list[OpenUnit]:
    """The units of what was done, all of which must have been."""
    assert all(isinstance(answer, Done) for answer in answers), answers
    return [answer.target for answer in answers if isinstance(answer, Done)]


@pytest.fixture
def rooms(app: object, monkeypatch: pytest.MonkeyPatch) -> House:
    """The house, whose listeners a test may add to."""
    found = house()
    monkeypatch.setattr(found, "listeners", {name: list(every) for name, every in found.listeners.items()})
    return found


def test_many_are_written_in_as_many_statements_as_few(technician: Actor) -> None:
    perform_each("take_in", devices(1, "warm"), by=technician)
    sent_for = {}
    for number in (5, 40):
        with noted() as sent:
            perform_each("take_in", devices(number, f"{number}-"), by=technician)
        sent_for[number] = [statement.split("VALUES")[0][:80] for statement, _parameters in sent]
    assert len(sent_for[5]) == len(sent_for[40])


def test_each_of_many_has_a_story_of_its_own_that_holds(technician: Actor) -> None:
    for unit in taken(perform_each("take_in", devices(5), by=technician)):
        story = events.story("unit", unit.id)
        assert [(e.action, e.seq, e.previous) for e in story] == [("take_in", 1, events.START)]
        assert story[0].hash == unit.chain_head == db.session.get_one(Job, unit.job_id).chain_head
    assert list(seals.verify()) == []


def test_each_of_many_lies_at_the_bench_and_goes_on_like_any_other(technician: Actor) -> None:
    unit = taken(perform_each("take_in", devices(3), by=technician))[1]
    assert unit.version == db.session.get_one(Job, unit.job_id).version == 1
    assert perform("hold", unit.code, {"kind": "owner_dispute"}, by=technician).tone == "hold"


def test_every_number_of_each_of_many_names_it(technician: Actor) -> None:
    calls = devices(3)
    for call, unit in zip(calls, taken(perform_each("take_in", calls, by=technician)), strict=True):
        named = [find(code)[0].unit for code in (unit.code, call.arguments["imei"])]
        assert [each.id for each in named if each] == [unit.id, unit.id]


def test_the_next_device_by_itself_gets_the_next_number(technician: Actor) -> None:
    last = taken(perform_each("take_in", devices(3), by=technician))[-1]
    one = perform("take_in", None, devices(1)[0].arguments, by=technician).target
    assert (one.id, one.job_id) == (last.id + 1, last.job_id + 1)


def test_the_same_calls_again_are_answered_from_what_was_kept(technician: Actor) -> None:
    calls = devices(4)
    first = perform_each("take_in", calls, by=technician)
    again = perform_each("take_in", calls, by=technician)
    assert [(a.ref, a.replayed) for a in again if isinstance(a, Done)] == [(u.code, True) for u in taken(first)]
    assert (count(Unit), count(Request)) == (4, 4)


def test_a_listener_that_can_hears_of_all_at_once(technician: Actor, rooms: House) -> None:
    heard: list[list[str]] = []

    def hear(some: Sequence[tuple[Act, Done]]) -> None:
        heard.append([done.ref for _act, done in some])

    rooms.after_many("take_in", hear)
    units = taken(perform_each("take_in", devices(3), by=technician))
    one = perform("take_in", None, devices(1)[0].arguments, by=technician)
    assert heard == [[unit.code for unit in units], [one.ref]]


def test_what_follows_is_done_for_each_of_many_after_its_own_event(technician: Actor, rooms: House) -> None:
    def hear(act: Act, done: Done) -> None:
        act.follow("hold", done.target.id, {"kind": "owner_dispute"})

    rooms.after("take_in", hear)
    answers = perform_each("take_in", devices(3), by=technician)
    for unit in taken(answers):
        assert [e.action for e in events.story("unit", unit.id)] == ["hold", "take_in"]
    assert [d.followed[0].action for d in answers if isinstance(d, Done)] == ["hold"] * 3
    assert list(seals.verify()) == []


def test_one_that_is_refused_afterwards_leaves_the_others_whole(technician: Actor, rooms: House) -> None:
    calls = devices(3)

    def refuse_the_second(_act: Act, done: Done) -> None:
        if done.target.imei == calls[1].arguments["imei"]:
            raise Refused("No.", "Not this one.")

    rooms.after("take_in", refuse_the_second)
    answers = perform_each("take_in", calls, by=technician)
    assert [type(answer) for answer in answers] == [Done, Refused, Done]
    assert (count(Unit), count(Request)) == (2, 2)
    assert list(seals.verify()) == []


def test_numbers_taken_ahead_are_given_to_nobody_else(app: object) -> None:
    ahead = numbers_ahead(Unit, 3)
    assert ahead == list(range(ahead[0], ahead[0] + 3))
