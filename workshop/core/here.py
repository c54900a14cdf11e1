"""Who is here: what the frame around every page shows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import lru_cache
from typing import Any, Final

from flask import Flask, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, null, select

from workshop.core import clock
from workshop.core.actor import Actor
from workshop.core.house import Link, house
from workshop.core.language import clock_text, full_text, language
from workshop.core.ready import Ready
from workshop.core.web import actor_or_none

ROLE_LABELS: Final[dict[str, Any]] = {
    "technician": _l("Technician"),
    "parts_manager": _l("Parts manager"),
    "refurbisher": _l("Refurbisher"),
    "admin": _l("Admin"),
    "auditor": _l("Auditor"),
}
GROUP_LABELS: Final[dict[str, Any]] = {
    "bench": _l("Bench"),
    "parts": _l("Parts"),
    "planning": _l("Planning"),
    "sourcing": _l("Buying in"),
    "sales": _l("Sales"),
    "quality": _l("Quality"),
    "units": _l("Units"),
    "admin": _l("Workshop"),
}


def initials(name: str) -> str:
    """Return the first letters of the first and last word of a name."""
    words = name.split()
    return "".join(w[0] for w in (words[:1] + words[1:][-1:])).upper()


@lru_cache(maxsize=1024)
def _asked(counts: tuple[Callable[[Any], Select[int] | None], ...], actor: Actor, _day: date) -> Ready:
    """Return the statement of all counts of a person on a day: putting it together takes longer than asking it."""
    queries = [count(actor) for count in counts]
    return Ready(select(*(null() if query is None else query.scalar_subquery() for query in queries)))


def _counts(links: list[Link], actor: Actor) -> dict[str, int | None]:
    """Return how many things need a person, by the entry's endpoint."""
    asked = {k.endpoint: k.count for k in links if k.count is not None}
    found = _asked(tuple(asked.values()), actor, actor.day(clock.now())).first({}) if asked else ()
    numbers = {k.endpoint: k.number(actor) for k in links if k.number is not None}
    return dict(zip(asked, found, strict=True)) | numbers


def _item(link: Link, count: int | None) -> dict[str, Any]:
    return {
        "name": link.endpoint,
        "label": link.label,
        "url": url_for(link.endpoint),
        "icon": link.icon,
        "count": count,
        "active": request.endpoint == link.endpoint,
    }


def nav_groups(actor: Actor) -> list[dict[str, Any]]:
    """Return the navigation of a person's roles, by group and in order."""
    links = [k for k in house().links if actor.has(*k.roles)]
    counts = _counts(links, actor)
    groups: dict[str, list[dict[str, Any]]] = {}
    for link in sorted(links, key=lambda k: (list(GROUP_LABELS).index(k.group), k.order)):
        groups.setdefault(link.group, []).append(_item(link, counts.get(link.endpoint)))
    return [{"label": GROUP_LABELS[g], "items": items} for g, items in groups.items()]


def here() -> dict[str, Any]:
    """Return what the frame shows of the person, the place and the time."""
    actor, now = actor_or_none(), clock.now()
    if actor is None:
        return {
            "person_name": "",
            "person_id": "",
            "bench_code": "",
            "initials": "",
            "role_label": "",
            "site_name": "",
            "bench_name": "",
            "clock_text": clock_text(now),
            "date_text": "",
            "nav_groups": [],
            "lang": language(),
            "theme": "system",
            "zone": "UTC",
        }
    roles = [r for r in ROLE_LABELS if actor.has(r)]
    return {
        "person_name": actor.name,
        "person_id": actor.person_id,
        "bench_code": actor.bench_code,
        "initials": initials(actor.name),
        "role_label": ROLE_LABELS[roles[0]] if roles else "",
        "site_name": actor.site_name or _("all sites"),
        "bench_name": _("Bench %(code)s", code=actor.bench_code) if actor.bench_code else "",
        "clock_text": clock_text(now),
        "date_text": full_text(now),
        "nav_groups": nav_groups(actor),
        "lang": language(),
        "theme": actor.theme,
        "zone": actor.zone,
        "scan_url": "/scan",
    }


class Here:
    """Made when a template first asks: a fragment that shows no frame costs no counts."""

    def __init__(self) -> None:
        self._known: dict[str, Any] | None = None

    def __getattr__(self, name: str) -> Any:
        if self._known is None:
            self._known = here()
        try:
            return self._known[name]
        except KeyError:
            raise AttributeError(name) from None


def init_app(app: Flask) -> None:
    """Give every template `here`."""
    app.context_processor(lambda: {"here": Here()})
