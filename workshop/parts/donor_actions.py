"""What is done to donors: become one, be chosen, be harvested."""

from __future__ import annotations

from typing import Annotated, Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from pydantic import Field

from workshop.core.actions import Act, Action, Outcome
from workshop.core.actor import PARTS_MANAGER, REFURBISHER, TECHNICIAN
from workshop.core.arguments import Arguments, Ask
from workshop.core.errors import Refused
from workshop.core.language import word
from workshop.parts import choices, donors, fits, receive, reserve, stock
from workshop.parts.action_words import (
    Reason,
    for_whom,
)
from workshop.parts.models import (
    DonorPart,
    Need,
)

HARVESTERS: Final = frozenset({PARTS_MANAGER, TECHNICIAN, REFURBISHER})


class TakeFromDonor(Arguments):
    """Which donor; left out, the one that has lain longest."""

    donor_part: Annotated[int | None, Ask(_l("Donor"))] = None


def _take_from_donor(need: Need, given: TakeFromDonor, act: Act) -> Outcome:
    offered = donors.donors_for(need)
    donor = next((d for d in offered if given.donor_part in (None, d.id)), None)
    if donor is None:
        raise Refused(_("No donor has this part."), _("Order it, or ask for another part."), field="donor_part")
    reserve.reserve_donor(need, donor, now=act.now, by=act.by.person_id)
    return Outcome(
        _("%(part)s comes from %(unit)s.", part=word(fits.kind_title(need.part_kind)), unit=donor.unit.code),
        _("It is harvested before it is fitted."),
        data={"need": need.id, "title": fits.kind_title(need.part_kind), "donor": donor.unit.code},
    )


class BecomeDonor(Arguments):
    """A unit that is taken apart."""


def _become_donor(unit: Any, _given: BecomeDonor, act: Act) -> Outcome:
    kinds = donors.become_donor(unit, now=act.now)
    said = ngettext(
        "%(unit)s is a donor of %(num)s part.", "%(unit)s is a donor of %(num)s parts.", len(kinds), unit=unit.code
    )
    return Outcome(said, data={"kinds": kinds, "n": len(kinds)})


class Harvest(Arguments):
    """Where the part goes."""

    location: Annotated[str, Field(max_length=32), Ask(_l("Place"), choices=choices.locations_choices)] = ""


def _harvest_part(donor: DonorPart, given: Harvest, act: Act) -> Outcome:
    site_id = donor.site_id
    place = (
        stock.location_named(given.location, site_id)
        if given.location
        else stock.usual_location(donors.used_part(donor).id, site_id)
    )
    batch, need = donors.harvest(donor, place, now=act.now, by=act.by.person_id)
    waiting = [need] if need is not None else receive.next_in_line(batch.part, site_id, 1)
    for each in waiting:
        act.follow("reserve", each.id, {"batch": batch.code})
    return Outcome(
        _("%(part)s harvested.", part=word(fits.kind_title(donor.part_kind))),
        for_whom(waiting, place),
        data={"title": fits.kind_title(donor.part_kind), "batch": batch.code, "place": place.code},
        more={"batch": batch.code},
    )


def _donor_part_broken(donor: DonorPart, given: Reason, act: Act) -> Outcome:
    donors.broken(donor, now=act.now)
    title = fits.kind_title(donor.part_kind)
    return Outcome(
        _("%(part)s is no good.", part=word(title)), tone="look", data={"title": title, "reason": given.reason}
    )


ACTIONS: Final = (
    Action(
        "take_from_donor",
        _l("Take from a donor"),
        "need",
        _take_from_donor,
        HARVESTERS,
        _l("%(title)s comes from %(donor)s"),
        arguments=TakeFromDonor,
        icon="recycle",
    ),
    Action(
        "become_donor",
        _l("Make it a donor"),
        "unit",
        _become_donor,
        frozenset(),
        _l("Donor of %(n)s parts"),
        arguments=BecomeDonor,
        hidden=True,
        through_holds=True,
        icon="recycle",
    ),
    Action(
        "harvest_part",
        _l("Harvest"),
        "donor_part",
        _harvest_part,
        HARVESTERS,
        _l("%(title)s harvested"),
        detail=_l("%(batch)s in %(place)s"),
        arguments=Harvest,
        icon="recycle",
    ),
    Action(
        "discard_donor_part",
        _l("No good"),
        "donor_part",
        _donor_part_broken,
        HARVESTERS,
        _l("%(title)s was no good"),
        detail=_l("%(reason)s"),
        arguments=Reason,
        icon="x",
    ),
)
