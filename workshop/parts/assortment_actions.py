"""What is done to the parts that the workshop knows: add, change, and which models they fit."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from pydantic import Field

from workshop.core.actions import Act, Action, Outcome
from workshop.core.arguments import Arguments, Ask
from workshop.jobs.intake import model_named
from workshop.parts import assortment, choices
from workshop.parts.action_words import BUYERS
from workshop.parts.fits import part_name
from workshop.parts.models import QUALITIES, Part

Quality = Literal[QUALITIES]  # type: ignore[valid-type]


class AddPart(Arguments):
    """A new part and the first model that it fits."""

    part_kind: Annotated[str, Field(max_length=24), Ask(_l("Kind"), choices=choices.all_kinds_choices)]
    model: Annotated[str, Ask(_l("Fits"), _l("Type three letters of the model."), kind="model")]
    quality: Annotated[Quality, Ask(_l("Quality"))] = "maker"
    name: Annotated[
        str,
        Field(max_length=160),
        Ask(_l("Name"), _l("Left empty: its kind and the model, such as Display, iPhone 12.")),
    ] = ""
    min_stock: Annotated[int, Field(ge=0, le=10_000), Ask(_l("Minimum stock"))] = 0


def _add_part(_target: None, given: AddPart, act: Act) -> Outcome:
    model = model_named(given.model)
    part = assortment.add_part(
        given.part_kind, model, quality=given.quality, name=given.name, min_stock=given.min_stock
    )
    return Outcome(
        _("%(part)s is known as %(code)s.", part=part_name(part), code=part.code),
        _("Add who offers it, and the other models that it fits."),
        data={"code": part.code, "name": part.name, "part_kind": part.kind, "quality": part.quality}
        | {"model": model.name, "min_stock": part.min_stock},
        target=part,
    )


class ChangePart(Arguments):
    """What a part is called, and whose it is."""

    name: Annotated[str, Field(min_length=1, max_length=160), Ask(_l("Name"))]
    quality: Annotated[Quality, Ask(_l("Quality"))]


def _change_part(part: Part, given: ChangePart, act: Act) -> Outcome:
    was = part_as_typed(part)
    assortment.change_part(part, name=given.name, quality=given.quality)
    return Outcome(
        _("%(part)s is changed.", part=part_name(part)), data={"was": was, "name": part.name, "quality": part.quality}
    )


def part_as_typed(part: Part) -> dict[str, Any]:
    """Return a part as the form shows it to be changed."""
    return {"name": part.name, "quality": part.quality}


class AddFit(Arguments):
    """One more model."""

    model: Annotated[str, Ask(_l("Fits"), _l("Type three letters of the model."), kind="model")]


def _add_fit(part: Part, given: AddFit, act: Act) -> Outcome:
    model = model_named(given.model)
    assortment.add_fit(part, model)
    return Outcome(_("%(part)s fits %(model)s.", part=part_name(part), model=model.name), data={"model": model.name})


class RemoveFit(Arguments):
    """One of its models."""

    model: Annotated[str, Ask(_l("Does not fit"), choices=choices.fitted_models_choices)]


def _remove_fit(part: Part, given: RemoveFit, act: Act) -> Outcome:
    model = model_named(given.model)
    assortment.remove_fit(part, model)
    return Outcome(
        _("%(part)s is no longer proposed for %(model)s.", part=part_name(part), model=model.name),
        _("Pieces that are fitted stay where they are."),
        data={"model": model.name},
    )


ACTIONS: Final = (
    Action(
        "add_part",
        _l("Add a part"),
        "part",
        _add_part,
        BUYERS,
        _l("Part %(code)s added"),
        arguments=AddPart,
        creates=True,
        icon="plus",
    ),
    Action(
        "change_part",
        _l("Change the part"),
        "part",
        _change_part,
        BUYERS,
        _l("Called %(name)s, %(quality)s"),
        arguments=ChangePart,
        begins=part_as_typed,
        icon="pencil",
    ),
    Action("add_fit", _l("Add a model"), "part", _add_fit, BUYERS, _l("Fits %(model)s"), arguments=AddFit, icon="plus"),
    Action(
        "remove_fit",
        _l("Take a model out"),
        "part",
        _remove_fit,
        BUYERS,
        _l("No longer fits %(model)s"),
        arguments=RemoveFit,
        icon="x",
    ),
)
