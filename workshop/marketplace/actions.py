"""What can be done to a unit on its way to the buyer and back."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from pydantic import Field

from workshop.core.actions import Act, Action, Outcome
from workshop.core.actor import AT_WORK, REFURBISHER
from workshop.core.arguments import Arguments, Ask, NoArguments
from workshop.core.db import db
from workshop.core.errors import Conflict
from workshop.core.language import price as shown_price
from workshop.core.money import parse_amount, plain_amount
from workshop.jobs import flow
from workshop.jobs.stages import Stage
from workshop.jobs.target import OpenUnit
from workshop.marketplace import offers, orders, prices, shelf
from workshop.marketplace.kinds import only_worker
from workshop.marketplace.models import Packing
from workshop.marketplace.order_models import SoldPiece
from workshop.marketplace.outbox import ask_push

REFURBISHERS: Final = frozenset({REFURBISHER})
NOBODY: Final[frozenset[str]] = frozenset()
READY: Final = frozenset({Stage.READY.value})
ON_SHELF: Final = frozenset(shelf.SHELF)
SOLD: Final = frozenset({Stage.SOLD.value})


def _offer_unit(unit: OpenUnit, _given: NoArguments, act: Act) -> Outcome:
    only_worker(act)
    made = offers.offer(unit, act.now)
    if made.priced_at is None:
        prices.take_over(made, unit, act.now)
    ask_push(made.listing, act.now)
    return Outcome(
        _("%(unit)s goes under %(sku)s.", unit=unit.code, sku=made.listing.sku),
        data={"sku": made.listing.sku, "grade": made.listing.grade},
    )


class SetPrice(Arguments):
    """What the buyer pays."""

    price: Annotated[str, Ask(_l("Price"), _l("What the buyer pays, VAT included."), kind="money")]
    reason: Annotated[
        str, Field(max_length=300), Ask(_l("Why below the floor"), _l("Only for a price that loses money."))
    ] = ""


def _set_price(unit: OpenUnit, given: SetPrice, act: Act) -> Outcome:
    offer = offers.offer(unit, act.now)
    listing = offer.listing
    minor = parse_amount(given.price, listing.currency, field="price")
    floor = prices.set_price(listing, minor, reason=given.reason, now=act.now, by=act.by.person_id)
    left = prices.calculation(unit).at(minor).left_minor
    ask_push(listing, act.now)
    return Outcome(
        _("%(sku)s costs %(price)s.", sku=listing.sku, price=shown_price(minor, listing.currency)),
        _("It leaves %(left)s of this unit.", left=shown_price(left, listing.currency)),
        tone="yes" if minor >= floor else "look",
        data={
            "sku": listing.sku,
            "price_minor": minor,
            "price": f"{plain_amount(minor, listing.currency)} {listing.currency}",
            "floor_minor": floor,
            "left_minor": left,
            "currency": listing.currency,
            "reason": given.reason,
        },
    )


class Pack(Arguments):
    """Where the parcel lies."""

    place: Annotated[str, Field(max_length=40), Ask(_l("Place"), _l("Where it is put, such as S-02-4."))] = ""


def _pack(unit: OpenUnit, given: Pack, act: Act) -> Outcome:
    packing = db.session.get(Packing, unit.job_id) or Packing(job_id=unit.job_id)
    packing.place, packing.packed_at, packing.packed_by = given.place, act.now, act.by.person_id
    db.session.add(packing)
    db.session.flush()
    offer = shelf.offer_of(unit.id)
    if offer is not None:
        ask_push(offer.listing, act.now)
    return Outcome(
        _("%(unit)s is packed and labelled.", unit=unit.title),
        _("The feed lists it by itself once the rest is met."),
        data={"place": given.place},
    )


class GoLive(Arguments):
    """What the marketplace showed before and after."""

    quantity_from: int
    quantity_to: int
    task: str = ""


def _list_unit(unit: OpenUnit, given: GoLive, act: Act) -> Outcome:
    only_worker(act)
    offer = shelf.offer_of(unit.id)
    price_minor = offer.listing.price_minor if offer else None
    if offer is None or price_minor is None:
        raise Conflict(_("%(unit)s is offered no more.", unit=unit.code), _("Nothing to do."))
    flow.require_gates(unit)
    moved = flow.move(unit, Stage.LISTED, now=act.now)
    offer.live_at = act.now
    listing = offer.listing
    return Outcome(
        _("%(unit)s is live on the marketplace.", unit=unit.title),
        data={
            **moved,
            **given.model_dump(),
            "sku": listing.sku,
            "price_minor": price_minor,
            "currency": listing.currency,
            "price": f"{plain_amount(price_minor, listing.currency)} {listing.currency}",
        },
    )


class ForLine(Arguments):
    """Which piece of which order."""

    line: int
    order: str


def _reserve_unit(unit: OpenUnit, given: ForLine, act: Act) -> Outcome:
    only_worker(act)
    line = db.session.get(SoldPiece, given.line)
    offer = shelf.offer_of(unit.id)
    if line is None or line.state != "short" or offer is None:
        raise Conflict(_("%(unit)s is sold already.", unit=unit.code), _("Take the next one."))
    orders.reserve(line, unit, act.now)
    offers.end(offer, "sold", act.now)
    moved: dict[str, Any] = {}
    if unit.stage == Stage.READY:
        moved = flow.move(unit, Stage.LISTED, now=act.now)
    moved = flow.move(unit, Stage.SOLD, now=act.now) | ({"from": moved["from"]} if moved else {})
    return Outcome(
        _("%(unit)s is sold: order %(order)s.", unit=unit.title, order=given.order),
        data={
            **moved,
            "order": given.order,
            "line": line.number,
            "sku": line.sku,
            "price_minor": line.price_minor,
            "currency": line.currency,
        },
    )


class Release(Arguments):
    """Why the unit is free again."""

    order: str
    state: Literal["cancelled", "refunded"]


def _release_unit(unit: OpenUnit, given: Release, act: Act) -> Outcome:
    only_worker(act)
    line = orders.line_of_job(unit.job_id)
    if line is None or line.state != "reserved":
        raise Conflict(_("%(unit)s is reserved no more.", unit=unit.code), _("Nothing to do."))
    orders.release(line, given.state, act.now)
    moved = flow.move(unit, Stage.READY, now=act.now)
    act.follow("offer_unit", unit.id)
    return Outcome(
        _("%(unit)s is free again.", unit=unit.title),
        data={**moved, "order": given.order, "state": given.state},
    )


ACTIONS: Final = (
    Action(
        "offer_unit",
        _l("Put under its listing"),
        "unit",
        _offer_unit,
        NOBODY,
        _l("Goes under %(sku)s"),
        stages=READY,
        hidden=True,
        icon="tag",
    ),
    Action(
        "set_price",
        _l("Set the price"),
        "unit",
        _set_price,
        REFURBISHERS,
        _l("Priced at %(price)s"),
        detail=_l("%(sku)s"),
        arguments=SetPrice,
        stages=ON_SHELF,
        icon="tag",
        help=_l("Sets the price of the unit's SKU, and so of every unit under it."),
    ),
    Action(
        "pack",
        _l("Pack and label"),
        "unit",
        _pack,
        AT_WORK,
        _l("Packed and labelled"),
        detail=_l("%(place)s"),
        arguments=Pack,
        stages=READY,
        codes=("*PACK*",),
        icon="package",
        minutes=3,
    ),
    Action(
        "list_unit",
        _l("Live on the marketplace"),
        "unit",
        _list_unit,
        NOBODY,
        _l("Live on the marketplace"),
        detail=_l("%(sku)s: %(quantity_from)s to %(quantity_to)s, %(price)s, task %(task)s"),
        arguments=GoLive,
        stages=READY,
        hidden=True,
        icon="arrow-right-left",
    ),
    Action(
        "reserve_unit",
        _l("Reserve for an order"),
        "unit",
        _reserve_unit,
        NOBODY,
        _l("Sold: order %(order)s"),
        detail=_l("%(sku)s"),
        arguments=ForLine,
        stages=ON_SHELF,
        hidden=True,
        icon="package",
    ),
    Action(
        "release_unit",
        _l("Free again"),
        "unit",
        _release_unit,
        NOBODY,
        _l("Free again: order %(order)s"),
        detail=_l("%(state)s"),
        arguments=Release,
        stages=SOLD,
        hidden=True,
        through_holds=True,
        icon="undo-2",
    ),
)
