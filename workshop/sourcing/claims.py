"""The clock on the claim window: how long a supplier still hears of what is missing or wrong."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from flask_babel import gettext as _
from flask_babel import ngettext

WARNS_FROM: Final = 3


@dataclass(frozen=True)
class Claim:
    """How the window stands: days left (None before the delivery came), a tone and the words."""

    days_left: int | None
    tone: str
    words: str

    @property
    def presses(self) -> bool:
        """Whether few days are left."""
        return self.days_left is not None and 0 <= self.days_left <= WARNS_FROM


def until(arrived_on: date, claim_days: int) -> date:
    """Return the last day of the window."""
    return arrived_on + timedelta(days=claim_days)


def standing(claim_until: date | None, today: date) -> Claim:
    """Return how the window stands today."""
    if claim_until is None:
        return Claim(None, "ahead", _("Starts when it comes"))
    left = (claim_until - today).days
    if left < 0:
        return Claim(left, "no", _("Closed"))
    if left == 0:
        return Claim(left, "look", _("Last day"))
    words = ngettext("%(num)s day left", "%(num)s days left", left)
    return Claim(left, "look" if left <= WARNS_FROM else "idle", words)
