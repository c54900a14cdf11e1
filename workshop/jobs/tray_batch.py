"""One command for all units of a tray: all are done, or none is and those that can't are told with why."""

from __future__ import annotations

from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import ngettext

from workshop.core import events
from workshop.core.actions import Act, Outcome, find
from workshop.core.batch import Each, do_each
from workshop.core.db import db
from workshop.core.errors import Conflict, NotFound, Refused
from workshop.core.house import house
from workshop.jobs import diagnosis, scan, target, trays
from workshop.jobs.hold_rules import RULES
from workshop.jobs.scan import Bench, Intent
from workshop.jobs.stages import LABELS, STAGES
from workshop.jobs.target import Found, OpenUnit
from workshop.jobs.tray_models import Tray

Asked = tuple[OpenUnit, str, dict[str, Any]]
ANSWER: Final = "answer"


class NotAll(Refused):
    """Not every unit of a tray can; `more['cannot']` says which and why. Nothing was changed."""

    status = 409
    kind = "not-all"


def intent_for(code: str, found: Found | None, bench: Bench) -> Intent:
    """Return what `code` means for the unit `bench.here`. Raises Refused where it means nothing for it."""
    unit = bench.unit()
    if found is not None:
        intent: Intent | None = house().extensions["tray_kinds"][found.kind](found, bench)
    elif code.startswith("*"):
        intent = scan.command_intent(code, bench)
    else:
        intent = scan.card_intent(code, bench)
    if intent is None or intent.target is not unit:
        raise NotFound(_("%(code)s means nothing for %(unit)s.", code=code, unit=unit.code), _("Scan it by itself."))
    return intent


def asked_of(code: str, units: list[OpenUnit], act: Act) -> tuple[list[Asked], list[tuple[OpenUnit, Refused]]]:
    """Return what `code` asks of each unit, and the units for which it can't be asked."""
    found = next((f for f in target.find(code) if f.kind in house().extensions.get("tray_kinds", {})), None)
    asked: list[Asked] = []
    refused: list[tuple[OpenUnit, Refused]] = []
    for unit in units:
        try:
            intent = intent_for(code, found, Bench(act.by, act.now, here=unit))
        except Refused as no:
            refused.append((unit, no))
            continue
        _refuse_single(intent, code)
        asked.append((unit, intent.action, intent.arguments))
    _refuse_different_checks(asked)
    return asked, refused


def _refuse_single(intent: Intent, code: str) -> None:
    action = find(intent.action)
    rule = RULES.get(intent.arguments.get("kind", "")) if intent.action == "hold" else None
    if action.single or (rule is not None and rule.stops_work):
        raise Refused(
            _("%(code)s is for one unit at a time: %(action)s.", code=code, action=str(action.label).lower()),
            _("Scan *TRAY* to put the tray away, then the unit."),
            field="code",
        )


def _refuse_different_checks(asked: list[Asked]) -> None:
    """Raise Refused where "passed" would answer one check on this unit and another on the next."""
    open_ended = [u for u, action, given in asked if action == ANSWER and not given.get("check")]
    following = [diagnosis.next_check(u, diagnosis.round_of(u.stage)) for u in open_ended]
    if len({check.code for check in following if check}) > 1:
        raise Refused(
            _("The units of this tray are at different checks."),
            _("Scan the code of the check that you mean, such as C-PWR1+."),
            field="code",
        )


