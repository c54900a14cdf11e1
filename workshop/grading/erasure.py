"""Erasing a customer's data: what counts as evidence.

Source: NIST SP 800-88 Rev. 2, and the fields of its certificate of sanitisation.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from workshop.core.db import db
from workshop.core.errors import NotFound, Refused
from workshop.core.events import canonical
from workshop.grading.models import Erasure
from workshop.jobs.target import OpenUnit

METHOD_LABELS: Final[dict[str, Any]] = {
    "crypto_erase": _l("Crypto-erase: the key was renewed"),
    "block_erase": _l("Block erase"),
    "overwrite": _l("Overwritten"),
    "factory_reset": _l("Factory reset of an unencrypted device"),
    "physical_destruction": _l("Destroyed"),
}
VERIFICATION_LABELS: Final[dict[str, Any]] = {
    "full": _l("Full: every area was read back"),
    "sampling": _l("Sampling: areas were read back at random"),
    "tool_report": _l("The tool's own report was read"),
}
# Overwriting does not reach all of a flash chip; a reset without a key to renew stops simple recovery only.
REACHES: Final[dict[str, frozenset[str]]] = {
    "crypto_erase": frozenset({"Clear", "Purge"}),
    "block_erase": frozenset({"Clear", "Purge"}),
    "overwrite": frozenset({"Clear"}),
    "factory_reset": frozenset({"Clear"}),
    "physical_destruction": frozenset({"Destroy"}),
}


def record(unit: OpenUnit, fields: dict[str, Any], *, now: datetime, by: int | None, bench: int | None) -> Erasure:
    """Keep the evidence of one try, passed or failed. Raises Refused where it contradicts itself."""
    _refuse_overclaim(fields["method"], fields["category"])
    _refuse_impossible_times(fields["started_at"], fields["ended_at"], now)
    erasure = Erasure(job_id=unit.job_id, recorded_at=now, recorded_by=by, bench_id=bench, **fields)
    erasure.digest = _digest(unit, unit.job_number, erasure)
    db.session.add(erasure)
    db.session.flush()
    return erasure


def _refuse_overclaim(method: str, category: str) -> None:
    if category not in REACHES[method]:
        reached = ", ".join(sorted(REACHES[method]))
        raise Refused(
            _(
                "%(method)s does not reach %(category)s.",
                method=str(METHOD_LABELS[method]),
                category=category,
            ),
            _("Record it as %(reached)s, or erase by another method.", reached=reached),
            field="category",
        )


def _refuse_impossible_times(started: datetime | None, ended: datetime | None, now: datetime) -> None:
    if started and ended and ended < started:
        raise Refused(_("It ended before it started."), _("Look at the tool's report again."), field="ended_at")
    if (ended or started or now) > now:
        raise Refused(_("That time is still to come."), _("Look at the tool's report again."), field="ended_at")


def _digest(unit: OpenUnit, job_number: int, erasure: Erasure) -> str:
    told = {
        "unit": unit.code,
        "imei": unit.imei,
        "serial": unit.serial,
        "job": job_number,
        **{name: getattr(erasure, name) for name in _TOLD},
        **{name: _text(getattr(erasure, name)) for name in ("started_at", "ended_at", "recorded_at")},
    }
    return hashlib.sha256(canonical(told).encode()).hexdigest()


_TOLD: Final = (
    "method",
    "category",
    "tool",
    "tool_version",
    "verification",
    "result",
    "media_type",
    "storage_id",
    "recorded_by",
)


def _text(instant: datetime | None) -> str | None:
    return instant.isoformat() if instant else None


def latest(job_id: int) -> Erasure | None:
    """Return the last try of a job, or None."""
    query = select(Erasure).where(Erasure.job_id == job_id).order_by(Erasure.id.desc()).limit(1)
    return db.session.scalars(query).one_or_none()


def numbered(number: str) -> Erasure:
    """Return the erasure whose certificate has this number. Raises NotFound."""
    tail = number.rpartition("-")[2]
    found = db.session.get(Erasure, int(tail)) if tail.isdigit() and len(tail) < 16 else None
    if found is None or found.number != number:
        raise NotFound(_("There is no certificate %(number)s.", number=number), _("Open it from the unit's page."))
    return found


def holds_true(unit: OpenUnit, erasure: Erasure, *, job_number: int | None = None) -> bool:
    """Say whether the evidence still reads as it did when it was recorded, in the job of this number."""
    return erasure.digest == _digest(unit, job_number or unit.job_number, erasure)


def last_like(bench_id: int | None) -> dict[str, str] | None:
    """Return how the last passed erasure of a bench was done, to do the next one alike, or None."""
    query = select(Erasure).where(Erasure.bench_id == bench_id, Erasure.result == "pass")
    last = db.session.scalars(query.order_by(Erasure.id.desc()).limit(1)).one_or_none()
    names = ("method", "category", "tool", "tool_version", "verification", "media_type", "result")
    return {name: getattr(last, name) for name in names} if last is not None else None
