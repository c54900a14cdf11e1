"""The one door: who may, once only, whole or not at all."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError

from tests.cast import Cast
from tests.conftest import Walk, next_imei
from workshop.core import actions
from workshop.core.actions import Outcome, perform
from workshop.core.actor import Actor
from workshop.core.db import Base, db
from workshop.core.errors import BadArguments, Conflict, Forbidden, NotFound, Refused
from workshop.core.events import Event
from workshop.core.house import Listener, house
from workshop.core.requests import KeyReused, Request
from workshop.jobs.models import CheckAnswer, Fault, Job, Unit
from workshop.jobs.target import OpenUnit, by_id


def row_counts() -> dict[str, int]:
    """How many rows each table has."""
    db.session.rollback()
    return {t.name: db.session.scalar(select(func.count()).select_from(t)) or 0 for t in Base.metadata.sorted_tables}


def test_who_may_not_is_told_which_roles_may(walk: Walk, cast: Cast) -> None:
    with pytest.raises(Forbidden) as refused:
        walk.do("decide_triage", walk.in_diagnosis(), {"decision": "repair"}, by=cast.actor("auditor"))
    assert refused.value.more["roles"] == ["refurbisher", "technician"]
    assert "technician" in refused.value.remedy


def test_an_admin_may_do_what_any_role_may(walk: Walk, cast: Cast) -> None:
    unit = walk.taken_in()
    assert walk.do("hold", unit, {"kind": "owner_dispute"}, by=cast.actor("admin")).tone == "hold"


def test_another_sites_thing_looks_as_if_it_were_not_there(walk: Walk, stranger: Actor) -> None:
    unit = walk.taken_in()
    with pytest.raises(NotFound) as known:
        walk.do("advance", unit, by=stranger)
    assert known.value.status == 404


def test_an_unknown_action_is_not_found(technician: Actor) -> None:
    with pytest.raises(NotFound):
        perform("fly", None, by=technician)


def test_a_misspelt_argument_is_never_dropped(walk: Walk) -> None:
    with pytest.raises(BadArguments) as refused:
        walk.do("answer", walk.in_diagnosis(), {"outcome": "pass", "readnig": "74 912"})
    assert refused.value.field == "readnig"


def test_a_key_used_for_something_else_is_refused(walk: Walk) -> None:
    unit = walk.in_diagnosis()
    walk.do("answer", unit, {"outcome": "pass"}, request_key="k")
    with pytest.raises(KeyReused):
        walk.do("answer", unit, {"outcome": "fail"}, request_key="k")
    assert [a.outcome for a in walk.fresh(unit).job.answers] == ["pass"]


def test_two_people_may_use_the_same_key(walk: Walk, cast: Cast) -> None:
    unit = walk.in_diagnosis()
    walk.do("answer", unit, {"outcome": "pass"}, request_key="k")
    assert not walk.do("answer", unit, {"outcome": "pass"}, request_key="k", by=cast.actor("colleague")).replayed


def test_a_replay_is_answered_even_when_the_unit_has_moved_on(walk: Walk) -> None:
    unit = walk.taken_in()
    walk.do("hold", unit, {"kind": "waiting_person"}, request_key="k")
    walk.do("lift_hold", unit, {"kind": "waiting_person", "reason": "answered"})
    again = walk.do("hold", unit, {"kind": "waiting_person"}, request_key="k")
    assert again.replayed
    assert walk.fresh(unit).holds == frozenset()


def test_a_replay_repeats_the_hash_that_was_told_first(walk: Walk) -> None:
    given = {"imei": next_imei(), "model": "iPhone 12", "source": "COUNTER", "price": "82"}
    first = walk.do("take_in", None, given, request_key="k")
    again = walk.do("take_in", None, given, request_key="k")
    assert again.answer() == first.answer()


def test_a_refused_request_may_be_sent_again_under_its_key(walk: Walk) -> None:
    unit = walk.taken_in()
    with pytest.raises(Refused):
        walk.do("decide_triage", unit, {"decision": "repair"}, request_key="k")
    assert not walk.do("hold", unit, {"kind": "owner_dispute"}, request_key="k").replayed


def test_the_second_of_two_is_told_who_and_when(walk: Walk, cast: Cast) -> None:
    unit = walk.taken_in()
    walk.do("hold", unit, {"kind": "owner_dispute"}, by=cast.actor("colleague"))
    with pytest.raises(Conflict) as refused:
        walk.do("hold", unit, {"kind": "waiting_person"}, expected_version=unit.version)
    assert refused.value.more["who"] == "Jari Niemi"
    assert refused.value.more["when"] == walk.fresh(unit).touched_at.isoformat()


def test_what_is_refused_leaves_no_row_anywhere(walk: Walk, monkeypatch: pytest.MonkeyPatch) -> None:
    unit = walk.in_diagnosis()
    before = row_counts()
    house().listeners["answer"] = [*house().listeners.get("answer", []), Listener(_refuse)]
    try:
        with pytest.raises(Refused):
            walk.do("answer", unit, {"check": "C-GLS1", "outcome": "fail"}, request_key="k")
    finally:
        house().listeners["answer"].remove(Listener(_refuse))
    assert row_counts() == before


def _refuse(act: actions.Act, done: actions.Done) -> None:
    act.follow("hold", done.target or done.ref, {"kind": "waiting_person"})
    raise Refused("A listener says no.")


def test_a_listener_that_breaks_takes_everything_back(walk: Walk) -> None:
    def broken(_act: Any, _done: Any) -> None:
        raise ZeroDivisionError

    unit, before = walk.taken_in(), row_counts()
    house().after("hold", broken)
    try:
        with pytest.raises(ZeroDivisionError):
            walk.do("hold", unit, {"kind": "owner_dispute"})
    finally:
        house().listeners["hold"].remove(Listener(broken))
    assert row_counts() == before
    assert walk.fresh(unit).version == unit.version


def test_what_follows_stands_in_the_same_story_with_its_cause(walk: Walk) -> None:
    unit = walk.in_diagnosis()
    done = walk.do("answer", unit, {"check": "C-GLS1", "outcome": "fail"})
    assert "record_fault" in [d.action for d in done.followed]
    because = db.session.scalars(
        select(Event).where(Event.chain_kind == "unit", Event.chain_id == unit.id, Event.action == "record_fault")
    ).one()
    assert because.data["because"] == "answer"
    assert because.person_id == walk.by.person_id


def test_what_the_database_refuses_is_said_in_words(walk: Walk) -> None:
    unit = walk.taken_in()
    other = walk.taken_in()
    with pytest.raises(IntegrityError) as broken, db.session.begin_nested():
        db.session.execute(update(Unit).where(Unit.id == other.id).values(imei=unit.imei))
    said = actions.explained(broken.value)
    assert said.status == 409
    assert "IMEI" in str(said.what)


def test_an_unknown_rule_of_the_database_is_still_a_conflict(walk: Walk) -> None:
    unit = walk.taken_in()
    with pytest.raises(IntegrityError) as broken, db.session.begin_nested():
        db.session.execute(update(Job).where(Job.id == unit.job_id).values(paid_minor=-1))
    assert actions.explained(broken.value).status == 409


def test_every_action_says_who_may_or_is_the_houses_own(app: Flask) -> None:
    nobody = [a.name for a in house().actions.values() if not a.roles and not a.hidden]
    assert nobody == []


def test_every_action_tells_its_story_and_has_a_label(app: Flask) -> None:
    assert [a.name for a in house().actions.values() if not a.label or not (a.past or a.hidden)] == []


def test_no_two_actions_share_a_command(app: Flask) -> None:
    codes = [code for a in house().actions.values() for code in a.codes]
    assert len(codes) == len(set(codes))


def test_an_action_without_undo_is_not_undoable(walk: Walk) -> None:
    walk_done = walk.do("waive_fault", _with_fault(walk), {"fault": "F-DISP-1", "reason": "as agreed"})
    assert not walk_done.undoable


def _with_fault(walk: Walk) -> OpenUnit:
    unit = walk.in_diagnosis()
    walk.do("record_fault", unit, {"fault": "F-DISP-1"})
    return walk.fresh(unit)


# --- two real threads on a database of their own ------------------------------------------------------------


def together(app: Flask, *works: Callable[[], Any]) -> list[Any]:
    """Do all at the same moment, each in a thread of its own, and return what each returned or raised."""
    start = Barrier(len(works))

    def one(work: Callable[[], Any]) -> Any:
        with app.app_context():
            start.wait()
            try:
                return work()
            except Refused as refused:
                return refused
            finally:
                db.session.remove()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(one, works))


@pytest.fixture
def shop(own_app: Callable[..., Flask]) -> tuple[Flask, Actor, OpenUnit]:
    """An app on its own database, a technician, and a unit in diagnosis."""
    app = own_app()
    with app.app_context():
        by = Cast().actor("technician")
        unit = Walk(by).in_diagnosis()
        db.session.remove()
    return app, by, unit


def test_the_same_key_at_the_same_moment_acts_once_and_answers_both_alike(shop: Any) -> None:
    app, by, unit = shop
    work = lambda: perform("hold", unit.id, {"kind": "owner_dispute"}, by=by, request_key="same")  # noqa: E731
    first, second = together(app, work, work)
    assert sorted([first.replayed, second.replayed]) == [False, True]
    assert first.answer() == second.answer()
    with app.app_context():
        assert by_id(unit.id).chain_length == unit.chain_length + 1  # type: ignore[union-attr]
        assert db.session.scalar(select(func.count()).select_from(Request)) == 1


def test_of_two_people_on_one_unit_the_first_wins(shop: Any) -> None:
    app, by, unit = shop

    def hold(kind: str) -> Callable[[], Any]:
        return lambda: perform("hold", unit.id, {"kind": kind}, by=by, expected_version=unit.version)

    answers = together(app, hold("owner_dispute"), hold("waiting_person"))
    refused = [a for a in answers if isinstance(a, Refused)]
    assert [r.status for r in refused] == [409]
    with app.app_context():
        assert len(by_id(unit.id).holds) == 1  # type: ignore[union-attr]


def test_eight_people_on_one_unit_lose_nothing_and_break_nothing(shop: Any) -> None:
    app, by, unit = shop
    works = [lambda: perform("scan", unit.id, {}, by=by) for _ in range(8)]
    answers = together(app, *works)
    kept = [a for a in answers if not isinstance(a, Refused)]
    assert {a.status for a in answers if isinstance(a, Refused)} <= {409}
    with app.app_context():
        assert by_id(unit.id).chain_length == unit.chain_length + len(kept)  # type: ignore[union-attr]


def test_two_intakes_of_one_device_open_one_job(shop: Any) -> None:
    app, by, _unit = shop
    given = {"imei": next_imei(), "model": "iPhone 12", "source": "COUNTER", "price": "82"}
    answers = together(app, *[lambda: perform("take_in", None, given, by=by)] * 2)
    assert [a.status for a in answers if isinstance(a, Refused)] == [409]
    with app.app_context():
        unit = db.session.scalars(select(Unit).where(Unit.imei == given["imei"])).one()
        assert len(unit.jobs) == 1


def test_two_answers_to_one_check_leave_one(shop: Any) -> None:
    app, by, unit = shop
    works = [lambda o=o: perform("answer", unit.id, {"check": "C-GLS1", "outcome": o}, by=by) for o in ("pass", "fail")]
    together(app, *works)
    with app.app_context():
        answers = db.session.scalars(select(CheckAnswer).where(CheckAnswer.job_id == unit.job_id)).all()
        faults = db.session.scalars(select(Fault).where(Fault.job_id == unit.job_id, Fault.state == "open")).all()
        assert len(answers) == 1
        assert answers[0].outcome == "pass" or len(faults) == 1


def test_an_outcome_says_nothing_unless_told() -> None:
    assert (Outcome().title, Outcome().undo) == ("", None)
