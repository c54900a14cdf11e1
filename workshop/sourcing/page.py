"""What this room shows of a unit: what was quoted for it, and the offer that waits."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from workshop.catalogue.checklists import fault_type
from workshop.core.db import db
from workshop.core.language import date_text, word
from workshop.core.language import price as shown_price
from workshop.core.web import day_here
from workshop.jobs.target import OpenUnit
from workshop.sourcing import offers, quotes
from workshop.sourcing.models import ConsignmentLine, Quote, RevisedOffer


def fault_titles(codes: list[str]) -> list[str]:
    """Return what was found, in words."""
    return [word(kind.title) if (kind := fault_type(code)) else code for code in codes]


def quoted(unit: OpenUnit) -> dict[str, Any] | None:
    """Return what was quoted, beside what is found; None where nothing was."""
    quote = quotes.quote_of(unit.job_id)
    if quote is None:
        return None
    made = offers.of_job(unit.job_id)
    return {
        "quote": quote,
        "offers": made,
        "waiting": next((o for o in made if o.state == "waiting"), None),
        "today": day_here(),
        "titles": fault_titles,
    }


def panel(unit: OpenUnit) -> dict[str, Any] | None:
    """Return the card of the unit's page: the quote, its offers, and the delivery that it came with."""
    found, line = quoted(unit), _line(unit)
    if found is None and line is None:
        return None
    return {"quoted": found, "line": line}


def _line(unit: OpenUnit) -> ConsignmentLine | None:
    query = select(ConsignmentLine).where(ConsignmentLine.unit_id == unit.id).order_by(ConsignmentLine.id.desc())
    return db.session.scalars(query.limit(1)).one_or_none()


def head(unit: OpenUnit) -> dict[str, Any]:
    """Return the pill of a unit whose owner has not answered."""
    if offers.HOLD not in unit.holds:
        return {}
    waiting = offers.waiting_for(unit.job_id)
    words = _("Offer waits until %(day)s", day=date_text(waiting.answer_by)) if waiting else ""
    return {"pills": [(words, "hold")]} if words else {}


def unit_json(unit: OpenUnit) -> dict[str, Any] | None:
    """Return what a program is told of the quote and the last offer."""
    quote = quotes.quote_of(unit.job_id)
    if quote is None:
        return None
    last = next(iter(offers.of_job(unit.job_id)), None)
    return {
        "shop": quote.shop,
        "condition": quote.condition,
        "price_minor": quote.price_minor,
        "currency": quote.currency,
        "offer": offer_json(last) if last else None,
    }


def offer_json(offer: RevisedOffer) -> dict[str, Any]:
    """Return a revised offer as a program is told of it."""
    return {
        "state": offer.state,
        "price_minor": offer.price_minor,
        "differs": offer.differs,
        "answer_by": offer.answer_by.isoformat(),
    }


def letter(unit: OpenUnit, quote: Quote, offer: RevisedOffer) -> str:
    """Return the offer as the text of an e-mail to the partner, who passes it on."""
    number = unit.imei or unit.serial or unit.code
    differs = fault_titles(offer.differs)
    lines = [
        _("%(device)s, %(number)s", device=unit.title, number=number),
        _("From: %(shop)s", shop=quote.shop) if quote.shop else "",
        "",
        _("Described as: %(condition)s, for %(price)s", condition=quote.condition or _("not said"),
          price=shown_price(offer.quoted_minor, offer.currency)),
        _("Found as: %(condition)s", condition=offer.found) if offer.found else "",
        *(_("Found: %(fault)s", fault=title) for title in differs),
        "",
        offer.reason,
        "",
        _("We offer %(price)s instead. Please answer yes or no by %(day)s.",
          price=shown_price(offer.price_minor, offer.currency), day=date_text(offer.answer_by)),
        _("Without a yes the device is sent back; it is not worked on until then."),
    ]  # fmt: skip
    return "\n".join(line for n, line in enumerate(lines) if line or (n and lines[n - 1])) + "\n"
