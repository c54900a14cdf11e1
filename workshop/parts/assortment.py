"""The parts that the workshop knows, and the models that each fits."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy import select

from workshop.catalogue.models import DeviceModel
from workshop.catalogue.reference import load_part_kinds
from workshop.core.db import db
from workshop.core.errors import Refused
from workshop.jobs.models import Job, Unit
from workshop.parts import donors
from workshop.parts.fits import kind_title, kind_word, models_of, part_name
from workshop.parts.models import OPEN_STATES, Need, Part, PartFit


def add_part(kind: str, model: DeviceModel, *, quality: str, name: str, min_stock: int) -> Part:
    """Make a part known that fits a model. Raises Refused for a kind that the model has not, or a taken name."""
    _refuse_kind(kind, model, "part_kind")
    name = name or f"{kind_title(kind)}, {model.name}"[:160]
    _refuse_taken(name, quality)
    return donors.new_part(kind, name, quality, [model.id], min_stock=min_stock)


def change_part(part: Part, *, name: str, quality: str) -> None:
    """Give a part another name or quality. Raises Refused where another part has both."""
    _refuse_taken(name, quality, part.id)
    part.name, part.quality = name, quality


def add_fit(part: Part, model: DeviceModel) -> None:
    """Let a part fit one more model. Raises Refused where it does already, or the model has no such part."""
    _refuse_kind(part.kind, model, "model")
    if db.session.get(PartFit, (part.id, model.id)) is not None:
        raise Refused(
            _("%(part)s fits %(model)s already.", part=part_name(part), model=model.name),
            _("Choose another model."),
            field="model",
        )
    db.session.add(PartFit(part_id=part.id, model_id=model.id))


def remove_fit(part: Part, model: DeviceModel) -> None:
    """Let a part no longer fit a model. Raises Refused where it never did, for its last model, or while jobs wait."""
    fit = db.session.get(PartFit, (part.id, model.id))
    if fit is None:
        raise Refused(
            _("%(part)s does not fit %(model)s.", part=part_name(part), model=model.name),
            _("Choose one of the list."),
            field="model",
        )
    if len(models_of(part.id)) == 1:
        raise Refused(_("A part fits at least one model."), _("Add the right model first."), field="model")
    _refuse_waiting(part, model)
    db.session.delete(fit)


def _refuse_waiting(part: Part, model: DeviceModel) -> None:
    query = (
        select(Unit.code)
        .join(Job, Job.unit_id == Unit.id)
        .join(Need, Need.job_id == Job.id)
        .where(Need.part_id == part.id, Need.state.in_(OPEN_STATES), Unit.model_id == model.id)
    )
    waiting = db.session.scalars(query.order_by(Need.id).limit(1)).one_or_none()
    if waiting is not None:
        raise Refused(
            _("%(unit)s waits for this part.", unit=waiting), _("Choose another part for it first."), field="model"
        )


def _refuse_kind(kind: str, model: DeviceModel, field: str) -> None:
    known = load_part_kinds().get(kind)
    if known is None or model.category not in known.categories:
        raise Refused(
            _("%(model)s has no part of the kind %(kind)s.", model=model.name, kind=kind_word(kind)),
            _("Choose another."),
            field=field,
        )


def _refuse_taken(name: str, quality: str, but: int = 0) -> None:
    query = select(Part.code).where(Part.name == name, Part.quality == quality, Part.id != but)
    code = db.session.scalars(query.limit(1)).one_or_none()
    if code is not None:
        raise Refused(
            _("%(code)s is called so already.", code=code),
            _("Give it a name that tells them apart, or add the model to that part."),
            field="name",
        )
