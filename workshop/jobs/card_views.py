"""Command cards: whose, for what and for which bench, to look at and to print."""

from __future__ import annotations

import base64
from typing import Any

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from workshop.accounts.models import Bench, Site
from workshop.catalogue.models import CATEGORIES
from workshop.core import clock
from workshop.core.actor import AT_WORK, PARTS_MANAGER, REFURBISHER, TECHNICIAN, Actor
from workshop.core.db import db
from workshop.core.here import ROLE_LABELS
from workshop.core.web import allow, current_actor
from workshop.jobs import cards, queue

bp = Blueprint("cards", __name__)
ROLES = (TECHNICIAN, REFURBISHER, PARTS_MANAGER)


def _benches(actor: Actor) -> list[tuple[str, int, str]]:
    """Return the benches of one's sites: code, site and name of the site."""
    query = select(Bench.code, Bench.site_id, Site.name).join(Site, Site.id == Bench.site_id)
    sites = queue.sites_of(actor)
    if sites is not None:
        query = query.where(Bench.site_id.in_(sites))
    rows = db.session.execute(query.order_by(Site.name, Bench.code))
    return [(code, site_id, name) for code, site_id, name in rows]


def _chosen(benches: list[tuple[str, int, str]]) -> cards.Card:
    """Return the card that the address asks for; what is left out or unknown is one's own."""
    actor, asked = current_actor(), request.args
    role = asked.get("role", "")
    own = next((r for r in ROLES if actor.has(r)), TECHNICIAN)
    category = asked.get("category", "")
    where = asked.get("bench", f"{actor.site_id}-{actor.bench_code}")
    bench = next(((code, site) for code, site, _name in benches if f"{site}-{code}" == where or code == where), None)
    code, site_id = bench or ("", actor.site_id)
    return cards.Card(
        role=role if role in ROLES else own,
        category=category if category in CATEGORIES else CATEGORIES[0],
        bench_code=code,
        site_id=site_id,
    )


@bp.get("/cards")
@allow(*AT_WORK)
def cards_page() -> ResponseReturnValue:
    """Choose a command card, look at its pages, print it."""
    benches = _benches(current_actor())
    card = _chosen(benches)
    pages = [_inline(page) for page in cards.pictures(card, clock.now())]
    choices: dict[str, Any] = {
        "roles": [(role, ROLE_LABELS[role]) for role in ROLES],
        "categories": list(cards.CATEGORY_LABELS.items()),
        "benches": [(f"{site_id}-{code}", f"{code}, {name}") for code, site_id, name in benches],
    }
    return render_template("jobs/cards.html", card=card, pages=pages, **choices)


def _inline(page: bytes) -> str:
    return "data:image/png;base64," + base64.b64encode(page).decode("ascii")


@bp.get("/command-card.pdf")
@allow()
def command_card() -> ResponseReturnValue:
    """The codes that are scanned at a bench, to print: of one role, category of device and bench."""
    printed = cards.printed(_chosen(_benches(current_actor())), clock.now())
    return Response(printed, mimetype="application/pdf")
