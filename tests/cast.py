"""The people and places that all tests know."""

from __future__ import annotations

from sqlalchemy import select

from workshop.accounts import authenticate
from workshop.accounts.models import Bench, Credential, Membership, Person, Site
from workshop.catalogue.load import load_models
from workshop.core import clock
from workshop.core.actor import Actor
from workshop.core.db import db
from workshop.jobs.models import Source

PEOPLE = (
    ("technician", "Aino Virtanen", "technician", "TMP", "T2"),
    ("colleague", "Jari Niemi", "technician", "TMP", "T4"),
    ("parts", "Sanna Korhonen", "parts_manager", "TMP", None),
    ("refurbisher", "Mikael Lindqvist", "refurbisher", None, None),
    ("admin", "Ada Admin", "admin", None, None),
    ("auditor", "Otto Auditor", "auditor", None, None),
    ("stranger", "Veera Vieras", "technician", "HEL", "T1"),
)


def load_cast() -> None:
    """Add two sites, their benches, the people and a source."""
    load_models()
    sites = {c: Site(code=c, name=n, zone="Europe/Helsinki") for c, n in (("TMP", "Tampere"), ("HEL", "Helsinki"))}
    db.session.add_all(sites.values())
    db.session.flush()
    benches = {(s, b): Bench(site_id=sites[s].id, code=b) for s, b in (("TMP", "T2"), ("TMP", "T4"), ("HEL", "T1"))}
    db.session.add_all(benches.values())
    db.session.add(Source(code="COUNTER", name="Counter", vat_regime="margin"))
    db.session.flush()
    for username, name, role, site, bench in PEOPLE:
        person = Person(
            username=username,
            email=f"{username}@tampere.example",
            name=name,
            bench_id=benches[(site, bench)].id if site and bench else None,
            created_at=clock.now(),
        )
        db.session.add(person)
        db.session.flush()
        db.session.add(Membership(person_id=person.id, role=role, site_id=sites[site].id if site else None))
        key = authenticate.digest(f"key of {username}")
        db.session.add(Credential(hash=key, kind="token", person_id=person.id, roles="", created_at=clock.now()))


class Cast:
    """Looks people up and signs them in."""

    def person(self, username: str) -> Person:
        """One of the cast."""
        return db.session.scalars(select(Person).where(Person.username == username)).one()

    def session_of(self, username: str) -> str:
        """The secret of a new browser session."""
        secret = authenticate.open_session(self.person(username), clock.now(), hours=12)
        db.session.commit()
        return secret

    def token_of(self, username: str, **more: str) -> str:
        """A new API token."""
        secret = authenticate.issue_token(self.person(username), clock.now(), **more)
        db.session.commit()
        return secret

    def actor(self, username: str) -> Actor:
        """The person as the door sees them."""
        return authenticate.actor_for(f"key of {username}", "token", clock.now())
