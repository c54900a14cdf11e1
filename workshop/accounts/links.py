"""What this room adds to the navigation."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from workshop.core.actor import ADMIN
from workshop.core.house import House, Link


def bring(house: House) -> None:
    """Bring the links into the house."""
    house.links.append(Link("admin", _l("People and places"), "people.people_page", "users", frozenset({ADMIN}), 10))
