"""The one door: everything that changes the workshop is an action, and every action goes through `perform`.

One transaction: permission, version, the change, its event, the idempotency row. Refused, conflicting, repeated and
unknown are told apart here, once, for every channel.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Generic, TypeVar

from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError

from workshop.core import clock, events, requests
from workshop.core.actor import Actor
from workshop.core.arguments import Arguments, NoArguments, read
from workshop.core.db import db
from workshop.core.errors import Conflict, Forbidden, NotFound, Refused
from workshop.core.events import Chain, Entry
from workshop.core.house import house
from workshop.core.language import in_source
from workshop.core.spoken import roles as spoken_roles
from workshop.core.spoken import spoken

T = TypeVar("T")


class Kind(Generic[T]):
    """A kind of thing that actions act on. A room derives one for each and adds it to the house."""

    name: str
    plural: str

    def load(self, ref: Any, act: Act) -> T:
        """Return the thing that `ref` names (its id, code or the thing itself). Raises NotFound."""
        raise NotImplementedError(self.name)  # pragma: no cover - each kind says how

    def load_each(self, refs: Sequence[Any], act: Act) -> list[T]:
        """Return the things that many refs name, in the same order."""
        return [self.load(ref, act) for ref in refs]

    def ref(self, target: T) -> str:
        """Return what names `target` in an address."""
        return str(self.key(target))

    def called(self, target: T) -> str:
        """Return what a person calls `target`, in the reader's words; empty where its ref says it all."""
        return ""

    def key(self, target: T) -> int:
        """Return the number under which the story of `target` is kept."""
        return int(target.id)  # type: ignore[attr-defined]

    def site_id(self, target: T) -> int | None:
        """Return the site whose people may know of `target`."""
        return getattr(target, "site_id", None)

    def guard(self, action: Action, target: T, act: Act) -> None:
        """Raise Refused where `action` may not be done to `target` as it stands."""

    def chain(self, target: T) -> Chain:
        """Return where the story of `target` stands."""
        return events.chain_of(self.name, self.key(target))

    def keep(self, target: T, chain: Chain, act: Act) -> None:
        """Keep the new head with `target`, where the kind does."""

    def keep_each(self, heads: Sequence[tuple[T, Chain, Act]]) -> None:
        """Keep the new head of each of many."""
        for target, chain, act in heads:
            self.keep(target, chain, act)

    def show(self, target: T) -> dict[str, Any]:
        """Return what the API tells of `target`."""
        return {"ref": self.ref(target)}


class ModelKind(Kind[T]):
    """A kind that is one table, named by its id or by one unique column."""

    def __init__(self, name: str, plural: str, model: type[T], *, by: str = "id") -> None:
        self.name, self.plural, self.model, self.by = name, plural, model, by

    def load(self, ref: Any, act: Act) -> T:
        if isinstance(ref, self.model):
            return ref
        found: T | None
        if self.by == "id":
            found = db.session.get(self.model, int(ref)) if str(ref).isdigit() else None
        else:
            found = db.session.query(self.model).filter_by(**{self.by: str(ref)}).one_or_none()
        if found is None:
            raise NotFound(
                _("There is no %(kind)s %(ref)s.", kind=spoken(self.name), ref=ref), _("Look it up in the list.")
            )
        return found

    def ref(self, target: T) -> str:
        return str(getattr(target, self.by))


@dataclass(frozen=True)
class Outcome:
    """What an action's function did: the words for the strip, the data for the event, how to undo it.

    `more` is answered beside them; its `undoable_on` is a unit to which something was done that can be taken back.
    """

    title: Any = ""
    detail: Any = ""
    tone: str = "yes"
    data: dict[str, Any] = field(default_factory=dict)
    undo: dict[str, Any] | None = None
    target: Any = None
    more: dict[str, Any] = field(default_factory=dict)


Do = Callable[[Any, Any, "Act"], Outcome]
DoMany = Callable[[Sequence[tuple[Any, Any]], "Act"], list["Outcome | None"]]


@dataclass(frozen=True)
class Action:
    """An action, declared once beside its rule.

    `do(target, arguments, act)` changes things and returns an Outcome; it never commits. `on` names the kind of the
    target, `creates` says that there is none yet. `stages` None means any stage. `past` tells the story, with the
    event's data filled in, as `detail` does. `undo(target, data, act)` takes it back. `prefill(known)` returns what a
    form may propose, given what is known already; `begins(target)` what it shows to be changed. `many(pairs, act)`
    is given target and arguments of many, does together those that are plain, and leaves None for the others.
    `offered(target)` says whether a button offers it; without one its stage alone does. `single` says that it is never
    done to many at once.
    """

    name: str
    label: Any
    on: str
    do: Do
    roles: frozenset[str]
    past: Any
    detail: Any = ""
    arguments: type[Arguments] = NoArguments
    creates: bool = False
    stages: frozenset[str] | None = None
    codes: tuple[str, ...] = ()
    undo: Callable[[Any, dict[str, Any], Act], Outcome] | None = None
    through_holds: bool = False
    icon: str = "circle-dot"
    minutes: int = 1
    hidden: bool = False
    offered: Callable[[Any], bool] | None = None
    danger: bool = False
    help: Any = ""
    single: bool = False
    prefill: Callable[[dict[str, str]], dict[str, str]] | None = None
    begins: Callable[[Any], dict[str, Any]] | None = None
    many: DoMany | None = None


