"""What comes by the thousand goes through the door together: each whole or not at all, one commit for some hundred.

Everything that the door does for one is done for each: rights, event, listeners, the idempotency row. Where an action
can do many plain ones together it does, and what is written for each goes to the database together too; what is not
plain, or breaks a rule, goes through by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.exc import IntegrityError

from workshop.core import clock, events, requests
from workshop.core.actions import (
    Act,
    Action,
    Done,
    Kind,
    Outcome,
    act_on,
    done_of,
    entry_of,
    explained,
    find,
    fingerprint,
    follow,
    permit,
    read_arguments,
    replayed,
)
from workshop.core.actor import Actor
from workshop.core.arguments import Arguments, read
from workshop.core.db import db
from workshop.core.errors import Refused
from workshop.core.house import house

Answer = Done | Refused
_Next = tuple[Act, Done, Any, dict[str, Any]]  # what follows: from which act, to which thing, with what


@dataclass(frozen=True)
class Call:
    """One of the many: the arguments as they came, and the key under which it is done once."""

    arguments: Any
    request_key: str


@dataclass(frozen=True)
class Doing:
    """One of many that are done together: the thing it is done to, None where it is created, and its arguments."""

    act: Act
    target: Any
    arguments: Arguments


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
    action = find(name)
    typed = {n: arguments for n, call in calls.items() if (arguments := _typed(name, call)) is not None}
    doings = [Doing(Act(action, by, clock.now()), None, arguments) for arguments in typed.values()]
    try:
        with db.session.begin_nested():
            found = zip(typed, doings, _do_each(action, doings), strict=True)
            done = [(n, doing, done) for n, doing, done in found if done is not None]
            requests.keep_each([_kept(calls[n], doing.arguments, done, doing.act) for n, doing, done in done])
            return {n: done for n, _doing, done in done}
    except (IntegrityError, Refused):
        return {}


def _do_each(action: Action, doings: Sequence[Doing]) -> list[Done | None]:
    """Do those of many that are plain, and return None for every other: `act_on` for all of them."""
    kind, found = house().kinds[action.on], dict.fromkeys(range(len(doings)))
    targets = [doing.target for doing in doings if doing.target is not None]
    if action.many is None or not doings or len({kind.key(target) for target in targets}) < len(targets):
        return list(found.values())
    for doing in doings:
        permit(action, kind, doing.target, doing.act.by)
        if doing.target is not None:
            kind.guard(action, doing.target, doing.act)
    outcomes = action.many([(doing.target, doing.arguments) for doing in doings], doings[0].act)
    made = {
        n: (doing.act, outcome.target if action.creates else doing.target, outcome)
        for n, (doing, outcome) in enumerate(zip(doings, outcomes, strict=True))
        if outcome is not None
    }
    return list((found | dict(zip(made, _finish_each(list(made.values()), kind), strict=True))).values())


def _finish_each(made: Sequence[tuple[Act, Any, Outcome]], kind: Kind[Any]) -> list[Done]:
    """Write down each of many things, let other rooms hear of it, and do what follows: `finish` for all of them."""
    if not made:
        return []
    db.session.flush()
    chains = events.append_each([entry_of(act, kind, target, outcome) for act, target, outcome in made])
    every = list(zip(made, chains, strict=True))
    kind.keep_each([(target, chain, act) for (act, target, _outcome), chain in every])
    heard = [(act, done_of(act, kind, target, outcome, chain)) for (act, target, outcome), chain in every]
    for listener in house().listeners.get(made[0][0].action.name, ()):
        listener.tell(heard)
    _follow_each(heard)
    return [done for _act, done in heard]


def _follow_each(heard: Sequence[tuple[Act, Done]]) -> None:
    """Do what follows from each: what each asked for first, then second, and so on, the same action together."""
    waiting = [(act, done, act.take_follows()) for act, done in heard]
    for turn in range(max(len(follows) for _act, _done, follows in waiting)):
        alike: dict[str, list[_Next]] = {}
        for act, done, follows in waiting:
            if turn < len(follows):
                alike.setdefault(follows[turn][0], []).append((act, done, *follows[turn][1:]))
        for name, some in alike.items():
            _follow_alike(find(name), some)


def _follow_alike(action: Action, some: Sequence[_Next]) -> None:
    done_together: list[Done | None] = [None] * len(some)
    if action.many is not None and not action.creates:
        targets = house().kinds[action.on].load_each([target for _act, _done, target, _given in some], some[0][0])
        doings = [
            Doing(act.next(action), target, read(action.arguments, given))
            for (act, _done, _ref, given), target in zip(some, targets, strict=True)
        ]
        done_together = _do_each(action, doings)
    for (act, done, ref, given), followed in zip(some, done_together, strict=True):
        done.followed.append(followed or follow(act, action.name, ref, given))


def _typed(name: str, call: Call) -> Arguments | None:
    try:
        return read_arguments(name, call.arguments)
    except Refused:
        return None


def _kept(call: Call, arguments: Arguments, done: Done, act: Act) -> dict[str, Any]:
    mark = fingerprint(act.action.name, None, arguments)
    return requests.row_of(act.by.caller, call.request_key, mark, done.answer(), act.now)


def _alone(name: str, call: Call, by: Actor) -> Answer:
    try:
        arguments, act = read_arguments(name, call.arguments), Act(find(name), by, clock.now())
        with db.session.begin_nested():
            done = act_on(act, None, arguments)
            requests.keep_each([_kept(call, arguments, done, act)])
        return done
    except IntegrityError as broken:
        return explained(broken)
    except Refused as refused:
        return refused
