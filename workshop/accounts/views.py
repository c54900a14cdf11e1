"""Signing in and out, and who asks."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, g, jsonify, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.csrf import generate_csrf
from wtforms import HiddenField, PasswordField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from workshop.accounts import authenticate, people
from workshop.core import clock
from workshop.core.actions import perform
from workshop.core.actor import Actor
from workshop.core.db import db
from workshop.core.errors import NotSignedIn, Refused
from workshop.core.forms import Form
from workshop.core.house import house
from workshop.core.web import allow, current_actor, is_api, public, safe_next

bp = Blueprint("accounts", __name__)


def who() -> Actor:
    """Return who asks: by bearer token for the API, by cookie for pages. Raises NotSignedIn."""
    if is_api():
        scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise NotSignedIn(_("A token is needed."), _("Send Authorization: Bearer and a token."))
        return authenticate.actor_for(token.strip(), "token", clock.now())
    secret = session.get("sid")
    if not secret:
        raise NotSignedIn(_("You are not signed in, or no longer."), _("Sign in again: what you typed is kept."))
    return authenticate.actor_for(secret, "session", clock.now())


class SignInForm(Form):
    """Name and password."""

    who = StringField(_l("User name or e-mail"), validators=[InputRequired()], render_kw={"autocomplete": "username"})
    password = PasswordField(
        _l("Password"), validators=[InputRequired()], render_kw={"autocomplete": "current-password"}
    )
    next = HiddenField()


@bp.get("/sign-in")
@public
def sign_in() -> ResponseReturnValue:
    """Ask who it is."""
    form = SignInForm(next=request.args.get("next", ""))
    return _page(form)


def _page(form: SignInForm, status: int = 200) -> Response:
    counts = house().extensions.get("morning")
    page = render_template(
        "accounts/sign_in.html",
        form=form,
        now=clock.now(),
        rail=counts() if counts else [],
        is_demo=people.has_demo(),
        demo_password=current_app.extensions["settings"].demo_password,
    )
    return Response(page, status, mimetype="text/html")


@bp.post("/sign-in")
@public
def enter() -> ResponseReturnValue:
    """Open a session, or say that name and password do not fit."""
    form = SignInForm()
    if not form.validate():
        return _page(form, 422)
    now = clock.now()
    try:
        person = authenticate.sign_in(form.who.data or "", form.password.data or "", now)
        secret = authenticate.open_session(person, now, current_app.extensions["settings"].session_hours)
        db.session.commit()
    except Refused as refused:
        db.session.commit()  # the failure is counted
        form.password.errors = [f"{refused.what} {refused.remedy}"]
        page = _page(form, refused.status)
        if "retry_after" in refused.more:
            page.headers["Retry-After"] = str(refused.more["retry_after"])
        return page
    session.clear()
    session["sid"] = secret
    g.pop("actor", None)
    return redirect(safe_next(url_for("accounts.home")), 303)


@bp.post("/sign-out")
@allow()
def sign_out() -> ResponseReturnValue:
    """End the session at once."""
    authenticate.revoke(current_actor().session_id, clock.now())
    db.session.commit()
    session.clear()
    return redirect(url_for("accounts.sign_in"), 303)


@bp.get("/here")
@allow()
def here() -> ResponseReturnValue:
    """Tell an open page who is signed in now, and the token for its forms: its own went with an earlier session."""
    return jsonify({"person": current_actor().person_id, "token": generate_csrf()})


@bp.get("/")
@allow()
def home() -> ResponseReturnValue:
    """Lead each person to their own first page."""
    actor, homes = current_actor(), house().homes
    for role in ("technician", "parts_manager", "refurbisher", "auditor", "admin"):
        if actor.has(role) and role in homes:
            return redirect(url_for(homes[role]), 303)
    return redirect(url_for("accounts.me"), 303)


class MeForm(Form):
    """What a person may choose about their own pages."""

    bench = SelectField(_l("Bench"))
    language = SelectField(_l("Language"), choices=[SelectChoice("en", "English"), SelectChoice("fi", "Suomi")])
    theme = SelectField(
        _l("Colours"),
        choices=[
            SelectChoice("system", _l("As the system")),
            SelectChoice("light", _l("Light")),
            SelectChoice("dark", _l("Dark")),
        ],
    )


def _benches(actor: Actor) -> list[SelectChoice]:
    mine = [SelectChoice(str(b.id), f"{b.code}, {b.site.name}") for b in people.benches() if actor.works_at(b.site_id)]
    return [SelectChoice("", _("No bench")), *mine]


@bp.get("/me")
@allow()
def me() -> ResponseReturnValue:
    """Show what a person may choose."""
    actor = current_actor()
    form = MeForm(bench=str(actor.bench_id or ""), language=actor.language, theme=actor.theme)
    form.bench.choices = _benches(actor)
    return render_template("accounts/me.html", form=form, sessions=people.sessions_of(actor.person_id))


@bp.post("/me")
@allow()
def choose() -> ResponseReturnValue:
    """Keep what was chosen."""
    actor = current_actor()
    form = MeForm()
    form.bench.choices = _benches(actor)
    if not form.validate():
        return Response(
            render_template("accounts/me.html", form=form, sessions=people.sessions_of(actor.person_id)), 422
        )
    given = {
        "bench_id": int(form.bench.data) if form.bench.data else None,
        "language": form.language.data,
        "theme": form.theme.data,
    }
    perform("choose_preferences", actor.person_id, given, by=actor)
    return redirect(safe_next(url_for("accounts.me")), 303)
