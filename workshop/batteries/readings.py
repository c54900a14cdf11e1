"""What batteries said of themselves: read off the scan box, kept, and found again."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any, Final

from flask_babel import gettext as _
from sqlalchemy import select

from workshop.batteries.models import Reading
from workshop.batteries.rules import BadReading, judge
from workshop.catalogue.checklists import Check
from workshop.core.db import db
from workshop.core.errors import Refused
from workshop.jobs import diagnosis
from workshop.jobs.target import OpenUnit

# "74 912", "74/912", "74%912", "74 % 912 2100"; without cycles only with the sign: plain digits are a code.
_TYPED: Final = re.compile(r"(\d{1,4})(?: ?% ?| ?/ ?| )(\d{1,6})(?:[ /](\d{2,6}))?|(\d{1,4}) ?%")


def parse(text: str) -> tuple[int, int | None, int | None] | None:
    """Return health, cycles and full charge as they were typed, or None for what is no reading at all."""
    found = _TYPED.fullmatch(text.strip())
    if found is None:
        return None
    if found[4]:
        return int(found[4]), None, None
    return int(found[1]), int(found[2]), int(found[3]) if found[3] else None


def must_parse(text: str) -> tuple[int, int | None, int | None]:
    """Return a reading. Raises BadReading for what is none."""
    found = parse(text)
    if found is None:
        raise BadReading(
            _("'%(text)s' is no reading.", text=text),
            _("Type health and cycles, such as 74 912, or 74 % where no cycles are shown."),
            field="reading",
        )
    return found


def typed(health: int, cycles: int | None) -> str:
    """Return a reading as the checklist keeps it."""
    return f"{health} %" if cycles is None else f"{health} {cycles}"


def refuse_nonsense(health: int, cycles: int | None) -> None:
    """Raise BadReading for figures that no battery shows."""
    if health > 100:
        raise BadReading(
            _("A battery's health is 0 to 100 %%; this is %(health)s.", health=health),
            _("Read it again: first the health, then the cycles."),
            field="percent",
        )
    judge(health, cycles)


def battery_check(unit: OpenUnit) -> Check:
    """Return the check that asks for the battery's reading. Raises Refused for a category without one."""
    checks = diagnosis.checks_of(unit, diagnosis.round_of(unit.stage))
    found = next((c for c in checks if c.kind == "reading"), None)
    if found is None or unit.held_by == "none":
        raise Refused(_("%(unit)s has no battery to read.", unit=unit.model_name), _("Answer its other checks."))
    return found


def keep(
    unit: OpenUnit,
    health: int,
    cycles: int | None,
    full_charge_mah: int | None,
    *,
    now: datetime,
    by: int | None,
) -> Reading:
    """Add a reading to the unit's history."""
    reading = Reading(
        unit_id=unit.id,
        job_id=unit.job_id,
        round=diagnosis.round_of(unit.stage),
        health=health,
        cycles=cycles,
        full_charge_mah=full_charge_mah,
        read_by=by,
        read_at=now,
    )
    db.session.add(reading)
    db.session.flush()
    return reading


def before_of(unit: OpenUnit, check: Check) -> dict[str, Any]:
    """Return how the battery's check stands, so that a reading can be taken back."""
    round_ = diagnosis.round_of(unit.stage)
    answer = diagnosis.answers_of(unit.job_id, round_).get(check.code)
    stands = {"outcome": answer.outcome, "reading": answer.reading} if answer else {}
    return {"check": check.code, "round": round_, **stands}


def forget_unanswered(unit: OpenUnit) -> None:
    """Take out readings whose answer was taken back: what remains is what the checklist holds."""
    for reading in history(unit):
        if reading.job_id != unit.job_id or _is_answered(reading):
            return
        db.session.delete(reading)
        db.session.flush()


def _is_answered(reading: Reading) -> bool:
    answers = diagnosis.answers_of(reading.job_id, reading.round).values()
    return any((parse(a.reading) or ())[:2] == (reading.health, reading.cycles) for a in answers if a.reading)


def history(unit: OpenUnit, limit: int = 20) -> list[Reading]:
    """Return the unit's readings, newest first, those of earlier jobs too."""
    query = select(Reading).where(Reading.unit_id == unit.id).order_by(Reading.id.desc()).limit(limit)
    return list(db.session.scalars(query))


def latest(unit_id: int) -> Reading | None:
    """Return the unit's last reading, or None."""
    query = select(Reading).where(Reading.unit_id == unit_id).order_by(Reading.id.desc()).limit(1)
    return db.session.scalars(query).one_or_none()
