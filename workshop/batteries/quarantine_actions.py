"""Swollen: one scan stops everything, the next says where it lies, and it leaves only with a carrier."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from pydantic import Field

from workshop.batteries import quarantine
from workshop.batteries.gates import SWOLLEN
from workshop.core.actions import Act, Action, Outcome
from workshop.core.actor import AT_WORK, PARTS_MANAGER, TECHNICIAN
from workshop.core.arguments import Arguments, Ask
from workshop.core.db import db
from workshop.jobs import flow
from workshop.jobs.scan import Bench, Intent, OnKind
from workshop.jobs.stages import Stage, can_move
from workshop.jobs.target import Found, OpenUnit
from workshop.parts.models import Location


def swollen(bench: Bench) -> Intent:
    """`*SWOLLEN*`: everything stops, whatever stage the unit is in."""
    return Intent("hold", bench.unit(), {"kind": quarantine.HOLD, "reason": _("Swollen, seen at the bench")})


def place_scanned(before: OnKind | None) -> OnKind:
    """Return what the scan of a place means: the swollen unit lies there, else what it meant before."""

    def meaning(found: Found, bench: Bench) -> Intent:
        place = db.session.get(Location, found.target_id)
        unit = bench.lying()
        if place is not None and unit is not None and quarantine.is_held(unit):
            return Intent("lay_in_quarantine", unit, {"place": place.code})
        assert before is not None
        return before(found, bench)

    return meaning


def place_typed(code: str, bench: Bench) -> Intent | None:
    """Read the code of a quarantine place as it stands on the shelf, such as Q-01-4."""
    unit = bench.lying()
    if unit is None or not quarantine.is_held(unit):
        return None
    known = {place.code for place, _taken in quarantine.places(unit.site_id)}
    return Intent("lay_in_quarantine", unit, {"place": code}) if code in known else None


def _free(unit: OpenUnit) -> list[tuple[str, Any]]:
    return [(place.code, place.code) for place in quarantine.free_places(unit.site_id)]


class Lay(Arguments):
    """The place it lies in."""

    place: Annotated[str, Field(min_length=1, max_length=32), Ask(_l("Place"), choices=_free)]
    critical: Annotated[bool, Ask(_l("It is warm, smokes or gives off gas"))] = False


def _lay(unit: OpenUnit, given: Lay, act: Act) -> Outcome:
    place = quarantine.place_named(given.place, unit.site_id)
    before = quarantine.lay(unit, place, critical=given.critical, now=act.now, by=act.by.person_id)
    way = quarantine.transport(unit, critical=given.critical)
    return Outcome(
        _(
            "It lies in %(place)s, %(un)s, packed by %(packing)s.",
            place=place.code,
            un=way.un_number,
            packing=way.packing,
        ),
        _("The hold lifts when the carrier has it and its weight is written down. Scan your next unit."),
        data={"place": place.code, "un": way.un_number, "packing": way.packing, "critical": given.critical},
        undo=before,
    )


def _take_out(unit: OpenUnit, before: dict[str, Any], act: Act) -> Outcome:
    quarantine.take_out(unit, before)
    return Outcome(_("It lies there no more: scan where it does."), tone="look")


class Collect(Arguments):
    """What the carrier took."""

    carrier: Annotated[str, Field(min_length=2, max_length=80), Ask(_l("Carrier"))]
    weight_g: Annotated[int, Field(ge=1, le=30_000), Ask(_l("Weight in grams"))]
    certificate: Annotated[str, Field(max_length=80), Ask(_l("Number of the consignment note"))] = ""
    what: Annotated[Literal["battery", "device"], Ask(_l("What has left"))] = "battery"


def _collect(unit: OpenUnit, given: Collect, act: Act) -> Outcome:
    item = quarantine.collect(unit, given.carrier, given.weight_g, given.certificate, now=act.now, by=act.by.person_id)
    data: dict[str, Any] = {"place": item.location.code, **given.model_dump()}
    if quarantine.is_held(unit):
        act.follow("lift_hold", unit.id, {"kind": quarantine.HOLD, "reason": f"{given.carrier}, {given.weight_g} g"})
    if given.what == "device" and can_move(unit.stage, Stage.CLOSED):
        data |= flow.move(unit, Stage.CLOSED, now=act.now, closed_as="recycled")
    elif unit.stage in (Stage.DIAGNOSIS, Stage.PARTS, Stage.REPAIR, Stage.GRADING):
        act.follow("record_fault", unit.id, {"fault": SWOLLEN})
    return Outcome(
        _(
            "Collected by %(carrier)s, %(weight)s g. The hold is lifted.",
            carrier=given.carrier,
            weight=given.weight_g,
        ),
        _("It needs a new battery.") if given.what == "battery" else _("The device is recycled."),
        data=data,
    )


ACTIONS: Final = (
    Action(
        "lay_in_quarantine",
        _l("Lay it into quarantine"),
        "unit",
        _lay,
        AT_WORK,
        _l("Laid into quarantine, %(place)s"),
        detail=_l("%(un)s, packed by %(packing)s"),
        arguments=Lay,
        offered=quarantine.is_held,
        undo=_take_out,
        through_holds=True,
        icon="shield-alert",
        help=_l("Scan the label of the box that the swollen battery lies in. One item a place."),
        single=True,
    ),
    Action(
        "collect_quarantine",
        _l("Record the collection"),
        "unit",
        _collect,
        frozenset({TECHNICIAN, PARTS_MANAGER}),
        _l("Collected by %(carrier)s, %(weight_g)s g"),
        detail=_l("%(certificate)s"),
        arguments=Collect,
        offered=quarantine.is_lying,
        through_holds=True,
        icon="truck",
        help=_l("The carrier has it: weight and note are kept, the hold lifts."),
        single=True,
    ),
)
