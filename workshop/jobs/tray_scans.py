"""What trays and their words mean in the scan box."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from workshop.core import events
from workshop.core.actor import Actor
from workshop.core.codes import clean
from workshop.core.db import db
from workshop.core.errors import NotFound, Refused
from workshop.jobs import scan
from workshop.jobs.models import Refusal
from workshop.jobs.scan import Bench, Face, Intent
from workshop.jobs.target import Found
from workshop.jobs.tray_models import Tray

# Later nobody remembers which command was refused.
REST_WITHIN: Final = timedelta(minutes=10)


def tray(found: Found, bench: Bench) -> Intent:
    """A tray's label: it lies open before whoever scanned it; at a desk its page opens."""
    known = db.session.get(Tray, found.target_id)
    if known is None or not bench.actor.works_at(known.site_id):
        raise NotFound(_("There is no tray with this code."), _("Scan its label again."), field="code")
    if bench.actor.bench_id is None:
        return Intent(go_to=url_for("trays.tray_page", ref=known.code))
    return Intent("open_tray", known)


def open_or_away(bench: Bench) -> Intent:
    """`*TRAY*`: one without a label lies open, or the one that does is put away."""
    known = bench.tray()
    return Intent("put_tray_away", known) if known is not None else Intent("start_tray")


def rest(bench: Bench) -> Intent:
    """`*REST*`: the command that was refused just now, without those that can't."""
    known = _open(bench)
    mine = (Refusal.bench_id == bench.actor.bench_id, Refusal.person_id == bench.actor.person_id)
    last = db.session.scalars(select(Refusal).where(*mine).order_by(Refusal.id.desc()).limit(1)).one_or_none()
    if last is None or known.opened_at is None or last.at < max(known.opened_at, bench.now - REST_WITHIN):
        raise Refused(_("No command was refused for this tray."), _("Scan the command first."), field="code")
    code = clean(last.code, commands=scan.words()).text
    return Intent("do_all", known, {"code": code, "leave_out": True})


def _open(bench: Bench) -> Tray:
    known = bench.tray()
    if known is None:
        raise Refused(_("No tray lies here."), _("Scan a tray's label, or *TRAY*."), field="code")
    return known


def undo(bench: Bench) -> Intent:
    """`*UNDO*`: the last thing at this bench, be it to one unit or to a whole tray."""
    known = bench.tray()
    if known is not None and _batch_is_last(known, bench.actor):
        return Intent("undo_all", known)
    return Intent("undo", bench.unit())


def _batch_is_last(known: Tray, actor: Actor) -> bool:
    """Say whether the last thing done here was to the whole tray: its units were then touched at that moment."""
    last = next((e for e in events.story("tray", known.id, limit=3) if e.action in ("do_all", "undo_all")), None)
    unit = scan.at_bench(actor)
    if last is None or last.action != "do_all" or last.person_id != actor.person_id:
        return False
    return unit is None or unit.scanned_at is None or unit.scanned_at <= last.at


def bring() -> None:
    """Tell the scan box of trays."""
    scan.on_kind("tray", tray)
    scan.on_word("*TRAY*", open_or_away, face=Face(_l("Tray"), "package"), of_bench=True)
    scan.on_word("*REST*", rest, face=Face(_l("The rest of the tray"), "list-checks"), of_bench=True)
    scan.on_word("*UNDO*", undo, of_bench=True)
