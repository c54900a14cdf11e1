"""Check digits that more than one room needs. Each takes the body alone and returns the digit after it."""

from __future__ import annotations


def luhn_digit(body: str) -> str:
    """Return the Luhn digit for `body` (digits only), as used by IMEI. Source: ISO/IEC 7812-1, Annex B."""
    total = 0
    for place, digit in enumerate(reversed(body)):
        doubled = int(digit) * (2 if place % 2 == 0 else 1)
        total += doubled - 9 if doubled > 9 else doubled
    return str(-total % 10)


def gtin_digit(body: str) -> str:
    """Return the GTIN digit for `body`: weights 3, 1, 3 ... from the right, modulo 10. Source: GS1."""
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(body)))
    return str(-total % 10)


def luhn_holds(digits: str) -> bool:
    """True when the last digit is the Luhn digit of those before it."""
    return len(digits) > 1 and luhn_digit(digits[:-1]) == digits[-1]


def gtin_holds(digits: str) -> bool:
    """True when the last digit is the GTIN digit of those before it."""
    return len(digits) > 1 and gtin_digit(digits[:-1]) == digits[-1]
