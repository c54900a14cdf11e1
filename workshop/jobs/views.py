"""The pages of the bench, the queue and the unit: parse, one call, render."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from workshop.core import clock
from workshop.core.actions import perform
from workshop.core.actor import REFURBISHER, TECHNICIAN
from workshop.core.db import db
from workshop.core.errors import NotFound, Refused
from workshop.core.list_views import answer
from workshop.core.web import allow, current_actor, fragments, is_htmx, request_key, tell
from workshop.jobs import (
    bench,
    carried,
    gates,
    intake,
    lists,
    present,
    queue,
    rail,
    refusals,
    scan,
    selection,
    target,
    tray_scans,
    tray_views,
    trays,
    unit_page,
)
from workshop.jobs.api import visible
from workshop.jobs.kept_views import receipt, require_person
from workshop.jobs.models import Photo

bp = Blueprint("jobs", __name__)
bp.after_request(receipt)


@bp.app_context_processor
def words() -> dict[str, Any]:
    """Words and rows that the templates of units ask for."""
    return {
        "stage_label": present.stage_label,
        "stages_shown": present.stages_shown,
        "queue_rows": present.queue_rows,
        "undo_seconds": current_app.extensions["settings"].undo_seconds,
    }


def bench_context(unit: target.OpenUnit | None, refused: Refused | None = None) -> dict[str, Any]:
    """Return what the bench shows: the tray that lies open there, or the unit with its work, or the queue."""
    actor = current_actor()
    tray = trays.open_of(actor)
    shown = tray_views.card(tray, refused) if tray is not None else _unit_or_queue(unit)
    lying = len(shown["rows"]) if tray is not None else 0
    return {"tray": tray, "tray_count": lying if actor.has(TECHNICIAN) else None, **shown}


def _unit_or_queue(unit: target.OpenUnit | None) -> dict[str, Any]:
    if unit is None:
        sites = queue.sites_of(current_actor())
        page = queue.page(site_ids=sites, stages=queue.BENCH_STAGES, now=clock.now(), limit=8)
        return {"unit": None, "page": page, "scan_for": _("Scan a unit to begin")}
    work = bench.work_for(unit)
    return {
        "unit": unit,
        "rail": rail.rail(unit),
        "bars": gates.bars(unit),
        "work": work,
        "head": unit_page.head(unit),
        **work.context(unit),
    }


@bp.get("/bench")
@allow(TECHNICIAN, REFURBISHER)
def bench_page() -> ResponseReturnValue:
    """The bench, with the unit that was scanned last there."""
    actor = current_actor()
    ref = request.args.get("unit")
    unit = _find(ref) if ref else scan.at_bench(actor)
    if request.args.get("empty"):
        unit = None
    return render_template("jobs/bench.html", pending="", strip=None, **bench_context(unit))


@bp.post("/bench/scan")
@allow(TECHNICIAN, REFURBISHER)
def bench_scan() -> ResponseReturnValue:
    """Carry out a scan and show what it changed."""
    actor, raw = current_actor(), request.form.get("code", "")
    require_person(actor)
    pending = request.form.get("pending", "")
    if pending and raw.strip(' *()"\r\n\t').upper() == "NEXT":
        known: dict[str, Any] = {_identifier(pending): pending}
        return _go(url_for("do.ask", name="take_in", next=url_for("jobs.bench_page"), **known))
    try:
        scanned = refusals.scan_or_note(
            raw,
            actor,
            request_key=request_key(),
            repeat_seconds=current_app.extensions["settings"].repeat_seconds,
            carried=carried.read(request.form, clock.now()),
        )
    except Refused as refused:
        return _refused(refused, raw)
    if scanned.go_to:
        return _go(scanned.go_to)
    strip = {
        "tone": scanned.tone,
        "title": scanned.title,
        "detail": scanned.detail,
        "undo": bool(scanned.done and scanned.done.undoable),
        "link": _file(scanned.done.more if scanned.done else {}),
    }
    if not is_htmx():
        tell(scanned.tone, scanned.title, scanned.detail)
        return redirect(url_for("jobs.bench_page"), 303)
    unit = target.by_id(scanned.unit.id) if scanned.unit else scan.at_bench(actor)
    return _swapped(unit, strip)


def _file(more: dict[str, Any]) -> dict[str, Any] | None:
    """Return the link to a file that was made, which the page fetches without being left."""
    return {"url": f"{more['file']}?save=1", "label": _("Open it"), "fetch": True} if "file" in more else None


def _identifier(code: str) -> str:
    return "imei" if code.isdigit() and len(code) == 15 else "serial"


def _go(address: str) -> ResponseReturnValue:
    if is_htmx():
        return Response("", 200, headers={"HX-Redirect": address})
    return redirect(address, 303)


def _refused(refused: Refused, raw: str) -> ResponseReturnValue:
    """Show the bench as it is, with the refusal over it: nothing was changed."""
    db.session.rollback()
    strip = {
        "tone": refused.more.get("tone", "no"),
        "title": str(refused.what),
        "detail": str(refused.remedy),
        "undo": False,
    }
    pending = refused.more.get("code", "") if refused.kind == "unknown-code" else ""
    if pending:
        strip["tone"] = "look"
    actor = current_actor()
    context = bench_context(scan.at_bench(actor), refused)
    more = {"strip": strip, "last_scan": raw.strip()[:40], "pending": pending, "refused": refused, **context}
    if is_htmx():
        return fragments("jobs/_bench.html", status=refused.status, swapped=True, **more)
    return Response(render_template("jobs/bench.html", **more), refused.status)


def _swapped(unit: target.OpenUnit | None, strip: dict[str, Any]) -> ResponseReturnValue:
    """Return what a scan changes on the open page: the work, the strip and the pending code."""
    return fragments("jobs/_bench.html", swapped=True, strip=strip, pending="", **bench_context(unit))


@bp.post("/bench/undo")
@allow(TECHNICIAN, REFURBISHER)
def bench_undo() -> ResponseReturnValue:
    """Take the last thing back that was done to the unit at this bench."""
    actor = current_actor()
    intent = tray_scans.undo(scan.Bench(actor, clock.now()))
    done = perform(intent.action, intent.target, {}, by=actor, request_key=request_key())
    if not is_htmx():
        tell(done.tone, done.title, done.detail)
        return redirect(url_for("jobs.bench_page"), 303)
    strip = {"tone": done.tone, "title": done.title, "detail": done.detail, "undo": False}
    response = fragments(
        "jobs/_bench.html", swapped=True, strip=strip, pending="", **bench_context(scan.at_bench(actor))
    )
    response.headers["HX-Retarget"] = "#bench"
    return response


def _find(ref: str) -> target.OpenUnit:
    found = next((f.unit for f in target.find(ref.strip().upper()) if f.unit), None)
    return visible(found, current_actor())


@bp.post("/scan")
@allow()
def look_up() -> ResponseReturnValue:
    """From a desk: open what a code names, or the units that it begins."""
    text = request.form.get("code", "").strip()
    found = next((f for f in target.find(text.upper())), None)
    if found is not None and found.unit is not None:
        return _go(url_for("jobs.unit", ref=visible(found.unit, current_actor()).code))
    return _go((scan.page_of(found, current_actor()) if found else "") or url_for("find.page", q=text))


@bp.get("/intake")
@allow(TECHNICIAN, REFURBISHER)
def take_in_page() -> ResponseReturnValue:
    """Where devices come in."""
    return redirect(url_for("do.ask", name="take_in", next=url_for("jobs.bench_page")), 303)


@bp.get("/queue")
@allow(TECHNICIAN, REFURBISHER)
def queue_page() -> ResponseReturnValue:
    """What waits at the benches, the oldest first."""
    stage = request.args.get("stage", "")
    sites = queue.sites_of(current_actor())
    return answer("jobs/queue.html", lists.waiting(sites, stage), stage=stage, counts=queue.counts(sites))


@bp.get("/units")
@allow()
def units_page() -> ResponseReturnValue:
    """The units: open ones by stage, closed ones, those that a search finds, or exactly those of a pasted list."""
    sites, given = queue.sites_of(current_actor()), request.args
    held = selection.unpack(given.get("codes", ""))
    return answer(
        "jobs/units.html",
        lists.units(given, sites),
        stage=given.get("stage", ""),
        counts=queue.counts(sites),
        listed=selection.selected(held, sites) if held else None,
        model=lists.model_name(given),
    )


@bp.get("/units/<ref>")
@allow()
def unit(ref: str) -> ResponseReturnValue:
    """A unit's page: its rails, its story, what stands in the way."""
    return render_template("jobs/unit.html", **unit_page.context(_find(ref), current_actor()))


@bp.get("/models/suggest")
@allow()
def suggest_models() -> ResponseReturnValue:
    """The models that fit what was typed, as a list to choose from."""
    found = intake.search_models(request.args.get("model", ""))
    return render_template("jobs/_models.html", models=found)


@bp.get("/photos/<int:photo_id>")
@allow()
def photo(photo_id: int) -> ResponseReturnValue:
    """A photo of a unit of one's own sites."""
    kept = db.session.get(Photo, photo_id)
    if kept is None:
        raise NotFound(_("There is no such photo."), "")
    visible(target.by_id(kept.unit_id), current_actor())
    image = kept.image if request.args.get("large") else kept.thumbnail
    return Response(image, mimetype="image/jpeg", headers={"Cache-Control": "private, max-age=86400"})


@bp.get("/units/<ref>/label.<form>")
@allow()
def unit_label(ref: str, form: str) -> ResponseReturnValue:
    """The label of a unit as PDF, PNG, SVG or ZPL."""
    return unit_page.label(_find(ref), form)
