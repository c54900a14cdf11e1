"""Returns: a sold unit comes back, its first job is closed and its second begins on the same chain."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from workshop.core.db import db
from workshop.core.errors import Refused
from workshop.jobs import flow, target
from workshop.jobs.stages import Stage
from workshop.jobs.target import OpenUnit
from workshop.marketplace.order_models import Return, SoldPiece


def take_back(
    unit: OpenUnit, line: SoldPiece, *, reason: str, note: str, now: datetime, by: int | None
) -> dict[str, Any]:
    """Close the unit's job as returned and open the next one, which `unit` then stands for.

    The unit still belongs to the buyer until it is refunded, so nothing was paid for it a second time.
    """
    if line.state != "shipped":
        raise Refused(_("%(unit)s was not shipped yet.", unit=unit.code), _("Cancel its order line instead."))
    moved = flow.move(unit, Stage.CLOSED, now=now, closed_as="returned")
    db.session.flush()
    before = unit.job
    job = flow.open_job(
        unit.unit,
        number=unit.job_number + 1,
        now=now,
        by=by,
        head=unit.chain_head,
        length=unit.chain_length,
        paid_minor=before.paid_minor,
        currency=before.currency,
        vat_regime=before.vat_regime,
        source_id=before.source_id,
    )
    line.state = "returned"
    arrived = announced(line) or _new(line)
    arrived.arrived_at, arrived.job_id = now, job.id
    arrived.reason, arrived.note = reason or arrived.reason, note or arrived.note
    db.session.add(arrived)
    db.session.flush()
    fresh = target.by_id(unit.id)
    assert fresh is not None
    unit.__dict__.update(fresh.__dict__)
    return moved | {"job": unit.job_number}


def announced(line: SoldPiece) -> Return | None:
    """Return what is known of a line's return."""
    return db.session.scalars(select(Return).where(Return.line_id == line.id)).one_or_none()


def _new(line: SoldPiece) -> Return:
    assert line.unit_id is not None
    return Return(line_id=line.id, unit_id=line.unit_id, line=line)


def line_numbered(number: str) -> SoldPiece | None:
    """Return the shipped piece of a marketplace's line: the first that has not come back yet."""
    query = select(SoldPiece).where(SoldPiece.number == number, SoldPiece.job_id.is_not(None)).order_by(SoldPiece.piece)
    found = list(db.session.scalars(query))
    return next((line for line in found if announced(line) is None), found[0] if found else None)
