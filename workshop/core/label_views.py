"""Labels: chosen, looked at, printed. And codes as pictures for the screen."""

from __future__ import annotations

import uuid
from typing import Any, Final

from flask import Blueprint, Flask, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from workshop.core import clock, label_kinds, label_runs, labels
from workshop.core.actions import Act, find, perform
from workshop.core.actor import AT_WORK
from workshop.core.arguments import read
from workshop.core.db import db
from workshop.core.errors import NotFound, Refused
from workshop.core.forms import form_for
from workshop.core.house import Link, house
from workshop.core.label_runs import LabelRun, PrintLabels
from workshop.core.web import allow, current_actor, request_key, safe_next

bp = Blueprint("labels", __name__)
MIMETYPES: Final = {"pdf": "application/pdf", "png": "image/png", "svg": "image/svg+xml", "zpl": "text/plain"}
# What a preview draws of a roll: the others look alike.
SHOWN: Final = 6


def _act() -> Act:
    return Act(find("print_labels"), current_actor(), clock.now())


def _asked(raw: dict[str, Any]) -> PrintLabels:
    known = {name: value for name, value in raw.items() if name in PrintLabels.model_fields and value != ""}
    given: PrintLabels = read(PrintLabels, {"kind": next(iter(label_kinds.kinds())), **known})  # type: ignore[assignment]
    return given


def _typed() -> dict[str, Any]:
    """Return what the address or the form says; ticked codes are added to the typed ones."""
    source = request.form if request.method == "POST" else request.args
    raw = {name: source.get(name, "") for name in PrintLabels.model_fields}
    ticked = source.getlist("code")
    return raw | {"codes": " ".join(filter(None, [raw["codes"], *ticked]))}


@bp.get("/labels")
@allow(*AT_WORK)
def labels_page() -> ResponseReturnValue:
    """Choose labels, look at them, print them."""
    return _page(_typed())


def _page(raw: dict[str, Any], refused: Refused | None = None) -> Response:
    kind = label_kinds.kinds().get(raw["kind"]) or next(iter(label_kinds.kinds().values()))
    usual = label_runs.usual_choice(kind, current_actor().bench_id)
    shown = {**usual, "dpi": str(usual["dpi"])} | {name: value for name, value in raw.items() if value}
    form = form_for(find("print_labels"), None, **{**shown, "kind": kind.name, "start": _number(raw["start"])})
    form.size.choices = [(key, label_kinds.size_words(labels.SIZES[key])) for key in kind.sizes]
    form.request_key.data = uuid.uuid4().hex
    found: list[Any] = []
    if any(raw[name] for name in ("codes", "first", "last")) and refused is None:
        try:
            _kind, found, how = label_runs.chosen(_asked(raw), _act())
            label_runs.render(kind, found[:1], how)
        except Refused as no:
            refused, found = no, []
    page = render_template(
        "labels/labels.html",
        form=form,
        kind=kind,
        refused=refused,
        count=len(found),
        sheet=labels.SIZES[shown["size"]].sheet if shown["size"] in labels.SIZES else None,
        preview=url_for("labels.preview", **{k: v for k, v in raw.items() if v}) if found else "",
        latest=[] if found else label_kinds.latest(kind, current_actor()),
    )
    return Response(page, refused.status if refused else 200, mimetype="text/html")


def _number(text: str) -> int:
    return int(text) if text.isdigit() else 1


@bp.get("/labels/preview.png")
@allow(*AT_WORK)
def preview() -> ResponseReturnValue:
    """The labels as they will be: of a roll the first ones, of sheets the first."""
    kind, found, how = label_runs.chosen(_asked(_typed()), _act())
    sheet = labels.SIZES[how["size"]].sheet
    most = sheet.places - how["start"] + 1 if sheet else SHOWN
    picture = label_runs.render(kind, found[:most], how | {"form": "png"})
    return Response(picture, mimetype="image/png", headers={"Cache-Control": "no-store"})


@bp.post("/labels")
@allow(*AT_WORK)
def print_labels() -> ResponseReturnValue:
    """Show what was chosen, or print it: the file of the print opens."""
    raw = _typed()
    if request.form.get("do") == "show":
        return redirect(url_for("labels.labels_page", **{k: v for k, v in raw.items() if v}), 303)
    given = {name: value for name, value in raw.items() if value}
    try:
        done = perform("print_labels", None, given, by=current_actor(), request_key=request_key())
    except Refused as refused:
        return _page(raw, refused)
    return redirect(safe_next(str(done.more["file"])), 303)


@bp.get("/labels/runs/<int:run_id>.<form>")
@allow(*AT_WORK)
def run_file(run_id: int, form: str) -> ResponseReturnValue:
    """The file of labels that were printed."""
    run = db.session.get(LabelRun, run_id)
    if run is None or not current_actor().works_at(run.site_id) or form not in MIMETYPES:
        raise NotFound(_("There is no such print."), _("Print the labels again."))
    kind = label_kinds.kind_named(run.kind)
    found = label_kinds.things(kind, run.codes, _act())
    how = {"size": run.size, "form": form, "dpi": run.dpi, "start": run.start}
    kept = "attachment" if request.args.get("save") or form == "zpl" else "inline"
    headers = {"Content-Disposition": f"{kept}; filename=labels-{run.id}.{form}"}
    return Response(label_runs.render(kind, found, how), mimetype=MIMETYPES[form], headers=headers)


@bp.get("/codes/<path:code>.svg")
@allow()
def code(code: str) -> ResponseReturnValue:
    """A code as bars, two pixels a module, black on white in both themes."""
    picture = labels.code128_svg(code.upper(), module_px=2, height_px=64)
    return Response(picture, mimetype="image/svg+xml", headers={"Cache-Control": "private, max-age=86400"})


def init_app(app: Flask) -> None:
    """Wire the pages, and bring what every kind of label shares."""
    app.register_blueprint(bp)
    with app.app_context():
        label_runs.init_app(house())
        house().links.append(Link("units", _l("Labels"), "labels.labels_page", "tag", AT_WORK, 95))
