"""Who may manage whom: an admin of one site answers for that site alone."""

from __future__ import annotations

from flask_babel import gettext as _

from workshop.accounts.models import Person
from workshop.core.actor import ADMIN, Actor
from workshop.core.errors import Forbidden


def answers_for(by: Actor, site_id: int | None) -> bool:
    """Say whether `by` is an admin of this site; for the whole workshop (None) it takes an admin of all sites."""
    return by.is_worker or any(role == ADMIN and at in (None, site_id) for role, at in by.roles)


def must_answer_for(by: Actor, site_id: int | None) -> None:
    """Raise Forbidden for an admin of other sites only."""
    if not answers_for(by, site_id):
        raise Forbidden(_("This belongs to more than your own site."), _("Ask an admin of all sites."))


def must_answer_for_person(by: Actor, person: Person) -> None:
    """Raise Forbidden where a person works at a site that `by` is no admin of."""
    for membership in person.memberships:
        must_answer_for(by, membership.site_id)
