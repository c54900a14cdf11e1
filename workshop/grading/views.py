"""The certificate of an erasure, to read and to print."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from workshop.accounts.models import Bench, Person
from workshop.core.db import db
from workshop.core.web import allow, current_actor
from workshop.grading import erasure
from workshop.jobs import target
from workshop.jobs.api import visible
from workshop.jobs.models import Job

bp = Blueprint("grading", __name__)


@bp.get("/erasures/<number>")
@allow()
def certificate(number: str) -> ResponseReturnValue:
    """A certificate of sanitisation, with what NIST SP 800-88 wants on it."""
    kept = erasure.numbered(number)
    job = db.session.get(Job, kept.job_id)
    unit = visible(target.by_id(job.unit_id) if job else None, current_actor())
    assert job is not None
    person = db.session.get(Person, kept.recorded_by) if kept.recorded_by else None
    bench = db.session.get(Bench, kept.bench_id) if kept.bench_id else None
    return render_template(
        "grading/certificate.html",
        unit=unit,
        job=job,
        erasure=kept,
        person=person,
        place=bench.code if bench else "",
        methods=erasure.METHOD_LABELS,
        verifications=erasure.VERIFICATION_LABELS,
        holds_true=erasure.holds_true(unit, kept, job_number=job.number),
    )
