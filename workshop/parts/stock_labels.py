"""What stands on the labels of pieces, places and orders."""

from __future__ import annotations

from typing import Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from workshop.core.label_kinds import SHEETS, LabelKind
from workshop.core.label_layout import Label
from workshop.core.language import date_text, day_text
from workshop.parts.fits import part_name
from workshop.parts.models import Batch, Location, PurchaseOrder


def batch_label(batch: Batch) -> Label:
    """Return what stands on the label of a piece or of several of one lot."""
    lot = _("lot %(lot)s", lot=batch.lot) if batch.lot else ""
    lines = tuple(filter(None, (batch.part.code, lot, batch.location.code)))
    return Label(title=part_name(batch.part), code=batch.code, lines=lines)


def place_label(place: Location) -> Label:
    """Return what stands on the label of a place."""
    return Label(title=place.code, code=place.barcode, lines=(place.site.name,))


def order_label(order: PurchaseOrder) -> Label:
    """Return what stands on the label of an order, to be scanned when it comes."""
    lines = (
        _("ordered %(day)s", day=day_text(order.created_at)),
        _("expected %(day)s", day=date_text(order.expected_on)),
    )
    return Label(title=order.supplier.name, code=order.code, lines=lines)


KINDS: Final = [
    LabelKind("batch", _l("Piece or batch"), "batch", batch_label, size="part"),
    LabelKind("place", _l("Place"), "location", place_label, size="place", sizes=("place", "unit", "part", *SHEETS)),
    LabelKind("order", _l("Order"), "purchase_order", order_label, size="part"),
]
