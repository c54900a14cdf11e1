"""Who works in the demo, and where."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from workshop.accounts import authenticate
from workshop.accounts.models import Bench, Membership, Person, Site
from workshop.catalogue.load import load_models
from workshop.core import clock
from workshop.core.actor import Actor
from workshop.core.db import db
from workshop.jobs.models import Source

SITES: Final = (("TMP", "Tampere"), ("HEL", "Helsinki"))
BENCHES: Final = (("TMP", "T1"), ("TMP", "T2"), ("TMP", "T3"), ("TMP", "T4"), ("HEL", "H1"), ("HEL", "H2"))
# user name, name, role, site, bench
PEOPLE: Final = (
    ("technician", "Aino Virtanen", "technician", "TMP", "T2"),
    ("jari", "Jari Niemi", "technician", "TMP", "T4"),
    ("leena", "Leena Mäkinen", "technician", "HEL", "H1"),
    ("parts", "Sanna Korhonen", "parts_manager", None, None),
    ("refurbisher", "Mikael Lindqvist", "refurbisher", None, None),
    ("admin", "Elina Saari", "admin", None, "T1"),
    ("auditor", "Otto Lehto", "auditor", None, None),
)
SOURCES: Final = (
    ("COUNTER", "Shop counter, Tampere", "margin"),
    ("TELCO", "Operator trade-in, 500 shops", "margin"),
    ("CONSOLE", "Console maker's trade-in", "regular"),
    ("WATCH", "Smartwatch programme", "margin"),
    ("OFFICE", "Office clearances", "regular"),
)


def load(password: str) -> None:
    """Add sites, benches, people, sources and every device model. Commits."""
    load_models()
    sites = {code: Site(code=code, name=name, zone="Europe/Helsinki") for code, name in SITES}
    db.session.add_all(sites.values())
    db.session.flush()
    benches = {code: Bench(site_id=sites[site].id, code=code) for site, code in BENCHES}
    db.session.add_all(benches.values())
    db.session.add_all(Source(code=code, name=name, vat_regime=vat) for code, name, vat in SOURCES)
    db.session.flush()
    hashed = authenticate.hash_password(password)
    for username, name, role, site, bench in PEOPLE:
        person = Person(
            username=username,
            email=f"{username}@workshop.example",
            name=name,
            password_hash=hashed,
            bench_id=benches[bench].id if bench else None,
            is_demo=True,
            created_at=clock.now() - timedelta(days=200),
        )
        db.session.add(person)
        db.session.flush()
        db.session.add(Membership(person_id=person.id, role=role, site_id=sites[site].id if site else None))
    db.session.commit()


def actor(username: str) -> Actor:
    """Return one of the demo's people as the door sees them."""
    person = db.session.query(Person).filter_by(username=username).one()
    secret = authenticate.open_session(person, clock.now(), hours=1)
    db.session.flush()
    found = authenticate.actor_for(secret, "session", clock.now())
    authenticate.revoke(authenticate.digest(secret), clock.now())
    return found
