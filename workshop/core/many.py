"""What comes by the thousand goes through the door together: each whole or not at all, one commit for some hundred.

Everything that the door does for one is done for each: rights, event, listeners, the idempotency row. Where an action
can do many plain ones together it does; what is not plain, or breaks a rule, goes through by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.exc import IntegrityError

from workshop.core import clock, requests
from workshop.core.actions import (
    Act,
    Done,
    act_on,
    explained,
    find,
    fingerprint,
    finish,
    permit,
    read_arguments,
    replayed,
)
from workshop.core.actor import Actor
from workshop.core.arguments import Arguments
from workshop.core.db import db
from workshop.core.errors import Refused
from workshop.core.house import house

Answer = Done | Refused


@dataclass(frozen=True)
class Call:
    """One of the many: the arguments as they came, and the key under which it is done once."""

    arguments: Any
    request_key: str


def perform_each(name: str, calls: Sequence[Call], *, by: Actor) -> list[Answer]:
    """Do the creating action `name` once for each call, and return what became of each. Commits once.

    A stop loses only what was not committed; the same calls again, with their keys, do the rest.
    """
    try:
        answers = _kept_before(calls, by)
        left = [n for n in range(len(calls)) if n not in answers]
        answers |= _together(name, {n: calls[n] for n in left}, by)
        for number in left:
            if number not in answers:
                answers[number] = _alone(name, calls[number], by)
        db.session.commit()
        return [answers[number] for number in range(len(calls))]
    except BaseException:
        db.session.rollback()
        raise


def _kept_before(calls: Sequence[Call], by: Actor) -> dict[int, Answer]:
    kept = requests.find_many(by.caller, [call.request_key for call in calls])
    return {n: replayed(kept[call.request_key]) for n, call in enumerate(calls) if call.request_key in kept}


def _together(name: str, calls: dict[int, Call], by: Actor) -> dict[int, Answer]:
    """Do the plain ones at once; nothing where one of them breaks a rule, or the action can't."""
    action, kind = find(name), house().kinds[find(name).on]
    typed = {n: arguments for n, call in calls.items() if (arguments := _typed(name, call)) is not None}
    if action.many is None or not typed:
        return {}
    permit(action, kind, None, by)
    try:
        with db.session.begin_nested():
            acts = {n: Act(action, by, clock.now()) for n in typed}
            outcomes = action.many(list(typed.values()), next(iter(acts.values())))
            answers: dict[int, Answer] = {}
            for (number, arguments), outcome in zip(typed.items(), outcomes, strict=True):
                if outcome is not None:
                    done = finish(acts[number], kind, outcome.target, outcome)
                    _keep(name, calls[number], arguments, done, acts[number])
                    answers[number] = done
            return answers
    except (IntegrityError, Refused):
        return {}


def _typed(name: str, call: Call) -> Arguments | None:
    try:
        return read_arguments(name, call.arguments)
    except Refused:
        return None


def _keep(name: str, call: Call, arguments: Arguments, done: Done, act: Act) -> None:
    mark = fingerprint(name, None, arguments)
    requests.keep(act.by.caller, call.request_key, mark, done.answer(), act.now)


def _alone(name: str, call: Call, by: Actor) -> Answer:
    try:
        arguments, act = read_arguments(name, call.arguments), Act(find(name), by, clock.now())
        with db.session.begin_nested():
            done = act_on(act, None, arguments)
            _keep(name, call, arguments, done, act)
        return done
    except IntegrityError as broken:
        return explained(broken)
    except Refused as refused:
        return refused