@dataclass
class Act:
    """One doing of an action: by whom, when, and what follows from it. `also` goes into its event as it is."""

    action: Action
    by: Actor
    now: datetime
    expected_version: int | None = None
    code: str = ""
    scanned_at: datetime | None = None
    because: str = ""
    also: dict[str, Any] = field(default_factory=dict)
    _follows: list[tuple[str, Any, dict[str, Any]]] = field(default_factory=list)

    @property
    def today(self) -> date:
        """The day of the act where it is done."""
        return self.by.day(self.now)

    def follow(self, name: str, target: Any, arguments: dict[str, Any] | None = None) -> None:
        """Do `name` too, in the same transaction, once this one is written down."""
        self._follows.append((name, target, arguments or {}))

    def next(self, action: Action) -> Act:
        """Return the doing of what follows from this."""
        return Act(action, replace(self.by, is_worker=True), self.now, because=self.action.name)

    def take_follows(self) -> list[tuple[str, Any, dict[str, Any]]]:
        """Return what is to follow, once."""
        waiting, self._follows = self._follows, []
        return waiting


@dataclass
class Done:
    """What the door answers. `replayed` says that this very request was kept before and acted once."""

    action: str
    kind: str
    ref: str
    title: str
    detail: str = ""
    tone: str = "yes"
    chain: Chain | None = None
    replayed: bool = False
    undoable: bool = False
    more: dict[str, Any] = field(default_factory=dict)
    target: Any = None
    followed: list[Done] = field(default_factory=list)

    def answer(self) -> dict[str, Any]:
        """Return the part that is kept for a replay and shown by the API."""
        return {
            "action": self.action,
            "kind": self.kind,
            "ref": self.ref,
            "title": self.title,
            "detail": self.detail,
            "tone": self.tone,
            "undoable": self.undoable,
            "seq": self.chain.length if self.chain else None,
            "hash": self.chain.head if self.chain else None,
            "followed": [{"action": d.action, "kind": d.kind, "ref": d.ref, "title": d.title} for d in self.followed],
            **self.more,
        }


def find(name: str) -> Action:
    """Return the action called `name`. Raises NotFound."""
    action = house().actions.get(name)
    if action is None:
        raise NotFound(_("There is no action %(name)s.", name=name), _("The help page lists them all."))
    return action


def fingerprint(name: str, target: Any, arguments: Arguments) -> str:
    """Return what tells one request from another under the same key."""
    ref = target if isinstance(target, str | int) else getattr(target, "code", getattr(target, "id", ""))
    return hashlib.sha256(f"{name}\n{ref}\n{arguments.model_dump_json()}".encode()).hexdigest()


def mark_of_scan(code: str) -> str:
    """Return what tells one scan from another under the same key: its code, whatever it means by then."""
    return hashlib.sha256(f"scan\n{code}".encode()).hexdigest()


def read_arguments(name: str, raw: Any) -> Arguments:
    """Return `raw` as the typed arguments of the action `name`. Raises BadArguments."""
    return read(find(name).arguments, {} if raw is None else raw)


def perform(
    name: str,
    target: Any,
    arguments: Any = None,
    *,
    by: Actor,
    request_key: str | None = None,
    expected_version: int | None = None,
    code: str = "",
    scanned_at: datetime | None = None,
) -> Done:
    """Do the action `name` to `target`, whole or not at all, and once for each `request_key` of a caller.

    `code` is what was scanned; `scanned_at` when, where that was long before it came here.

    Raises a Refused when nothing was changed. When it returns, the change is kept: it is committed.
    """
    typed = read_arguments(name, arguments)
    act = Act(find(name), by, clock.now(), expected_version=expected_version, code=code, scanned_at=scanned_at)
    mark = mark_of_scan(code) if code else fingerprint(name, target, typed)
    try:
        done = act_on(act, target, typed)
        if request_key:
            requests.keep(by.caller, request_key, mark, done.answer(), act.now)
        db.session.commit()
        return done
    except IntegrityError as broken:
        db.session.rollback()
        return _replay_or_raise(by, request_key, mark, explained(broken))
    except Refused as refused:
        db.session.rollback()
        return _replay_or_raise(by, request_key, mark, refused)
    except BaseException:
        db.session.rollback()
        raise


