"""Taking a device in, and many at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Annotated, Any, Final, Literal

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from pydantic import Field

from workshop.core.actions import Act, Action, Outcome
from workshop.core.actor import PARTS_MANAGER, REFURBISHER, TECHNICIAN
from workshop.core.arguments import Arguments, Ask
from workshop.core.errors import Refused
from workshop.core.money import parse_amount
from workshop.jobs import intake, intake_many
from workshop.jobs.choices import sources_choices
from workshop.jobs.models import VAT_REGIMES
from workshop.jobs.target import OpenUnit, by_id


class TakeIn(Arguments):
    """What is asked when a device comes in."""

    imei: Annotated[str, Ask(_l("IMEI"), _l("Scan it, or dial *#06#."))] = ""
    imei2: Annotated[str, Ask(_l("Second IMEI"), _l("Only where the device has two."))] = ""
    serial: Annotated[str, Ask(_l("Serial number"), _l("For a device without an IMEI."))] = ""
    model: Annotated[str, Ask(_l("Model"), _l("Type three letters."), kind="model")]
    storage_gb: Annotated[int | None, Field(ge=1, le=16384), Ask(_l("Storage in GB"))] = None
    colour: Annotated[str, Field(max_length=40), Ask(_l("Colour"))] = ""
    source: Annotated[str, Ask(_l("Source"), choices=sources_choices, again=True)]
    price: Annotated[str, Ask(_l("Price paid in euro"), _l("What the seller got for it."), kind="money")]
    vat_regime: Annotated[
        Literal[VAT_REGIMES] | None, Ask(_l("VAT regime"), _l("Left out: that of the source."))  # type: ignore[valid-type]
    ] = None


def _site_of(act: Act) -> int:
    if act.by.site_id is None:
        raise Refused(_("You are at no bench, so it is not known at which site this is."), _("Choose a bench first."))
    return act.by.site_id


def _take_in(_target: None, given: TakeIn, act: Act) -> Outcome:
    site_id = _site_of(act)
    model = intake.model_named(given.model)
    identity = intake.read_identity(given.imei, given.imei2, given.serial, model.maker)
    source = intake.source_named(given.source)
    price = parse_amount(given.price, "EUR", field="price")
    unit = intake.take_in(
        identity,
        model,
        site_id=site_id,
        storage_gb=given.storage_gb,
        colour=given.colour,
        now=act.now,
        by=act.by.person_id,
        source_id=source.id,
        paid_minor=price,
        currency="EUR",
        vat_regime=given.vat_regime or source.vat_regime,
    )
    found = by_id(unit.id)
    assert found is not None
    return _taken_in(found, source.name)


def _taken_in(unit: OpenUnit, source: str) -> Outcome:
    return Outcome(
        _("%(model)s taken in as %(code)s.", model=unit.model_name, code=unit.code),
        _("Print its label, take its photo, then *NEXT*."),
        data={
            "job": unit.job_number,
            "model": unit.model_name,
            "source": source,
            "paid_minor": unit.paid_minor,
            "currency": unit.currency,
            "vat_regime": unit.vat_regime,
        },
        target=unit,
    )


def _take_in_many(every: Sequence[tuple[None, TakeIn]], act: Act) -> list[Outcome | None]:
    """Take in together what was never here; what is refused, or was here before, is left to be told by itself."""
    site_id, model, source = _site_of(act), cache(intake.model_named), cache(intake.source_named)
    new = intake_many.never_here([_device(given, model, source) for _none, given in every])
    plain = [(place, device) for place, device in enumerate(new) if device is not None]
    if not plain:
        return [None] * len(every)
    units = intake_many.take_in([d for _place, d in plain], site_id=site_id, now=act.now, by=act.by.person_id)
    outcomes: list[Outcome | None] = [None] * len(every)
    for (place, _new), unit in zip(plain, units, strict=True):
        outcomes[place] = _taken_in(unit, source(every[place][1].source).name)
    return outcomes


def _device(given: TakeIn, model: Callable[[str], Any], source: Callable[[str], Any]) -> intake_many.Device | None:
    try:
        kind, origin = model(given.model), source(given.source)
        identity = intake.read_identity(given.imei, given.imei2, given.serial, kind.maker)
        price = parse_amount(given.price, "EUR", field="price")
    except Refused:
        return None
    regime = given.vat_regime or origin.vat_regime
    return intake_many.Device(identity, kind, given.storage_gb, given.colour, origin.id, price, regime)


def propose(known: dict[str, str]) -> dict[str, str]:
    """Propose the model that this TAC belonged to before, where the IMEI tells it."""
    found = intake.proposed_models(known.get("imei", ""))
    return {"model": found[0].name} if found else {}


ACTIONS: Final = (
    Action(
        "take_in",
        _l("Take in"),
        "unit",
        _take_in,
        frozenset({TECHNICIAN, REFURBISHER, PARTS_MANAGER}),
        _l("Taken in from %(source)s"),
        arguments=TakeIn,
        creates=True,
        icon="package-plus",
        minutes=3,
        prefill=propose,
        many=_take_in_many,
        help=_l("Opens the first job of a device, or the next one of a device seen before."),
    ),
)
