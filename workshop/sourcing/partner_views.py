"""The pages of partners and of offers that wait: parse, one call, render."""

from __future__ import annotations

from typing import Any, Final

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from workshop.core import clock
from workshop.core.actor import ADMIN, AUDITOR, PARTS_MANAGER, REFURBISHER, TECHNICIAN
from workshop.core.db import db
from workshop.core.errors import NotFound
from workshop.core.list_views import answer
from workshop.core.web import allow, current_actor, day_here
from workshop.jobs import queue, target
from workshop.jobs.models import Source
from workshop.sourcing import consignments, figures, offers, page, partner_lists, quotes, words
from workshop.sourcing.models import RevisedOffer
from workshop.sourcing.partner_actions import KIND_LABELS

bp = Blueprint("partners", __name__)
READERS: Final = (REFURBISHER, PARTS_MANAGER, ADMIN, AUDITOR)


@bp.app_context_processor
def told_as() -> dict[str, Any]:
    """The words that templates of offers ask for."""
    return {"offer_words": words.OFFER_STATES, "partner_kinds": KIND_LABELS}


@bp.get("/partners")
@allow(*READERS)
def partners_page() -> ResponseReturnValue:
    """Who devices come from, and what they were worth."""
    return answer("sourcing/partners.html", partner_lists.partners(clock.now()))


@bp.get("/partners/<ref>")
@allow(*READERS)
def partner_page(ref: str) -> ResponseReturnValue:
    """One partner: terms, figures, its shops, its offers."""
    source = db.session.scalars(select(Source).where(Source.code == ref.upper())).one_or_none()
    if source is None:
        raise NotFound(_("There is no such partner."), _("Look at the list."))
    now, today = clock.now(), day_here()
    return answer(
        "sourcing/partner.html",
        partner_lists.revised(queue.sites_of(current_actor()), today, source_id=source.id),
        source=source,
        partner=consignments.terms_with(source.id),
        figures=figures.by_source(now).get(source.id, figures.Figures()),
        shops=figures.by_shop(source.id, now),
        may_change=current_actor().has(REFURBISHER, PARTS_MANAGER, ADMIN),
    )


@bp.get("/revised-offers")
@allow(*READERS, TECHNICIAN)
def offers_page() -> ResponseReturnValue:
    """The revised offers: those that wait, the most urgent first, and how the others ended."""
    return answer("sourcing/offers.html", partner_lists.revised(queue.sites_of(current_actor()), day_here()))


@bp.get("/revised-offers/<int:offer_id>")
@allow(*READERS, TECHNICIAN)
def offer_page(offer_id: int) -> ResponseReturnValue:
    """One revised offer: the letter to the owner, and their answer."""
    offer = db.session.get(RevisedOffer, offer_id)
    unit = target.by_id(offer.job.unit_id) if offer else None
    quote = quotes.quote_of(offer.job_id) if offer else None
    if offer is None or unit is None or quote is None or not current_actor().works_at(offer.job.site_id):
        raise NotFound(_("There is no such offer."), _("Look at the list."))
    return render_template(
        "sourcing/offer.html",
        offer=offer,
        unit=unit,
        quote=quote,
        letter=page.letter(unit, quote, offer),
        titles=page.fault_titles(offer.differs),
        email=consignments.terms_with(quote.source_id).email,
        late=offers.is_late(offer, day_here()),
    )
