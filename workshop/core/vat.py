"""VAT in a price. Rates are in thousandths (255 is 25.5 %); amounts are minor units; halves round up.

A rate is data: it is passed in with the sale, never known here.
"""

from __future__ import annotations

from enum import StrEnum

from workshop.core.money import half_up


class Regime(StrEnum):
    """How a unit was bought, which decides how its sale is taxed."""

    MARGIN = "margin"
    REGULAR = "regular"
    REVERSE_CHARGE = "reverse_charge"


def vat_within(gross_minor: int, rate: int) -> int:
    """Return the VAT in a price that includes it, r / (100 % + r) of it. Directive 2006/112/EC, Art. 78."""
    return half_up(gross_minor * rate, 1000 + rate)


def margin_vat(sold_minor: int, paid_minor: int, rate: int) -> int:
    """Return the VAT on the dealer's margin; 0 for a loss, which is not set off against other sales.

    The margin is the selling price less what the seller was paid. Parts and labour do not lower it; the VAT
    on them is deducted by itself. Source: Directive 2006/112/EC, Articles 312 and 315.
    """
    return vat_within(max(sold_minor - paid_minor, 0), rate)


def vat_on_sale(sold_minor: int, paid_minor: int, rate: int, regime: Regime) -> int:
    """Return the VAT that the sale of a unit costs.

    Bought under the margin scheme: on the margin. Bought with VAT or by reverse charge: on the whole price,
    as the VAT on the purchase is deducted. Source: Directive 2006/112/EC, Articles 73, 199a and 313.
    """
    if regime is Regime.MARGIN:
        return margin_vat(sold_minor, paid_minor, rate)
    return vat_within(sold_minor, rate)
