"""The list of people."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from workshop.accounts.people import Row
from workshop.core.here import ROLE_LABELS
from workshop.core.listing import Column, Few, Filter, Listing


def people(rows: Sequence[Row]) -> Listing:
    """Return who may come in and who is shut out. A workshop has so few people that they are sorted in memory."""
    columns = (
        Column("name", _l("Person"), lambda r: r.person.name, lambda r: r.person.name.casefold()),
        Column("username", _l("User name"), lambda r: r.person.username, drawn=False),
        Column("email", _l("E-mail"), lambda r: r.person.email, drawn=False),
        Column("role", _l("Role"), _roles, _roles),
        Column("state", _l("State"), _state, lambda r: not r.person.is_active),
        Column(
            "tokens", _l("Tokens"), lambda r: len(r.tokens) + r.more_tokens, lambda r: len(r.tokens) + r.more_tokens
        ),
        Column("ways", _l("What can be done"), lambda _r: ""),
    )
    filters = (
        Filter("q", _l("Name or user name"), lambda v: lambda r: _named(v, r)),
        Filter(
            "role",
            _l("Role"),
            lambda v: lambda r: any(v == role for role, _s in r.roles),
            lambda: [*ROLE_LABELS.items()],
        ),
    )
    return Listing(
        "people", columns, Few(rows, lambda r: f"{r.person.id:09d}"), filters, "state", _l("Nobody is known yet.")
    )


def _roles(row: Row) -> str:
    return ", ".join(f"{ROLE_LABELS[role]} {site}".strip() for role, site in row.roles)


def _state(row: Row) -> str:
    return str(_("May sign in") if row.person.is_active else _("Shut out"))


def _named(text: str, row: Row) -> bool:
    words = f"{row.person.name} {row.person.username} {row.person.email}".casefold()
    return all(w in words for w in text.casefold().split())
