"""How people are found: by words of their name or user name, by those who manage them."""

from __future__ import annotations

from typing import Final

from flask import url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from workshop.accounts.models import Membership, Person
from workshop.accounts.rights import answers_for
from workshop.core.actor import ADMIN, Actor
from workshop.core.db import db
from workshop.core.finding import MOST, Asked, Finder, Hit


def people(wanted: Asked, actor: Actor) -> list[Hit]:
    """Return people of the sites that an admin answers for. A workshop has so few that they are looked through."""
    if not wanted.words:
        return []
    query = select(Person).where(wanted.stand_in(Person.name, Person.username)).order_by(Person.name).limit(MOST)
    if not answers_for(actor, None):
        theirs = [site for role, site in actor.roles if role == ADMIN]
        query = query.where(Person.id.in_(select(Membership.person_id).where(Membership.site_id.in_(theirs))))
    page, found = "people.people_page", db.session.scalars(query)
    return [Hit(p.name, url_for(page, q=p.username), "user", p.username) for p in found]


FINDERS: Final = (Finder(_l("People"), people, frozenset({ADMIN}), 60),)
