"""Scans that came too late to be done as they were meant: kept for a person, who does them or says why not.

What waited in a browser for the network is carried out in order when it is back. What is refused then has nobody in
front of it any more, so it is put aside instead of being told to an empty bench.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from pydantic import Field
from sqlalchemy import Select, func, or_, select

from workshop.accounts.models import Person
from workshop.core import requests
from workshop.core.actions import Act, Action, ModelKind, Outcome, do_within, mark_of_scan, perform
from workshop.core.actor import AT_WORK, EVERYONE, Actor
from workshop.core.arguments import Arguments, Ask, NoArguments
from workshop.core.codes import clean
from workshop.core.db import db
from workshop.core.errors import Conflict, Refused
from workshop.core.house import House
from workshop.jobs import queue, scan, target
from workshop.jobs.carried import Carried
from workshop.jobs.models import ScanAside
from workshop.jobs.scan import PUT_ASIDE, Bench, Intent, Scanned

MOST_COUNTED: Final = 200


def carry_out(raw: str, actor: Actor, key: str, carried: Carried, repeat_seconds: float) -> Scanned:
    """Do a scan that waited for the network, or put it aside: either way it is kept, once."""
    try:
        return scan.scan(raw, actor, request_key=key, repeat_seconds=repeat_seconds, carried=carried)
    except Refused as refused:
        db.session.rollback()
        return put_aside(raw, actor, key, carried, refused, scanned_by=actor.person_id)


def give_up(raw: str, actor: Actor, key: str, carried: Carried) -> Scanned:
    """Put aside what this server failed at each time, so that what was scanned after it can go on."""
    failed = Conflict(
        _("The server failed at it each time it was sent."),
        _("Look whether it is still to be done. The server's log says why it failed."),
    )
    return put_aside(raw, actor, key, carried, failed, scanned_by=actor.person_id)


def hand_in(raw: str, actor: Actor, key: str, carried: Carried, scanned_by: int | None) -> Scanned:
    """Put aside what somebody else scanned, who can't sign in any more; what they still did themselves is done."""
    before = requests.find(f"p{scanned_by}", key, mark_of_scan(scan.said(raw)))
    if before is not None:
        return Scanned("done", before["tone"], before["title"], before["detail"], scan.said(raw))
    if db.session.scalar(select(ScanAside.id).where(ScanAside.key == key)) is not None:
        return Scanned("aside", "look", _("Handed in already."), "", scan.said(raw))
    refused = Conflict(
        _("It was scanned by somebody who could not send it."), _("Look whether it is still to be done.")
    )
    return put_aside(raw, actor, key, carried, refused, scanned_by=scanned_by)


def put_aside(raw: str, actor: Actor, key: str, carried: Carried, why: Refused, *, scanned_by: int | None) -> Scanned:
    """Put a scan aside under its own key: a scan is either done or put aside, and never both."""
    code = scan.said(raw)
    given = {
        "key": key,
        "code": code,
        "unit": carried.unit,
        "what": str(why.what),
        "remedy": str(why.remedy),
        "scanned_at": carried.scanned_at,
        "scanned_by": scanned_by,
    }
    done = perform(PUT_ASIDE, None, given, by=actor, request_key=key, code=code)
    return Scanned("aside" if done.action == PUT_ASIDE else "done", done.tone, done.title, done.detail, code)


# --- the door ---------------------------------------------------------------------------------------------------


class PutAside(Arguments):
    """A scan, whose it was and what was said to it."""

    key: str = Field(min_length=1, max_length=80)
    code: str = Field(min_length=1, max_length=64)
    unit: str = ""
    what: str
    remedy: str = ""
    scanned_at: datetime | None = None
    scanned_by: int | None = None


def _put(_target: None, given: PutAside, act: Act) -> Outcome:
    known = db.session.get(Person, given.scanned_by) if given.scanned_by else None
    row = ScanAside(
        key=given.key,
        site_id=act.by.site_id,
        bench_code=act.by.bench_code,
        code=given.code,
        unit_code=given.unit,
        what=given.what,
        remedy=given.remedy,
        scanned_at=given.scanned_at,
        scanned_by=known.id if known else None,
        put_by=act.by.person_id,
        put_at=act.now,
    )
    db.session.add(row)
    db.session.flush()
    title = _("Put aside: %(code)s.", code=given.code)
    data = {"code": given.code, "unit": given.unit, "what": given.what}
    return Outcome(title, given.what, tone="look", data=data, target=row)


