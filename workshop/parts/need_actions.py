"""What is done to what a job needs: ask, reserve, order, release, scrap."""

from __future__ import annotations

from typing import Annotated, Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from pydantic import Field

from workshop.core.actions import Act, Action, Outcome
from workshop.core.arguments import Arguments, Ask, NoArguments
from workshop.core.db import db
from workshop.core.errors import Conflict, NotFound, Refused
from workshop.jobs.target import OpenUnit
from workshop.parts import choices, fit, fits, needs, orders, reserve, stock
from workshop.parts.action_words import (
    BUYERS,
    STAGES,
    WORK,
    said_of,
    terms,
    title_of,
)
from workshop.parts.fits import part_name
from workshop.parts.models import (
    Need,
    OrderLine,
)


class NeedPart(Arguments):
    """A kind of part, and the fault that asks for it."""

    part_kind: Annotated[str, Ask(_l("Part"), choices=choices.kinds_choices)]
    fault: str = ""


def _need_part(unit: OpenUnit, given: NeedPart, act: Act) -> Outcome:
    need, new = needs.ask(unit, given.part_kind, fault_code=given.fault, now=act.now)
    part = need.part.name if need.part else ""
    title = _("%(part)s is needed.", part=said_of(need)) if new else _("%(part)s was asked for.", part=said_of(need))
    return Outcome(
        title,
        part or _("No part in the catalogue fits: the parts manager sees it."),
        tone="yes" if new else "look",
        data={"need": need.id, "part_kind": need.part_kind, "title": title_of(need), "part": part, "new": new},
        undo={"need": need.id} if new else None,
        more={"need": need.id},
    )


def _undo_need(unit: OpenUnit, before: dict[str, Any], act: Act) -> Outcome:
    needs.cancel(needs.need_named(before["need"]), now=act.now)
    return Outcome(_("It is not needed any more."))


class Reserve(Arguments):
    """Which pieces; left out, the oldest that fit."""

    batch: Annotated[str, Field(max_length=24), Ask(_l("Piece"), _l("Left out: the oldest that fits."))] = ""


def _reserve(need: Need, given: Reserve, act: Act) -> Outcome:
    if need.state == "reserved" and not given.batch:
        return Outcome(_("%(part)s is reserved already.", part=said_of(need)), tone="look", data=_reserved(need))
    batch = stock.batch_named(given.batch) if given.batch else None
    if batch is not None and (
        batch.part.kind != need.part_kind or not fits.fits(batch.part_id, need.job.unit.model_id)
    ):
        raise Refused(
            _("%(part)s does not fit.", part=part_name(batch.part)), _("Choose another piece."), field="batch"
        )
    held = reserve.reserve(need, now=act.now, by=act.by.person_id, batch=batch)
    assert held.batch is not None
    return Outcome(
        _("%(part)s is reserved.", part=said_of(need)),
        _("It lies in %(place)s.", place=held.batch.location.code),
        data=_reserved(need),
        undo={"need": need.id} if not act.because else None,
    )


def _reserved(need: Need) -> dict[str, Any]:
    held = reserve.live(need)
    batch = held.batch if held else None
    return {
        "need": need.id,
        "title": title_of(need),
        "batch": batch.code if batch else "",
        "place": batch.location.code if batch else "",
        "lot": batch.lot if batch else "",
    }


def _undo_reserve(unit: OpenUnit, before: dict[str, Any], act: Act) -> Outcome:
    reserve.release(needs.need_named(before["need"]), now=act.now)
    return Outcome(_("The piece is free again."))


def _release(need: Need, _given: NoArguments, act: Act) -> Outcome:
    released = reserve.release(need, now=act.now)
    return Outcome(
        _("%(part)s is released.", part=said_of(need)),
        tone="yes" if released else "look",
        data={"need": need.id, "title": title_of(need)},
    )


class WaitFor(Arguments):
    """The order line whose piece the need waits for."""

    line: int


def _wait_for_order(need: Need, given: WaitFor, act: Act) -> Outcome:
    line = db.session.get(OrderLine, given.line)
    if line is None:
        raise NotFound(_("There is no such order line."), _("Look at the orders."))
    reserve.promise(need, line, now=act.now, by=act.by.person_id)
    return Outcome(
        _("%(part)s is ordered.", part=said_of(need)),
        data={
            "need": need.id,
            "title": title_of(need),
            "order": line.order.code,
            "supplier": line.order.supplier.name,
            "expected_on": line.order.expected_on.isoformat(),
        },
    )


class OrderPart(Arguments):
    """Whom to order from; left out, the cheapest. The reason is asked only outside the spare-part window."""

    supplier: Annotated[str, Ask(_l("Supplier"), choices=choices.offers_choices)] = ""
    quantity: Annotated[int, Field(ge=1, le=10_000), Ask(_l("Pieces"))] = 1
    price: Annotated[str, Ask(_l("Price of a piece"), _l("Left out: that of the offer."), kind="money")] = ""
    reason: Annotated[
        str, Field(max_length=300), Ask(_l("Reason"), _l("Needed where the spare-part window is closed."))
    ] = ""
    send: Annotated[bool, Ask(_l("Approve and send it at once"))] = False


