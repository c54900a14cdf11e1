"""Small checks of what a seller sends. Each returns the value read or raises ValueError with the reason."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation

WHOLE = re.compile(r"-?\d+", re.ASCII)
DECIMAL = re.compile(r"\d{1,8}(\.\d{1,2})?", re.ASCII)


def whole_number(name: str, value: object, *, least: int = 0) -> int:
    """Read an int, or a string of digits."""
    text = "" if isinstance(value, bool) else str(value).strip()
    if not WHOLE.fullmatch(text) or len(text) > 9:
        raise ValueError(f"{name}: a valid integer is required")
    if int(text) < least:
        raise ValueError(f"{name}: ensure this value is greater than or equal to {least}")
    return int(text)


def money(name: str, value: object, *, least: str = "0.01") -> str:
    """Read an amount with a decimal point; returns it with two decimals."""
    text = "" if isinstance(value, bool) else str(value).strip()
    if not DECIMAL.fullmatch(text):
        raise ValueError(f"{name}: a valid decimal number with at most 2 decimals is required")
    if Decimal(text) < Decimal(least):
        raise ValueError(f"{name}: ensure this value is greater than or equal to {least}")
    return two_decimals(Decimal(text))


def two_decimals(amount: Decimal) -> str:
    """Write an amount as the marketplace does."""
    try:
        return str(amount.quantize(Decimal("0.01")))
    except InvalidOperation as wrong:
        raise ValueError(f"{amount} is too large") from wrong


def text(name: str, value: object, *, longest: int) -> str:
    """Read a string no longer than allowed."""
    if not isinstance(value, str):
        raise ValueError(f"{name}: not a valid string")
    if len(value) > longest:
        raise ValueError(f"{name}: ensure this field has no more than {longest} characters")
    return value


def yes_or_no(name: str, value: object) -> bool:
    """Read true or false in any case."""
    word = str(value).strip().lower()
    if word not in {"true", "false"}:
        raise ValueError(f"{name}: must be true or false")
    return word == "true"


def ean(value: object) -> str:
    """Read a GTIN-13 (or shorter, padded) and prove its check digit."""
    digits = str(value).strip()
    if not re.fullmatch(r"\d{8,13}", digits, re.ASCII):
        raise ValueError(f"ean: {digits} is not an EAN of at most 13 digits")
    digits = digits.zfill(13)
    if sum(int(d) * (3 if at % 2 else 1) for at, d in enumerate(digits)) % 10:
        raise ValueError(f"ean: {digits} has a wrong check digit")
    return digits


def imei(value: object) -> str:
    """Read an IMEI and prove its Luhn digit."""
    digits = text("imei", value, longest=15)
    if not re.fullmatch(r"\d{15}", digits, re.ASCII):
        raise ValueError("imei: 15 digits are required")
    doubled = (int(d) * 2 if at % 2 else int(d) for at, d in enumerate(digits))
    if sum(d - 9 if d > 9 else d for d in doubled) % 10:
        raise ValueError(f"imei: {digits} is not a valid IMEI")
    return digits


def moment(name: str, value: str) -> datetime:
    """Read an RFC 3339 time, or `YYYY-MM-DD HH:MM:SS`; no zone means UTC."""
    try:
        # A + in an address that was not encoded arrives as a blank.
        read = datetime.fromisoformat(re.sub(r" (\d\d:\d\d)$", r"+\1", value.strip()))
    except ValueError as wrong:
        raise ValueError(f"{name}: {value} is not a date-time") from wrong
    return read.astimezone(UTC) if read.tzinfo else read.replace(tzinfo=UTC)


def minute(name: str, value: str) -> datetime:
    """Read after-sales' own `YYYY-MM-DD-hh-mm`."""
    try:
        return datetime.strptime(value, "%Y-%m-%d-%H-%M").replace(tzinfo=UTC)
    except ValueError as wrong:
        raise ValueError(f"{name}: {value} is not YYYY-MM-DD-hh-mm") from wrong


def stamp(at: datetime) -> str:
    """Write a time so that text order is time order."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
