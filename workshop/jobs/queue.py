"""The queue: what waits for a person, most urgent first, paged by key so that no page reads the whole table."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import product
from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from sqlalchemy import Select, and_, func, literal, select

from workshop.accounts.models import Site
from workshop.core.db import db
from workshop.core.listing import Column, Order, Table
from workshop.jobs import gates
from workshop.jobs.models import Job
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


OPENED: Final = Column("opened", _l("In the workshop"), lambda r: r.unit.opened_at, Job.opened_at)


def page(
    *, site_ids: list[int] | None, stages: tuple[str, ...], now: datetime, after: str = "", limit: int = PAGE
) -> Page:
    """Return open jobs of these sites and stages, the oldest first."""
    rows, following = table(site_ids, stages).page(Order(OPENED, False, after), [], limit)
    return Page(rows, following or None)


def table(site_ids: list[int] | None, stages: Iterable[str]) -> Table:
    """Return the open jobs of these sites and stages: in the order of their opening each pair is one stretch."""

    def stretches(order: Order) -> list[Any] | None:
        return [_open_at(*p) for p in _places(site_ids, stages)] if order.column.sort is Job.opened_at else None

    only = (Job.closed_at.is_(None), Job.stage.in_(list(stages)), *_at(site_ids))
    return Table(selects().listing, Job.id, lambda r: row(from_row(r)), stretches, only=only)


def at_sites(query: Any, site_ids: list[int] | None) -> Any:
    """Narrow a query of jobs to these sites; None means all of them."""
    return query.where(*_at(site_ids))


def _at(site_ids: list[int] | None) -> tuple[Any, ...]:
    return () if site_ids is None else (Job.site_id.in_(site_ids),)


def _places(site_ids: list[int] | None, stages: Iterable[str]) -> list[tuple[int, str]]:
    """Return every pair of a site and a stage: each is one stretch of the queue's index, the oldest first."""
    sites = db.session.scalars(select(Site.id).order_by(Site.id)) if site_ids is None else site_ids
    return list(product(sites, stages))


def _open_at(site_id: int, stage: str) -> Any:
    return and_(Job.site_id == site_id, Job.stage == stage, Job.closed_at.is_(None))


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
    numbers = db.session.execute(select(*(_counted(_stretch(*place)) for place in places))).one()
    found: dict[str, int] = dict.fromkeys(STAGES, 0)
    for (_site_id, stage), number in zip(places, numbers, strict=True):
        found[stage] += number
    return found


def _stretch(site_id: int, stage: str) -> Select[int]:
    """Return the query of one stretch of the queue's index: told its order, a database reads it and no other."""
    return select(Job.id).where(_open_at(site_id, stage)).order_by(Job.opened_at, Job.id)


def _at_any_site(stage: str) -> Select[int]:
    """Return the query of what stands in a stage wherever, at sites that come later today, too."""
    return select(Job.id).where(Job.site_id.in_(select(Site.id)), Job.stage == stage, Job.closed_at.is_(None))


def _counted(jobs: Select[int]) -> Any:
    return select(func.count()).select_from(jobs.limit(COUNTED).subquery()).scalar_subquery()


def count_waiting(actor: Any) -> Select[int]:
    """Return the query of how many units wait at the benches of this person's sites."""
    sites = sites_of(actor)
    if sites is None:
        waiting = [_at_any_site(stage) for stage in BENCH_STAGES]
    else:
        waiting = [_stretch(*place) for place in product(sites, BENCH_STAGES)]
    return select(sum((_counted(jobs) for jobs in waiting), literal(0)))


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
            "date": ngettext("%(num)s unit", "%(num)s units", found.get(s, 0)),
        }
        for s in WAY
    ]
