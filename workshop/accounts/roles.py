"""Which roles a person holds, and where. Sessions and tokens follow at once: a right is read with each request."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from pydantic import Field
from sqlalchemy import select

from workshop.accounts.models import Membership, Person, Site
from workshop.accounts.places import site_called, sites_choices
from workshop.accounts.rights import must_answer_for, must_answer_for_person
from workshop.core.actions import Act, Action, Outcome
from workshop.core.actor import ADMIN, ROLES
from workshop.core.arguments import Arguments, Ask
from workshop.core.db import db
from workshop.core.errors import Refused
from workshop.core.here import ROLE_LABELS
from workshop.core.house import House
from workshop.core.language import typed_price
from workshop.core.money import parse_amount

Role = Literal[ROLES]  # type: ignore[valid-type]


class GiveRole(Arguments):
    """One more role; no site means all sites."""

    role: Annotated[Role, Ask(_l("Role"), choices=lambda _target: [(r, ROLE_LABELS[r]) for r in ROLES])]
    site: Annotated[str, Ask(_l("Site"), _l("Left out: all sites."), choices=lambda _target: sites_choices())] = ""


class TakeRole(Arguments):
    """One of the person's roles, as role@site; role@ is the one that is held at all sites."""

    held: Annotated[
        str, Field(pattern=r"^[a-z_]+@[A-Za-z0-9]*$"), Ask(_l("Role"), choices=lambda person: held_choices(person))
    ]


def held_choices(person: Person) -> list[tuple[str, Any]]:
    """Return the roles of a person, each with its site."""
    sites = {s.id: s for s in db.session.scalars(select(Site))}
    return [
        (f"{m.role}@{sites[m.site_id].code}", f"{ROLE_LABELS[m.role]}, {sites[m.site_id].name}")
        if m.site_id
        else (f"{m.role}@", _("%(role)s, all sites", role=ROLE_LABELS[m.role]))
        for m in person.memberships
    ]


def give_role(person: Person, given: GiveRole, act: Act) -> Outcome:
    """Let a person do more. Raises Refused where they may already, Forbidden for a site of others."""
    site_id = site_called(given.site).id if given.site else None
    must_answer_for(act.by, site_id)
    if any(m.role == given.role and m.site_id in (None, site_id) for m in person.memberships):
        raise Refused(_("%(name)s has this role there already.", name=person.name), _("Choose another."), field="role")
    person.memberships.append(Membership(role=given.role, site_id=site_id))
    return Outcome(
        _("%(name)s: %(role)s.", name=person.name, role=ROLE_LABELS[given.role]),
        _("It holds from now on, where they are signed in too."),
        data={"role": given.role, "at_site": given.site or "all sites"},
    )


def take_role(person: Person, given: TakeRole, act: Act) -> Outcome:
    """Let a person do less. Raises Refused for a role they have not, their last one, or that of the last admin."""
    role, _at, code = given.held.partition("@")
    site_id = site_called(code).id if code else None
    must_answer_for(act.by, site_id)
    held = next((m for m in person.memberships if m.role == role and m.site_id == site_id), None)
    if held is None:
        raise Refused(_("%(name)s has no such role.", name=person.name), _("Choose one of the list."), field="held")
    if len(person.memberships) == 1:
        raise Refused(
            _("It is the only role of %(name)s.", name=person.name),
            _("Give another one first, or shut them out."),
            field="held",
        )
    if role == ADMIN and site_id is None:
        refuse_last_admin(person)
    person.memberships.remove(held)
    db.session.delete(held)
    return Outcome(
        _("%(name)s is no longer %(role)s there.", name=person.name, role=str(ROLE_LABELS[role]).lower()),
        _("Sessions and tokens lost the right with it."),
        data={"role": role, "at_site": code or "all sites"},
    )


class SetLimit(Arguments):
    """The most that a person may approve at once."""

    limit: Annotated[
        str, Ask(_l("May approve orders up to"), _l("In euros. Left empty: without a limit."), kind="money")
    ] = ""


def set_limit(person: Person, given: SetLimit, act: Act) -> Outcome:
    """Let a person approve orders up to an amount, or any. Raises Forbidden where another admin answers for them."""
    must_answer_for_person(act.by, person)
    was = person.approval_limit_minor
    person.approval_limit_minor = parse_amount(given.limit, "EUR", field="limit") if given.limit else None
    words = _("up to %(limit)s", limit=limit_as_typed(person)["limit"]) if given.limit else _("without a limit")
    return Outcome(
        _("%(name)s may approve orders %(words)s.", name=person.name, words=words),
        data={"was": was, "limit_minor": person.approval_limit_minor, "words": words},
    )


def limit_as_typed(person: Person) -> dict[str, Any]:
    """Return a person's limit as the form shows it to be changed."""
    limit = person.approval_limit_minor
    return {"limit": typed_price(limit) if limit is not None else ""}


def refuse_last_admin(person: Person) -> None:
    """Raise Refused where nobody else is an admin of all sites who may sign in. Two at once wait for each other."""
    query = (
        select(Person.id)
        .join(Membership, Membership.person_id == Person.id)
        .where(Membership.role == ADMIN, Membership.site_id.is_(None), Person.is_active)
        .order_by(Person.id)
        .with_for_update()
    )
    if set(db.session.scalars(query)) <= {person.id}:
        raise Refused(
            _("%(name)s is the last admin of all sites.", name=person.name),
            _("Make another person admin first."),
            field="held",
        )


_ADMINS: Final = frozenset({ADMIN})
ACTIONS: Final = (
    Action(
        "give_role",
        _l("Give a role"),
        "person",
        give_role,
        _ADMINS,
        _l("May act as %(role)s, %(at_site)s"),
        arguments=GiveRole,
        icon="user-plus",
    ),
    Action(
        "take_role",
        _l("Take a role away"),
        "person",
        take_role,
        _ADMINS,
        _l("No longer %(role)s, %(at_site)s"),
        arguments=TakeRole,
        danger=True,
        icon="lock",
        help=_l("It is gone at once, where they are signed in too."),
    ),
    Action(
        "set_approval_limit",
        _l("Set the limit for orders"),
        "person",
        set_limit,
        _ADMINS,
        _l("May approve orders %(words)s"),
        arguments=SetLimit,
        begins=limit_as_typed,
        icon="shopping-cart",
        help=_l("An order above it waits until somebody approves it whose limit suffices."),
    ),
)


def bring(house: House) -> None:
    """Bring the actions into the house."""
    house.add_actions(ACTIONS)
