"""People, where they work and how they sign in."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from workshop.core.actor import ROLES
from workshop.core.db import Base, BigId


class Site(Base):
    """A place where the workshop works."""

    __tablename__ = "sites"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    code: Mapped[str] = mapped_column(String(8), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    zone: Mapped[str] = mapped_column(String(40), default="UTC")
    country: Mapped[str] = mapped_column(String(2), default="FI")


class Bench(Base):
    """A place at a site where a technician works; its code is on its command card."""

    __tablename__ = "benches"
    __table_args__ = (UniqueConstraint("site_id", "code"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"))
    code: Mapped[str] = mapped_column(String(12))
    site: Mapped[Site] = relationship(lazy="joined", innerjoin=True)


class Person(Base):
    """Somebody who works here. The password is kept as an argon2 hash only."""

    __tablename__ = "people"
    __table_args__ = (CheckConstraint("approval_limit_minor >= 0", name="approval_limit_not_negative"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    username: Mapped[str] = mapped_column(String(80), unique=True)
    email: Mapped[str] = mapped_column(String(200), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    password_hash: Mapped[str | None] = mapped_column(String(200))
    language: Mapped[str] = mapped_column(String(8), default="en")
    theme: Mapped[str] = mapped_column(String(8), default="system")
    bench_id: Mapped[int | None] = mapped_column(ForeignKey("benches.id"))
    is_active: Mapped[bool] = mapped_column(default=True)
    is_demo: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    approval_limit_minor: Mapped[int | None] = mapped_column(BigInteger)
    memberships: Mapped[list[Membership]] = relationship(back_populates="person", order_by="Membership.id")


class Membership(Base):
    """A role that a person holds at a site; no site means all of them."""

    __tablename__ = "memberships"
    __table_args__ = (
        UniqueConstraint("person_id", "role", "site_id"),
        CheckConstraint(f"role IN ({', '.join(repr(r) for r in ROLES)})", name="role_known"),
        Index("ix_memberships_person", "person_id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    role: Mapped[str] = mapped_column(String(20))
    site_id: Mapped[int | None] = mapped_column(ForeignKey("sites.id"))
    person: Mapped[Person] = relationship(back_populates="memberships")


class Credential(Base):
    """A browser session or an API token: only the SHA-256 of its random secret is kept.

    A token may be narrowed to some of its person's roles; empty means all of them.
    """

    __tablename__ = "credentials"
    __table_args__ = (
        CheckConstraint("kind IN ('session', 'token')", name="kind_known"),
        Index("ix_credentials_person", "person_id"),
    )

    hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    kind: Mapped[str] = mapped_column(String(8))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    bench_id: Mapped[int | None] = mapped_column(ForeignKey("benches.id"))
    roles: Mapped[str] = mapped_column(String(120), default="")
    label: Mapped[str] = mapped_column(String(80), default="")
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class SignInAttempt(Base):
    """A failed sign-in, counted so that passwords cannot be tried at speed from any number of processes."""

    __tablename__ = "sign_in_attempts"
    __table_args__ = (Index("ix_sign_in_attempts_who", "who", "at"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    who: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime]
