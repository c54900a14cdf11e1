"""Who may approve an order: a person's limit, set by an admin, is the most that they may spend at once.

What a person approved for the same supplier within a day counts as one purchase: it can't be split to pass the limit.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from flask_babel import gettext as _
from sqlalchemy import func, or_, select

from workshop.accounts.models import Membership, Person
from workshop.core.actor import ADMIN, PARTS_MANAGER
from workshop.core.db import db
from workshop.core.errors import Forbidden
from workshop.core.language import price as shown_price
from workshop.parts.models import OrderLine, PurchaseOrder

NAMED: Final = 3
ONE_PURCHASE: Final = timedelta(hours=24)


def limit_of(person_id: int | None) -> int | None:
    """Return the most that a person may approve at once, in cents; None where there is no limit."""
    if person_id is None:
        return None
    return db.session.scalar(select(Person.approval_limit_minor).where(Person.id == person_id))


def may_approve(order: PurchaseOrder, person_id: int | None, *, now: datetime) -> bool:
    """Say whether an order is within a person's limit, with what they approved for this supplier in the last day."""
    limit, before = _standing(order, person_id, now)
    return limit is None or order.total_minor + before <= limit


def _standing(order: PurchaseOrder, person_id: int | None, now: datetime) -> tuple[int | None, int]:
    """Return a person's limit and what they approved towards it, in cents; nothing is summed where there is none."""
    limit = limit_of(person_id)
    before = 0 if limit is None else db.session.scalar(select(_approved_by(person_id, order, now)))
    return limit, before or 0


def _approved_by(person: Any, order: PurchaseOrder, now: datetime) -> Any:
    """Return as SQL what a person approved for the supplier of an order within the last day, in cents."""
    query = (
        select(func.coalesce(func.sum(OrderLine.quantity * OrderLine.price_minor), 0))
        .join(PurchaseOrder, PurchaseOrder.id == OrderLine.order_id)
        .where(
            PurchaseOrder.approved_by == person,
            PurchaseOrder.approved_at > now - ONE_PURCHASE,
            PurchaseOrder.supplier_id == order.supplier_id,
            PurchaseOrder.state.in_(("sent", "received")),
        )
    )
    return query.scalar_subquery()


def approvers(order: PurchaseOrder, *, now: datetime) -> list[str]:
    """Return the names of a few people of the site whose limit suffices."""
    spent = _approved_by(Person.id, order, now)
    query = (
        select(Person.name)
        .join(Membership, Membership.person_id == Person.id)
        .where(
            Person.is_active,
            Membership.role.in_((PARTS_MANAGER, ADMIN)),
            or_(Membership.site_id.is_(None), Membership.site_id == order.site_id),
            or_(Person.approval_limit_minor.is_(None), Person.approval_limit_minor >= order.total_minor + spent),
        )
        .distinct()
        .order_by(Person.name)
        .limit(NAMED)
    )
    return list(db.session.scalars(query))


def waits_for(order: PurchaseOrder, *, now: datetime) -> str:
    """Return in words who may approve an order."""
    return str(_("%(names)s may approve it.", names=", ".join(approvers(order, now=now)) or _("Nobody")))


def refuse_over_limit(order: PurchaseOrder, person_id: int | None, *, now: datetime) -> None:
    """Raise Forbidden for an order above a person's limit, naming who may approve it."""
    limit, before = _standing(order, person_id, now)
    if limit is None or order.total_minor + before <= limit:
        return
    currency = order.supplier.currency
    words = {
        "order": order.code,
        "total": shown_price(order.total_minor, currency),
        "most": shown_price(limit, currency),
    }
    what = (
        _(
            "%(order)s comes to %(total)s, after %(before)s within a day: you may approve up to %(most)s.",
            before=shown_price(before, currency),
            **words,
        )
        if before
        else _("%(order)s comes to %(total)s: you may approve up to %(most)s.", **words)
    )
    raise Forbidden(what, waits_for(order, now=now))
