"""The scan box: one box takes every code, and every code ends in the one door or in a clear word.

A room says what a scan of its kind of code means at the bench (`on_kind`), or what the codes on a card mean
(`on_card`); each answers with an Intent, which the door carries out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import Any, Final

from flask_babel import gettext as _
from sqlalchemy import select

from workshop.catalogue.identifiers import NEARLY_IMEI, BadIdentifier, parse_imei
from workshop.core import clock, requests
from workshop.core.actions import Done, mark_of_scan, perform
from workshop.core.actor import AT_WORK, Actor
from workshop.core.codes import Cleaned, clean
from workshop.core.db import db
from workshop.core.errors import Ambiguous, NotFound, Refused
from workshop.core.house import house
from workshop.jobs import target, trays
from workshop.jobs.carried import NOTHING, Carried
from workshop.jobs.models import Refusal
from workshop.jobs.target import Found, OpenUnit
from workshop.jobs.tray_models import Tray


@dataclass(frozen=True)
class Intent:
    """What a scan asks for: an action on a target, or only to go and look at a page."""

    action: str = ""
    target: Any = None
    arguments: dict[str, Any] = field(default_factory=dict)
    go_to: str = ""


@dataclass
class Scanned:
    """The answer to a scan. `result` is done, repeat or go."""

    result: str
    tone: str
    title: str
    detail: str = ""
    code: str = ""
    unit: OpenUnit | None = None
    done: Done | None = None
    go_to: str = ""


TAKES_IN: Final = "*NEXT*"
PUT_ASIDE: Final = "put_scan_aside"


class Unknown(NotFound):
    """Nothing has this code; `more['code']` is what may be taken in under it."""

    kind = "unknown-code"


@dataclass(frozen=True)
class Bench:
    """Who scans, and the unit that lies there: looked up only when a code needs it.

    `here` is the unit that a code is meant for where many lie on a tray, each in its turn.
    """

    actor: Actor
    now: datetime
    here: OpenUnit | None = None
    carried: Carried = NOTHING

    def lying(self) -> OpenUnit | None:
        """Return the unit that this person scanned last at this bench, or None. Raises Conflict for another one."""
        found = self.here or self._lying
        if self.carried.is_for_tray:
            self.tray()
        else:
            self.carried.require(found)
        return found

    def tray(self) -> Tray | None:
        """Return the tray that lies open before this person, or None. Raises Conflict for another one."""
        found = trays.if_open(self._last_tray) if self.here is None else None
        self.carried.require_tray(found.code if found is not None else "")
        return found

    def unit(self) -> OpenUnit:
        """Return the unit that this person scanned last at this bench. Raises Refused."""
        found = self.lying()
        if found is None:
            raise Refused(_("No unit lies here yet."), _("Scan a unit first."), field="code")
        return found

    @cached_property
    def _last_tray(self) -> Tray | None:
        return trays.last_of(self.actor)

    @cached_property
    def _lying(self) -> OpenUnit | None:
        return lying(self.actor, self._last_tray)


def at_bench(actor: Actor) -> OpenUnit | None:
    """Return the unit that lies before this person, or None."""
    return lying(actor, trays.last_of(actor))


def lying(actor: Actor, last_tray: Tray | None) -> OpenUnit | None:
    """Return the unit that this person scanned last at their bench, unless their last tray was put away since."""
    found = target.at_bench(actor.bench_id, actor.person_id)
    if found is None or found.scanned_at is None:
        return found
    put_away = last_tray.closed_at if last_tray is not None else None
    return None if put_away is not None and put_away >= found.scanned_at else found


OnKind = Callable[[Found, Bench], Intent]
OnCard = Callable[[str, Bench], Intent | None]


def on_kind(kind: str, meaning: OnKind) -> None:
    """Say what a scan of a thing of this kind means."""
    house().extensions.setdefault("scan_kinds", {})[kind] = meaning


def on_card(meaning: OnCard) -> None:
    """Say what the codes of a card mean: `meaning` returns None for a code that is not of its card."""
    house().extensions.setdefault("scan_cards", []).append(meaning)


@dataclass(frozen=True)
class Face:
    """How a word looks on the command card, and whose card it is on."""

    label: Any
    icon: str = "circle-dot"
    roles: frozenset[str] = AT_WORK


def on_word(code: str, meaning: Callable[[Bench], Intent], *, face: Face | None = None, of_bench: bool = False) -> None:
    """Say what a command means whose action depends on what lies at the bench.

    `face` is how it looks on the card, where no action that declares the code says so. `of_bench` says that it is
    about the bench itself, so that a tray which lies there does not take it.
    """
    house().extensions.setdefault("scan_words", {})[code] = meaning
    house().extensions.pop("known_words", None)
    if face is not None:
        house().extensions.setdefault("word_faces", {})[code] = face
    if of_bench:
        house().extensions.setdefault("bench_words", set()).add(code)


def on_tray(kind: str, meaning: OnKind) -> None:
    """Say what a scan of a thing of this kind means for each unit of a tray, `bench.here`, in its turn."""
    house().extensions.setdefault("tray_kinds", {})[kind] = meaning


def words() -> frozenset[str]:
    """Return the command words between asterisks that this house knows, put together once the rooms are in it."""
    extensions = house().extensions
    if "known_words" not in extensions:
        codes = [*house().codes, *extensions.get("scan_words", {})]
        extensions["known_words"] = frozenset(code.strip("*") for code in codes)
    known: frozenset[str] = extensions["known_words"]
    return known


def scan(
    raw: str, actor: Actor, *, request_key: str | None, repeat_seconds: float, carried: Carried = NOTHING
) -> Scanned:
    """Carry out what one scan asks for. Raises Refused when nothing was changed."""
    bench = Bench(actor, clock.now(), carried=carried)
    if carried.again and request_key:
        kept = requests.find(actor.caller, request_key, mark_of_scan(said(raw)))
        if kept is not None:
            return _as_before(kept, said(raw))
    cleaned = clean(raw, commands=words())
    intent, unit = meaning_of(cleaned, bench)
    return _do(intent, cleaned.text, bench, request_key, unit, repeat_seconds)


def said(raw: str) -> str:
    """Return the code that was scanned, or what came where it is none."""
    try:
        return clean(raw, commands=words()).text
    except Refused:
        return raw.strip()[:64]


def _as_before(kept: dict[str, Any], code: str) -> Scanned:
    result = "aside" if kept["action"] == PUT_ASIDE else "done"
    return Scanned(result, kept["tone"], kept["title"], kept["detail"], code)


def meaning_of(cleaned: Cleaned, bench: Bench) -> tuple[Intent, OpenUnit | None]:
    """Return what a code asks for at this bench, and the unit that it is about. Raises Refused."""
    if cleaned.command is not None:
        return _about(_command(cleaned, bench))
    found = target.find(cleaned.text, bench.actor.bench_id, bench.actor.person_id)
    if len(found) > 1:
        raise Ambiguous(
            _("This code fits %(n)s things.", n=len(found)),
            _("Choose which."),
            field="code",
            choices=[{"kind": f.kind, "id": f.target_id} for f in found],
        )
    return _about(_thing(found[0], cleaned.text, bench) if found else _card_or_unknown(cleaned, bench))


def _about(intent: Intent) -> tuple[Intent, OpenUnit | None]:
    return intent, intent.target if isinstance(intent.target, OpenUnit) else None


def _thing(found: Found, code: str, bench: Bench) -> Intent:
    if found.unit is not None:
        if not bench.actor.works_at(found.unit.site_id):
            raise NotFound(_("No unit has this code."), _("Scan it again, or take it in."))
        bench.carried.require_tray(found.tray or "", follows=False)
        return Intent("put_on_tray", found.unit, {"tray": found.tray}) if found.tray else Intent("scan", found.unit)
    if found.tray:
        bench.carried.require_tray(found.tray)
    if found.tray and found.kind in house().extensions.get("tray_kinds", {}):
        return for_all(found.tray, code)
    meaning: OnKind | None = house().extensions.get("scan_kinds", {}).get(found.kind)
    if meaning is None:
        raise Refused(_("This code is known, but nothing is done by scanning it."), _("Scan a unit."), field="code")
    intent = meaning(found, bench)
    if found.tray and isinstance(intent.target, OpenUnit):
        raise Refused(
            _("Tray %(tray)s lies here: this goes into one unit only.", tray=found.tray),
            _("Scan *TRAY* to put the tray away, then the unit."),
            field="code",
        )
    return intent


def for_all(tray: str, code: str) -> Intent:
    """Return the intent that does to each unit of a tray what `code` means for one."""
    return Intent("do_all", tray, {"code": code})


def _whole_tray(code: str, bench: Bench) -> Intent | None:
    """Return what a command means while a tray lies open, or None where none does."""
    if code in house().extensions.get("bench_words", ()):
        return None
    tray = bench.tray()
    return for_all(tray.code, code) if tray is not None else None


def _is_card(code: str, bench: Bench) -> bool:
    try:
        return card_intent(code, bench) is not None
    except Refused:
        return True  # it is of a card, but not for this unit


def page_of(found: Found, actor: Actor) -> str:
    """Return the page that a scan of this thing opens at a desk, where no unit lies; empty where it has none."""
    meaning: OnKind | None = house().extensions.get("scan_kinds", {}).get(found.kind)
    return meaning(found, Bench(replace(actor, bench_id=None), clock.now())).go_to if meaning else ""


def command_intent(code: str, bench: Bench) -> Intent | None:
    """Return what a command means for the unit at the bench, or None where there is no such command."""
    special: dict[str, Callable[[Bench], Intent]] = house().extensions.get("scan_words", {})
    if code in special:
        return special[code](bench)
    action = house().codes.get(code)
    return Intent(action.name, bench.unit()) if action is not None else None


def _command(cleaned: Cleaned, bench: Bench) -> Intent:
    if cleaned.command in words() and (whole := _whole_tray(cleaned.text, bench)):
        return whole
    if cleaned.text == TAKES_IN and bench.here is None:
        _refuse_after_unknown(bench)
    intent = command_intent(cleaned.text, bench)
    if intent is None:
        raise NotFound(
            _("There is no command %(code)s.", code=cleaned.text),
            _("Scan one of the command card."),
            field="code",
        )
    return intent


def _refuse_after_unknown(bench: Bench) -> None:
    """Raise Unknown where the last code scanned here was unknown: *NEXT* then means that device, not the one before."""
    query = select(Refusal).where(Refusal.bench_id == bench.actor.bench_id, Refusal.person_id == bench.actor.person_id)
    last = db.session.scalars(query.order_by(Refusal.id.desc()).limit(1)).one_or_none()
    if last is None or last.unit_id is not None or bench.actor.bench_id is None:
        return
    before = target.at_bench(bench.actor.bench_id, bench.actor.person_id)
    if before is None or before.scanned_at is None or before.scanned_at < last.at:
        raise Unknown(
            _("%(code)s is not taken in yet.", code=last.code),
            _("Take it in, or scan the unit that you mean, then *NEXT*."),
            field="code",
            code=last.code,
        )


def card_intent(code: str, bench: Bench) -> Intent | None:
    """Return what a code of a card means, or None where it is on no card."""
    cards: list[OnCard] = house().extensions.get("scan_cards", [])
    return next((intent for meaning in cards if (intent := meaning(code, bench)) is not None), None)


def _card_or_unknown(cleaned: Cleaned, bench: Bench) -> Intent:
    tray = bench.tray()
    if tray is not None and _is_card(cleaned.text, replace(bench, here=trays.first_on(tray), carried=NOTHING)):
        return for_all(tray.code, cleaned.text)
    intent = None if tray is not None else card_intent(cleaned.text, bench)
    if intent is not None:
        return intent
    raise _unknown(cleaned.text)


def _unknown(code: str) -> Unknown:
    """Return the refusal of a code that nothing has. Where it is nearly an IMEI it says what was misread."""
    what, remedy = _("No unit has this code."), _("Scan *NEXT* to take it in.")
    if code.isdigit() and len(code) in NEARLY_IMEI:
        try:
            parse_imei(code)
            what = _("No unit has this IMEI.")
        except BadIdentifier as wrong:
            what = str(wrong.what)
            remedy = _("%(remedy)s If it is a serial number, scan *NEXT*.", remedy=wrong.remedy)
    return Unknown(what, remedy, field="code", code=code)


def _do(
    intent: Intent,
    code: str,
    bench: Bench,
    request_key: str | None,
    unit: OpenUnit | None,
    repeat_seconds: float,
) -> Scanned:
    if intent.go_to:
        return Scanned("go", "yes", _("Opened."), code=code, go_to=intent.go_to)
    if unit is not None and is_repeat(unit, code, bench, repeat_seconds):
        return _repeated(unit, code, bench, request_key)
    done = perform(
        intent.action,
        intent.target,
        intent.arguments,
        by=bench.actor,
        request_key=request_key,
        code=code,
        scanned_at=bench.carried.scanned_at,
    )
    after = done.target if isinstance(done.target, OpenUnit) else unit
    return Scanned("done", done.tone, done.title, done.detail, code, after, done)


def is_repeat(unit: OpenUnit, code: str, bench: Bench, repeat_seconds: float) -> bool:
    """Say whether this is the scan that was just made here: gloved fingers pull the trigger twice."""
    if unit.scanned_at is None or unit.scanned_code != code or unit.bench_id != bench.actor.bench_id:
        return False
    if bench.carried.gap_ms is not None:  # what waited for the network arrives all at once
        return bench.carried.gap_ms < repeat_seconds * 1000
    return (bench.now - unit.scanned_at).total_seconds() < repeat_seconds


def _repeated(unit: OpenUnit, code: str, bench: Bench, request_key: str | None) -> Scanned:
    """Answer a second scan within the second: the first one's answer when it is the same request, else a word."""
    if request_key:
        kept = requests.find(bench.actor.caller, request_key, mark_of_scan(code))
        if kept is not None:
            return Scanned("done", kept["tone"], kept["title"], kept["detail"], code, unit)
    assert unit.scanned_at is not None
    return Scanned(
        "repeat",
        "look",
        _(
            "Scanned already, %(ms)s ms ago: counted once.",
            ms=int((bench.now - unit.scanned_at).total_seconds() * 1000),
        ),
        _("%(who)s scanned it here. Go on.", who=unit.touched_by_name or bench.actor.name),
        code,
        unit,
    )
