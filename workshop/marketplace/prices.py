"""Setting a price: for a listing, since the marketplace knows one price for a SKU."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select

from workshop.core.db import db
from workshop.core.errors import Refused
from workshop.core.language import price as shown_price
from workshop.jobs import target
from workshop.jobs.models import Job
from workshop.jobs.target import OpenUnit
from workshop.marketplace.account import account, terms_for
from workshop.marketplace.cost import cost_of
from workshop.marketplace.models import ListedUnit, Listing, ListingPrice
from workshop.marketplace.pricing import Cost, Margin, PriceTooLow, Terms, check_price, floor_price, margin
from workshop.marketplace.shelf import SHELF

ABSURD_TIMES = 20


@dataclass(frozen=True)
class Calculation:
    """A unit's cost and terms, and what a price leaves of it."""

    cost: Cost
    terms: Terms

    @property
    def floor_minor(self) -> int:
        """The lowest price at which nothing is lost."""
        return floor_price(self.cost, self.terms)

    def at(self, price_minor: int) -> Margin:
        """Return the sale at this price, taken apart."""
        return margin(price_minor, self.cost, self.terms)


def calculation(unit: OpenUnit) -> Calculation:
    """Return the calculation of a unit."""
    return Calculation(cost_of(unit), terms_for(account(), unit.vat_regime))


def units_under(listing: Listing) -> list[tuple[ListedUnit, OpenUnit]]:
    """Return the units on the shelf that are offered under a listing."""
    query = (
        select(ListedUnit)
        .join(Job, Job.id == ListedUnit.job_id)
        .where(ListedUnit.listing_id == listing.id, ListedUnit.ended_at.is_(None), Job.stage.in_(SHELF))
        .order_by(ListedUnit.opened_at, ListedUnit.id)
    )
    pairs = ((o, target.by_id(o.unit_id)) for o in db.session.scalars(query))
    return [(o, u) for o, u in pairs if u is not None]


def set_price(listing: Listing, price_minor: int, *, reason: str, now: datetime, by: int | None) -> int:
    """Set the price of a listing and of every unit under it; return the highest floor among them.

    Raises PriceTooLow below the floor of any of them when no reason is given, and Refused for one that cannot be
    meant.
    """
    under = units_under(listing)
    sums = [calculation(unit) for _o, unit in under]
    lowest = max(sums, key=lambda s: s.floor_minor, default=None)
    if price_minor <= 0:
        raise Refused(_("A price of nothing is no price."), _("Type what the buyer pays."), field="price")
    if lowest is not None:
        _refuse_absurd(price_minor, lowest.floor_minor, listing.currency)
        if not reason:
            check_price(price_minor, lowest.cost, lowest.terms, shown=lambda m: shown_price(m, listing.currency))
    floor = lowest.floor_minor if lowest else 0
    listing.price_minor = price_minor
    for each, _unit in under:
        each.priced_at = now
    db.session.add(
        ListingPrice(
            listing_id=listing.id,
            price_minor=price_minor,
            floor_minor=floor,
            currency=listing.currency,
            reason=reason,
            set_by=by,
            set_at=now,
        )
    )
    return floor


def take_over(offer: ListedUnit, unit: OpenUnit, now: datetime) -> bool:
    """Price a unit as its listing is priced; False where that would lose money on this one."""
    price = offer.listing.price_minor
    if price is None or price < calculation(unit).floor_minor:
        return False
    offer.priced_at = now
    return True


def _refuse_absurd(price_minor: int, floor_minor: int, currency: str) -> None:
    if price_minor > max(floor_minor, 100) * ABSURD_TIMES:
        raise Refused(
            _(
                "%(price)s is more than twenty times what it has cost.",
                price=shown_price(price_minor, currency),
            ),
            _("Look for a slipped decimal point."),
            field="price",
        )


__all__ = ["Calculation", "PriceTooLow", "calculation", "set_price", "take_over", "units_under"]
