"""What each partner's devices were worth: as described or not, what was paid against the quote, what sales left."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import and_, case, exists, func, or_, select

from workshop.core.db import db
from workshop.jobs.models import Job
from workshop.jobs.stages import Stage
from workshop.marketplace.order_models import SoldPiece
from workshop.sourcing.models import Quote, RevisedOffer

PERIOD: Final = timedelta(days=365)
MOST_SHOPS: Final = 100


@dataclass(frozen=True)
class Figures:
    """The devices of one partner or shop in a period. `over_minor` is what sales brought above purchase and fee."""

    devices: int = 0
    looked_at: int = 0
    revised: int = 0
    accepted: int = 0
    declined: int = 0
    waiting: int = 0
    quoted_minor: int = 0
    paid_minor: int = 0
    sold: int = 0
    over_minor: int = 0

    @property
    def as_described(self) -> int:
        """How many of those that were looked at were as described."""
        return self.looked_at - self.revised

    @property
    def described_percent(self) -> int | None:
        """The share of those looked at that were as described, in whole percent; None before any was."""
        return round(100 * self.as_described / self.looked_at) if self.looked_at else None

    @property
    def paid_percent(self) -> int | None:
        """What was paid of what was quoted, in whole percent; None where nothing was quoted."""
        return round(100 * self.paid_minor / self.quoted_minor) if self.quoted_minor else None

    @property
    def over_each_minor(self) -> int | None:
        """What one sale brought above purchase and fee; None before the first."""
        return round(self.over_minor / self.sold) if self.sold else None


def _offered(*states: str) -> Any:
    return exists().where(RevisedOffer.job_id == Job.id, RevisedOffer.state.in_(states)).correlate(Job)


def _times(condition: Any) -> Any:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


def _sum(amount: Any, condition: Any) -> Any:
    return func.coalesce(func.sum(case((condition, amount), else_=0)), 0)


def _grouped(by: Any, now: datetime, *where: Any) -> Any:
    revised, declined = _offered("waiting", "accepted", "declined"), _offered("declined")
    looked_at = or_(Job.stage.not_in((Stage.INTAKE.value, Stage.DIAGNOSIS.value)), revised)
    sold = SoldPiece.id.is_not(None)
    return (
        select(
            by,
            func.count(Quote.id),
            _times(looked_at),
            _times(revised),
            _times(_offered("accepted")),
            _times(declined),
            _times(_offered("waiting")),
            _sum(Quote.price_minor, ~declined),
            _sum(Job.paid_minor, ~declined),
            _times(sold),
            _sum(SoldPiece.price_minor - SoldPiece.fee_minor - Job.paid_minor, sold),
        )
        .select_from(Quote)
        .join(Job, Job.id == Quote.job_id)
        .outerjoin(SoldPiece, and_(SoldPiece.job_id == Job.id, SoldPiece.state.in_(("reserved", "shipped"))))
        .where(Quote.quoted_at >= now - PERIOD, *where)
        .group_by(by)
    )


def by_source(now: datetime) -> Mapping[int, Figures]:
    """Return the figures of each source with quotes in the last year."""
    return {row[0]: Figures(*map(int, row[1:])) for row in db.session.execute(_grouped(Quote.source_id, now))}


def by_shop(source_id: int, now: datetime) -> list[tuple[str, Figures]]:
    """Return the figures of a partner's shops, the busiest first."""
    query = _grouped(Quote.shop, now, Quote.source_id == source_id, Quote.shop != "")
    rows = db.session.execute(query.order_by(func.count(Quote.id).desc(), Quote.shop).limit(MOST_SHOPS))
    return [(row[0], Figures(*map(int, row[1:]))) for row in rows]
