"""What a job needs: faults propose parts, and a need goes when its fault does."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from flask_babel import gettext as _
from sqlalchemy import bindparam, select

from workshop.catalogue.checklists import fault_type
from workshop.core.db import db
from workshop.core.errors import NotFound, Refused
from workshop.jobs.models import Fault
from workshop.jobs.target import OpenUnit
from workshop.parts import fits
from workshop.parts.fits import part_name
from workshop.parts.models import OPEN_STATES, Need
from workshop.parts.reserve import end

# Made once: each scan of a check asks for it.
_OPEN: Final = select(Need).where(Need.job_id == bindparam("job"), Need.state.in_(OPEN_STATES)).order_by(Need.part_kind)


def needs_of(job_id: int) -> list[Need]:
    """Return everything a job needed or needs, in the order it was asked."""
    return list(db.session.scalars(select(Need).where(Need.job_id == job_id).order_by(Need.id)))


def open_need(job_id: int, kind: str) -> Need | None:
    """Return the need of this kind that is open, or None."""
    query = select(Need).where(Need.job_id == job_id, Need.part_kind == kind, Need.state.in_(OPEN_STATES))
    return db.session.scalars(query).one_or_none()


def open_needs(job_id: int) -> list[Need]:
    """Return the needs that still want something, by kind, so that two acts take them in the same order."""
    return list(db.session.scalars(_OPEN, {"job": job_id}))


def need_named(ref: int) -> Need:
    """Return a need by its number. Raises NotFound."""
    need = db.session.get(Need, ref)
    if need is None:
        raise NotFound(_("There is no such need."), _("Look at the unit's page."))
    return need


def ask(unit: OpenUnit, kind: str, *, fault_code: str, now: datetime) -> tuple[Need, bool]:
    """Write down that the job needs a part of this kind; the second value says whether that is new."""
    fits.kind_named(kind, unit.category)
    known = open_need(unit.job_id, kind)
    if known is not None:
        return known, False
    need = Need(
        job_id=unit.job_id,
        part_kind=kind,
        fault_code=fault_code,
        asked_at=now,
        part=fits.proposed(unit.model_id, kind, unit.site_id),
    )
    db.session.add(need)
    db.session.flush()
    return need, True


def choose(need: Need, part_code: str) -> None:
    """Choose which part to take, the maker's own or another. Raises Refused where it does not fit."""
    part = fits.part_named(part_code)
    if part.kind != need.part_kind or not fits.fits(part.id, need.job.unit.model_id):
        raise Refused(
            _("%(part)s does not fit %(model)s.", part=part_name(part), model=need.job.unit.model.name),
            _("Choose one of the list."),
            field="part",
        )
    if need.state != "needed":
        raise Refused(_("A piece is set aside already."), _("Release it first."), field="part")
    need.part = part


def cancel(need: Need, *, now: datetime) -> None:
    """Say that the part is not needed any more; what was set aside is free again."""
    if need.state not in OPEN_STATES:
        raise Refused(_("This need is settled."), _("Look at the unit's page."), field="need")
    end(need, "released", now=now)
    need.state = "cancelled"


def orphaned(job_id: int) -> list[Need]:
    """Return the open needs whose fault was fixed without a part, waived or taken back."""
    raised = [n for n in open_needs(job_id) if n.fault_code]
    if not raised:
        return []
    faults = db.session.scalars(select(Fault.fault_code).where(Fault.job_id == job_id, Fault.state == "open"))
    kinds = {kind.part for code in faults if (kind := fault_type(code)) is not None}
    return [n for n in raised if n.part_kind not in kinds]


def faults_mended_by(need: Need) -> list[str]:
    """Return the open faults of the job that this kind of part mends."""
    query = select(Fault.fault_code).where(Fault.job_id == need.job_id, Fault.state == "open").order_by(Fault.id)
    return [c for c in db.session.scalars(query) if (k := fault_type(c)) is not None and k.part == need.part_kind]
