"""The pages of orders, deliveries, stock and donors: parse, one call, render."""

from __future__ import annotations

from typing import Any, Final

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import func

from workshop.core import clock, labels
from workshop.core.actions import perform
from workshop.core.actor import ADMIN, AUDITOR, PARTS_MANAGER, REFURBISHER, TECHNICIAN
from workshop.core.codes import clean
from workshop.core.db import db, number
from workshop.core.errors import NotFound, Refused
from workshop.core.list_views import answer
from workshop.core.listing import totals
from workshop.core.web import allow, current_actor, day_here, request_key, tell
from workshop.jobs import queue
from workshop.jobs.unit_page import MIMETYPES
from workshop.parts import (
    approval,
    delivery,
    fits,
    listings,
    lists,
    planning,
    stock,
    stock_labels,
    supply_lists,
    trace_lists,
    window,
    words,
)
from workshop.parts.action_words import terms
from workshop.parts.models import Batch, DonorPart, Location, Need, PurchaseOrder

bp = Blueprint("parts", __name__)
BUYER: Final = (PARTS_MANAGER, ADMIN)
READER: Final = (PARTS_MANAGER, ADMIN, AUDITOR)
WORKERS: Final = (TECHNICIAN, PARTS_MANAGER, REFURBISHER, ADMIN, AUDITOR)
PAGES: Final = {
    "batch": "parts.batch_page",
    "purchase_order": "parts.order_page",
    "need": "parts.need_page",
    "donor_part": "parts.donor_part_page",
    "location": "parts.location_page",
}
# Pages that show what others change, and what is done that changes them.
LIVE: Final = ("today_page", "receiving_page", "receive_page", "orders_page", "order_page", "stock_page", "short_page")
CHANGES: Final = (
    "part batch purchase_order supplier need donor_part record_fault decide_triage fit_part advance move undo"
)


@bp.app_context_processor
def told_as() -> dict[str, Any]:
    """The words that this room's lists ask for."""
    return {"due_words": supply_lists.WHEN}


def site_here() -> int:
    """Return the site that this person's pages of parts are about."""
    return listings.site_of(current_actor())


def _own(thing: Any, what: str) -> Any:
    """Return a thing of one's own sites. Raises NotFound for another's as for none."""
    if thing is None or not current_actor().works_at(thing.site_id):
        raise NotFound(what, _("Scan its label again."))
    return thing


def order_of(ref: str) -> PurchaseOrder:
    """Return an order of one's own sites."""
    found: PurchaseOrder = _own(listings.order_called(ref), _("There is no such order."))
    return found


def batch_of(ref: str) -> Batch:
    """Return a batch of one's own sites."""
    found: Batch = _own(listings.batch_called(ref), _("No piece has this label."))
    return found


@bp.get("/receiving")
@allow(*WORKERS)
def receiving_page() -> ResponseReturnValue:
    """The deliveries that are to come."""
    today, now_terms = day_here(), terms()
    site = site_here()
    wanted = supply_lists.receiving(site, today, lambda orders: delivery.late_orders(orders, today, terms=now_terms))
    return answer("parts/receiving.html", wanted, coming=number(listings.count_orders(site, "sent")))


@bp.get("/receiving/<ref>")
@allow(*WORKERS)
def receive_page(ref: str) -> ResponseReturnValue:
    """One delivery: scan each piece."""
    order = order_of(ref)
    return _receiving(order, {"lot": "", "location": ""})


def _receiving(order: PurchaseOrder, given: dict[str, str], refused: Refused | None = None) -> Response:
    page = render_template(
        "parts/receive.html",
        order=order,
        places=listings.shelves(order.site_id),
        given=given,
        refused=refused,
        batches=listings.batches_of(order),
        promised=listings.promised_to,
        today=day_here(),
        limits=delivery.limits([order], terms=terms()),
    )
    return Response(page, refused.status if refused else 200, mimetype="text/html")


@bp.post("/receiving/<ref>")
@allow(TECHNICIAN, PARTS_MANAGER, ADMIN)
def receive_scan(ref: str) -> ResponseReturnValue:
    """Receive the piece that was scanned."""
    order, form = order_of(ref), request.form
    given = {"lot": form.get("lot", "").strip(), "location": form.get("location", "").strip()}
    try:
        done = perform(
            "receive",
            order.code,
            {"code": clean(form.get("code", "")).text, **given},
            by=current_actor(),
            request_key=request_key(),
        )
    except Refused as refused:
        db.session.rollback()
        return _receiving(order_of(ref), given, refused)
    moved = [d for d in done.followed if d.action == "reserve"]
    tell(done.tone, done.title, done.detail + (" " + " ".join(d.title for d in moved) if moved else ""))
    return redirect(
        url_for(
            "parts.receive_page",
            ref=order.code,
            printed=done.more["batch"],
            lot=given["lot"],
            location=given["location"],
        ),
        303,
    )


@bp.get("/purchase-orders")
@allow(*READER)
def orders_page() -> ResponseReturnValue:
    """Every order, those that wait for approval first."""
    wanted, drafts = lists.orders(site_here(), request.args), number(listings.count_orders(site_here(), "draft"))
    today, now_terms = day_here(), terms()
    return answer(
        "parts/orders.html",
        wanted,
        drafts=drafts,
        today=today,
        late=lambda orders: delivery.late_orders(orders, today, terms=now_terms),
    )


