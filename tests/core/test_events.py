"""Events can only be added, and each carries the hash of the one before it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from tests.conftest import Walk
from workshop.core import events
from workshop.core.db import db
from workshop.core.events import START, Chain, Entry, Event, append, canonical, chain_of, link
from workshop.core.triggers import ADD_ONLY

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


def refused_by_database(statement: str) -> str:
    with pytest.raises(DBAPIError) as refused, db.session.begin_nested():
        db.session.execute(text(statement))
    return str(refused.value.orig)


def two_events() -> Chain:
    first = append(Entry(Chain("test", 7), "begun", {"a": 1}, NOON, 1, None))
    return append(Entry(first, "ended", {"b": "ä"}, NOON, None, 2))


@pytest.mark.parametrize("statement", ["UPDATE events SET action = 'other'", "DELETE FROM events"])
def test_the_database_itself_refuses_to_change_an_event(walk: Walk, statement: str) -> None:
    walk.taken_in()
    assert "may only be added to" in refused_by_database(statement)


@pytest.mark.parametrize("verb", ["update", "delete"])
@pytest.mark.parametrize("table", ADD_ONLY)
def test_every_table_that_only_grows_is_protected(app: object, table: str, verb: str) -> None:
    from workshop.core import triggers

    assert f"{table}_refuse_{verb}" in triggers.present(db.session.connection())


def test_postgres_refuses_to_empty_a_table_that_only_grows(app: object, engine_name: str) -> None:
    if engine_name == "postgresql":
        for table in ADD_ONLY:
            assert "may only be added to" in refused_by_database(f"TRUNCATE {table} CASCADE")
    else:  # SQLite knows no TRUNCATE: its DELETE without WHERE fires the trigger, see above
        assert "syntax error" in refused_by_database("TRUNCATE events")


def test_each_event_carries_the_hash_of_the_one_before(app: object) -> None:
    end = two_events()
    first, second = events.story("test", 7)[::-1]
    assert (first.previous, second.previous) == (START, first.hash)
    assert second.hash == link(first.hash, second.body) == end.head


def test_the_hashed_body_is_kept_letter_by_letter(app: object) -> None:
    two_events()
    body = events.story("test", 7)[0].body
    assert body == (
        '{"action":"ended","at":"2026-11-24T12:00:00+00:00","bench":2,"data":{"b":"ä"},"id":7,"kind":"test",'
        '"person":null,"seq":2}'
    )


def test_the_hash_is_plain_sha256_that_anybody_can_redo() -> None:
    # printf '%064d\n{}' 0 | sha256sum
    assert link(START, "{}") == "5649d09ed68c17156095d175eef152856c5b1a81c117c409c1e00f096aa6838e"


def test_two_writers_of_one_chain_meet_in_the_database(app: object) -> None:
    start = Chain("test", 7)
    append(Entry(start, "one", {}, NOON, None, None))
    with pytest.raises(DBAPIError), db.session.begin_nested():
        append(Entry(start, "two", {}, NOON, None, None))


def test_where_a_chain_stands_is_read_from_its_last_event(app: object) -> None:
    assert chain_of("test", 7) == Chain("test", 7)
    assert chain_of("test", 7) == Chain("test", 7)
    assert two_events() == chain_of("test", 7)


def test_numbers_with_a_point_have_no_one_spelling() -> None:
    with pytest.raises(ValueError):
        canonical(float("nan"))
    assert canonical({"b": 1, "a": "ö"}) == '{"a":"ö","b":1}'


def test_a_story_is_read_page_by_page(app: object) -> None:
    two_events()
    assert [e.seq for e in events.story("test", 7, limit=1)] == [2]
    assert [e.seq for e in events.story("test", 7, before=2)] == [1]


def test_no_name_of_a_person_stands_in_the_hash(walk: Walk) -> None:
    walk.answer_all(walk.in_diagnosis())
    bodies = " ".join(db.session.scalars(select(Event.body)))
    assert "Aino" not in bodies
    assert "Virtanen" not in bodies


def test_a_time_keeps_its_zone_on_both_databases(app: object) -> None:
    two_events()
    db.session.expire_all()
    assert events.story("test", 7)[0].at == NOON
