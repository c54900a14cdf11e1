"""What is done to stock and places: put in, count, scrap, move."""

from __future__ import annotations

from typing import Annotated, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from pydantic import Field

from workshop.core.actions import Act, Action, Outcome
from workshop.core.arguments import Arguments, Ask, as_they_are
from workshop.core.errors import Refused
from workshop.core.money import parse_amount
from workshop.core.spoken import capital, spoken
from workshop.parts import choices, receive, stock
from workshop.parts.action_words import (
    BUYERS,
    RECEIVERS,
    site_for,
)
from workshop.parts.fits import part_name
from workshop.parts.models import (
    Batch,
    Part,
)


class OpenStock(Arguments):
    """Pieces that are there already when the workshop begins to count."""

    location: Annotated[str, Field(max_length=32), Ask(_l("Place"), choices=choices.locations_choices)]
    quantity: Annotated[int, Field(ge=1, le=10_000), Ask(_l("Pieces"))]
    unit_cost: Annotated[str, Ask(_l("Cost of a piece"), kind="money")]
    lot: Annotated[str, Field(max_length=60), Ask(_l("Lot"))] = ""
    site: int | None = None


def _open_stock(part: Part, given: OpenStock, act: Act) -> Outcome:
    place = stock.location_named(given.location, site_for(given.site, act))
    cost = parse_amount(given.unit_cost, "EUR", field="unit_cost")
    batch = stock.open_batch(part, place, origin="opening", unit_cost_minor=cost, lot=given.lot, now=act.now)
    stock.move(batch, given.quantity, "opening", now=act.now, by=act.by.person_id)
    for need in receive.next_in_line(part, place.site_id, given.quantity):
        act.follow("reserve", need.id, {"batch": batch.code})
    return Outcome(
        _("%(n)s × %(part)s are in stock.", n=given.quantity, part=part_name(part)),
        _("In %(place)s.", place=place.code),
        data={"batch": batch.code, "quantity": given.quantity, "lot": given.lot, "place": place.code},
        more={"batch": batch.code},
    )


class Adjust(Arguments):
    """How many more or fewer were counted, and why."""

    delta: Annotated[int, Field(ge=-10_000, le=10_000), Ask(_l("More or fewer"), _l("-1 for one that is missing."))]
    reason: Annotated[str, Field(min_length=3, max_length=300), Ask(_l("Why"))]


def _adjust_stock(batch: Batch, given: Adjust, act: Act) -> Outcome:
    if given.delta == 0:
        raise Refused(_("Nothing differs."), _("Give how many more or fewer there are."), field="delta")
    stock.move(batch, given.delta, "counted", now=act.now, by=act.by.person_id, note=given.reason)
    return Outcome(
        ngettext("%(code)s: %(num)s piece now.", "%(code)s: %(num)s pieces now.", batch.on_hand, code=batch.code),
        data={"delta": given.delta, "reason": given.reason, "on_hand": batch.on_hand},
    )


class ScrapStock(Arguments):
    """How many free pieces are scrapped, and why."""

    quantity: Annotated[int, Field(ge=1, le=10_000), Ask(_l("Pieces"))] = 1
    reason: Annotated[str, Field(min_length=3, max_length=300), Ask(_l("Why"))]


def _scrap_stock(batch: Batch, given: ScrapStock, act: Act) -> Outcome:
    stock.move(batch, -given.quantity, "scrapped", now=act.now, by=act.by.person_id, note=given.reason)
    return Outcome(
        ngettext(
            "%(num)s piece of %(code)s is scrapped.",
            "%(num)s pieces of %(code)s are scrapped.",
            given.quantity,
            code=batch.code,
        ),
        data={"quantity": given.quantity, "reason": given.reason, "on_hand": batch.on_hand},
    )


class MoveBatch(Arguments):
    """Where to."""

    location: Annotated[str, Field(max_length=32), Ask(_l("Place"), choices=choices.locations_choices)]


def _move_batch(batch: Batch, given: MoveBatch, act: Act) -> Outcome:
    was = batch.location.code
    batch.location = stock.location_named(given.location, batch.site_id)
    return Outcome(
        _("%(code)s lies in %(place)s.", code=batch.code, place=batch.location.code),
        data={"from_place": was, "to_place": batch.location.code},
    )


class SetMinimum(Arguments):
    """What a site likes to have free."""

    min_stock: Annotated[int, Field(ge=0, le=10_000), Ask(_l("Minimum stock"))]


def _set_minimum(part: Part, given: SetMinimum, act: Act) -> Outcome:
    was, part.min_stock = part.min_stock, given.min_stock
    return Outcome(_("Minimum stock: %(n)s.", n=given.min_stock), data={"was": was, "min_stock": given.min_stock})


class AddLocation(Arguments):
    """A new place."""

    code: Annotated[
        str, Field(min_length=1, max_length=20, pattern=r"^[A-Za-z0-9-]+$"), Ask(_l("Code"), _l("Such as B-04-2."))
    ]
    kind: Annotated[
        str,
        Ask(
            _l("Kind"),
            choices=lambda _t: [(k, capital(spoken(k))) for k in ("shelf", "tray", "quarantine", "outgoing", "donor")],
        ),
    ] = "shelf"
    site: int | None = None


def _add_location(_target: None, given: AddLocation, act: Act) -> Outcome:
    place = stock.add_location(given.code, given.kind, site_for(given.site, act))
    return Outcome(
        _("%(code)s added. Print its label.", code=place.code),
        data={"code": place.code, "kind": place.kind},
        target=place,
    )


ACTIONS: Final = (
    Action(
        "open_stock",
        _l("Put into stock"),
        "part",
        _open_stock,
        BUYERS,
        _l("%(quantity)s put into stock"),
        arguments=OpenStock,
        icon="package",
    ),
    Action(
        "set_minimum",
        _l("Set the minimum stock"),
        "part",
        _set_minimum,
        BUYERS,
        _l("Minimum stock %(min_stock)s"),
        arguments=SetMinimum,
        begins=lambda part: as_they_are(SetMinimum, part),
    ),
    Action(
        "adjust_stock",
        _l("Count"),
        "batch",
        _adjust_stock,
        BUYERS,
        _l("Counted: %(delta)s"),
        detail=_l("%(reason)s"),
        arguments=Adjust,
    ),
    Action(
        "scrap_stock",
        _l("Scrap"),
        "batch",
        _scrap_stock,
        BUYERS,
        _l("%(quantity)s scrapped"),
        detail=_l("%(reason)s"),
        arguments=ScrapStock,
        icon="trash-2",
    ),
    Action(
        "move_batch",
        _l("Move"),
        "batch",
        _move_batch,
        RECEIVERS,
        _l("Moved to %(to_place)s"),
        arguments=MoveBatch,
        icon="map-pin",
    ),
    Action(
        "add_location",
        _l("Add a place"),
        "location",
        _add_location,
        BUYERS,
        _l("Place %(code)s added"),
        arguments=AddLocation,
        creates=True,
        icon="map-pin",
    ),
)
