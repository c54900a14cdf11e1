"""The queue: what waits for a person, most urgent first, paged by key so that no page reads the whole table."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import and_, func, or_, select

from workshop.core.db import db
from workshop.core.errors import BadRequest
from workshop.jobs import gates
from workshop.jobs.models import Job, Unit
from workshop.jobs.rail import Rail, rail
from workshop.jobs.stages import LABELS, WAY, Stage
from workshop.jobs.target import OpenUnit, from_row, selects

PAGE = 50
BENCH_STAGES = (Stage.REPAIR, Stage.GRADING, Stage.DIAGNOSIS, Stage.PARTS, Stage.INTAKE)


@dataclass(frozen=True)
class Row:
    """One unit of the queue: what it is, why it waits, and its rail."""

    unit: OpenUnit
    rail: Rail
    why: str
    pill: str
    tone: str
    icon: str


@dataclass(frozen=True)
class Page:
    """A page of rows and the key from which the next one goes on."""

    rows: list[Row]
    after: str | None


def _key(after: str) -> tuple[datetime, int]:
    when, _dash, number = after.rpartition("_")
    try:
        return datetime.fromisoformat(when), int(number)
    except ValueError as bad:
        raise BadRequest(_("This is no place in the list."), _("Begin at the first page."), field="after") from bad


def page(
    *, site_ids: list[int] | None, stages: tuple[str, ...], now: datetime, after: str = "", limit: int = PAGE
) -> Page:
    """Return open jobs of these sites and stages, the oldest first."""
    query = selects().listing.where(Job.stage.in_(stages), Job.closed_at.is_(None))
    if site_ids is not None:
        query = query.where(Job.site_id.in_(site_ids))
    if after:
        when, number = _key(after)
        query = query.where(or_(Job.opened_at > when, and_(Job.opened_at == when, Job.id > number)))
    rows = db.session.execute(query.order_by(Job.opened_at, Job.id).limit(limit + 1)).all()
    units = [from_row(r) for r in rows]
    following = f"{units[limit - 1].opened_at.isoformat()}_{units[limit - 1].job_id}" if len(units) > limit else None
    return Page([row(u) for u in units[:limit]], following)


def row(unit: OpenUnit) -> Row:
    """Return how a unit stands in the queue, from what its own row tells."""
    standing = gates.bars(unit)
    left = [b.missing for b in standing if b.missing is not None]
    if unit.holds:
        pill, tone, icon = _("On hold"), "look", "hand"
    elif not left:
        pill, tone, icon = _("Ready to move on"), "now", "circle-dot"
    elif len(left) == len(standing):
        pill, tone, icon = _("Not begun"), "idle", "clock"
    else:
        pill, tone, icon = _("Half done"), "idle", "clock"
    why = str(left[0].what) if left else _("Scan it, then *NEXT*")
    return Row(unit, rail(unit), why, str(pill), tone, icon)


def sites_of(actor: Any) -> list[int] | None:
    """Return the sites whose units an actor may see; None means all of them."""
    if actor.is_worker or any(site is None for _role, site in actor.roles):
        return None
    return sorted({site for _role, site in actor.roles if site is not None})


def counts(site_ids: list[int] | None) -> dict[str, int]:
    """Return how many open jobs stand in each stage, from the index alone."""
    query = select(Job.stage, func.count()).where(Job.closed_at.is_(None)).group_by(Job.stage)
    if site_ids is not None:
        query = query.where(Job.site_id.in_(site_ids))
    return {a: b for a, b in db.session.execute(query)}


def waiting_count(actor: Any) -> int | None:
    """Return how many units wait at the benches of this person's sites."""
    found = counts(sites_of(actor))
    return sum(found.get(s, 0) for s in BENCH_STAGES)


def morning_rail() -> list[dict[str, Any]]:
    """Return the rail of the sign-in page: how many units stand in each stage, nothing of any one of them."""
    found = counts(None)
    return [
        {
            "name": s.value,
            "label": LABELS[s],
            "state": "ahead",
            "bars": [{"state": "open", "minutes": g.minutes} for g in gates.leaving(s)]
            or [{"state": "open", "minutes": 1}],
            "date": _("%(n)s units", n=found.get(s, 0)),
        }
        for s in WAY
    ]


def search(text: str, site_ids: list[int] | None, limit: int = 20) -> list[OpenUnit]:
    """Return units whose code, IMEI or serial begins with `text`."""
    wanted = text.strip().upper()
    if len(wanted) < 3:
        return []
    query = selects().listing.where(
        or_(Unit.code.startswith(wanted), Unit.imei.startswith(wanted), Unit.serial.startswith(wanted))
    )
    if site_ids is not None:
        query = query.where(Job.site_id.in_(site_ids))
    return [from_row(r) for r in db.session.execute(query.limit(limit))]
