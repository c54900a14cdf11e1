"""The pages of deliveries: parse, one call, render."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any, Final

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from workshop.core import labels
from workshop.core.actions import Done, perform
from workshop.core.actor import ADMIN, AUDITOR, PARTS_MANAGER, REFURBISHER, TECHNICIAN
from workshop.core.db import db
from workshop.core.errors import NotFound, Refused
from workshop.core.language import day_text
from workshop.core.list_views import answer
from workshop.core.web import allow, current_actor, day_here, fragments, is_htmx, request_key, tell
from workshop.jobs import queue
from workshop.jobs.choices import sources_choices
from workshop.jobs.unit_page import MIMETYPES
from workshop.sourcing import claims, columns, consignments, importing, lists, manifest, reading, report, words
from workshop.sourcing.errors import BadManifest
from workshop.sourcing.manifest import Manifest
from workshop.sourcing.models import Consignment

bp = Blueprint("sourcing", __name__)
DESK: Final = (PARTS_MANAGER, REFURBISHER, ADMIN)
READERS: Final = (*DESK, AUDITOR, TECHNICIAN)
UNKNOWN_SHOWN: Final = 20


@bp.app_context_processor
def told_as() -> dict[str, Any]:
    """The words that this room's templates ask for."""
    return {"delivery_words": words.STATES, "line_words": words.LINE_STATES}


def delivery_of(ref: str) -> Consignment:
    """Return a delivery of one's own sites. Raises NotFound."""
    found = consignments.by_code(ref)
    if found is None or not current_actor().works_at(found.site_id):
        raise NotFound(_("There is no such delivery."), _("Look at the list of deliveries."))
    return found


@bp.get("/deliveries")
@allow(*READERS)
def deliveries_page() -> ResponseReturnValue:
    """The deliveries: what is announced, what has come, how long a claim may be made."""
    wanted = lists.deliveries(queue.sites_of(current_actor()), day_here())
    return answer("sourcing/deliveries.html", wanted, may_announce=current_actor().has(*DESK))


@bp.get("/deliveries/new")
@allow(*DESK)
def new_delivery() -> ResponseReturnValue:
    """Where a supplier's file is sent."""
    return render_template("sourcing/new.html", sources=sources_choices(None), refused=None, given=request.args)


@bp.post("/deliveries/new")
@allow(*DESK)
def announce() -> ResponseReturnValue:
    """Begin a delivery with the file that was sent."""
    sent, form = request.files.get("file"), request.form
    content = base64.b64encode(sent.read()).decode("ascii") if sent else ""
    given = {"content": content, "name": (sent.filename or "") if sent else ""}
    given |= {name: form[name] for name in ("source", "reference") if form.get(name)}
    try:
        done = perform("announce_delivery", None, given, by=current_actor(), request_key=request_key())
    except Refused as refused:
        db.session.rollback()
        page = render_template("sourcing/new.html", sources=sources_choices(None), refused=refused, given=form)
        return Response(page, refused.status, mimetype="text/html")
    if done.tone == "look":
        tell(done.tone, done.title, done.detail)
    return redirect(url_for("sourcing.delivery_page", ref=done.ref), 303)


@bp.get("/deliveries/<ref>")
@allow(*READERS)
def delivery_page(ref: str) -> ResponseReturnValue:
    """One delivery: its file to be looked at, how far it is read, the scans, or the report."""
    delivery = delivery_of(ref)
    pages: Mapping[str, Any] = {"draft": _draft, "importing": _importing, "counted": _report, "reported": _report}
    return pages.get(delivery.state, _receiving)(delivery)  # type: ignore[no-any-return]


