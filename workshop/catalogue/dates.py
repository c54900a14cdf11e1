"""Dates that are known to the year, the month or the day."""

from __future__ import annotations

import calendar
import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

_PARTIAL = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A date that may be known to the year or the month only; `text` is YYYY, YYYY-MM or YYYY-MM-DD."""

    text: str
    earliest: date
    latest: date

    @property
    def is_exact(self) -> bool:
        """True when the day is known."""
        return self.earliest == self.latest


def read_partial(value: str | date | None) -> PartialDate | None:
    """Read YYYY, YYYY-MM or YYYY-MM-DD; None for nothing. Raises ValueError for anything else."""
    if not value:
        return None
    if isinstance(value, date):
        return PartialDate(value.isoformat(), value, value)
    match = _PARTIAL.fullmatch(value.strip())
    if match is None:
        raise ValueError(f"{value!r} is not YYYY, YYYY-MM or YYYY-MM-DD")
    year, month, day = (int(part) if part else 0 for part in match.groups())
    last_month = month or 12
    last_day = day or calendar.monthrange(year, last_month)[1]
    return PartialDate(match[0], date(year, month or 1, day or 1), date(year, last_month, last_day))


def add_months(day: date, months: int) -> date:
    """Return the same day so many months on; the last of the month where that day does not exist."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def whole_months_between(start: date, end: date) -> int:
    """Return how many whole months lie between two days; negative when `end` is earlier."""
    if end < start:
        return -whole_months_between(end, start)
    months = (end.year - start.year) * 12 + end.month - start.month
    return months if add_months(start, months) <= end else months - 1


def add_working_days(day: date, count: int, holidays: Collection[date]) -> date:
    """Return the working day `count` after `day`, which itself is not counted.

    Saturdays, Sundays and public holidays are none. Source: Regulation (EEC) 1182/71, Articles 2 and 3.
    """
    while count > 0:
        day += timedelta(days=1)
        if day.weekday() < 5 and day not in holidays:
            count -= 1
    return day
