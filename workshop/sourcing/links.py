"""What this room adds to the navigation, each with what needs this person."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, and_, func, or_, select

from workshop.core import clock
from workshop.core.actor import ADMIN, AUDITOR, PARTS_MANAGER, REFURBISHER, TECHNICIAN, Actor
from workshop.core.house import Link
from workshop.jobs.models import Job
from workshop.jobs.queue import sites_of
from workshop.sourcing.claims import WARNS_FROM
from workshop.sourcing.models import Consignment, RevisedOffer

READERS: Final = frozenset({PARTS_MANAGER, REFURBISHER, ADMIN, AUDITOR})


def pressing(actor: Actor) -> Select[int]:
    """How many deliveries want a look: a file to be looked at, a report to be sent, a claim window about to close."""
    today = actor.day(clock.now())
    closes = and_(
        Consignment.state == "receiving", Consignment.claim_until.between(today, today + timedelta(days=WARNS_FROM))
    )
    query = select(func.count()).select_from(Consignment)
    query = query.where(or_(Consignment.state.in_(("draft", "counted")), closes))
    sites = sites_of(actor)
    return query if sites is None else query.where(Consignment.site_id.in_(sites))


def coming(actor: Any) -> Select[int] | None:
    """What presses, for those who look after deliveries; a technician only scans."""
    return pressing(actor) if actor.has(*READERS) else None


def unanswered(actor: Actor) -> Select[int]:
    """How many revised offers have waited past their day."""
    query = select(func.count()).select_from(RevisedOffer)
    query = query.where(RevisedOffer.state == "waiting", RevisedOffer.answer_by < actor.day(clock.now()))
    sites = sites_of(actor)
    if sites is not None:
        query = query.join(Job, Job.id == RevisedOffer.job_id).where(Job.site_id.in_(sites))
    return query


LINKS: Final = (
    Link("sourcing", _l("Deliveries"), "sourcing.deliveries_page", "truck", READERS | {TECHNICIAN}, 10, coming),
    Link("sourcing", _l("Revised offers"), "partners.offers_page", "scale", READERS, 20, unanswered),
    Link("sourcing", _l("Partners"), "partners.partners_page", "building-2", READERS, 30),
)
