"""What people write lies beside the events: hashed by digest, shown in the story, erasable."""

from __future__ import annotations

from sqlalchemy import select, update

from tests.conftest import Walk
from workshop.core import clock, events, seals
from workshop.core.db import db
from workshop.core.events import Event, EventNote
from workshop.jobs.target import OpenUnit


def moved(walk: Walk) -> OpenUnit:
    unit = walk.in_diagnosis()
    walk.do("hold", unit, {"kind": "waiting_person", "reason": "Matti calls on Monday"})
    walk.do("lift_hold", unit, {"kind": "waiting_person", "reason": "Matti said yes"})
    return walk.fresh(unit)


def test_what_a_person_wrote_is_not_in_the_hashed_body(walk: Walk) -> None:
    unit = moved(walk)
    bodies = db.session.scalars(select(Event.body).where(Event.chain_id == unit.id))
    assert not any("Matti" in body for body in bodies)


def test_the_story_tells_it_all_the_same(walk: Walk) -> None:
    assert events.story("unit", moved(walk).id)[0].data["reason"] == "Matti said yes"


def test_it_can_be_erased_and_the_chain_still_verifies(walk: Walk) -> None:
    unit = moved(walk)
    assert events.erase_words("unit", unit.id, unit.chain_length, clock.now()) == 1
    assert events.story("unit", unit.id)[0].data["reason"] == ""
    assert list(seals.verify()) == []


def test_changing_it_is_found(walk: Walk) -> None:
    unit = moved(walk)
    db.session.execute(update(EventNote).values(words="Matti said no"))
    assert [b.why for b in seals.verify()] == ["what was written for it was changed"]
    assert unit.chain_length > 0
