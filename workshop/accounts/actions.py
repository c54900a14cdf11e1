"""What can be done about people, their tokens and their sessions."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from pydantic import Field
from sqlalchemy import select

from workshop.accounts import authenticate
from workshop.accounts.keys import Password
from workshop.accounts.models import Bench, Membership, Person
from workshop.accounts.places import site_called, sites_choices
from workshop.accounts.rights import must_answer_for
from workshop.core.actions import Act, Action, ModelKind, Outcome
from workshop.core.actor import ADMIN, EVERYONE, ROLES
from workshop.core.arguments import Arguments, Ask
from workshop.core.db import db
from workshop.core.errors import Forbidden, Refused
from workshop.core.house import House


class AddPerson(Arguments):
    """A new person with one role; no site means all sites."""

    username: Annotated[str, Field(min_length=2, max_length=80, pattern=r"^[a-z0-9._-]+$"), Ask(_l("User name"))]
    email: Annotated[str, Field(min_length=3, max_length=200, pattern=r"^[^@\s]+@[^@\s]+$"), Ask(_l("E-mail"))]
    name: Annotated[str, Field(min_length=1, max_length=120), Ask(_l("Name"))]
    role: Annotated[Literal[ROLES], Ask(_l("Role"))]  # type: ignore[valid-type]
    site: Annotated[str, Ask(_l("Site"), _l("Left out: all sites."), choices=lambda _target: sites_choices())] = ""
    password: Annotated[Password, Ask(_l("First password"), _l("At least twelve signs."), kind="password")]


def add_person(_target: None, given: AddPerson, act: Act) -> Outcome:
    """Make a person known. Raises Refused where name or address is taken, Forbidden for a site of others."""
    site_id = site_called(given.site).id if given.site else None
    must_answer_for(act.by, site_id)
    taken = db.session.scalars(
        select(Person).where((Person.username == given.username) | (Person.email == given.email.lower()))
    ).first()
    if taken is not None:
        raise Refused(_("This user name or e-mail is taken."), _("Choose another."), field="username")
    person = Person(
        username=given.username,
        email=given.email.lower(),
        name=given.name,
        password_hash=authenticate.hash_password(given.password.get_secret_value()),
        created_at=act.now,
    )
    db.session.add(person)
    db.session.flush()
    db.session.add(Membership(person_id=person.id, role=given.role, site_id=site_id))
    return Outcome(_("%(name)s may sign in now.", name=given.name), data={"role": given.role}, target=person)


class Preferences(Arguments):
    """What a person may choose about their own pages."""

    bench_id: int | None = None
    language: Literal["en", "fi"] = "en"
    theme: Literal["system", "light", "dark"] = "system"


def choose_preferences(person: Person, given: Preferences, act: Act) -> Outcome:
    """Keep a person's choices. Raises Forbidden for somebody else's or for a bench elsewhere."""
    if person.id != act.by.person_id:
        raise Forbidden(_("These are somebody else's choices."), _("Change your own."))
    if given.bench_id is not None:
        bench = db.session.get(Bench, given.bench_id)
        if bench is None or not act.by.works_at(bench.site_id):
            raise Refused(_("There is no such bench."), _("Choose one of the list."), field="bench")
    person.bench_id, person.language, person.theme = given.bench_id, given.language, given.theme
    return Outcome(_("Kept."), data={"bench": given.bench_id, "language": given.language, "theme": given.theme})


ACTIONS: Final = (
    Action(
        "add_person",
        _l("Add a person"),
        "person",
        add_person,
        frozenset({ADMIN}),
        _l("Added as %(role)s"),
        arguments=AddPerson,
        creates=True,
        icon="user-plus",
    ),
    Action(
        "choose_preferences",
        _l("Choose bench and language"),
        "person",
        choose_preferences,
        EVERYONE,
        _l("Chose bench and language"),
        arguments=Preferences,
        hidden=True,
    ),
)


class PersonKind(ModelKind[Person]):
    """People, named by user name or number; what is told of them leaves out what is nobody's business."""

    def load(self, ref: Any, act: Act) -> Person:
        if isinstance(ref, str):
            found = db.session.scalars(select(Person).where(Person.username == ref)).one_or_none()
            if found is not None:
                return found
        return super().load(ref, act)

    def ref(self, target: Person) -> str:
        return target.username

    def called(self, target: Person) -> str:
        return target.name

    def show(self, target: Person) -> dict[str, object]:
        return {"username": target.username, "name": target.name}


def bring(house: House) -> None:
    """Bring kinds and actions into the house."""
    house.add_kind(PersonKind("person", "people", Person))
    house.add_actions(ACTIONS)
    house.explain("uq_people_username", _l("This user name is taken."), _l("Choose another."))
