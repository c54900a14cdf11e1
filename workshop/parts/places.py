"""Where a unit lies: at the place whose label was scanned, with its tray or by itself."""

from __future__ import annotations

from typing import Annotated, Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from pydantic import Field
from sqlalchemy import select

from workshop.core.actions import Act, Action, Outcome
from workshop.core.actor import AT_WORK
from workshop.core.arguments import Arguments, Ask
from workshop.core.db import db
from workshop.core.errors import Refused
from workshop.jobs import trays
from workshop.jobs.target import OpenUnit
from workshop.parts.models import Location


class PutAtPlace(Arguments):
    """The place, by its code or by its label."""

    place: Annotated[str, Field(min_length=1, max_length=32), Ask(_l("Place"), _l("Scan its label."))]


def place_at(site_id: int, code: str) -> Location:
    """Return a place of this site by its code or label. Raises Refused."""
    either = (Location.code == code.upper()) | (Location.barcode == code.upper())
    found = db.session.scalars(select(Location).where(Location.site_id == site_id, either).limit(1)).one_or_none()
    if found is None:
        raise Refused(_("There is no place %(place)s here.", place=code), _("Scan its label."), field="place")
    if found.kind == "quarantine":
        raise Refused(
            _("%(place)s is a quarantine place.", place=found.code),
            _("One swollen device lies in each: scan the device, *SWOLLEN*, then the place."),
            field="place",
        )
    return found


def _put(unit: OpenUnit, given: PutAtPlace, act: Act) -> Outcome:
    place = place_at(unit.site_id, given.place)
    spot = trays.spot_of(unit.id)
    # Carried with its tray it stays on it; scanned by itself it is taken off.
    tray_id = spot.tray_id if spot is not None and "tray" in act.also else None
    before = trays.put(unit.id, tray_id=tray_id, place=place.code, now=act.now, by=act.by.person_id)
    return Outcome(
        _("%(unit)s lies at %(place)s.", unit=unit.title, place=place.code),
        _("Scan your next unit."),
        data={"place": place.code, "was": before["place"]},
        undo=before,
        more={"place": place.code},
    )


def _back(unit: OpenUnit, before: dict[str, Any], act: Act) -> Outcome:
    trays.take_back(unit, before, now=act.now, by=act.by.person_id)
    where = before["place"] or _("nowhere known")
    return Outcome(_("%(unit)s lies where it did: %(place)s.", unit=unit.title, place=where))


ACTIONS: Final = (
    Action(
        "put_at_place",
        _l("Put at a place"),
        "unit",
        _put,
        AT_WORK,
        _l("Put at %(place)s"),
        arguments=PutAtPlace,
        undo=_back,
        icon="map-pin",
        help=_l("The scan of a place's label does so: for the unit at the bench, or for all of an open tray."),
    ),
)
