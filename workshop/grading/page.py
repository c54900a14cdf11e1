"""What grading tells of a unit: on its page, beside its name, and to programs."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from workshop.core.db import db
from workshop.grading import bench, erasure, evidence, giving
from workshop.grading.models import Erasure
from workshop.jobs import diagnosis
from workshop.jobs.stages import WAY, Stage
from workshop.jobs.target import OpenUnit


def reached(unit: OpenUnit) -> bool:
    """Say whether the job has come as far as grading."""
    return unit.stage == Stage.CLOSED or WAY.index(Stage(unit.stage)) >= WAY.index(Stage.GRADING)


def head(unit: OpenUnit) -> dict[str, Any]:
    """Return the pills of what is proved: erased, unlocked, re-tested. In grading they stand alone."""
    if not reached(unit):
        return {}
    pills = []
    last = erasure.latest(unit.job_id)
    if last is not None:
        pills.append((_("Erased, verified"), "yes") if last.result == "pass" else (_("Erasure failed"), "no"))
    if lock_is_off(unit):
        pills.append((_("Lock is off"), "yes"))
    passed, failed, every = evidence.retest(unit)
    if passed or failed:
        tone = "no" if failed else "yes" if passed == every else "idle"
        pills.append((_("Re-test %(n)s of %(all)s", n=passed, all=every), tone))
    alone = unit.stage == Stage.GRADING and pills
    return {"pills": pills, **({"battery": None, "window": None, "days": None} if alone else {})}


def lock_is_off(unit: OpenUnit) -> bool:
    """Say whether the re-test found no lock."""
    answers = diagnosis.answers_of(unit.job_id, "retest")
    locks = [c.code for c in diagnosis.checks_of(unit, "retest") if c.fault == "F-LOCK-1"]
    return bool(locks) and all(code in answers and answers[code].outcome == "pass" for code in locks)


def panel(unit: OpenUnit) -> dict[str, Any] | None:
    """Return the grade with its ladder and the evidence, once there is any."""
    erasures = _erasures(unit)
    if not reached(unit) and not erasures:
        return None
    return {**bench.ladder(unit, evidence.computed(unit)), "erasures": erasures}


def _erasures(unit: OpenUnit) -> list[Erasure]:
    query = select(Erasure).where(Erasure.job_id == unit.job_id).order_by(Erasure.id.desc())
    return list(db.session.scalars(query))


def grade_json(unit: OpenUnit) -> dict[str, Any] | None:
    """Return the grade that stands, or the one that the evidence makes so far."""
    if not reached(unit):
        return None
    found, given = evidence.computed(unit), giving.standing(unit.job_id)
    return {
        "given": given is not None,
        "letter": given.letter if given else found.letter,
        "market": given.market if given else found.market,
        "title": given.title if given else found.title,
        "computed": found.letter,
        "deciding": found.deciding.code if found.deciding else None,
        "without": found.without.letter,
        "explanation": str(found.explanation),
        "reason": given.reason if given else "",
        "missing": [m.code for m in found.missing],
        "marks": [giving.marked(m) for m in found.marks],
        "rubric": found.version,
    }


def erasure_json(unit: OpenUnit) -> dict[str, Any] | None:
    """Return the last evidence of erasure of this job, or None."""
    last = erasure.latest(unit.job_id)
    if last is None:
        return None
    return {
        "certificate": last.number,
        "result": last.result,
        "method": last.method,
        "category": last.category,
        "tool": last.tool,
        "tool_version": last.tool_version,
        "verification": last.verification,
        "storage_id": last.storage_id,
        "recorded_at": last.recorded_at.isoformat(),
        "sha256": last.digest,
    }