@bp.get("/purchase-orders/<ref>")
@allow(*WORKERS)
def order_page(ref: str) -> ResponseReturnValue:
    """One order with its lines, their windows and the jobs that wait for them."""
    order, today = order_of(ref), day_here()
    models = fits.models_by_part({line.part_id for line in order.lines})
    answers = {
        line.id: window.answer_for_part(models[line.part_id], line.part.kind, today=today, terms=terms())
        for line in order.lines
    }
    return render_template(
        "parts/order.html",
        order=order,
        answers=answers,
        countdown=words.countdown,
        today=today,
        rules=words.rules,
        promised=listings.promised_to,
        waits_for=_waits_for(order),
        limits=delivery.limits([order], terms=terms()),
        broken=delivery.late_orders([order], today, terms=terms()),
    )


def _waits_for(order: PurchaseOrder) -> str:
    now = clock.now()
    may = approval.may_approve(order, current_actor().person_id, now=now)
    return "" if may else approval.waits_for(order, now=now)


@bp.get("/stock")
@allow(*WORKERS)
def stock_page() -> ResponseReturnValue:
    """What lies where."""
    wanted, place = lists.stock(site_here()), request.args.get("place", "")
    sums = totals(wanted, request.args, func.count(), func.sum(Batch.on_hand), func.sum(Batch.reserved))
    return answer("parts/stock.html", wanted, sums=sums, place=place)


@bp.get("/places")
@allow(*WORKERS)
def places_page() -> ResponseReturnValue:
    """The places of the site, and what lies at each."""
    return answer("parts/places.html", lists.places(site_here()))


@bp.get("/batches/<ref>")
@allow(*WORKERS)
def batch_page(ref: str) -> ResponseReturnValue:
    """One batch: its ledger, where it came from, and the units that carry it."""
    batch = batch_of(ref)
    carried = listings.recall(batch.code, queue.sites_of(current_actor())).fitted
    return render_template(
        "parts/batch.html",
        batch=batch,
        ledger=stock.ledger(batch.id),
        carried=carried,
        waiting=listings.waiting_for(batch),
    )


@bp.get("/short")
@allow(*BUYER)
def short_page() -> ResponseReturnValue:
    """The needs that have no piece in hand."""
    missing, coming = (number(listings.count_needs(site_here(), state)) for state in ("needed", "ordered"))
    now = clock.now()
    return answer("parts/short.html", lists.short(site_here(), now), missing=missing, coming=coming, now=now)


@bp.get("/windows")
@allow(*READER)
def windows_page() -> ResponseReturnValue:
    """The models by the day on which their spare-part window shuts."""
    rows = planning.horizon(site_here(), today=day_here(), terms=terms())
    return answer("parts/windows.html", lists.windows(rows), rows=rows, countdown=words.countdown)


@bp.get("/donors")
@allow(*WORKERS)
def donors_page() -> ResponseReturnValue:
    """The donors and what can still be taken out of them."""
    found = listings.donors(site_here())
    return answer("parts/donors.html", lists.donors(found), donors=found)


@bp.get("/recall")
@allow(*READER)
def recall_page() -> ResponseReturnValue:
    """Which units carry a lot, the sold ones too."""
    lot, sites = request.args.get("lot", "").strip(), queue.sites_of(current_actor())
    if not lot:
        return answer("parts/recall.html", trace_lists.lots(site_here()), lot="", where="", units=0, left=0)
    where = request.args.get("where", "")
    wanted = trace_lists.pieces(lot, sites) if where == "stock" else trace_lists.carriers(lot, sites)
    units, left = listings.recalled(lot, sites)
    return answer("parts/recall.html", wanted, lot=lot, where=where or "units", units=units, left=left)


@bp.get("/needs/<int:ref>")
@allow()
def need_page(ref: int) -> ResponseReturnValue:
    """A need is shown on its unit's page."""
    need: Need = _own(db.session.get(Need, ref), _("There is no such need."))
    return redirect(url_for("jobs.unit", ref=need.job.unit.code), 303)


@bp.get("/donor-parts/<int:ref>")
@allow()
def donor_part_page(ref: int) -> ResponseReturnValue:
    """A donor's part is shown on its unit's page."""
    donor: DonorPart = _own(db.session.get(DonorPart, ref), _("There is no such donor."))
    return redirect(url_for("jobs.unit", ref=donor.unit.code), 303)


@bp.get("/places/<ref>")
@allow(*WORKERS)
def location_page(ref: str) -> ResponseReturnValue:
    """A place is shown by what lies there."""
    return redirect(url_for("parts.stock_page", place=ref.upper()), 303)


def _label(label: labels.Label, size: str, form: str) -> Response:
    if form not in MIMETYPES:
        raise NotFound(_("There is no such form of a label."), _("Take pdf, png, svg or zpl."))
    return Response(labels.render([label], size=size, format=form), mimetype=MIMETYPES[form])  # type: ignore[arg-type]


@bp.get("/batches/<ref>/label.<form>")
@allow(*WORKERS)
def batch_label(ref: str, form: str) -> ResponseReturnValue:
    """The label of a piece."""
    return _label(stock_labels.batch_label(batch_of(ref)), "part", form)


@bp.get("/purchase-orders/<ref>/label.<form>")
@allow(*WORKERS)
def order_label(ref: str, form: str) -> ResponseReturnValue:
    """The label of an order, to be scanned when it comes."""
    return _label(stock_labels.order_label(order_of(ref)), "part", form)


@bp.get("/places/<ref>/label.<form>")
@allow(*WORKERS)
def location_label(ref: str, form: str) -> ResponseReturnValue:
    """The label of a place."""
    place: Location = _own(listings.place_labelled(ref), _("There is no such place."))
    return _label(stock_labels.place_label(place), "part", form)
