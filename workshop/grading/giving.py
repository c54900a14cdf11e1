"""Giving a grade: the computed one, or another with a reason; withdrawing it when its evidence changes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from flask_babel import gettext as _
from sqlalchemy import bindparam, select

from workshop.core.actor import REFURBISHER, Actor
from workshop.core.db import db
from workshop.core.errors import Forbidden, Refused
from workshop.core.language import in_english, within
from workshop.core.spoken import spoken
from workshop.grading import evidence
from workshop.grading.models import GivenGrade
from workshop.grading.rubric import Grade, Rung, load_rubric
from workshop.jobs.target import OpenUnit

_STANDING: Final = select(GivenGrade).where(GivenGrade.job_id == bindparam("job"), GivenGrade.withdrawn_at.is_(None))


def standing(job_id: int) -> GivenGrade | None:
    """Return the grade of a job that stands, or None."""
    return db.session.scalars(_STANDING, {"job": job_id}).one_or_none()


def give(unit: OpenUnit, letter: str, reason: str, *, now: datetime, by: Actor) -> GivenGrade:
    """Give the computed grade, or `letter` with a reason, in place of any earlier one.

    Raises Refused while something was not looked at, and Forbidden for a better grade than the evidence
    makes from anyone but a refurbisher.
    """
    asked = evidence.basis(unit)
    found = evidence.computed(unit, asked)
    _refuse_incomplete(found)
    rung = chosen_rung(unit, found, letter)
    _refuse_unreasoned(found, rung, reason, by, unit.site_id)
    withdraw(unit.job_id, now)
    given = GivenGrade(
        job_id=unit.job_id,
        letter=rung.letter,
        rung=rung.code,
        computed=found.rung.code,
        market=rung.market,
        title=rung.title,
        deciding=found.deciding.code if found.deciding else "",
        without=found.without.letter,
        explanation=in_english(found.explanation),
        reason=reason if rung != found.rung else "",
        basis=asked,
        marks=[marked(m, in_english) for m in found.marks],
        rubric_version=found.version,
        given_by=by.person_id,
        given_at=now,
    )
    db.session.add(given)
    db.session.flush()
    return given


def marked(mark: Any, said: Callable[[Any], str] = str) -> dict[str, Any]:
    """Return one row of the ladder as it is told, or as it is kept."""
    return {
        "code": mark.code,
        "title": said(mark.title),
        "seen": said(mark.seen),
        "letter": mark.cap.letter if mark.cap else None,
        "decides": mark.decides,
    }


def _refuse_incomplete(found: Grade) -> None:
    if found.missing:
        names = ", ".join(within(m.title) for m in found.missing)
        raise Refused(
            _("Not looked at yet: %(zones)s.", zones=names),
            _("Scan what you see there first."),
            field="letter",
        )


def chosen_rung(unit: OpenUnit, found: Grade, letter: str) -> Rung:
    """Return the rung that a person's letter means; the computed one for none or the same."""
    if letter in ("", found.letter):
        return found.rung
    return next(r for r in load_rubric(unit.category).rungs if r.letter == letter)


def _refuse_unreasoned(found: Grade, rung: Rung, reason: str, by: Actor, site_id: int) -> None:
    if rung == found.rung:
        return
    if len(reason) < 3:
        raise Refused(
            _("The evidence makes it %(letter)s.", letter=found.letter),
            _("Say why it is to be %(letter)s.", letter=rung.letter),
            field="reason",
        )
    if not found.rung.sellable:
        raise Refused(str(found.explanation), _("Move it back to repair."), field="letter")
    if rung.rank < found.rung.rank and not by.may(frozenset({REFURBISHER}), site_id):
        raise Forbidden(
            _("A better grade than %(letter)s is not yours to give.", letter=found.letter),
            _("It takes: %(roles)s.", roles=spoken(REFURBISHER)),
        )


def withdraw(job_id: int, now: datetime) -> bool:
    """Withdraw the standing grade; False when there is none."""
    given = standing(job_id)
    if given is None:
        return False
    given.withdrawn_at = now
    db.session.flush()
    return True


def review(unit: OpenUnit, now: datetime) -> bool:
    """Withdraw the standing grade if the evidence is no longer what it was given by; say whether it was."""
    given = standing(unit.job_id)
    if given is None or given.basis == evidence.basis(unit):
        return False
    return withdraw(unit.job_id, now)


def take_back(unit: OpenUnit, before: dict[str, Any], now: datetime) -> None:
    """Take a grade back, and let the one before it stand again if there was one."""
    withdraw(unit.job_id, now)
    earlier = db.session.get(GivenGrade, before["earlier"]) if before.get("earlier") else None
    if earlier is not None and earlier.basis == evidence.basis(unit):
        earlier.withdrawn_at = None
