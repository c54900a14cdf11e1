"""Money is a whole number of minor units (cents) beside its currency's code; nothing here uses floats.

Halves are rounded up, away from zero (`half_up`), the way prices and VAT are rounded on an invoice.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from typing import Any

from babel.numbers import format_currency, get_currency_precision, get_currency_symbol
from flask_babel import lazy_gettext as _l

from workshop.core.errors import Refused

MOST_MAJOR = 1_000_000


class BadAmount(Refused):
    """What was typed is no amount of money that can be meant."""

    kind = "bad-amount"

    def __init__(self, what: Any, remedy: Any, *, field: str) -> None:
        super().__init__(what, remedy, field=field)


class BadRate(Refused):
    """What was typed is no share that can be meant."""

    kind = "bad-rate"


def parse_amount(text: str, currency: str, *, field: str = "price") -> int:
    """Read an amount as a person types it and return it in minor units.

    "82", "82.00", "82,00", "1 234,50", "1.234,50" and "1,234.50" are read, the currency's sign or code may
    stand on either side. A single separator with three digits behind it could mean either and is refused.
    """
    bare = _without_currency(text, currency)
    if not bare:
        raise BadAmount(_l("The amount is missing."), _l("Type it in figures, such as 82.00."), field=field)
    if bare[0] in "-−–" or bare.startswith("("):
        raise BadAmount(_l("The amount is negative."), _l("Type it without the minus sign."), field=field)
    digits = get_currency_precision(currency)
    whole, decimals = _split(bare, digits, field)
    if len(decimals) > digits:
        what = _l("%(currency)s has %(digits)s decimals at most.", currency=currency, digits=digits)
        raise BadAmount(what, _l("Round it and type it again."), field=field)
    minor = int(whole + decimals.ljust(digits, "0"))
    if minor > MOST_MAJOR * 10**digits:
        what = _l("The amount is above 1,000,000, which no device or part costs.")
        raise BadAmount(what, _l("Look for a slipped decimal point or a scanned code."), field=field)
    return minor


def format_amount(minor: int, currency: str, locale: str = "en") -> str:
    """Return the amount as a person in `locale` reads it, such as €1,234.50 or 1 234,50 €."""
    return format_currency(to_decimal(minor, currency), currency, locale=locale)


def plain_amount(minor: int, currency: str) -> str:
    """Return the amount for a machine or a form's field: 1234.50, a point and no groups."""
    return str(to_decimal(minor, currency))


def to_decimal(minor: int, currency: str) -> Decimal:
    """Return the amount in whole currency units, with all its decimals."""
    return Decimal(minor).scaleb(-get_currency_precision(currency))


def share(minor: int, weights: Sequence[int]) -> list[int]:
    """Split an amount by weights so that the parts add up to it exactly.

    What rounding leaves over goes to the parts that lost most, the earlier first (largest remainder).
    With no weight at all it is split evenly. Raises ValueError for no parts or a negative weight.
    """
    if not weights or min(weights) < 0:
        raise ValueError("an amount is split by at least one weight, none of them negative")
    total = sum(weights)
    if total == 0:
        return share(minor, [1] * len(weights))
    parts = [abs(minor) * weight // total for weight in weights]
    lost = sorted(range(len(weights)), key=lambda i: -(abs(minor) * weights[i] % total))
    for place in lost[: abs(minor) - sum(parts)]:
        parts[place] += 1
    return parts if minor >= 0 else [-part for part in parts]


def parse_rate(text: str, *, most: int, field: str) -> int:
    """Read a share as a person types it in percent ("10", "25.5", "25,5 %") and return it in thousandths.

    Raises BadRate for what is no number, has more than one decimal, or is above `most` thousandths.
    """
    match = _RATE.fullmatch(text.strip().removesuffix("%").strip())
    if match is None:
        what = _l("%(text)s is no percentage.", text=text.strip()[:40])
        raise BadRate(what, _l("Type it in figures, with one decimal at most, such as 25.5."), field=field)
    rate = int(match[1]) * 10 + int(match[2] or 0)
    if rate > most:
        what = _l("%(rate)s %% is more than can be meant.", rate=match[0])
        raise BadRate(what, _l("Give %(most)s at most.", most=most // 10), field=field)
    return rate


def half_up(numerator: int, denominator: int) -> int:
    """Divide whole numbers and round to the nearest, halves away from zero."""
    quotient = (2 * abs(numerator) + abs(denominator)) // (2 * abs(denominator))
    return quotient if (numerator >= 0) == (denominator > 0) else -quotient


def per_mille(minor: int, rate: int) -> int:
    """Return `rate` thousandths of an amount, rounded half up."""
    return half_up(minor * rate, 1000)


def from_decimal(amount: Decimal, currency: str) -> int:
    """Return minor units of an amount in whole currency units, rounded half up."""
    scaled = amount.scaleb(get_currency_precision(currency))
    return int(scaled.quantize(Decimal(1), rounding=ROUND_HALF_UP))


_GROUPED = re.compile(r"[0-9]{1,3}([.,' ])[0-9]{3}(?:\1[0-9]{3})*(?:(?!\1)[.,][0-9]+)?")
_RATE = re.compile(r"([0-9]{1,4})(?:[.,]([0-9])0*)?")
_PLAIN = re.compile(r"[0-9]+(?:[.,][0-9]*)?|[.,][0-9]+")


def _without_currency(text: str, currency: str) -> str:
    bare = re.sub(r"[\s\u00a0\u202f]+", " ", text).replace("’", "'").strip()
    for sign in _signs(currency):
        bare = bare.removeprefix(sign).removesuffix(sign).strip()
    return bare


@cache
def _signs(currency: str) -> tuple[str, ...]:
    return currency, currency.lower(), get_currency_symbol(currency, locale="en")


def _split(bare: str, digits: int, field: str) -> tuple[str, str]:
    """Return the figures before and after the decimal sign."""
    if _PLAIN.fullmatch(bare):
        whole, _sign, decimals = bare.replace(",", ".").partition(".")
        if len(decimals) == 3 and digits < 3 and whole:
            what = _l("%(text)s can be read in two ways.", text=bare)
            raise BadAmount(what, _l("Type it without a sign between thousands."), field=field)
        return whole or "0", decimals
    match = _GROUPED.fullmatch(bare)
    if match is None:
        what = _l("%(text)s is not an amount.", text=bare[:40])
        raise BadAmount(what, _l("Type it in figures, such as 82.00."), field=field)
    whole, _sign, decimals = bare.replace(match[1], "").replace(",", ".").partition(".")
    return whole, decimals
