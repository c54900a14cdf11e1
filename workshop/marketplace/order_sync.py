"""Bringing an order on the marketplace to where it stands here: accepted, cancelled, shipped, identified.

It is read first, each time: what was done already is not done again, so a lost answer costs one look. An IMEI or
a serial number can never be corrected, and is sent only where the marketplace has none yet.
"""

from __future__ import annotations

from collections.abc import Iterable

from workshop.core.actions import perform
from workshop.core.db import db
from workshop.core.errors import Refused
from workshop.core.work import Again
from workshop.jobs.models import Job
from workshop.marketplace import orders, pull
from workshop.marketplace.adapters.base import LineRefused, Parcel, SoldLine, SoldOrder
from workshop.marketplace.feed import FEED, Errand
from workshop.marketplace.order_models import SalesOrder, Shipment, SoldPiece

KEPT = frozenset({"reserved", "shipped", "returned"})
LEFT = frozenset({"shipped", "returned"})


def sync(errand: Errand) -> Again | None:
    """Bring one order to where it stands here."""
    try:
        sold = _read(errand)
        if _settle_lines(sold, errand):
            sold = _read(errand)
        if _ship(sold, errand):
            sold = _read(errand)
        _identify(sold, errand)
        pull.take_in(sold)
    except LineRefused as refused:
        _explain(errand.subject, "refused_move", said=refused.said)
    return None


def _read(errand: Errand) -> SoldOrder:
    db.session.commit()
    sold = errand.market.order(errand.subject)
    if sold is None:
        raise LineRefused("the order is not there", 404)
    return sold


def _order(errand: Errand) -> SalesOrder:
    db.session.expire_all()
    order = orders.find(errand.subject)
    assert order is not None
    return order


def _explain(number: str, why: str, **data: str) -> None:
    order = orders.find(number)
    if order is not None:
        order.why_code, order.why_data = why, data
    db.session.commit()


def _settle_lines(sold: SoldOrder, errand: Errand) -> bool:
    """Accept or cancel each paid line of which it is decided; one call for a line, as each names its SKU."""
    acted = False
    for line, pieces in _lines(sold, _order(errand)):
        if line.state != orders.PAID or not pieces:
            continue
        if all(p.state in KEPT for p in pieces):
            errand.before_sending()
            errand.market.accept(sold.number, line.sku)
            acted = True
        elif all(p.cancel_reason is not None for p in pieces):
            reason = pieces[0].cancel_reason or 0
            errand.before_sending()
            errand.market.cancel(sold.number, line.sku, reason)
            acted = True
    return acted


def _lines(sold: SoldOrder, order: SalesOrder) -> list[tuple[SoldLine, list[SoldPiece]]]:
    return [(line, [p for p in order.lines if p.number == line.number]) for line in sold.lines]


def _ship(sold: SoldOrder, errand: Errand) -> bool:
    """Tell that the parcel left, once every accepted line of it has: the call moves all of them."""
    lines = _lines(sold, _order(errand))
    accepted = [(line, pieces) for line, pieces in lines if line.state == orders.ACCEPTED]
    if any(line.state == orders.PAID for line, _p in lines) or not accepted:
        return False
    if not all(pieces and all(p.state in LEFT for p in pieces) for _line, pieces in accepted):
        return False
    parcel = _parcel([p for _line, pieces in accepted for p in pieces], single=len(sold.lines) == 1)
    errand.before_sending()
    errand.market.ship(sold.number, parcel)
    return True


def _parcel(pieces: list[SoldPiece], *, single: bool) -> Parcel:
    first = pieces[0].shipment
    assert first is not None
    regimes = {job.vat_regime for p in pieces if (job := db.session.get(Job, p.job_id)) is not None}
    imei, serial = _identifiers(first) if single and len(pieces) == 1 else ("", "")
    return Parcel(
        tracking_number=first.tracking_number,
        shipper=first.shipper,
        imei=imei,
        serial=serial,
        margin_scheme=regimes == {"margin"},
    )


def _identifiers(shipment: Shipment) -> tuple[str, str]:
    """Return the IMEI and the serial number to send: one of them is empty."""
    return (shipment.identifier, "") if shipment.identifier_kind == "imei" else ("", shipment.identifier)


def _identify(sold: SoldOrder, errand: Errand) -> None:
    """Tell what left for each shipped line, where the marketplace does not have it yet."""
    for line, pieces in _lines(sold, _order(errand)):
        if line.state not in (orders.SHIPPED, orders.REFUNDED_AFTER):
            continue
        for shipment in _untold(pieces):
            _tell(line, shipment, errand)


def _untold(pieces: Iterable[SoldPiece]) -> list[Shipment]:
    return [p.shipment for p in pieces if p.shipment is not None and p.shipment.told_at is None]


def _tell(line: SoldLine, shipment: Shipment, errand: Errand) -> None:
    imei, serial = _identifiers(shipment)
    there = _known(line, shipment.identifier_kind)
    if shipment.identifier in there:
        _told(shipment, errand)
    elif len(there) >= line.quantity:
        _explain(errand.subject, "other_identifier", said=", ".join(sorted(there)))
    else:
        errand.before_sending()
        errand.market.identify(line.number, imei=imei, serial=serial)
        _told(shipment, errand)


def _known(line: SoldLine, kind: str) -> set[str]:
    text = line.imei if kind == "imei" else line.serial
    return {part.strip() for part in text.split(",") if part.strip()}


def _told(shipment: Shipment, errand: Errand) -> None:
    given = {"order": errand.subject, "shipment": shipment.id}
    try:
        perform("tell_identifier", shipment.unit_id, given, by=FEED)
    except Refused:
        db.session.rollback()
