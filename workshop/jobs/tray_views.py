"""The pages of trays, and what the bench shows while one lies open."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from workshop.core.actor import AT_WORK
from workshop.core.errors import NotFound, Refused
from workshop.core.list_views import answer
from workshop.core.web import allow, current_actor
from workshop.jobs import lists, present, queue, trays
from workshop.jobs.target import OpenUnit
from workshop.jobs.tray_models import Tray

bp = Blueprint("trays", __name__)


def card(tray: Tray, refused: Refused | None = None) -> dict[str, Any]:
    """Return what the bench shows of a tray: its units, those first that the last command could not be done to."""
    why = {each["unit"]: each for each in refused.more.get("cannot", ())} if refused is not None else {}
    rows = present.queue_rows([queue.row(unit) for unit in trays.units_on(tray)])
    shown = [_refused_row(row, why[row["code"]]) if row["code"] in why else row | {"next": False} for row in rows]
    return {
        "unit": None,
        "tray": tray,
        "rows": sorted(shown, key=lambda row: row["code"] not in why),
        "ready": sum(1 for row in rows if row["pill"]["tone"] == "now"),
        "cannot": len(why),
        "can": refused.more.get("can", 0) if refused is not None else 0,
        "scan_for": _("Scan a unit, or one command for all"),
    }


def _refused_row(row: dict[str, Any], why: dict[str, str]) -> dict[str, Any]:
    words = ". ".join(each.rstrip(".") for each in (why["why"], why["remedy"]) if each)
    return row | {"why": words, "next": False, "pill": {"text": _("Cannot"), "tone": "no", "icon": "octagon-x"}}


def head(unit: OpenUnit) -> dict[str, Any]:
    """Return the pill that says where a unit lies."""
    spot = trays.spot_of(unit.id)
    if spot is None:
        return {}
    tray = trays.with_id(spot.tray_id) if spot.tray_id else None
    words = [_("Tray %(tray)s", tray=tray.name or tray.code)] if tray else []
    words += [_("at %(place)s", place=spot.place)] if spot.place else []
    return {"pills": [(", ".join(words), "idle")]} if words else {}


@bp.get("/trays")
@allow(*AT_WORK)
def trays_page() -> ResponseReturnValue:
    """The trays of one's sites, and which of them lies open here."""
    actor = current_actor()
    mine = trays.open_of(actor)
    return answer("jobs/trays.html", lists.trays_of(queue.sites_of(actor)), mine=mine.id if mine else None)


@bp.get("/trays/fill")
@allow(*AT_WORK)
def choose_tray() -> ResponseReturnValue:
    """Ask on which tray the ticked units are put: the one that this person worked with last is proposed."""
    last = trays.last_of(current_actor())
    units = " ".join(request.args.getlist("code"))
    return redirect(url_for("do.ask", name="fill_tray", units=units, tray=last.code if last is not None else ""), 303)


@bp.get("/trays/<ref>")
@allow(*AT_WORK)
def tray_page(ref: str) -> ResponseReturnValue:
    """One tray and what lies on it."""
    tray = trays.named(ref)
    if not current_actor().works_at(tray.site_id):
        raise NotFound(_("There is no tray with this code."), _("Look at the list."))
    return render_template("jobs/tray.html", **card(tray))


@bp.app_context_processor
def words() -> dict[str, Any]:
    """What the templates of trays say of a number of units."""
    return {"units_text": lambda n: ngettext("%(num)s unit", "%(num)s units", n)}