def _draft(delivery: Consignment, refused: Refused | None = None) -> Response:
    found, why = _read(delivery)
    missing = found.missing() if found else []
    whole = found is not None and not missing and bool(found.body)
    good, bad = found.sorted_out(delivery.site_id, but_not=delivery.id) if found and whole else ([], [])
    page = render_template(
        "sourcing/draft.html",
        delivery=delivery,
        file=consignments.file_of(delivery),
        found=found,
        refused=refused or why,
        missing=[columns.FIELDS[field] for field in missing],
        good=len(good),
        bad=bad,
        unknown=manifest.unknown_models(bad)[:UNKNOWN_SHOWN],
        fields=columns.FIELDS,
        encodings=reading.ENCODINGS,
        separators=reading.SEPARATORS,
        chosen=delivery.reading,
        model_names=sorted(m.name for m in found.names.by_id.values()) if found else [],
    )
    return Response(page, refused.status if refused else 200, mimetype="text/html")


def _read(delivery: Consignment) -> tuple[Manifest | None, BadManifest | None]:
    """Return the file as it is read now, or why it can't be."""
    try:
        return consignments.manifest_of(delivery), None
    except BadManifest as why:
        return None, why


def _importing(delivery: Consignment) -> Response:
    return Response(render_template("sourcing/importing.html", delivery=delivery), mimetype="text/html")


def _report(delivery: Consignment) -> Response:
    found = report.report(delivery)
    claim = claims.standing(delivery.claim_until, day_here())
    page = render_template(
        "sourcing/report.html",
        delivery=delivery,
        report=found,
        claim=claim,
        text=report.text(found),
        email=consignments.terms_with(delivery.source_id).email,
        number_of=report.number_of,
    )
    return Response(page, mimetype="text/html")


def _receiving(delivery: Consignment) -> Response:
    return Response(render_template("sourcing/receive.html", **receiving_context(delivery)), mimetype="text/html")


def receiving_context(delivery: Consignment) -> dict[str, Any]:
    """Return what the receiving page shows: how many are here, what was scanned last, the clock."""
    counts = consignments.counts(delivery.id)
    return {
        "delivery": delivery,
        "counts": counts,
        "here_count": counts["found"] + counts["wrong_model"],
        "claim": claims.standing(delivery.claim_until, day_here()),
        "last": consignments.last_checked(delivery.id),
        "number_of": report.number_of,
    }


@bp.post("/deliveries/<ref>/reading")
@allow(*DESK)
def read_anew(ref: str) -> ResponseReturnValue:
    """Read the file as the person says."""
    delivery = delivery_of(ref)
    try:
        perform("read_delivery", delivery.code, _said(request.form), by=current_actor(), request_key=request_key())
    except Refused as refused:
        db.session.rollback()
        return _draft(delivery_of(ref), refused)
    return redirect(url_for("sourcing.delivery_page", ref=delivery.code), 303)


def _said(form: Mapping[str, str]) -> dict[str, Any]:
    """Return what the form says. Columns count only where the lines they were chosen for are still the same."""
    given: dict[str, Any] = {
        "encoding": form.get("encoding", ""),
        "separator": "\t" if form.get("separator") == "tab" else form.get("separator", ""),
        "price": form.get("price", "").strip(),
    }
    if form.get("heading", "").strip().isdigit():
        given["heading"] = int(form["heading"])
    same = all(form.get(name) == form.get(f"{name}_was") for name in ("encoding", "separator", "heading"))
    names = sorted((n for n in form if n.startswith("column-")), key=lambda n: int(n[7:] or 0))
    if same and names:
        given["columns"] = [form[n] for n in names]
    given["models"] = {form[f"words-{n[6:]}"]: form[n] for n in form if n.startswith("model-") and form[n].strip()}
    return given


@bp.post("/deliveries/<ref>/import")
@allow(*DESK)
def import_delivery(ref: str) -> ResponseReturnValue:
    """Expect the devices: some hundred now, the others behind the scenes."""
    delivery = delivery_of(ref)
    try:
        done = perform("import_delivery", delivery.code, {}, by=current_actor(), request_key=request_key())
    except Refused as refused:
        db.session.rollback()
        return _draft(delivery_of(ref), refused)
    importing.go_on(delivery.code, current_actor(), most=1)
    tell(done.tone, done.title, done.detail)
    return redirect(url_for("sourcing.delivery_page", ref=delivery.code), 303)


