"""Fitting: the piece that is scanned goes into the unit, or the scan says why it may not."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from workshop.core.db import db
from workshop.core.errors import Conflict, Refused
from workshop.jobs.models import Fault
from workshop.jobs.target import OpenUnit
from workshop.parts import fits, stock
from workshop.parts.models import Batch, FittedPart, Need, Reservation
from workshop.parts.needs import open_need, open_needs
from workshop.parts.reserve import end, live, reserve


class WrongPart(Refused):
    """The piece does not belong into this unit: `what` says why, `remedy` where to put it and what to scan."""

    kind = "wrong-part"


def need_for(unit: OpenUnit, batch: Batch) -> Need:
    """Return the need that a scanned piece fills. Raises WrongPart for one that fits nothing here."""
    if not fits.fits(batch.part_id, unit.model_id):
        raise WrongPart(_for_another(batch), _put_back(unit, batch), field="batch", **_scanned(batch))
    need = open_need(unit.job_id, batch.part.kind)
    if need is None:
        raise WrongPart(
            _("This unit needs no %(part)s.", part=fits.kind_word(batch.part.kind)),
            _put_back(unit, batch),
            field="batch",
            **_scanned(batch),
        )
    return need


def _scanned(batch: Batch) -> dict[str, str]:
    """Return what the bench shows of the piece that was refused, beside the slot that still waits."""
    models = fits.models_of(batch.part_id)
    return {"scanned": batch.code, "scanned_for": models[0].name if models else batch.part.name}


def _for_another(batch: Batch) -> Any:
    models = [m.name for m in fits.models_of(batch.part_id)]
    return _(
        "Wrong %(part)s: this one is for %(model)s.",
        part=fits.kind_word(batch.part.kind),
        model=" / ".join(models[:2]) or fits.part_name(batch.part),
    )


def _put_back(unit: OpenUnit, batch: Batch) -> Any:
    """Return where the piece goes, and where the right one lies: that of the same kind if one waits, else any."""
    waiting = sorted(open_needs(unit.job_id), key=lambda n: n.part_kind != batch.part.kind)
    held = next((r.batch for n in waiting if (r := live(n)) is not None and r.batch is not None), None)
    if held is None:
        return _("Nothing was changed. Put it back in %(place)s.", place=batch.location.code)
    return _(
        "Nothing was changed. Put it back in %(place)s, then scan the one from %(right)s.",
        place=batch.location.code,
        right=held.location.code,
    )


def reserved_piece(unit: OpenUnit, part_id: int) -> Batch:
    """Return the piece of a part that is set aside for this unit: for who scans the part's code, not the piece's."""
    query = (
        select(Batch)
        .join(Reservation, Reservation.batch_id == Batch.id)
        .join(Need, Need.id == Reservation.need_id)
        .where(Need.job_id == unit.job_id, Reservation.ended_at.is_(None), Batch.part_id == part_id)
    )
    mine = db.session.scalars(query.limit(1)).one_or_none()
    if mine is not None:
        return mine
    any_batch = select(Batch).where(Batch.part_id == part_id).order_by(Batch.on_hand.desc(), Batch.received_at)
    found = db.session.scalars(any_batch.limit(1)).one_or_none()
    if found is None:
        raise Refused(_("No piece of this part is in stock."), _("Scan the label of the piece."), field="part")
    return found


def fit(unit: OpenUnit, batch: Batch, *, serial: str, now: datetime, by: int | None) -> FittedPart:
    """Fit a piece into the unit. Raises WrongPart, or NothingLeft for a piece that is another job's.

    Another batch of the right part than the one set aside is taken in its place where it has a free piece.
    """
    if batch.site_id != unit.site_id:
        raise WrongPart(_("This piece belongs to another site."), _put_back(unit, batch), field="batch")
    if batch.location.kind == "quarantine":
        raise WrongPart(_("This piece is in quarantine."), _("Leave it there and take another."), field="batch")
    need = need_for(unit, batch)
    held = live(need)
    if held is None or held.batch_id != batch.id:
        reserve(need, now=now, by=by, batch=batch)
    end(need, "fitted", now=now)
    stock.take_reserved(batch, "fitted", now=now, by=by, job_id=unit.job_id)
    need.state = "fitted"
    fitted = FittedPart(
        unit_id=unit.id,
        job_id=unit.job_id,
        need_id=need.id,
        part=batch.part,
        batch=batch,
        serial=serial,
        fitted_at=now,
        fitted_by=by,
    )
    db.session.add(fitted)
    db.session.flush()
    return fitted


def unfit(fitted: FittedPart, *, now: datetime, by: int | None) -> Need:
    """Take a fitting back that was scanned by mistake: the piece is set aside for the job again."""
    if fitted.removed_at is not None:
        raise Conflict(_("This part was taken out already."), _("Look at the unit's page."))
    fitted.removed_at, fitted.removed_as = now, "undone"
    stock.move(fitted.batch, 1, "fit_undone", now=now, by=by, job_id=fitted.job_id)
    need = _need(fitted)
    need.state = "needed"
    reserve(need, now=now, by=by, batch=fitted.batch)
    return need


def reopen_faults(job_id: int, codes: list[str]) -> None:
    """Open the faults again that the fitting had mended."""
    query = select(Fault).where(Fault.job_id == job_id, Fault.fault_code.in_(codes), Fault.state == "fixed")
    for fault in db.session.scalars(query):
        fault.state, fault.settled_at = "open", None


def remove(fitted: FittedPart, *, keep: bool, reason: str, now: datetime, by: int | None) -> None:
    """Take a fitted part out of the unit again: back to the shelf, or scrapped."""
    if fitted.removed_at is not None:
        raise Conflict(_("This part was taken out already."), _("Look at the unit's page."))
    fitted.removed_at, fitted.removed_as = now, "returned" if keep else "scrapped"
    if keep:
        stock.move(fitted.batch, 1, "removed", now=now, by=by, job_id=fitted.job_id, note=reason)


def scrap(need: Need, *, reason: str, now: datetime, by: int | None) -> Batch:
    """Scrap the piece that was set aside: it broke before it was in. The job needs another."""
    reservation = live(need)
    if reservation is None or reservation.batch is None:
        raise Refused(_("No piece is set aside for this."), _("Reserve one first."), field="need")
    batch = reservation.batch
    end(need, "scrapped", now=now)
    stock.take_reserved(batch, "scrapped", now=now, by=by, job_id=need.job_id, note=reason)
    need.state = "needed"
    return batch


def _need(fitted: FittedPart) -> Need:
    need = db.session.get(Need, fitted.need_id)
    assert need is not None
    return need


def carried(unit_id: int) -> list[FittedPart]:
    """Return the parts that a unit carries, in the order they were fitted."""
    query = select(FittedPart).where(FittedPart.unit_id == unit_id, FittedPart.removed_at.is_(None))
    return list(db.session.scalars(query.order_by(FittedPart.id)))


def fitted_named(unit: OpenUnit, ref: int) -> FittedPart:
    """Return a part that the unit carries. Raises Refused naming the field."""
    found = db.session.get(FittedPart, ref)
    if found is None or found.unit_id != unit.id or found.removed_at is not None:
        raise Refused(_("The unit carries no such part."), _("Choose one of the list."), field="fitted")
    return found
