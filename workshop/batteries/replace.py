"""Replacing a battery: step by step at the bench, and the new one traced into the unit."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any, Final

from flask_babel import gettext as _
from sqlalchemy import select

from workshop.batteries import readings
from workshop.batteries.models import Reading, Replacement
from workshop.batteries.procedures import fitting_step, old_step, procedure_for
from workshop.catalogue.checklists import fault_type
from workshop.catalogue.reference import Procedure
from workshop.core.db import db
from workshop.core.errors import Refused
from workshop.core.language import word
from workshop.jobs.stages import Stage
from workshop.jobs.target import OpenUnit
from workshop.parts import fit
from workshop.parts.models import Batch, FittedPart, Need
from workshop.parts.needs import faults_mended_by, open_need

KIND: Final = "battery"
# What a procedure says may break, and the fault that it is; the rest is noted and no fault of the device.
FAULT_OF_BREAK: Final[dict[str, tuple[str, ...]]] = {
    "display": ("F-DISP-1",),
    "display cable": ("F-DISP-2",),
    "back glass": ("F-BACK-1",),
}


def is_due(unit: OpenUnit) -> bool:
    """Say whether this unit's battery is to be replaced now."""
    return unit.stage == Stage.REPAIR and open_need(unit.job_id, KIND) is not None


def under_way(job_id: int) -> Replacement | None:
    """Return the replacement that was begun and is not finished, or None."""
    query = select(Replacement).where(Replacement.job_id == job_id, Replacement.finished_at.is_(None))
    return db.session.scalars(query).one_or_none()


def done_in(job_id: int) -> Replacement | None:
    """Return the last finished replacement of a job, or None."""
    query = select(Replacement).where(Replacement.job_id == job_id, Replacement.finished_at.is_not(None))
    return db.session.scalars(query.order_by(Replacement.id.desc()).limit(1)).one_or_none()


def history(unit_id: int) -> list[Replacement]:
    """Return the finished replacements of a unit, newest first."""
    query = select(Replacement).where(Replacement.unit_id == unit_id, Replacement.finished_at.is_not(None))
    return list(db.session.scalars(query.order_by(Replacement.id.desc())))


def current_reading(unit: OpenUnit) -> Reading | None:
    """Return the last reading of the battery that is in the unit now, or None: an older one's says nothing of it."""
    reading, replaced = readings.latest(unit.id), history(unit.id)
    if reading is None or not replaced or replaced[0].finished_at is None:
        return reading
    return reading if reading.read_at > replaced[0].finished_at else None


def waits_for_reading(unit: OpenUnit) -> bool:
    """Say whether this job's new battery was not read yet."""
    return unit.stage == Stage.REPAIR and done_in(unit.job_id) is not None and current_reading(unit) is None


def begin(unit: OpenUnit, *, now: datetime) -> Replacement:
    """Return the replacement under way, beginning one where none is."""
    known = under_way(unit.job_id)
    if known is not None:
        return known
    begun = Replacement(
        unit_id=unit.id,
        job_id=unit.job_id,
        procedure=procedure_for(unit.held_by).code,
        begun_at=now,
        broke=[],
    )
    db.session.add(begun)
    db.session.flush()
    return begun


def tick(unit: OpenUnit, *, now: datetime) -> tuple[Replacement, Procedure]:
    """Tick off the next step. Raises Refused at the step that only a scan of the new battery does."""
    _refuse_not_due(unit)
    procedure = procedure_for(unit.held_by)
    begun = begin(unit, now=now)
    if begun.steps_done >= fitting_step(procedure):
        raise Refused(
            _("The new battery comes next."),
            _("Scan the label of the battery set aside for this unit."),
            field="code",
        )
    begun.steps_done += 1
    return begun, procedure


