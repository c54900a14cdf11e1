"""The pages of what can be bought and from whom: parts, suppliers, offers."""

from __future__ import annotations

from typing import Final

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import func

from workshop.core.db import db
from workshop.core.errors import NotFound
from workshop.core.list_views import answer
from workshop.core.listing import totals
from workshop.core.web import allow, current_actor, day_here
from workshop.jobs.show import entries
from workshop.parts import fits, listings, lists, supply_lists, window, words
from workshop.parts.action_words import terms
from workshop.parts.models import Offer, Part
from workshop.parts.orders import on_time_percent
from workshop.parts.views import READER, WORKERS, bp

PAGES: Final = {"part": "parts.part_page", "supplier": "parts.supplier_page", "offer": "parts.offer_page"}


@bp.get("/spare-parts")
@allow(*READER)
def parts_page() -> ResponseReturnValue:
    """The parts that the workshop knows."""
    wanted = supply_lists.parts(day_here(), terms())
    (count,) = totals(wanted, request.args, func.count())
    return answer("parts/parts.html", wanted, count=count, may_buy=_may_buy(), countdown=words.countdown)


def _may_buy() -> bool:
    return current_actor().has("parts_manager", "admin")


@bp.get("/parts/<ref>")
@allow(*WORKERS)
def part_page(ref: str) -> ResponseReturnValue:
    """One part: what it fits, who offers it, what lies in stock, and what was changed."""
    part = listings.part_called(ref)
    if part is None:
        raise NotFound(_("There is no such part."), _("Scan its label again."))
    models, today = fits.models_of(part.id), day_here()
    return render_template(
        "parts/part.html",
        part=part,
        models=models,
        offers=listings.offers_of(part.id),
        answer=window.answer_for_part(models, part.kind, today=today, terms=terms()),
        countdown=words.countdown,
        rules=words.rules,
        on_time=on_time_percent,
        batches=listings.stock(listings.site_of(current_actor()), part.code),
        may_buy=_may_buy(),
        story=entries("part", part.id, limit=20),
    )


@bp.get("/suppliers")
@allow(*READER)
def suppliers_page() -> ResponseReturnValue:
    """Who sells what, how fast and how surely."""
    found = listings.suppliers()
    wanted = lists.suppliers(found, on_time_percent)
    return answer("parts/suppliers.html", wanted, count=len(found), on_time=on_time_percent, may_buy=_may_buy())


@bp.get("/suppliers/<ref>")
@allow(*READER)
def supplier_page(ref: str) -> ResponseReturnValue:
    """One supplier: how they deliver, what they offer, what is on its way."""
    found = listings.supplier_called(ref)
    if found is None:
        raise NotFound(_("There is no such supplier."), _("Look at the list."))
    return answer(
        "parts/supplier.html",
        supply_lists.offers(found, request.args),
        supplier=found,
        standing=listings.count_offers(found.id),
        on_time=on_time_percent,
        may_buy=_may_buy(),
        story=entries("supplier", found.id, limit=20),
    )


@bp.get("/offers/<int:ref>")
@allow(*READER)
def offer_page(ref: int) -> ResponseReturnValue:
    """An offer is shown on its part's page."""
    offer = db.session.get(Offer, ref)
    if offer is None:
        raise NotFound(_("There is no such offer."), _("Look at the part."))
    part: Part = offer.part
    return redirect(url_for("parts.part_page", ref=part.code), 303)