def do_all(tray: Tray, code: str, *, leave_out: bool, act: Act) -> Outcome:
    """Do to each unit of the tray what `code` means for one. Raises NotAll where not every one can.

    With `leave_out` those that can't are left out, as long as one can.
    """
    units = trays.units_on(tray)
    if not units:
        raise Refused(_("Nothing lies on tray %(tray)s.", tray=tray.code), _("Scan units first."), field="code")
    number = events.chain_of("tray", tray.id).length + 1
    asked, cannot = asked_of(code, units, act)
    what: Each[OpenUnit] = do_each(act, asked, {"tray": tray.code, "batch": number})
    cannot += what.refused
    if cannot and (not leave_out or not what.done):
        raise _not_all(tray, code, cannot, len(what.done))
    tray.version += 1
    left = {unit.id for unit, _why in cannot}
    done = [unit for unit in units if unit.id not in left]
    place = next((str(d.more["place"]) for d in what.done if "place" in d.more), "")
    tray.place = place or tray.place
    return Outcome(
        _title(asked[0][1], len(what.done)),
        _detail(tray, len(cannot)),
        tone="look" if cannot else _tone(what),
        data={
            "code": code,
            "what": str(find(asked[0][1]).label),
            "n": len(done),
            "units": [u.code for u in done],
            "left_out": [u.code for u, _why in cannot],
        },
        undo={"units": [u.id for u in done], "batch": number},
        more={"units": [u.code for u in done], "left_out": [told(u, why) for u, why in cannot]},
    )


def _tone(what: Each[OpenUnit]) -> str:
    tones = {done.tone for done in what.done}
    return next((tone for tone in ("hold", "look") if tone in tones), "yes")


def _title(action: str, n: int) -> str:
    words = ngettext("%(what)s: %(num)s unit.", "%(what)s: %(num)s units.", n, what=str(find(action).label))
    return str(words)


def _detail(tray: Tray, left_out: int) -> str:
    db.session.flush()
    found = trays.stages_on(tray.id)
    stages = ", ".join(f"{found[s]} {str(LABELS[s]).lower()}" for s in STAGES if s in found)
    words = str(_("On the tray now: %(stages)s.", stages=stages))
    if not left_out:
        return words
    return words + " " + str(ngettext("%(num)s was left out.", "%(num)s were left out.", left_out))


def told(unit: OpenUnit, why: Refused) -> dict[str, str]:
    """Return one unit that can't, with the sentence that says why."""
    return {"unit": unit.code, "title": unit.title, "why": str(why.what), "remedy": str(why.remedy)}


def _not_all(tray: Tray, code: str, cannot: list[tuple[OpenUnit, Refused]], can: int) -> NotAll:
    n = len(cannot)
    return NotAll(
        ngettext(
            "%(num)s unit of %(all)s cannot. Nothing was changed.",
            "%(num)s units of %(all)s cannot. Nothing was changed.",
            n,
            all=n + can,
        ),
        _("Scan *REST* to leave them out and do the rest.") if can else _("Look at why below."),
        field="code",
        cannot=[told(unit, why) for unit, why in cannot],
        can=can,
        tray=tray.code,
        asked=code,
    )


def undo_all(tray: Tray, act: Act) -> Outcome:
    """Take the last command of this person back from each unit that nothing happened to since."""
    before = last_batch(tray, by=act.by.person_id)
    units = trays.with_ids(before["units"])
    number = before["batch"]
    what: Each[OpenUnit] = do_each(
        act,
        ((unit, "undo", {"tray": tray.code, "batch": number}) for unit in units),
        {"tray": tray.code},
    )
    if not what.done:
        first = what.refused[0][1]
        raise Conflict(str(first.what), str(first.remedy), cannot=[told(u, why) for u, why in what.refused])
    tray.version += 1
    left = len(what.refused)
    return Outcome(
        ngettext("Taken back: %(num)s unit.", "Taken back: %(num)s units.", len(what.done)),
        _detail(tray, 0) if not left else "; ".join(f"{u.code}: {why.what}" for u, why in what.refused[:3]),
        tone="look" if left else "yes",
        data={"undoes": number, "n": len(what.done), "left": [u.code for u, _why in what.refused]},
        more={"left_out": [told(u, why) for u, why in what.refused]},
    )


def last_batch(tray: Tray, *, by: int | None) -> dict[str, Any]:
    """Return what the last command for the whole tray did. Raises Conflict where it can't be taken back."""
    for event in events.story("tray", tray.id, limit=6):
        if event.action == "do_all" and event.person_id == by:
            found: dict[str, Any] = event.data["undo"]
            return found
        if event.action in ("do_all", "undo_all"):
            break
    raise Conflict(_("Nothing is left to take back on this tray."), _("Look at the story of each unit."))
