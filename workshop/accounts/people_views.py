"""The admin's pages: who may come in, by what, and where they work."""

from __future__ import annotations

import uuid

from flask import Blueprint, Response, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length

from workshop.accounts import authenticate, lists, people
from workshop.accounts.models import Person
from workshop.core.actions import perform
from workshop.core.errors import NotFound, Refused
from workshop.core.forms import Form
from workshop.core.here import ROLE_LABELS
from workshop.core.house import house
from workshop.core.list_views import answer
from workshop.core.web import allow, current_actor, request_key

bp = Blueprint("people", __name__)


@bp.get("/people")
@allow("admin")
def people_page() -> ResponseReturnValue:
    """Show people, sites and benches, with what can be done about each."""
    found = people.rows()
    return answer(
        "accounts/people.html",
        lists.people(found),
        count=len(found),
        places=people.places(),
        role_labels=ROLE_LABELS,
        my_id=current_actor().person_id,
        has_sources="add_source" in house().actions,
    )


class TokenForm(Form):
    """What a new token is for, and what it is narrowed to."""

    request_key = HiddenField()
    label = StringField(
        _l("What is it for?"), validators=[Length(max=80, message=_l("This is too long. %(max)d characters fit."))]
    )
    roles = SelectField(_l("Role"))
    bench_id = SelectField(_l("Bench"), description=_l("Where its scans happen."))


def _form(person: Person) -> TokenForm:
    form = TokenForm()
    held = sorted({m.role for m in person.memberships})
    form.roles.choices = [SelectChoice("", _("All of this person's")), *(SelectChoice(r, ROLE_LABELS[r]) for r in held)]
    benches = [SelectChoice(str(b.id), f"{b.code}, {b.site.name}") for b in people.benches()]
    form.bench_id.choices = [SelectChoice("", _("No bench")), *benches]
    if not form.request_key.data:
        form.request_key.data = uuid.uuid4().hex
    return form


def _token_page(person: Person, form: TokenForm, status: int = 200, secret: str = "", wrong: str = "") -> Response:
    page = render_template("accounts/token.html", person=person, form=form, secret=secret, wrong=wrong)
    return Response(page, status, mimetype="text/html")


def _person(person_id: int) -> Person:
    found = people.person(person_id)
    if found is None:
        raise NotFound(_("There is no such person."), _("Look them up in the list."))
    return found


@bp.get("/people/<int:person_id>/token")
@allow("admin")
def ask_token(person_id: int) -> ResponseReturnValue:
    """Ask what a new token is for."""
    person = _person(person_id)
    return _token_page(person, _form(person))


@bp.post("/people/<int:person_id>/token")
@allow("admin")
def make_token(person_id: int) -> ResponseReturnValue:
    """Make a token and show it, this once: what is kept is its hash."""
    person = _person(person_id)
    form = _form(person)
    if not form.validate():
        return _token_page(person, form, 422)
    secret = authenticate.new_token()
    given = {
        "digest": authenticate.digest(secret),
        "label": form.label.data or "",
        "roles": form.roles.data or "",
        "bench_id": int(form.bench_id.data) if form.bench_id.data else None,
    }
    try:
        perform("issue_token", person.id, given, by=current_actor(), request_key=request_key())
    except Refused as refused:
        return _token_page(_person(person_id), form, refused.status, wrong=f"{refused.what} {refused.remedy}")
    return _token_page(person, form, secret=secret)
