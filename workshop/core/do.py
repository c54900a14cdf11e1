"""The page of an action: its form, and the one place where a form's post reaches the door."""

from __future__ import annotations

import base64
import uuid
from typing import Any, Final

from flask import Blueprint, Flask, Response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage

from workshop.core import clock
from workshop.core.actions import Act, Action, find, perform, permit
from workshop.core.errors import BadArguments, NotFound, Refused
from workshop.core.forms import chosen_again, form_for, given_in
from workshop.core.house import house
from workshop.core.web import actor_or_none, allow, current_actor, is_htmx, request_key, safe_next, tell

bp = Blueprint("do", __name__)
# In the session: what was chosen the last time, by action.
CHOSEN: Final = "chosen"


def _target(action: Action, ref: str | None) -> Any:
    if action.hidden:  # what follows by itself, or has a page of its own
        raise NotFound(_("There is no action %(name)s.", name=action.name), _("The help page lists them all."))
    kind = house().kinds[action.on]
    if action.creates:
        permit(action, kind, None, current_actor())
        return None
    if ref is None:
        raise NotFound(_("This action needs a thing to act on."), _("Open the thing first."))
    act = Act(action, current_actor(), clock.now())
    target = kind.load(ref, act)
    permit(action, kind, target, current_actor())
    return target


def _page(action: Action, ref: str | None, target: Any, form: Any, refused: Refused | None = None) -> Response:
    if not form.request_key.data:
        form.request_key.data = uuid.uuid4().hex
    if isinstance(refused, BadArguments):
        for name, sentence in refused.fields.items():
            if name in form:
                form[name].errors = [*form[name].errors, sentence]
    elif refused is not None and refused.field and refused.field in form:
        form[refused.field].errors = [f"{refused.what} {refused.remedy}"]
    about = house().kinds[action.on].called(target) if target is not None else ""
    page = render_template("do/action.html", action=action, ref=ref, about=about, form=form, refused=refused)
    return Response(page, refused.status if refused else 200, mimetype="text/html")


@bp.get("/do/<name>")
@bp.get("/do/<name>/<ref>")
@allow()
def ask(name: str, ref: str | None = None) -> ResponseReturnValue:
    """Show the form of an action."""
    action = find(name)
    target = _target(action, ref)
    known = {k: v for k, v in request.args.items() if k in action.arguments.model_fields}
    proposed = dict(session.get(CHOSEN, {}).get(name, {}))
    proposed |= action.begins(target) if action.begins is not None else {}
    proposed |= action.prefill(known) if action.prefill is not None else {}
    form = form_for(action, target, next=request.args.get("next", ""), **(proposed | known))
    version = getattr(target, "version", None)
    form.version.data = str(version) if version is not None else ""
    return _page(action, ref, target, form)


@bp.post("/do/<name>")
@bp.post("/do/<name>/<ref>")
@allow()
def do(name: str, ref: str | None = None) -> ResponseReturnValue:
    """Do an action: 303 to where it leads, or the form again with what does not fit."""
    action = find(name)
    target = _target(action, ref)
    form = form_for(action, target)
    given = _with_files(given_in(form, action))
    version = request.form.get("version", "")
    try:
        done = perform(
            name,
            target if target is not None else None,
            given,
            by=current_actor(),
            request_key=request_key(),
            expected_version=int(version) if version.isdigit() else None,
        )
    except Refused as refused:
        if is_htmx() or not action.arguments.model_fields:
            raise
        return _page(action, ref, target, form, refused)
    if again := chosen_again(action, given):
        session[CHOSEN] = session.get(CHOSEN, {}) | {name: again}
    undoable = done.ref if done.undoable and done.kind == "unit" else done.more.get("undoable_on", "")
    undo_url = url_for("do.do", name="undo", ref=undoable) if undoable else ""
    tell(done.tone, done.title, done.detail, undo_url)
    return redirect(safe_next(_home(done.kind, done.ref)), 303)


def _with_files(given: dict[str, Any]) -> dict[str, Any]:
    """Return the arguments with each uploaded file as base64, which is how actions take it."""
    return {
        k: base64.b64encode(v.read()).decode("ascii") if isinstance(v, FileStorage) else v for k, v in given.items()
    }


def _home(kind: str, ref: str) -> str:
    """Return the page of a thing."""
    pages: dict[str, str] = house().extensions.get("pages", {})
    return url_for(pages[kind], ref=ref) if kind in pages else "/"


def may_do(name: str) -> bool:
    """Say whether who looks at a page may do an action at all, so that the page offers it to nobody else."""
    actor = actor_or_none()
    return actor is not None and actor.may(find(name).roles, None)


def init_app(app: Flask) -> None:
    """Wire the pages of actions."""
    app.register_blueprint(bp)
    app.jinja_env.globals["may_do"] = may_do