def note_old(unit: OpenUnit, serial: str, *, now: datetime) -> dict[str, Any]:
    """Note the serial of the old battery, which does its step too; return what undoes it."""
    _refuse_not_due(unit)
    begun = begin(unit, now=now)
    before = {"id": begun.id, "steps": begun.steps_done, "old_serial": begun.old_serial}
    begun.old_serial = serial
    begun.steps_done = max(begun.steps_done, old_step(procedure_for(unit.held_by)) + 1)
    return before


def _refuse_not_due(unit: OpenUnit) -> None:
    if not is_due(unit):
        raise Refused(
            _("No battery is to be replaced in this unit."),
            _("Look at what it needs on its page."),
            field="code",
        )


def replace(
    unit: OpenUnit,
    batch: Batch,
    *,
    old_serial: str,
    new_serial: str,
    broke: Collection[str],
    now: datetime,
    by: int | None,
) -> tuple[Replacement, FittedPart, list[str]]:
    """Fit the new battery and finish the replacement; return them and the faults that it mended.

    Raises WrongPart for a battery of another model, and Refused for a part that is no battery.
    """
    need = fit.need_for(unit, batch)
    _refuse_no_battery(need)
    _refuse_unknown_breaks(unit, broke)
    fitted = fit.fit(unit, batch, serial=new_serial, now=now, by=by)
    mended = faults_mended_by(need)
    done = begin(unit, now=now)
    done.steps_done = fitting_step(procedure_for(unit.held_by)) + 1
    done.finished_at, done.fitted_id, done.replaced_by = now, fitted.id, by
    done.old_serial, done.new_serial = old_serial or done.old_serial, new_serial
    done.broke = [*done.broke, *(what for what in broke if what not in done.broke)]
    fitted.what_broke = ", ".join(broke)[:300]
    db.session.flush()
    return done, fitted, mended


def _refuse_no_battery(need: Need) -> None:
    if need.part_kind != KIND:
        raise Refused(_("This is no battery."), _("Scan it as a part: it is fitted as one."), field="batch")


def _refuse_unknown_breaks(unit: OpenUnit, broke: Collection[str]) -> None:
    known = procedure_for(unit.held_by).breaks
    unknown = [what for what in broke if what not in known]
    if unknown:
        raise Refused(
            _("'%(what)s' is not among what may break.", what=unknown[0]),
            _("Take one of: %(known)s.", known=", ".join(word(each) for each in known)),
            field="broke",
        )


def faults_of(unit: OpenUnit, broke: Collection[str]) -> list[str]:
    """Return the faults that what broke makes, those that a device of this category can have."""
    codes = [code for what in broke for code in FAULT_OF_BREAK.get(what, ())]
    return [code for code in codes if (kind := fault_type(code)) is not None and unit.category in kind.categories]


def take_back(done_id: int, mended: list[str], broke: list[str], *, now: datetime, by: int | None) -> None:
    """Take a replacement back that was scanned by mistake: the new battery is set aside for the job again."""
    done = db.session.get(Replacement, done_id)
    assert done is not None
    fitted = db.session.get(FittedPart, done.fitted_id)
    assert fitted is not None
    done.finished_at, done.fitted_id, done.broke = None, None, broke
    done.steps_done -= 1
    fit.unfit(fitted, now=now, by=by)
    fit.reopen_faults(done.job_id, mended)
    db.session.flush()


def may_have_broken(unit: OpenUnit) -> bool:
    """Say whether a battery is or was replaced in this job."""
    return under_way(unit.job_id) is not None or done_in(unit.job_id) is not None


def note_broken(unit: OpenUnit, what: str) -> Replacement:
    """Add what broke to the replacement under way, or to the one just finished."""
    _refuse_unknown_breaks(unit, [what])
    found = under_way(unit.job_id) or done_in(unit.job_id)
    if found is None:
        raise Refused(_("No battery was replaced in this job."), _("Note it as a fault."), field="what")
    found.broke = [*found.broke, what]
    return found


def forget_broken(replacement_id: int, what: str) -> None:
    """Take what broke out again."""
    found = db.session.get(Replacement, replacement_id)
    assert found is not None
    found.broke = [each for each in found.broke if each != what]
