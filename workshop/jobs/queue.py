"""The queue: what waits for a person, most urgent first, paged by key so that no page reads the whole table."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import product
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import and_, func, or_, select, union_all

from workshop.accounts.models import Site
from workshop.core.db import db
from workshop.core.errors import BadRequest
from workshop.jobs import gates
from workshop.jobs.models import Job, Unit
from workshop.jobs.rail import Rail, rail
from workshop.jobs.stages import LABELS, STAGES, WAY, Stage
from workshop.jobs.target import OpenUnit, from_row, selects

PAGE = 50
# Beyond this nobody at a bench reads the number, and counting a million rows takes longer than showing fifty.
COUNTED = 1000
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
    ids = _oldest(_places(site_ids, stages), _key(after) if after else None, limit + 1)
    query = selects().listing.where(Job.id.in_(ids)).order_by(Job.opened_at, Job.id)
    units = [from_row(r) for r in db.session.execute(query)]
    following = f"{units[limit - 1].opened_at.isoformat()}_{units[limit - 1].job_id}" if len(units) > limit else None
    return Page([row(u) for u in units[:limit]], following)


def _places(site_ids: list[int] | None, stages: Iterable[str]) -> list[tuple[int, str]]:
    """Return every pair of a site and a stage: each is one stretch of the queue's index, the oldest first."""
    sites = db.session.scalars(select(Site.id).order_by(Site.id)) if site_ids is None else site_ids
    return list(product(sites, stages))


def _open_at(site_id: int, stage: str) -> Any:
    return and_(Job.site_id == site_id, Job.stage == stage, Job.closed_at.is_(None))


def _oldest(places: list[tuple[int, str]], after: tuple[datetime, int] | None, limit: int) -> list[int]:
    """Return the oldest jobs of all places together, reading no more than `limit` of each.

    Asked for several stages at once, both databases would sort all that is open.
    """
    stretches = []
    for site_id, stage in places:
        query = select(Job.id, Job.opened_at).where(_open_at(site_id, stage))
        if after is not None:
            # The first bound alone is what the index can begin at.
            when, number = after
            query = query.where(Job.opened_at >= when, or_(Job.opened_at > when, Job.id > number))
        stretches.append(select(query.order_by(Job.opened_at, Job.id).limit(limit).subquery()))
    if not stretches:
        return []
    every = union_all(*stretches).subquery()
    return list(db.session.scalars(select(every.c.id).order_by(every.c.opened_at, every.c.id).limit(limit)))


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
    """Return how many open jobs stand in each stage; of one site no more than COUNTED are counted."""
    places = _places(site_ids, STAGES)
    if not places:
        return {}
    numbers = db.session.execute(select(*(_counted(site_id, stage) for site_id, stage in places))).one()
    found: dict[str, int] = dict.fromkeys(STAGES, 0)
    for (_site_id, stage), number in zip(places, numbers, strict=True):
        found[stage] += number
    return found


def _counted(site_id: int, stage: str) -> Any:
    some = select(Job.id).where(_open_at(site_id, stage)).order_by(Job.opened_at, Job.id).limit(COUNTED).subquery()
    return select(func.count()).select_from(some).scalar_subquery()


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