def _order_part(need: Need, given: OrderPart, act: Act) -> Outcome:
    reserve.refuse_settled(need)
    if need.state != "needed":
        raise Conflict(_("A piece is set aside or ordered already."), _("Release it first."))
    candidates = fits.fitting(need.job.unit.model_id, need.part_kind)
    offers = orders.ranked_offers(fits.offers_for([p.id for p in candidates]))
    if given.supplier:
        supplier = orders.supplier_named(given.supplier)
        offers = [o for o in offers if o.supplier_id == supplier.id]
    if not offers:
        raise Refused(_("No supplier offers this part."), _("Add an offer, or take it from a donor."), field="supplier")
    offer = next((o for o in offers if o.part_id == need.part_id), offers[0])
    orders.refuse_outside_window(offer.part, given.reason, today=act.today, terms=terms())
    line = {
        "part": offer.part.code,
        "quantity": orders.in_packs(given.quantity, offer),
        "reason": given.reason,
        "price": given.price,
    }
    act.follow(
        "place_order",
        None,
        {
            "supplier": offer.supplier.code,
            "lines": [line],
            "need": need.id,
            "site": need.job.site_id,
            "send": given.send,
        },
    )
    return Outcome(
        _("%(part)s goes onto the order to %(supplier)s.", part=said_of(need), supplier=offer.supplier.name),
        offer.part.name,
        data={
            "need": need.id,
            "title": title_of(need),
            "part": offer.part.code,
            "supplier": offer.supplier.name,
            "reason": given.reason,
        },
    )


class CancelNeed(Arguments):
    """Why it is not needed."""

    reason: Annotated[str, Field(max_length=300), Ask(_l("Why it is not needed"))] = ""


def _cancel_need(need: Need, given: CancelNeed, act: Act) -> Outcome:
    needs.cancel(need, now=act.now)
    return Outcome(
        _("%(part)s is not needed any more.", part=said_of(need)),
        data={"need": need.id, "title": title_of(need), "reason": given.reason},
    )


class ChoosePart(Arguments):
    """The part to take."""

    part: Annotated[str, Ask(_l("Part"), choices=choices.parts_choices)]


def _choose_part(need: Need, given: ChoosePart, act: Act) -> Outcome:
    needs.choose(need, given.part)
    assert need.part is not None
    return Outcome(
        _("Chosen: %(part)s.", part=part_name(need.part)), data={"title": title_of(need), "part": need.part.name}
    )


class Scrap(Arguments):
    """Why the piece is scrapped."""

    reason: Annotated[str, Field(min_length=3, max_length=300), Ask(_l("What happened to it"))]


def _scrap_piece(need: Need, given: Scrap, act: Act) -> Outcome:
    batch = fit.scrap(need, reason=given.reason, now=act.now, by=act.by.person_id)
    return Outcome(
        _("%(part)s is scrapped.", part=said_of(need)),
        _("The unit needs another one."),
        tone="look",
        data={"need": need.id, "title": title_of(need), "batch": batch.code, "reason": given.reason},
    )


ACTIONS: Final = (
    Action(
        "need_part",
        _l("Ask for a part"),
        "unit",
        _need_part,
        WORK,
        _l("%(title)s needed"),
        detail=_l("%(part)s"),
        arguments=NeedPart,
        undo=_undo_need,
        stages=STAGES,
        icon="package",
    ),
    Action(
        "reserve",
        _l("Reserve"),
        "need",
        _reserve,
        WORK,
        _l("%(title)s reserved"),
        detail=_l("%(batch)s in %(place)s"),
        arguments=Reserve,
        undo=_undo_reserve,
        stages=STAGES,
        icon="package",
    ),
    Action("release", _l("Release"), "need", _release, WORK, _l("%(title)s released"), icon="undo-2"),
    Action(
        "wait_for_order",
        _l("Wait for an order"),
        "need",
        _wait_for_order,
        BUYERS,
        _l("%(title)s ordered"),
        detail=_l("%(order)s, %(supplier)s, expected %(expected_on)s"),
        arguments=WaitFor,
        hidden=True,
        icon="truck",
    ),
    Action(
        "order_part",
        _l("Order"),
        "need",
        _order_part,
        BUYERS,
        _l("%(title)s to be ordered from %(supplier)s"),
        detail=_l("%(reason)s"),
        arguments=OrderPart,
        stages=STAGES,
        icon="shopping-cart",
    ),
    Action(
        "cancel_need",
        _l("Not needed"),
        "need",
        _cancel_need,
        WORK,
        _l("%(title)s not needed any more"),
        detail=_l("%(reason)s"),
        arguments=CancelNeed,
        icon="x",
    ),
    Action(
        "choose_part",
        _l("Choose the part"),
        "need",
        _choose_part,
        WORK,
        _l("%(title)s: %(part)s chosen"),
        arguments=ChoosePart,
    ),
    Action(
        "scrap_piece",
        _l("Scrap the piece"),
        "need",
        _scrap_piece,
        WORK,
        _l("%(title)s scrapped"),
        detail=_l("%(reason)s"),
        arguments=Scrap,
        stages=STAGES,
        icon="trash-2",
    ),
)
