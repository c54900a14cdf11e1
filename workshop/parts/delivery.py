"""By when the law lets a supplier deliver, and which lines of orders are later than that.

The limit binds the maker, importer or authorised representative, not an independent dealer: only orders to a supplier
marked as bound are looked at. Source: Regulation (EU) 2023/1670, Annex II B 1.1(3) and the policies' own articles.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from workshop.accounts.models import Site
from workshop.catalogue.models import DeviceModel
from workshop.catalogue.window import State, delivery_due
from workshop.core.db import db
from workshop.parts import fits, window
from workshop.parts.models import Batch, Movement, OrderLine, PurchaseOrder
from workshop.parts.working_days import days_off


@dataclass(frozen=True)
class Limit:
    """The last day on which the law lets a line be delivered, the article that says so, and when it was complete."""

    due: date
    article: str
    complete_on: date | None

    def is_late(self, today: date) -> bool:
        """Say whether the law is broken: it came later, or has not come by now."""
        return (self.complete_on or today) > self.due


def limits(orders: Iterable[PurchaseOrder], *, terms: window.Terms) -> dict[int, Limit]:
    """Return the limit of each line, by the line's number, of orders that were sent to whom the law binds."""
    bound = [o for o in orders if o.supplier.bound_by_law and o.state in ("sent", "received") and o.approved_at]
    lines = [line for order in bound for line in order.lines]
    models, complete = fits.models_by_part({line.part_id for line in lines}), _complete(lines)
    found = {line.id: _limit(line, models[line.part_id], complete.get(line.id), terms) for line in lines}
    return {line_id: limit for line_id, limit in found.items() if limit is not None}


def late_orders(orders: Iterable[PurchaseOrder], today: date, *, terms: window.Terms) -> set[int]:
    """Return the orders, by number, of which a line is later than the law lets it be."""
    every = list(orders)
    late = {line_id for line_id, limit in limits(every, terms=terms).items() if limit.is_late(today)}
    return {order.id for order in every if late & {line.id for line in order.lines}}


def _limit(line: OrderLine, models: list[DeviceModel], complete: datetime | None, terms: window.Terms) -> Limit | None:
    order, site = line.order, db.session.get_one(Site, line.order.site_id)
    zone, off = ZoneInfo(site.zone), days_off(site.id)
    assert order.approved_at is not None
    ordered_on = order.approved_at.astimezone(zone).date()
    dues = [due for m in models if (due := _due(m, line.part.kind, ordered_on, off, terms)) is not None]
    if not dues:
        return None
    day, article = min(dues)
    return Limit(day, article, complete.astimezone(zone).date() if complete and not line.coming else None)


def _due(
    model: DeviceModel, kind: str, ordered_on: date, off: Collection[date], terms: window.Terms
) -> tuple[date, str] | None:
    """Return the earliest day that a law sets for a part of this model, and its article."""
    answer = window.answer_for(model, kind, today=ordered_on, terms=terms)
    laws = [w for w in answer.windows if w.policy.is_law and w.state in (State.OPEN, State.CLOSING)]
    dues = ((delivery_due(ordered_on, w.policy, w, off), w.article) for w in laws)
    return min(((day, article) for day, article in dues if day is not None), default=None)


def _complete(lines: Collection[OrderLine]) -> dict[int, datetime]:
    """Return when the newest piece of each line came."""
    query = (
        select(Batch.order_line_id, func.max(Movement.at))
        .join(Movement, Movement.batch_id == Batch.id)
        .where(Batch.order_line_id.in_([line.id for line in lines]), Movement.reason == "received")
        .group_by(Batch.order_line_id)
    )
    return {line_id: at for line_id, at in db.session.execute(query) if line_id is not None}
