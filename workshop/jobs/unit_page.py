"""What the unit's page and the head of the bench show."""

from __future__ import annotations

from typing import Any, Final

from flask import Response
from flask_babel import gettext as _
from sqlalchemy import select

from workshop.catalogue.identifiers import Imei
from workshop.core import clock, labels
from workshop.core.actions import Action
from workshop.core.actor import Actor
from workshop.core.db import db
from workshop.core.errors import NotFound
from workshop.core.house import Panel, house
from workshop.core.language import day_text
from workshop.jobs import gates, present, rail, show, undo, unit_labels
from workshop.jobs.models import Photo
from workshop.jobs.target import OpenUnit

# What is done to a unit in any stage, from its page.
AT_HAND: Final = frozenset({"advance", "add_photo", "hold"})
MIMETYPES: Final = {"pdf": "application/pdf", "png": "image/png", "svg": "image/svg+xml", "zpl": "text/plain"}


def head(unit: OpenUnit) -> dict[str, Any]:
    """Return what stands beside a unit's name: identifiers, days against the goal, and what rooms add."""
    days = (clock.now() - unit.opened_at).days
    facts: dict[str, Any] = {
        "imei": Imei(unit.imei).grouped if unit.imei else None,
        "serial": unit.serial,
        "model_number": unit.model_numbers.split(" ")[0] if unit.model_numbers else "",
        "days": days,
        "goal_days": unit.goal_days,
    }
    pills: list[tuple[Any, str]] = []
    for add in house().extensions.get("head", []):
        more = add(unit)
        pills += more.pop("pills", [])
        facts |= more
    return facts | {"pills": pills}


def _dates(unit: OpenUnit) -> dict[str, str]:
    found = {}
    for stage, (entered, left) in rail.visits(unit.job_id).items():
        first, last = day_text(entered), day_text(left) if left else ""
        found[stage] = first if last in ("", first) else f"{first} – {last}"
    return found


def panels(unit: OpenUnit) -> list[tuple[Panel, dict[str, Any]]]:
    """Return the cards that the rooms add, those that have something to show."""
    shown = [(p, p.context(unit)) for p in sorted(house().panels, key=lambda p: p.order)]
    return [(p, c) for p, c in shown if c is not None]


def possible_actions(unit: OpenUnit, actor: Actor) -> list[Action]:
    """Return what this person may do to the unit in its present stage, by button."""
    return [
        a
        for a in house().actions.values()
        if a.on == "unit"
        and not a.creates
        and not a.hidden
        and (a.stages is None or unit.stage in a.stages)
        and actor.may(a.roles, unit.site_id)
        and _is_offered(a, unit, actor)
    ]


def _is_offered(action: Action, unit: OpenUnit, actor: Actor) -> bool:
    """Say whether a button leads to something. What can be taken back depends on who asks, and nothing else does."""
    if action.name == "undo":
        return undo.is_possible(unit, by=actor.person_id)
    return action.offered is None or action.offered(unit)


def _at_hand(action: Action) -> bool:
    """Say whether an action belongs to the present stage or to every one: the others stand under "More"."""
    return action.name in AT_HAND or (action.stages is not None and len(action.stages) == 1)


def context(unit: OpenUnit, actor: Actor) -> dict[str, Any]:
    """Return everything the unit's page shows."""
    earlier = rail.earlier_jobs(unit)
    shown, older = present.recent(present.days(show.story(unit)))
    actions = possible_actions(unit, actor)
    return {
        "unit": unit,
        "head": head(unit),
        "rail": rail.rail(unit, _dates(unit)),
        "earlier": [(job, rail.finished_rail(unit, job)) for job in earlier],
        "bars": gates.bars(unit),
        "days": shown,
        "older": older,
        "panels": panels(unit),
        "actions": [a for a in actions if _at_hand(a)],
        "rarer": [a for a in actions if not _at_hand(a)],
        "photos": list(db.session.scalars(select(Photo.id).where(Photo.unit_id == unit.id).order_by(Photo.id))),
    }


def label(unit: OpenUnit, form: str) -> Response:
    """Return the unit's label. Raises NotFound for a form that is not printed."""
    if form not in MIMETYPES:
        raise NotFound(_("There is no such form of a label."), _("Take pdf, png, svg or zpl."))
    drawn = labels.render(
        [unit_labels.unit_label(unit)],
        size="unit",
        format=form,  # type: ignore[arg-type]
    )
    return Response(drawn, mimetype=MIMETYPES[form])