def _replay_or_raise(by: Actor, request_key: str | None, mark: str, refused: Refused) -> Done:
    """Answer a request that was kept before from what was kept; raise `refused` for any other."""
    kept = requests.find(by.caller, request_key, mark) if request_key else None
    db.session.rollback()
    if kept is None:
        raise refused
    return replayed(kept)


def replayed(kept: dict[str, Any]) -> Done:
    """Return the answer that was kept for this very request."""
    followed = [Done(**f) for f in kept.pop("followed", [])]
    chain = Chain(kept["kind"], 0, kept.pop("seq") or 0, kept.pop("hash") or events.START)
    known = {k: kept.pop(k) for k in ("action", "kind", "ref", "title", "detail", "tone", "undoable")}
    return Done(**known, chain=chain, replayed=True, followed=followed, more=kept)


def permit(action: Action, kind: Kind[Any], target: Any, by: Actor) -> None:
    """Raise NotFound for another site's thing and Forbidden for a role that may not."""
    site_id = by.site_id if target is None else kind.site_id(target)
    if target is not None and not by.works_at(site_id):
        raise NotFound(_("There is no %(kind)s with this code.", kind=spoken(kind.name)), _("Scan its label again."))
    if not by.may(action.roles, site_id):
        raise Forbidden(
            _("%(action)s is not among your rights.", action=str(action.label)),
            _("It takes one of these roles: %(roles)s.", roles=spoken_roles(action.roles)),
            roles=sorted(action.roles),
        )


def act_on(act: Act, ref: Any, arguments: Any) -> Done:
    """Do one action and what follows from it, inside the transaction of the caller."""
    action, rooms = act.action, house()
    kind = rooms.kinds[action.on]
    target = None if action.creates else kind.load(ref, act)
    permit(action, kind, target, act.by)
    if target is not None:
        kind.guard(action, target, act)
    outcome = action.do(target, arguments, act)
    return finish(act, kind, outcome.target if action.creates else target, outcome)


def finish(act: Act, kind: Kind[Any], target: Any, outcome: Outcome) -> Done:
    """Write down what was done, let other rooms hear of it, and do what follows."""
    db.session.flush()
    chain = events.append(entry_of(act, kind, target, outcome))
    kind.keep(target, chain, act)
    done = done_of(act, kind, target, outcome, chain)
    for listener in house().listeners.get(act.action.name, ()):
        listener.tell([(act, done)])
    for name, next_target, next_arguments in act.take_follows():
        done.followed.append(follow(act, name, next_target, next_arguments))
    return done


def follow(act: Act, name: str, target: Any, arguments: dict[str, Any]) -> Done:
    """Do what follows from `act`, on the workshop's own authority but in the person's name."""
    action = find(name)
    return act_on(act.next(action), target, read(action.arguments, arguments))


def do_within(act: Act, name: str, target: Any, arguments: dict[str, Any], also: dict[str, Any]) -> Done:
    """Do `name` within the transaction of `act`, in the person's own right. Its event carries `also`."""
    action = find(name)
    return act_on(Act(action, act.by, act.now, code=act.code, also=also), target, read(action.arguments, arguments))


def entry_of(act: Act, kind: Kind[Any], target: Any, outcome: Outcome) -> Entry:
    """Return what is written into the story of `target`."""
    data = in_source(outcome.data | act.also)
    if outcome.undo is not None:
        data["undo"] = outcome.undo
    if act.because:
        data["because"] = act.because
    if act.scanned_at is not None:
        data["scanned_at"] = act.scanned_at.isoformat(timespec="seconds")
    if act.by.person_id is None:
        data["by"] = act.by.name
    return Entry(kind.chain(target), act.action.name, data, act.now, act.by.person_id, act.by.bench_id)


def done_of(act: Act, kind: Kind[Any], target: Any, outcome: Outcome, chain: Chain) -> Done:
    """Return what the door answers."""
    return Done(
        action=act.action.name,
        kind=kind.name,
        ref=kind.ref(target),
        title=str(outcome.title),
        detail=str(outcome.detail),
        tone=outcome.tone,
        chain=chain,
        undoable=act.action.undo is not None and outcome.undo is not None,
        more=outcome.more,
        target=target,
    )


def explained(broken: IntegrityError) -> Refused:
    """Say in words which of the database's rules was about to be broken."""
    text = str(broken.orig)
    for constraint, (what, remedy) in house().constraints.items():
        if constraint in text:
            return Conflict(str(what), str(remedy))
    return Conflict(
        _("Somebody else changed this at the same moment."), _("Look at it, then do it again."), constraint=text
    )
