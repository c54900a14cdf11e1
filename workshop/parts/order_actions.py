"""What is done to orders: place, approve and send, cancel, receive."""

from __future__ import annotations

from typing import Annotated, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from pydantic import BaseModel, ConfigDict, Field

from workshop.core.actions import Act, Action, Outcome
from workshop.core.arguments import Arguments, Ask, NoArguments
from workshop.core.language import date_text
from workshop.core.money import parse_amount
from workshop.parts import approval, choices, fits, needs, orders, receive, reserve, stock
from workshop.parts.action_words import (
    BUYERS,
    RECEIVERS,
    Reason,
    for_whom,
    site_for,
    terms,
)
from workshop.parts.fits import part_name
from workshop.parts.models import (
    PurchaseOrder,
)


class Line(BaseModel):
    """One line to order."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    part: str
    quantity: int
    price: str = ""
    reason: str = Field("", max_length=300)


class PlaceOrder(Arguments):
    """A supplier and lines; `need` waits for the first line, and `send` approves it at once."""

    supplier: Annotated[str, Ask(_l("Supplier"), choices=choices.suppliers_choices)]
    lines: Annotated[list[Line], Field(min_length=1, max_length=500)]
    send: Annotated[bool, Ask(_l("Approve and send it at once"))] = False
    need: int | None = None
    site: int | None = None


def _wanted(line: Line, currency: str) -> orders.Wanted:
    price = parse_amount(line.price, currency, field="price") if line.price else None
    return orders.Wanted(fits.part_named(line.part), line.quantity, price, line.reason)


def _place_order(_target: None, given: PlaceOrder, act: Act) -> Outcome:
    supplier, site_id = orders.supplier_named(given.supplier), site_for(given.site, act)
    wanted = [_wanted(line, supplier.currency) for line in given.lines]
    order = orders.place(
        supplier, wanted, site_id=site_id, now=act.now, today=act.today, by=act.by.person_id, terms=terms()
    )
    waits = given.send and not approval.may_approve(order, act.by.person_id, now=act.now)
    if given.send and not waits:
        act.follow("send_order", order.code)
    _promise(order, {w.part.id for w in wanted}, given.need, act)
    lines = [{"part": w.part.code, "quantity": w.quantity, "reason": w.reason} for w in wanted]
    return Outcome(
        ngettext(
            "%(code)s: %(num)s line for %(supplier)s.",
            "%(code)s: %(num)s lines for %(supplier)s.",
            len(wanted),
            code=order.code,
            supplier=supplier.name,
        ),
        _("It is above your limit. %(who)s", who=approval.waits_for(order, now=act.now)) if waits else "",
        tone="look" if waits else "yes",
        data={"order": order.code, "supplier": supplier.name, "lines": lines},
        target=order,
        more={"order": order.code, "waits": waits},
    )


def _promise(order: PurchaseOrder, part_ids: set[int], need_id: int | None, act: Act) -> None:
    """Let the needs that wait for these parts wait for this order: the asking one first, then the oldest jobs."""
    promised: set[int] = set()
    for line in (each for each in order.lines if each.part_id in part_ids):
        left = line.coming - line.promised
        asking = [needs.need_named(need_id)] if need_id else []
        waiting = [n for n in asking if n.part_kind == line.part.kind]
        waiting += [n for n in reserve.waiting_for(line.part, order.site_id) if n not in waiting]
        for need in [n for n in waiting if n.id not in promised][:left]:
            promised.add(need.id)
            act.follow("wait_for_order", need.id, {"line": line.id})


def _send_order(order: PurchaseOrder, _given: NoArguments, act: Act) -> Outcome:
    approval.refuse_over_limit(order, act.by.person_id, now=act.now)
    orders.send(order, now=act.now, today=act.today, by=act.by.person_id)
    return Outcome(
        _("%(code)s is sent to %(supplier)s.", code=order.code, supplier=order.supplier.name),
        _("Expected on %(day)s.", day=date_text(order.expected_on)),
        data={
            "order": order.code,
            "supplier": order.supplier.name,
            "total_minor": order.total_minor,
            "expected_on": order.expected_on.isoformat(),
        },
    )


def _cancel_order(order: PurchaseOrder, given: Reason, act: Act) -> Outcome:
    freed = orders.cancel(order, now=act.now)
    return Outcome(
        _("%(code)s is cancelled.", code=order.code),
        ngettext("%(num)s job waits for parts again.", "%(num)s jobs wait for parts again.", len(freed)),
        tone="look",
        data={"order": order.code, "reason": given.reason, "freed": len(freed)},
    )


class Receive(Arguments):
    """What was scanned: a part's code, EAN or supplier's number; left out lot and place are the usual ones."""

    code: Annotated[str, Field(min_length=1, max_length=60), Ask(_l("Part or EAN"), _l("Scan the packet."))]
    quantity: Annotated[int, Field(ge=1, le=10_000), Ask(_l("Pieces"))] = 1
    lot: Annotated[str, Field(max_length=60), Ask(_l("Lot"), _l("As printed on the packet."))] = ""
    location: Annotated[str, Field(max_length=32), Ask(_l("Place"), choices=choices.locations_choices)] = ""


def _receive(order: PurchaseOrder, given: Receive, act: Act) -> Outcome:
    line = receive.line_for(order, given.code)
    place = (
        stock.location_named(given.location, order.site_id)
        if given.location
        else stock.usual_location(line.part_id, order.site_id)
    )
    batch = receive.receive(
        line, given.quantity, place, lot=given.lot, now=act.now, today=act.today, by=act.by.person_id
    )
    served = receive.next_in_line(line.part, order.site_id, given.quantity)
    for need in served:
        act.follow("reserve", need.id, {"batch": batch.code})
    return Outcome(
        _("%(n)s × %(part)s received.", n=given.quantity, part=part_name(line.part)),
        for_whom(served, place),
        data={
            "order": order.code,
            "part": line.part.code,
            "batch": batch.code,
            "quantity": given.quantity,
            "lot": given.lot,
            "place": place.code,
            "left": line.coming,
        },
        more={"batch": batch.code, "label": f"/batches/{batch.code}/label.pdf", "left": line.coming},
    )


ACTIONS: Final = (
    Action(
        "place_order",
        _l("Order parts"),
        "purchase_order",
        _place_order,
        BUYERS,
        _l("Ordered"),
        arguments=PlaceOrder,
        creates=True,
        icon="shopping-cart",
    ),
    Action(
        "send_order",
        _l("Approve and send"),
        "purchase_order",
        _send_order,
        BUYERS,
        _l("Sent to %(supplier)s"),
        icon="send",
    ),
    Action(
        "cancel_order",
        _l("Cancel the order"),
        "purchase_order",
        _cancel_order,
        BUYERS,
        _l("Cancelled"),
        detail=_l("%(reason)s"),
        arguments=Reason,
        danger=True,
        icon="x",
    ),
    Action(
        "receive",
        _l("Receive"),
        "purchase_order",
        _receive,
        RECEIVERS,
        _l("%(quantity)s received, %(batch)s"),
        arguments=Receive,
        icon="package",
    ),
)
