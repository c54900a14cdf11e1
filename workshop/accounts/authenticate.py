"""Who is this? One join from the secret to the person, the roles and the bench, in the request's own transaction."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from threading import BoundedSemaphore
from typing import Any, Final

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from flask_babel import gettext as _
from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import aliased

from workshop.accounts.models import Bench, Credential, Membership, Person, SignInAttempt, Site
from workshop.core.actor import Actor
from workshop.core.db import db
from workshop.core.errors import NotSignedIn, TooMany
from workshop.core.ready import Ready

MOST_ATTEMPTS: Final = 10
WITHIN: Final = timedelta(minutes=10)
_hasher = PasswordHasher()
# A check takes 64 MB and a tenth of a second: a flood of them must queue, not fill the memory.
_checks = BoundedSemaphore(4)
# Of a password that nobody knows, made with the parameters of `_hasher`, which a test compares.
NOBODY: Final = "$argon2id$v=19$m=65536,t=3,p=4$w5KrSePeEhd5HXNzEVjKeg$k+kKJJ6smX+Kb64nlUNdMKfcQ2cSct9wSgb/dZBYyU4"

_FIRST = aliased(Site)
# Who works at no bench reads the time of the first site.
_FIRST_ZONE = select(_FIRST.zone).order_by(_FIRST.id).limit(1).scalar_subquery()
_WHO = Ready(
    select(
        Credential.kind,
        Credential.roles.label("narrowed"),
        Credential.expires_at,
        Person.id.label("person_id"),
        Person.name,
        Person.language,
        Person.theme,
        Membership.role,
        Membership.site_id.label("role_site_id"),
        Bench.id.label("bench_id"),
        Bench.code.label("bench_code"),
        Site.id.label("site_id"),
        Site.name.label("site_name"),
        func.coalesce(Site.zone, _FIRST_ZONE).label("zone"),
    )
    .join(Person, Person.id == Credential.person_id)
    .outerjoin(Membership, Membership.person_id == Person.id)
    .outerjoin(Bench, Bench.id == func.coalesce(Credential.bench_id, Person.bench_id))
    .outerjoin(Site, Site.id == Bench.site_id)
    .where(
        Credential.hash == bindparam("hash"),
        Credential.kind == bindparam("kind"),
        Credential.revoked_at.is_(None),
        Person.is_active.is_(True),
    )
)


def digest(secret: str) -> str:
    """Return what is kept of a random secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def actor_for(secret: str, kind: str, now: datetime) -> Actor:
    """Return who holds this session or token. Raises NotSignedIn."""
    rows = _WHO.all({"hash": digest(secret), "kind": kind})
    if not rows or (rows[0].expires_at is not None and rows[0].expires_at <= now):
        raise NotSignedIn(_("You are not signed in, or no longer."), _("Sign in again: what you typed is kept."))
    return _actor(rows, secret, kind)


def _actor(rows: Any, secret: str, kind: str) -> Actor:
    first = rows[0]
    narrowed = set(filter(None, first.narrowed.split(",")))
    held = frozenset(
        (r.role, r.role_site_id) for r in rows if r.role is not None and (not narrowed or r.role in narrowed)
    )
    return Actor(
        person_id=first.person_id,
        name=first.name,
        roles=held,
        bench_id=first.bench_id,
        bench_code=first.bench_code or "",
        site_id=first.site_id,
        site_name=first.site_name or "",
        zone=first.zone or "UTC",
        language=first.language,
        theme=first.theme,
        caller=f"p{first.person_id}",
        channel="api" if kind == "token" else "page",
        session_id=digest(secret) if kind == "session" else "",
    )


def hash_password(password: str) -> str:
    """Return the argon2 hash of a password."""
    with _checks:
        return _hasher.hash(password)


def check_password(person: Person | None, password: str) -> bool:
    """Say whether the password fits. Takes as long for somebody unknown as for somebody known."""
    kept = person.password_hash if person is not None and person.password_hash else NOBODY
    try:
        with _checks:
            _hasher.verify(kept, password)
    except VerificationError:
        return False
    return person is not None and person.is_active


def may_try(who: str, now: datetime) -> None:
    """Raise TooMany after ten failures within ten minutes."""
    recent = db.session.scalar(
        select(func.count())
        .select_from(SignInAttempt)
        .where(SignInAttempt.who == who.lower(), SignInAttempt.at > now - WITHIN)
    )
    if (recent or 0) >= MOST_ATTEMPTS:
        raise TooMany(
            _("Too many passwords were tried for this name."),
            _("Wait ten minutes, or ask an admin for a new password."),
            retry_after=int(WITHIN.total_seconds()),
        )


def sign_in(who: str, password: str, now: datetime) -> Person:
    """Return the person. Raises NotSignedIn, counting the failure, or TooMany. The caller commits either way."""
    may_try(who, now)
    person = db.session.scalars(
        select(Person).where((Person.username == who.lower()) | (Person.email == who.lower()))
    ).one_or_none()
    if person is not None and check_password(person, password):
        return person
    if person is None:
        check_password(None, password)
    db.session.add(SignInAttempt(who=who.lower()[:200], at=now))
    raise NotSignedIn(
        _("This password does not fit this name."),
        _("Try again, or ask an admin for a new one."),
        field="password",
    )


def open_session(person: Person, now: datetime, hours: int, bench_id: int | None = None) -> str:
    """Start a browser session and return its secret, which is kept nowhere else."""
    secret = secrets.token_urlsafe(32)
    db.session.add(
        Credential(
            hash=digest(secret),
            kind="session",
            person_id=person.id,
            bench_id=bench_id,
            created_at=now,
            expires_at=now + timedelta(hours=hours),
        )
    )
    return secret


def new_token() -> str:
    """Return the secret of a new API token; it is known once its hash is kept."""
    return "wk_" + secrets.token_urlsafe(32)


def issue_token(person: Person, now: datetime, *, roles: str = "", label: str = "", bench_id: int | None = None) -> str:
    """Make an API token and return it: it is shown this once."""
    secret = new_token()
    db.session.add(
        Credential(
            hash=digest(secret),
            kind="token",
            person_id=person.id,
            bench_id=bench_id,
            roles=roles,
            label=label,
            created_at=now,
        )
    )
    return secret


def revoke(credential_hash: str, now: datetime) -> None:
    """End a session or token at once."""
    kept = db.session.get(Credential, credential_hash)
    if kept is not None:
        kept.revoked_at = now
