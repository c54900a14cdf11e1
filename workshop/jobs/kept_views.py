"""What a browser kept while the network was away: taken here, and what could not be done, to look at."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, jsonify, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from workshop.core import clock
from workshop.core.actor import AT_WORK, REFURBISHER, TECHNICIAN, Actor
from workshop.core.errors import NotSignedIn, Refused
from workshop.core.list_views import answer
from workshop.core.web import allow, current_actor, request_key
from workshop.jobs import carried, lists, put_aside, queue, scan, trays
from workshop.jobs.api import at_bench
from workshop.jobs.carried import Carried
from workshop.jobs.scan import Scanned

bp = Blueprint("kept", __name__)


def require_person(actor: Actor) -> None:
    """Raise NotSignedIn where the form says that somebody else scanned."""
    said = request.form.get("person", "")
    if said and said != str(actor.person_id):
        raise NotSignedIn(
            _("Somebody else is signed in here by now."),
            _("What was scanned is kept until its own person signs in again."),
        )


def receipt(response: Response) -> Response:
    """Name the request's key in its answer, so that a browser knows it from what something between us says."""
    key = request.headers.get("Idempotency-Key")
    if key is not None and key.isascii() and key.isalnum():
        response.headers["Workshop-Receipt"] = key
    return response


bp.after_request(receipt)


def _sent() -> tuple[str, str, Carried]:
    code, key = request.form.get("code", "").strip(), request_key()
    if not code or not key:
        raise Refused(_("A scan needs its code and its key."), _("Nothing was changed."), field="code")
    return code, key, carried.read(request.form, clock.now())


def _receipt(scanned: Scanned, actor: Actor) -> Response:
    last = trays.last_of(actor)
    tray = trays.if_open(last)
    unit = scan.lying(actor, last) if tray is None else None
    lies = tray.code if tray is not None else unit.code if unit is not None else ""
    body = {"result": scanned.result, "tone": scanned.tone, "title": scanned.title, "detail": scanned.detail}
    return jsonify(body | {"unit": lies, "version": unit.version if unit is not None else None})


@bp.post("/bench/kept")
@allow(TECHNICIAN, REFURBISHER)
def take_kept() -> ResponseReturnValue:
    """Carry out a scan that waited in a browser; what is refused is put aside. Every 200 is a receipt."""
    require_person(current_actor())
    code, key, sent = _sent()
    try:
        actor = at_bench(current_actor(), request.form.get("bench", ""))
    except Refused as refused:
        actor = current_actor()
        return _receipt(put_aside.put_aside(code, actor, key, sent, refused, scanned_by=actor.person_id), actor)
    if request.form.get("failed") == "1":
        return _receipt(put_aside.give_up(code, actor, key, sent), actor)
    return _receipt(put_aside.carry_out(code, actor, key, sent, _repeat_seconds()), actor)


def _repeat_seconds() -> float:
    return float(current_app.extensions["settings"].repeat_seconds)


@bp.post("/bench/hand-in")
@allow(*AT_WORK)
def hand_in() -> ResponseReturnValue:
    """Take what somebody else scanned in this browser: it is put aside, nothing is done by itself."""
    code, key, sent = _sent()
    person = request.form.get("person", "")
    scanned = put_aside.hand_in(code, current_actor(), key, sent, int(person) if person.isdigit() else None)
    return _receipt(scanned, current_actor())


@bp.get("/scans-to-look-at")
@allow(*AT_WORK)
def asides_page() -> ResponseReturnValue:
    """The scans that could not be done when they arrived."""
    return answer("jobs/asides.html", lists.asides(request.args, queue.sites_of(current_actor())))
