"""What the admin sees of people, tokens, sites and benches."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from workshop.accounts.models import Bench, Credential, Person, Site
from workshop.core.db import db

MOST_PEOPLE: Final = 500
TOKENS_SHOWN: Final = 3
SESSIONS_SHOWN: Final = 20


@dataclass(frozen=True)
class Row:
    """One person: the roles with the site of each ('' for all), and the newest tokens that work."""

    person: Person
    roles: list[tuple[str, str]]
    tokens: list[Credential]
    more_tokens: int


def person(person_id: int) -> Person | None:
    """Return a person, or None."""
    return db.session.get(Person, person_id)


def benches() -> list[Bench]:
    """Return every bench, site by site."""
    return list(db.session.scalars(select(Bench).order_by(Bench.site_id, Bench.code)))


def sessions_of(person_id: int | None) -> list[Credential]:
    """Return the newest sessions and tokens of a person that work."""
    query = select(Credential).where(Credential.person_id == person_id, Credential.revoked_at.is_(None))
    return list(db.session.scalars(query.order_by(Credential.created_at.desc()).limit(SESSIONS_SHOWN)))


def has_demo() -> bool:
    """Say whether this is a demo workshop, whose sign-in page tells the password."""
    return db.session.scalar(select(Person.id).where(Person.is_demo.is_(True)).limit(1)) is not None


def places() -> list[tuple[Site, list[str]]]:
    """Return every site with the codes of its benches."""
    codes: defaultdict[int, list[str]] = defaultdict(list)
    for bench in benches():
        codes[bench.site_id].append(bench.code)
    return [(s, codes[s.id]) for s in db.session.scalars(select(Site).order_by(Site.name))]


def _open_tokens() -> dict[int, list[Credential]]:
    found: defaultdict[int, list[Credential]] = defaultdict(list)
    query = select(Credential).where(Credential.kind == "token", Credential.revoked_at.is_(None))
    for token in db.session.scalars(query.order_by(Credential.created_at.desc())):
        found[token.person_id].append(token)
    return found


def rows() -> list[Row]:
    """Return people by name, those who are shut out last."""
    tokens, sites = _open_tokens(), {s.id: s.name for s in db.session.scalars(select(Site))}
    query = select(Person).options(selectinload(Person.memberships))
    ordered = query.order_by(Person.is_active.desc(), Person.name).limit(MOST_PEOPLE)
    return [
        Row(
            one,
            [(m.role, sites[m.site_id] if m.site_id else "") for m in one.memberships],
            tokens.get(one.id, [])[:TOKENS_SHOWN],
            max(0, len(tokens.get(one.id, [])) - TOKENS_SHOWN),
        )
        for one in db.session.scalars(ordered)
    ]
