"""What happens to orders and returns: mostly read from the marketplace, a few things decided by a person."""

from __future__ import annotations

from typing import Annotated, Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from workshop.core.actions import Act, Action, Outcome
from workshop.core.actor import REFURBISHER
from workshop.core.arguments import Arguments, Ask, NoArguments
from workshop.core.db import db
from workshop.core.errors import Conflict, Refused
from workshop.marketplace import orders, returning, shelf
from workshop.marketplace.adapters.base import Folder, SoldLine, SoldOrder
from workshop.marketplace.kinds import only_worker
from workshop.marketplace.order_models import Return, SalesOrder, SoldPiece
from workshop.marketplace.outbox import ask_order, ask_push

REFURBISHERS: Final = frozenset({REFURBISHER})
NOBODY: Final[frozenset[str]] = frozenset()
# The marketplace's reasons to cancel, as it numbers them.
CANCEL_REASONS: Final = {
    0: _l("Stock mistake"),
    11: _l("Not at the address"),
    24: _l("Not as ordered"),
    25: _l("Other"),
}


class Sold(Arguments):
    """An order as the marketplace tells it."""

    sold: SoldOrder


def _take_order(_target: None, given: Sold, act: Act) -> Outcome:
    only_worker(act)
    if orders.find(given.sold.number) is not None:
        raise Conflict(_("Order %(order)s was read before.", order=given.sold.number), _("Nothing to do."))
    order = orders.write_order(given.sold, act.now)
    taken: set[int] = set()
    for sold, piece in orders.pieces(given.sold):
        _take_piece(order, sold, piece, taken, act)
    ask_order(order.number, act.now)
    short = [line.sku for line in order.lines if line.state == "short" and not line.job_id]
    return Outcome(
        _("Order %(order)s was read.", order=order.number),
        data={
            "order": order.number,
            "lines": [sold.sku for sold in given.sold.lines],
            "short": len(short) - len(taken),
        },
        target=order,
    )


def _take_piece(order: SalesOrder, sold: SoldLine, piece: int, taken: set[int], act: Act) -> None:
    """Write one piece down and have a unit reserved for it, the one in stock longest; short where none is left."""
    listing = orders.listing_of(sold.sku)
    line = orders.write_line(order, sold, piece, listing)
    if listing is None:
        order.why_code = "unknown_sku"
        return
    orders.account_for_sale(listing)
    ask_push(listing, act.now)
    if line.state != "short":
        return
    unit = next((u for u in shelf.free_units(listing) if u.id not in taken), None)
    if unit is None:
        order.why_code = "short"
        return
    taken.add(unit.id)
    act.follow("reserve_unit", unit.id, {"line": line.id, "order": order.number})


def _note_order(order: SalesOrder, given: Sold, act: Act) -> Outcome:
    only_worker(act)
    order.state, order.read_at = given.sold.state, act.now
    order.ship_to = given.sold.ship_to or order.ship_to
    states = {line.number: line.state for line in given.sold.lines}
    changed = []
    for line in order.lines:
        state = states.get(line.number, line.marketplace_state)
        if state != line.marketplace_state:
            line.marketplace_state = state
            changed.append(line.number)
            _follow_line(line, state, act)
    return Outcome(
        _("Order %(order)s changed.", order=order.number),
        data={"order": order.number, "state": order.state, "lines": changed},
    )


def _follow_line(line: SoldPiece, state: int, act: Act) -> None:
    """Follow what the marketplace did to a line: cancelled and refunded ones free their unit or note the refund."""
    if state in orders.GONE and line.state == "reserved":
        ending = "cancelled" if state in (orders.CANCELLED, orders.BANK_REFUSED) else "refunded"
        act.follow("release_unit", line.unit_id, {"order": line.order.number, "state": ending})
    elif state in orders.GONE and line.state == "short":
        line.state = "cancelled"
    elif state == orders.REFUNDED_AFTER and line.unit_id is not None:
        _note_refund(line, act)


def _note_refund(line: SoldPiece, act: Act) -> None:
    known = returning.announced(line)
    if known is None:
        assert line.unit_id is not None
        known = Return(line_id=line.id, unit_id=line.unit_id, announced_at=act.now)
        db.session.add(known)
    known.refund_minor, known.refunded_at = line.price_minor, act.now


class CancelLine(Arguments):
    """Which line, and why, in the marketplace's words."""

    line: Annotated[
        int,
        Ask(
            _l("Line"),
            choices=lambda order: [(str(li.id), li.sku) for li in order.lines if li.state in _CANCELLABLE],
        ),
    ]
    reason: Annotated[int, Ask(_l("Why"), choices=lambda _order: [(str(k), v) for k, v in CANCEL_REASONS.items()])] = 0


