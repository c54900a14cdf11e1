"""What the bench shows of a unit that is packed, sold or shipped, and what the packing table's words mean."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from workshop.jobs import bench, scan
from workshop.jobs.bench import Work
from workshop.jobs.scan import Bench, Intent
from workshop.jobs.stages import Stage
from workshop.jobs.target import OpenUnit
from workshop.marketplace import orders
from workshop.marketplace.order_models import SoldPiece


def shipped(at: Bench) -> Intent:
    """`*SHIP*`: packed, looked up on the block list once more, and handed over.

    The command card says so beside the code: whoever scans it confirms it.
    """
    return Intent("ship", at.unit(), {"not_blocked": True})


def waiting_for(unit: OpenUnit) -> SoldPiece | None:
    """Return the piece of an order that the unit is to be shipped for."""
    line = orders.line_of_job(unit.job_id)
    return line if line is not None and line.state == "reserved" else None


def _to_ship(unit: OpenUnit) -> bool:
    return unit.stage == Stage.SOLD and waiting_for(unit) is not None


def shipping(unit: OpenUnit) -> dict[str, Any]:
    """Return the card of a sold unit: for which order, where to, by when."""
    line = waiting_for(unit)
    assert line is not None
    return {
        "line": line,
        "order": line.order,
        "verb": _("Ship it for order %(order)s", order=line.order.number),
        "method": _("Put the delivery note in, look the IMEI up on the block list once more, then scan *SHIP*."),
        "scan_for": _("Scan *SHIP*"),
    }


def bring() -> None:
    """Bring the card and the word."""
    bench.add(Work("shipping", "marketplace/_work_shipping.html", _to_ship, shipping))
    scan.on_word("*SHIP*", shipped, face=scan.Face(_l("Ship: packed, on no block list"), "package"))