@bp.get("/deliveries/<ref>/progress")
@allow(*READERS)
def progress(ref: str) -> ResponseReturnValue:
    """How far the file is read; once it is, the page itself comes."""
    delivery = delivery_of(ref)
    if delivery.state != "importing":
        return Response("", headers={"HX-Refresh": "true"})
    return render_template("sourcing/_progress.html", delivery=delivery)


@bp.post("/deliveries/<ref>/scan")
@allow(*READERS)
def scan(ref: str) -> ResponseReturnValue:
    """Check in the device that was scanned."""
    delivery, form = delivery_of(ref), request.form
    given = {"code": form.get("code", ""), "model": form.get("model", "")}
    try:
        done = perform("check_in", delivery.code, given, by=current_actor(), request_key=request_key())
    except Refused as refused:
        db.session.rollback()
        return _scanned(ref, _refused_strip(refused), refused.status)
    return _scanned(ref, {"tone": done.tone, "title": done.title, "detail": _where(done)}, 200)


def _refused_strip(refused: Refused) -> dict[str, Any]:
    strip = {"tone": refused.more.get("tone", "no"), "title": str(refused.what), "detail": str(refused.remedy)}
    there = refused.more.get("delivery")
    if there:
        strip["link"] = {"url": url_for("sourcing.delivery_page", ref=there), "label": _("Open it")}
    return strip


def _where(done: Done) -> str:
    unit = next((d.ref for d in done.followed if d.action == "take_in"), "")
    said = _("It is %(code)s: put its label on.", code=unit) if unit else ""
    return " ".join(filter(None, (said, done.detail)))


def _scanned(ref: str, strip: dict[str, Any], status: int) -> ResponseReturnValue:
    if not is_htmx():
        tell(strip["tone"], strip["title"], strip["detail"])
        return redirect(url_for("sourcing.delivery_page", ref=ref), 303)
    return fragments(
        "sourcing/_receiving.html", status=status, swapped=True, strip=strip, **receiving_context(delivery_of(ref))
    )


@bp.get("/deliveries/<ref>/devices")
@allow(*READERS)
def devices_page(ref: str) -> ResponseReturnValue:
    """The devices of a delivery, as announced and as found."""
    delivery = delivery_of(ref)
    return answer("sourcing/devices.html", lists.devices(delivery), delivery=delivery, number_of=report.number_of)


@bp.get("/deliveries/<ref>/left-out")
@allow(*READERS)
def left_out_page(ref: str) -> ResponseReturnValue:
    """The lines of the file that are left out, each with why."""
    delivery = delivery_of(ref)
    found = consignments.manifest_of(delivery)
    _good, bad = found.sorted_out(delivery.site_id, but_not=delivery.id)
    if delivery.state != "draft":
        inside = consignments.numbers_in(delivery)
        bad = [problem for problem in bad if problem.number not in inside]
    return answer("sourcing/left_out.html", lists.problems(bad, delivery.code), delivery=delivery, count=len(bad))


@bp.get("/deliveries/<ref>/report.txt")
@allow(*READERS)
def report_text(ref: str) -> ResponseReturnValue:
    """The report as the text of an e-mail."""
    delivery = delivery_of(ref)
    headers = {"Content-Disposition": f'attachment; filename="report-{delivery.code}.txt"'}
    return Response(report.text(report.report(delivery)), mimetype="text/plain", headers=headers)


@bp.get("/deliveries/<ref>/label.<form>")
@allow(*READERS)
def delivery_label(ref: str, form: str) -> ResponseReturnValue:
    """The label of a delivery: scanned, it opens the receiving."""
    delivery = delivery_of(ref)
    if form not in MIMETYPES:
        raise NotFound(_("There is no such form of a label."), _("Take pdf, png, svg or zpl."))
    lines = (delivery.reference, _("announced %(day)s", day=day_text(delivery.created_at)))
    label = labels.Label(title=delivery.source.name, code=delivery.code, lines=tuple(filter(None, lines)))
    return Response(labels.render([label], size="part", format=form), mimetype=MIMETYPES[form])  # type: ignore[arg-type]