_CANCELLABLE: Final = ("short", "reserved")


def _cancel_line(order: SalesOrder, given: CancelLine, act: Act) -> Outcome:
    line = next((li for li in order.lines if li.id == given.line), None)
    if line is None or line.state not in _CANCELLABLE:
        raise Refused(
            _("This line can't be cancelled."),
            _("A shipped one is refunded on the marketplace."),
            field="line",
        )
    if line.marketplace_state != orders.PAID:
        raise Refused(
            _("The line was accepted already."),
            _("Refund it on the marketplace: it is read back here."),
            field="line",
        )
    if given.reason not in CANCEL_REASONS:
        raise Refused(_("There is no such reason."), _("Choose one of the list."), field="reason")
    line.cancel_reason = given.reason
    if line.state == "reserved":
        act.follow("release_unit", line.unit_id, {"order": order.number, "state": "cancelled"})
    else:
        line.state = "cancelled"
    order.why_code, order.why_data = "", {}
    ask_order(order.number, act.now)
    return Outcome(
        _("The line of %(sku)s is cancelled.", sku=line.sku),
        _("The marketplace is told. A high rate of these costs the best places."),
        tone="look",
        data={"order": order.number, "sku": line.sku, "reason": given.reason},
    )


def _try_order(order: SalesOrder, _given: NoArguments, act: Act) -> Outcome:
    order.why_code, order.why_data = "", {}
    taken: set[int] = set()
    for line in order.lines:
        if line.state == "short" and line.cancel_reason is None:
            _try_piece(line, taken, act)
    ask_order(order.number, act.now)
    return Outcome(_("Order %(order)s is looked at again.", order=order.number), data={"order": order.number})


def _try_piece(line: SoldPiece, taken: set[int], act: Act) -> None:
    listing = line.listing or orders.listing_of(line.sku)
    free = shelf.free_units(listing) if listing else []
    unit = next((u for u in free if u.id not in taken), None)
    if unit is not None:
        taken.add(unit.id)
        act.follow("reserve_unit", unit.id, {"line": line.id, "order": line.order.number})
    else:
        line.order.why_code = "short"


class Came(Arguments):
    """A return as the marketplace tells it, and the line that it is about."""

    folder: Folder
    line: int


def _note_return(_target: None, given: Came, act: Act) -> Outcome:
    only_worker(act)
    line = db.session.get(SoldPiece, given.line)
    if line is None or line.unit_id is None:
        raise Conflict(_("No unit was shipped for it."), _("Nothing to do."))
    known = returning.announced(line) or Return(line_id=line.id, unit_id=line.unit_id)
    known.folder, known.announced_at = given.folder.number, known.announced_at or given.folder.opened_at
    known.reason = known.reason or given.folder.reason[:40].lower()
    known.note = known.note or given.folder.note
    known.closed_at = None if given.folder.is_open else known.closed_at or act.now
    db.session.add(known)
    if given.folder.line_state == orders.REFUNDED_AFTER and known.refunded_at is None:
        known.refund_minor, known.refunded_at = line.price_minor, act.now
    db.session.flush()
    data: dict[str, Any] = {
        "folder": given.folder.number,
        "order": line.order.number,
        "open": given.folder.is_open,
    }
    return Outcome(_("Return %(n)s was read.", n=given.folder.number), data=data, target=known)


ACTIONS: Final = (
    Action(
        "take_order",
        _l("Read an order"),
        "sales_order",
        _take_order,
        NOBODY,
        _l("Order %(order)s was read"),
        arguments=Sold,
        creates=True,
        hidden=True,
        icon="package",
    ),
    Action(
        "note_order",
        _l("Follow an order"),
        "sales_order",
        _note_order,
        NOBODY,
        _l("Order %(order)s changed"),
        arguments=Sold,
        hidden=True,
    ),
    Action(
        "cancel_line",
        _l("Cancel a line"),
        "sales_order",
        _cancel_line,
        REFURBISHERS,
        _l("Cancelled: %(sku)s"),
        arguments=CancelLine,
        danger=True,
        icon="x",
    ),
    Action(
        "try_order",
        _l("Look again"),
        "sales_order",
        _try_order,
        REFURBISHERS,
        _l("Looked at again"),
        icon="refresh-cw",
    ),
    Action(
        "note_return",
        _l("Read a return"),
        "return",
        _note_return,
        NOBODY,
        _l("Return %(folder)s was read"),
        arguments=Came,
        creates=True,
        hidden=True,
        icon="undo-2",
    ),
)
