"""What the pages beside the feed show: ready units, orders, returns, prices."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select

from workshop.core.db import db
from workshop.jobs import gates
from workshop.jobs.models import Job, Unit
from workshop.jobs.queue import sites_of
from workshop.jobs.stages import Stage
from workshop.jobs.target import OpenUnit
from workshop.marketplace import prices, shelf
from workshop.marketplace.models import ListedUnit, Listing, Packing
from workshop.marketplace.order_models import Return, SoldPiece
from workshop.marketplace.prices import Calculation
from workshop.marketplace.pricing import Margin

PAGE = 100


@dataclass(frozen=True)
class ReadyUnit:
    """A unit that is ready, with its sum."""

    unit: OpenUnit
    offer: ListedUnit | None
    sum: Calculation
    missing: list[str]

    @property
    def price_minor(self) -> int | None:
        """The price of its listing."""
        return self.offer.listing.price_minor if self.offer else None

    @property
    def margin(self) -> Margin | None:
        """The sale at that price, taken apart."""
        return self.sum.at(self.price_minor) if self.price_minor else None


def ready(unit: OpenUnit) -> ReadyUnit:
    """Return a unit that is ready with its sum and what it lacks."""
    missing = [str(m.what) for m in gates.unmet(unit)]
    return ReadyUnit(unit, shelf.offer_of(unit.id), prices.calculation(unit), missing)


def count_ready(actor: Any) -> Select[int]:
    """Return the query of how many units are ready and not live yet."""
    query = select(func.count()).select_from(Job).where(Job.stage == Stage.READY.value, Job.closed_at.is_(None))
    sites = sites_of(actor)
    return query if sites is None else query.where(Job.site_id.in_(sites))


def listing_named(sku: str) -> Listing | None:
    """Return a listing by its SKU, however it is written."""
    return db.session.scalars(select(Listing).where(Listing.sku_key == sku.casefold())).one_or_none()


def count_to_ship(_actor: Any) -> Select[int]:
    """Return the query of how many pieces wait to be shipped, or for a decision."""
    return select(func.count()).select_from(SoldPiece).where(SoldPiece.state.in_(("short", "reserved")))


def codes(lines: list[SoldPiece]) -> dict[int, tuple[str, str]]:
    """Return the code and the place of each unit that these pieces have reserved, by the piece's number."""
    query = (
        select(SoldPiece.id, Unit.code, Packing.place)
        .join(Unit, Unit.id == SoldPiece.unit_id)
        .outerjoin(Packing, Packing.job_id == SoldPiece.job_id)
        .where(SoldPiece.id.in_([line.id for line in lines]))
    )
    return {piece: (code, place or "") for piece, code, place in db.session.execute(query)}


def count_returns(_actor: Any) -> Select[int]:
    """Return the query of how many returns are announced and have not arrived."""
    return select(func.count()).select_from(Return).where(Return.arrived_at.is_(None), Return.closed_at.is_(None))


@dataclass(frozen=True)
class PricedListing:
    """A listing with what its price leaves at worst and at best."""

    listing: Listing
    units: int
    floor_minor: int | None
    worst_minor: int | None
    best_minor: int | None
    oldest: datetime | None


def priced_listings() -> list[PricedListing]:
    """Return every listing that has units on the shelf, the one that leaves least first."""
    query = select(Listing).where(Listing.id.in_(select(ListedUnit.listing_id).where(ListedUnit.ended_at.is_(None))))
    found = [_priced(listing) for listing in db.session.scalars(query.order_by(Listing.sku))]
    return sorted(found, key=lambda p: (p.worst_minor is not None, p.worst_minor or 0))


def _priced(listing: Listing) -> PricedListing:
    under = prices.units_under(listing)
    sums = [prices.calculation(unit) for _offer, unit in under]
    left = [s.at(listing.price_minor).left_minor for s in sums] if listing.price_minor else []
    return PricedListing(
        listing=listing,
        units=len(under),
        floor_minor=max((s.floor_minor for s in sums), default=None),
        worst_minor=min(left, default=None),
        best_minor=max(left, default=None),
        oldest=min((offer.opened_at for offer, _unit in under), default=None),
    )
