"""Placing and lifting holds."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from flask_babel import gettext as _
from sqlalchemy import select

from workshop.core.actor import Actor
from workshop.core.db import db
from workshop.core.errors import Forbidden, Refused
from workshop.core.spoken import roles as spoken_roles
from workshop.jobs.hold_rules import RULES
from workshop.jobs.models import Hold
from workshop.jobs.target import OpenUnit

# Undo is offered for ten seconds; the rest is for a slow network.
AT_ONCE: Final = timedelta(seconds=20)


def standing(job_id: int, kind: str) -> Hold | None:
    """Return the standing hold of this kind, or None."""
    query = select(Hold).where(Hold.job_id == job_id, Hold.kind == kind, Hold.lifted_at.is_(None))
    return db.session.scalars(query).one_or_none()


def place(unit: OpenUnit, kind: str, *, reason: str, now: datetime, by: int | None) -> bool:
    """Place a hold; False when it stands already."""
    if standing(unit.job_id, kind) is not None:
        return False
    db.session.add(Hold(job_id=unit.job_id, kind=kind, reason=reason, placed_by=by, placed_at=now))
    unit.hold_kinds = ",".join(sorted(unit.holds | {kind}))
    return True


def lift(unit: OpenUnit, kind: str, *, reason: str, now: datetime, by: Actor) -> None:
    """Lift a hold. Raises Refused where none stands and Forbidden where this person may not."""
    hold = _standing_or_refuse(unit, kind)
    rule = RULES[kind]
    if not by.may(rule.lifters, unit.site_id):
        raise Forbidden(
            _("%(hold)s is not yours to lift.", hold=str(rule.label)),
            _("It takes: %(roles)s.", roles=spoken_roles(rule.lifters)),
        )
    _close(unit, hold, reason, now, by)


def take_back(unit: OpenUnit, kind: str, *, now: datetime, by: Actor) -> None:
    """Take a hold back that was placed by mistake: whoever placed it may at once, even where others must lift it."""
    hold = _standing_or_refuse(unit, kind)
    if hold.placed_by == by.person_id and now - hold.placed_at <= AT_ONCE:
        _close(unit, hold, "undo", now, by)
    else:
        lift(unit, kind, reason="undo", now=now, by=by)


def _standing_or_refuse(unit: OpenUnit, kind: str) -> Hold:
    hold = standing(unit.job_id, kind)
    if hold is None:
        raise Refused(_("No such hold stands on this unit."), _("Look at the unit's page."), field="hold")
    return hold


def _close(unit: OpenUnit, hold: Hold, reason: str, now: datetime, by: Actor) -> None:
    hold.lifted_at, hold.lifted_by, hold.lifted_reason = now, by.person_id, reason
    unit.hold_kinds = ",".join(sorted(unit.holds - {hold.kind}))
