"""The work card of a unit whose owner has not answered: nothing is to do here."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _

from workshop.core.language import date_text
from workshop.core.language import price as shown_price
from workshop.jobs import bench
from workshop.jobs.bench import Work
from workshop.jobs.stages import Stage
from workshop.jobs.target import OpenUnit
from workshop.sourcing import offers


def waits(unit: OpenUnit) -> bool:
    """Say whether the unit's owner is asked about a revised offer."""
    held = unit.stage == Stage.DIAGNOSIS and offers.HOLD in unit.holds
    return held and offers.waiting_for(unit.job_id) is not None


def card(unit: OpenUnit) -> dict[str, Any]:
    """Return what is awaited, and what to do meanwhile."""
    offer = offers.require_waiting(unit)
    return {
        "verb": _("Put it aside"),
        "method": _(
            "Its owner was offered %(price)s and has until %(day)s to say yes or no.",
            price=shown_price(offer.price_minor, offer.currency),
            day=date_text(offer.answer_by),
        ),
        "scan_for": _("Scan the next unit"),
    }


def bring() -> None:
    """Bring the card."""
    bench.add(Work("offer", "jobs/_work_general.html", waits, card))
