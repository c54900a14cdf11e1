"""Who may approve an order: a person's limit, set by an admin, is the most that they may spend at once."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy import or_, select

from workshop.accounts.models import Membership, Person
from workshop.core.actor import ADMIN, PARTS_MANAGER
from workshop.core.db import db
from workshop.core.errors import Forbidden
from workshop.core.language import price as shown_price
from workshop.parts.models import PurchaseOrder

NAMED = 3


def limit_of(person_id: int | None) -> int | None:
    """Return the most that a person may approve at once, in cents; None where there is no limit."""
    if person_id is None:
        return None
    return db.session.scalar(select(Person.approval_limit_minor).where(Person.id == person_id))


def may_approve(order: PurchaseOrder, person_id: int | None) -> bool:
    """Say whether an order is within a person's limit."""
    limit = limit_of(person_id)
    return limit is None or order.total_minor <= limit


def approvers(order: PurchaseOrder) -> list[str]:
    """Return the names of a few people of the site whose limit suffices."""
    query = (
        select(Person.name)
        .join(Membership, Membership.person_id == Person.id)
        .where(
            Person.is_active,
            Membership.role.in_((PARTS_MANAGER, ADMIN)),
            or_(Membership.site_id.is_(None), Membership.site_id == order.site_id),
            or_(Person.approval_limit_minor.is_(None), Person.approval_limit_minor >= order.total_minor),
        )
        .distinct()
        .order_by(Person.name)
        .limit(NAMED)
    )
    return list(db.session.scalars(query))


def waits_for(order: PurchaseOrder) -> str:
    """Return in words who may approve an order."""
    return str(_("%(names)s may approve it.", names=", ".join(approvers(order)) or _("Nobody")))


def refuse_over_limit(order: PurchaseOrder, person_id: int | None) -> None:
    """Raise Forbidden for an order above a person's limit, naming who may approve it."""
    limit = limit_of(person_id)
    if limit is not None and order.total_minor > limit:
        total = shown_price(order.total_minor, order.supplier.currency)
        most = shown_price(limit, order.supplier.currency)
        raise Forbidden(
            _(
                "%(order)s comes to %(total)s: you may approve up to %(most)s.",
                order=order.code,
                total=total,
                most=most,
            ),
            waits_for(order),
        )
