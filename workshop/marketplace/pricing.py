"""What a unit must sell for, and what it leaves. Minor units; rates in thousandths; halves round up.

A buyer pays `sold`. From it go the marketplace's fee, the VAT of the unit's regime, shipping, a reserve for
the warranty and what the unit has cost: purchase, parts and bench time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

from workshop.core.errors import Refused
from workshop.core.money import half_up, per_mille
from workshop.core.vat import Regime, margin_vat, vat_on_sale, vat_within

__all__ = [
    "Cost",
    "Margin",
    "PriceTooLow",
    "Regime",
    "Terms",
    "check_price",
    "fee",
    "floor_price",
    "labour",
    "margin",
    "margin_vat",
    "price_for",
    "vat_on_sale",
    "vat_within",
]


@dataclass(frozen=True, slots=True)
class Cost:
    """What a unit has cost. `paid` is what its seller got; parts and the rest are without deductible VAT."""

    paid_minor: int
    parts_minor: int = 0
    labour_minor: int = 0
    other_minor: int = 0

    @property
    def total_minor(self) -> int:
        """All of it."""
        return self.paid_minor + self.parts_minor + self.labour_minor + self.other_minor


@dataclass(frozen=True, slots=True)
class Terms:
    """What a sale costs: fee and VAT in thousandths, a fixed fee, shipping and the warranty reserve."""

    fee_rate: int
    vat_rate: int
    regime: Regime = Regime.MARGIN
    fixed_fee_minor: int = 0
    shipping_minor: int = 0
    warranty_rate: int = 0


@dataclass(frozen=True, slots=True)
class Margin:
    """A sale taken apart; `left_minor` is what stays, and may be negative."""

    sold_minor: int
    cost_minor: int
    fee_minor: int
    vat_minor: int
    shipping_minor: int
    warranty_minor: int

    @property
    def left_minor(self) -> int:
        """What stays after everything."""
        gone = self.cost_minor + self.fee_minor + self.vat_minor + self.shipping_minor + self.warranty_minor
        return self.sold_minor - gone

    @property
    def rate(self) -> int:
        """What stays in thousandths of the price; 0 for a price of 0."""
        return half_up(self.left_minor * 1000, self.sold_minor) if self.sold_minor else 0


class PriceTooLow(Refused):
    """A price below the floor; `more['floor_minor']` gives the floor."""

    kind = "price-too-low"


def fee(sold_minor: int, terms: Terms) -> int:
    """Return the marketplace's fee on a price."""
    return per_mille(sold_minor, terms.fee_rate) + terms.fixed_fee_minor


def labour(minutes: int, hourly_rate_minor: int) -> int:
    """Return what bench time costs."""
    return half_up(minutes * hourly_rate_minor, 60)


def margin(sold_minor: int, cost: Cost, terms: Terms) -> Margin:
    """Return what a unit leaves at this price."""
    return Margin(
        sold_minor=sold_minor,
        cost_minor=cost.total_minor,
        fee_minor=fee(sold_minor, terms),
        vat_minor=vat_on_sale(sold_minor, cost.paid_minor, terms.vat_rate, terms.regime),
        shipping_minor=terms.shipping_minor,
        warranty_minor=per_mille(sold_minor, terms.warranty_rate),
    )


def floor_price(cost: Cost, terms: Terms) -> int:
    """Return the lowest price at which nothing is lost."""
    return price_for(0, cost, terms)


def price_for(left_minor: int, cost: Cost, terms: Terms) -> int:
    """Return the lowest price that leaves at least `left_minor`.

    What is left grows with the price, but for a cent or two where several amounts round up at once, so the
    price is found by halving. Raises ValueError where fee, VAT and reserve eat the whole price.
    """
    low, high = 0, max(1, cost.total_minor + left_minor)
    while margin(high, cost, terms).left_minor < left_minor:
        low, high = high, high * 2
        if high > 10**12:
            raise ValueError("fee, VAT and reserve leave nothing of any price")
    while low < high:
        middle = (low + high) // 2
        if margin(middle, cost, terms).left_minor >= left_minor:
            high = middle
        else:
            low = middle + 1
    return low


def check_price(sold_minor: int, cost: Cost, terms: Terms, *, shown: Any) -> None:
    """Raise PriceTooLow when the price loses money. `shown(minor)` writes an amount for the reader."""
    lowest = floor_price(cost, terms)
    if sold_minor < lowest:
        what = _l("%(price)s is below the floor of %(floor)s.", price=shown(sold_minor), floor=shown(lowest))
        remedy = _l("Raise the price, or let a refurbisher approve the loss with a reason.")
        raise PriceTooLow(what, remedy, field="price", floor_minor=lowest)
