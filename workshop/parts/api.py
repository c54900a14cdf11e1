"""Parts for programs: orders, what is to be ordered, and which units carry a lot."""

from __future__ import annotations

from flask import Response, jsonify
from pydantic import BaseModel, Field

from workshop.core.actor import EVERYONE
from workshop.core.api import new_blueprint
from workshop.core.web import allow, current_actor, day_here
from workshop.jobs import queue
from workshop.parts import listings, planning
from workshop.parts.action_words import terms
from workshop.parts.kinds import OrderKind
from workshop.parts.models import PurchaseOrder

bp = new_blueprint("parts_api", __name__)
_ORDERS = OrderKind("purchase_order", "purchase-orders", PurchaseOrder, by="code")


class Lot(BaseModel):
    """The lot, or one batch's code."""

    lot: str = Field(min_length=1, max_length=60)


@bp.get("/recall", operation_id="recall", summary="Units that carry a lot, sold ones too")
@allow(*EVERYONE)
def recall(query: Lot) -> Response:
    """Return the batches of a lot and the units that carry a piece of it."""
    found = listings.recall(query.lot, queue.sites_of(current_actor()))
    return jsonify(
        lot=query.lot,
        batches=[
            {"code": b.code, "lot": b.lot, "part": b.part.code, "on_hand": b.on_hand, "location": b.location.code}
            for b in found.batches
        ],
        units=[
            {
                "code": f.unit.code,
                "imei": f.unit.imei,
                "serial": f.unit.serial,
                "part": f.part.name,
                "batch": f.batch.code,
                "fitted_at": f.fitted_at.isoformat(),
            }
            for f in found.fitted
        ],
    )


@bp.get("/purchase-orders", operation_id="purchase_orders", summary="Orders that are drafted or sent")
@allow(*EVERYONE)
def purchase_orders() -> Response:
    """Return the drafted and sent orders of one's site."""
    found = listings.orders(listings.site_of(current_actor()), ("draft", "sent"))
    return jsonify(items=[_ORDERS.show(order) for order in found])


@bp.get("/to-order", operation_id="to_order", summary="What to order today")
@allow(*EVERYONE)
def to_order() -> Response:
    """Return the lines to order today by supplier, and those that need a decision."""
    found = planning.plan(listings.site_of(current_actor()), today=day_here(), terms=terms())
    return jsonify(
        total_minor=found.total_minor,
        lines=[_line(line) for line in found.lines],
        decisions=[_line(line) for line in found.decisions],
    )


def _line(line: planning.Line) -> dict[str, object]:
    return {
        "part": line.part.code,
        "name": line.part.name,
        "quantity": line.quantity,
        "needs": [n.id for n in line.needs],
        "supplier": line.offer.supplier.code if line.offer else None,
        "price_minor": line.offer.price_minor if line.offer else None,
        "window": line.answer.state.value if line.answer else None,
    }
