"""What stands on the shelf and may be sold: the one count that the marketplace is told.

published + in flight <= ready - reserved - orders not yet read
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import ColumnElement, bindparam, exists, func, select

from workshop.core.db import db
from workshop.jobs import gates, target
from workshop.jobs.models import Hold, Job
from workshop.jobs.stages import Stage
from workshop.jobs.target import OpenUnit
from workshop.marketplace.grade_of import standing_grade
from workshop.marketplace.models import ListedUnit, Listing, Packing

SHELF: Final = (Stage.READY.value, Stage.LISTED.value)


def _free() -> list[ColumnElement[bool]]:
    """Return what makes an offer free to sell. A sold unit's has ended, so nothing reserved is among them."""
    held = exists().where(Hold.job_id == Job.id, Hold.lifted_at.is_(None))
    packed = exists().where(Packing.job_id == Job.id)
    return [
        ListedUnit.ended_at.is_(None),
        ListedUnit.priced_at.is_not(None),
        Job.stage.in_(SHELF),
        ~held,
        packed,
        standing_grade() == Listing.grade,
    ]


def free_count(listing: Listing) -> int:
    """Return how many units may be sold under a listing now."""
    return len(free_units(listing))


def free_units(listing: Listing) -> list[OpenUnit]:
    """Return the units that may be sold under a listing: live ones first, then those in stock longest.

    The gates of a ready unit are asked as the bench asks them, so that a room may bring further ones.
    """
    query = (
        select(ListedUnit.unit_id)
        .join(Job, Job.id == ListedUnit.job_id)
        .join(Listing, Listing.id == ListedUnit.listing_id)
        .where(ListedUnit.listing_id == listing.id, *_free())
        .order_by(ListedUnit.opened_at, ListedUnit.id)
    )
    found = [target.by_id(unit_id) for unit_id in db.session.scalars(query)]
    free = [u for u in found if u is not None and (u.stage == Stage.LISTED or not gates.unmet(u))]
    return sorted(free, key=lambda u: u.stage != Stage.LISTED)


def wanted(listing: Listing, free: int) -> int:
    """Return the quantity that the marketplace may show: what is free, less what it has sold and not told yet."""
    return max(0, free - listing.unread)


def counts() -> dict[int, int]:
    """Return how many units may be sold under each listing: for pages, in one statement."""
    query: Any = (
        select(ListedUnit.listing_id, func.count())
        .join(Job, Job.id == ListedUnit.job_id)
        .join(Listing, Listing.id == ListedUnit.listing_id)
        .where(*_free())
        .group_by(ListedUnit.listing_id)
    )
    return {listing_id: n for listing_id, n in db.session.execute(query)}


_OFFER: Final = select(ListedUnit).where(ListedUnit.unit_id == bindparam("unit"), ListedUnit.ended_at.is_(None))


def offer_of(unit_id: int) -> ListedUnit | None:
    """Return the open offer of a unit."""
    return db.session.scalars(_OFFER, {"unit": unit_id}).one_or_none()
