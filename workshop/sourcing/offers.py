"""A revised offer: what the owner of a device that is not as described is offered instead, until when."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import select

from workshop.core.db import db
from workshop.core.errors import Conflict, Refused
from workshop.jobs.models import Hold
from workshop.jobs.target import OpenUnit
from workshop.sourcing import consignments
from workshop.sourcing.models import Quote, RevisedOffer

HOLD = "waiting_person"


def waiting_for(job_id: int) -> RevisedOffer | None:
    """Return the offer that waits for the owner's answer, or None."""
    query = select(RevisedOffer).where(RevisedOffer.job_id == job_id, RevisedOffer.state == "waiting")
    return db.session.scalars(query).one_or_none()


def of_job(job_id: int) -> list[RevisedOffer]:
    """Return the offers of a job, the last one first."""
    query = select(RevisedOffer).where(RevisedOffer.job_id == job_id).order_by(RevisedOffer.id.desc()).limit(20)
    return list(db.session.scalars(query))


def differences(unit: OpenUnit) -> list[str]:
    """Return the codes of what was found wrong with the unit, as they are kept with the offer."""
    return [fault.fault_code for fault in unit.job.faults if fault.state != "waived"]


def answer_days(quote: Quote) -> int:
    """Return how many days this partner's owners have to answer."""
    return consignments.terms_with(quote.source_id).answer_days


def make(
    unit: OpenUnit,
    quote: Quote,
    price_minor: int,
    *,
    found: str,
    reason: str,
    now: datetime,
    today: date,
    by: int | None,
) -> RevisedOffer:
    """Offer another price than was quoted. Raises Refused where nothing changes, Conflict where one waits already."""
    if waiting_for(unit.job_id) is not None:
        raise Conflict(_("A revised offer waits for the owner already."), _("Record the answer, or withdraw it."))
    if price_minor == unit.paid_minor:
        raise Refused(_("That is the price as it stands."), _("Type the price that you offer instead."), field="price")
    offer = RevisedOffer(
        job_id=unit.job_id,
        quoted_minor=unit.paid_minor or 0,
        price_minor=price_minor,
        currency=unit.currency,
        differs=differences(unit),
        found=found,
        reason=reason,
        answer_by=today + timedelta(days=answer_days(quote)),
        made_at=now,
        made_by=by,
    )
    db.session.add(offer)
    db.session.flush()
    return offer


def require_waiting(unit: OpenUnit) -> RevisedOffer:
    """Return the offer that waits. Raises Conflict where none does."""
    offer = waiting_for(unit.job_id)
    if offer is None:
        raise Conflict(_("No revised offer waits for an answer."), _("Look at the unit's page."))
    return offer


def settle(offer: RevisedOffer, state: str, *, now: datetime, by: int | None) -> None:
    """Write down how the offer ended."""
    offer.state, offer.settled_at, offer.settled_by = state, now, by


def pay_instead(unit: OpenUnit, offer: RevisedOffer) -> None:
    """Let the price paid be the one that the owner said yes to: every cost is reckoned from it."""
    unit.job.paid_minor = unit.paid_minor = offer.price_minor


def placed_the_hold(offer: RevisedOffer) -> bool:
    """Say whether the hold that stands was placed for this offer: one from before is lifted by its own answer."""
    query = select(Hold.placed_at).where(Hold.job_id == offer.job_id, Hold.kind == HOLD, Hold.lifted_at.is_(None))
    return db.session.scalar(query) == offer.made_at


def is_late(offer: RevisedOffer, today: date) -> bool:
    """Say whether the owner should have answered by now."""
    return offer.state == "waiting" and offer.answer_by < today