def _do_now(row: ScanAside, _given: NoArguments, act: Act) -> Outcome:
    intent = _meaning(row, act)
    _settle(row, "done", act)
    # In the right of whoever does it now, and theirs to take back.
    done = do_within(act, intent.action, intent.target, intent.arguments, also={"aside": row.id})
    about = row.unit_code or row.code
    return Outcome(
        _("%(code)s is done.", code=row.code),
        about if about != row.code else "",
        data={"code": row.code},
        more={"undoable_on": done.ref} if done.undoable and done.kind == "unit" else {},
    )


def _meaning(row: ScanAside, act: Act) -> Intent:
    """Return what the scan asks for, with its own unit or tray in front of the person. Raises Refused."""
    lay = next(iter(target.find(row.unit_code)), None) if row.unit_code else None
    if lay is not None and lay.kind == "tray":
        return scan.for_all(row.unit_code, row.code)
    unit = lay.unit if lay is not None and lay.unit is not None and act.by.works_at(lay.unit.site_id) else None
    # It must not fall on what happens to lie at the bench of whoever looks at it.
    bench = Bench(replace(act.by, bench_id=None), act.now, here=unit)
    intent, _about = scan.meaning_of(clean(row.code, commands=scan.words()), bench)
    if intent.go_to:
        raise Refused(_("This only opens a page: nothing is left to do."), _("Dismiss it."))
    return intent


class Dismiss(Arguments):
    """Why nothing is to be done."""

    reason: Annotated[str, Field(min_length=3, max_length=300), Ask(_l("Why nothing is to be done"))]


def _dismiss(row: ScanAside, given: Dismiss, act: Act) -> Outcome:
    _settle(row, "dismissed", act)
    row.settled_reason = given.reason
    title = _("%(code)s is dismissed.", code=row.code)
    return Outcome(title, given.reason, data={"code": row.code, "reason": given.reason})


def _settle(row: ScanAside, how: str, act: Act) -> None:
    row.settled_as, row.settled_at, row.settled_by = how, act.now, act.by.person_id


class AsideKind(ModelKind[ScanAside]):
    """Scans put aside: each is settled once."""

    def called(self, target: ScanAside) -> str:
        return ", ".join(filter(None, (target.code, target.unit_code)))

    def guard(self, action: Action, target: ScanAside, act: Act) -> None:
        if target.settled_at is not None:
            raise Conflict(_("Somebody settled this scan already."), _("Nothing is left to do."))

    def show(self, target: ScanAside) -> dict[str, Any]:
        return {"id": target.id, "code": target.code, "unit": target.unit_code, "settled_as": target.settled_as}


ACTIONS: Final = (
    Action(
        PUT_ASIDE,
        _l("Put a scan aside"),
        "scan_aside",
        _put,
        EVERYONE,
        _l("%(code)s put aside: %(what)s"),
        arguments=PutAside,
        creates=True,
        hidden=True,
        icon="inbox",
    ),
    Action(
        "do_scan_now",
        _l("Do it now"),
        "scan_aside",
        _do_now,
        AT_WORK,
        _l("%(code)s done now"),
        icon="check",
        help=_l("Does what the scan asked for, to the unit that it was meant for."),
    ),
    Action(
        "dismiss_scan",
        _l("Dismiss a scan"),
        "scan_aside",
        _dismiss,
        AT_WORK,
        _l("%(code)s dismissed"),
        detail=_l("%(reason)s"),
        arguments=Dismiss,
        icon="x",
    ),
)


def bring(rooms: House) -> None:
    """Bring the kind and its actions into the house."""
    rooms.add_kind(AsideKind("scan_aside", "scans-aside", ScanAside))
    rooms.add_actions(ACTIONS)
    rooms.extensions["pages"]["scan_aside"] = "kept.asides_page"


# --- what the page shows ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Waiting:
    """A scan put aside, with the names that belong to it."""

    aside: ScanAside
    scanned_by: str
    put_by: str


def at_sites(sites: list[int] | None) -> Any:
    """Return the condition of scans that were put aside at these sites, or at no site."""
    return True if sites is None else or_(ScanAside.site_id.in_(sites), ScanAside.site_id.is_(None))


def count_waiting(actor: Actor) -> Select[int]:
    """Return the query of how many scans wait at this person's sites; more than MOST_COUNTED nobody reads."""
    waiting = select(ScanAside.id).where(ScanAside.settled_at.is_(None), at_sites(queue.sites_of(actor)))
    return select(func.count()).select_from(waiting.limit(MOST_COUNTED).subquery())
