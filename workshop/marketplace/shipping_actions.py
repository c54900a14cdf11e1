"""What happens to a sold unit: shipped by scanning it, told to the marketplace, and perhaps taken back."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from pydantic import Field

from workshop.core.actions import Act, Action, Outcome
from workshop.core.actor import AT_WORK
from workshop.core.arguments import Arguments, Ask
from workshop.core.db import db
from workshop.core.errors import Conflict, Refused
from workshop.core.language import date_text
from workshop.jobs.stages import Stage
from workshop.jobs.target import OpenUnit
from workshop.marketplace import orders, returning
from workshop.marketplace.actions import NOBODY, SOLD
from workshop.marketplace.kinds import only_worker
from workshop.marketplace.order_models import Shipment
from workshop.marketplace.outbox import ask_order

RETURN_REASONS: Final = ("not_told", "withdrawal", "faulty", "not_as_ordered", "not_delivered", "warranty", "other")


class Ship(Arguments):
    """What goes on the parcel. The carrier's number may stay empty: then ours stands for it."""

    order: Annotated[str, Field(max_length=40), Ask(_l("Order"), _l("Checked against the unit where it is given."))] = (
        ""
    )
    tracking_number: Annotated[str, Field(max_length=200), Ask(_l("Tracking number"))] = ""
    shipper: Annotated[str, Field(max_length=200), Ask(_l("Carrier"))] = ""
    not_blocked: Annotated[
        bool,
        Ask(
            _l("The IMEI was looked up again and is on no block list"),
            _l("Asked of every device with an IMEI."),
        ),
    ] = False


def _ship(unit: OpenUnit, given: Ship, act: Act) -> Outcome:
    line = orders.line_to_ship(unit, given.order)
    if unit.imei and not given.not_blocked:
        raise Refused(
            _("The IMEI was not looked up again."),
            _("Look it up on the block list, tick that it is on none, then ship."),
            field="not_blocked",
        )
    shipment = orders.ship(
        line,
        unit,
        tracking_number=given.tracking_number,
        shipper=given.shipper,
        now=act.now,
        today=act.today,
        by=act.by.person_id,
    )
    ask_order(line.order.number, act.now)
    ends = orders.warranty_ends(act.today)
    return Outcome(
        _("%(unit)s is shipped for order %(order)s.", unit=unit.title, order=line.order.number),
        _(
            "The marketplace is told its %(kind)s. The warranty runs until %(day)s.",
            kind=_("IMEI") if shipment.identifier_kind == "imei" else _("serial number"),
            day=date_text(ends),
        ),
        data={
            "order": line.order.number,
            "line": line.number,
            "tracking_number": shipment.tracking_number,
            "shipper": shipment.shipper,
            "identifier": _spoken(shipment.identifier_kind),
            "warranty_until": ends.isoformat(),
        },
    )


def _is_sold(unit: OpenUnit) -> bool:
    """Say whether a button offers it; a scan in another stage is answered with what is missing."""
    return unit.stage == Stage.SOLD


def _spoken(kind: str) -> str:
    """Return a kind of identifier as the story writes it."""
    return "IMEI" if kind == "imei" else "serial number"


class Told(Arguments):
    """Which shipment of which order the marketplace was told of."""

    order: str
    shipment: int


def _tell_identifier(unit: OpenUnit, given: Told, act: Act) -> Outcome:
    only_worker(act)
    shipment = db.session.get(Shipment, given.shipment)
    if shipment is None or shipment.unit_id != unit.id or shipment.told_at is not None:
        raise Conflict(_("It was told before."), _("Nothing to do."))
    shipment.told_at = act.now
    return Outcome(
        _("The marketplace knows the %(kind)s.", kind=shipment.identifier_kind),
        data={"order": given.order, "identifier": _spoken(shipment.identifier_kind)},
    )


class TakeBack(Arguments):
    """Why it comes back."""

    reason: Annotated[Literal[RETURN_REASONS], Ask(_l("Why it came back"))] = "not_told"  # type: ignore[valid-type]
    note: Annotated[str, Field(max_length=500), Ask(_l("What the buyer says"), kind="long")] = ""


def _return_unit(unit: OpenUnit, given: TakeBack, act: Act) -> Outcome:
    line = orders.line_of_job(unit.job_id)
    if line is None:
        raise Refused(_("No order is known for %(unit)s.", unit=unit.code), _("Look at its page."))
    data = returning.take_back(unit, line, reason=given.reason, note=given.note, now=act.now, by=act.by.person_id)
    return Outcome(
        _("%(unit)s is back: its job %(job)s begins.", unit=unit.title, job=data["job"]),
        _("Take a photo, then *NEXT*."),
        tone="look",
        data={**data, "order": line.order.number, "reason": given.reason, "note_length": len(given.note)},
    )


ACTIONS: Final = (
    Action(
        "ship",
        _l("Ship"),
        "unit",
        _ship,
        AT_WORK,
        _l("Shipped for order %(order)s"),
        detail=_l("%(tracking_number)s"),
        arguments=Ship,
        offered=_is_sold,
        icon="package",
        minutes=2,
        help=_l("Scanned at the packing table: proves which unit left, and starts its warranty."),
    ),
    Action(
        "tell_identifier",
        _l("Tell the marketplace what left"),
        "unit",
        _tell_identifier,
        NOBODY,
        _l("The marketplace was told the %(identifier)s"),
        arguments=Told,
        hidden=True,
        through_holds=True,
        icon="arrow-right-left",
    ),
    Action(
        "return_unit",
        _l("Take back"),
        "unit",
        _return_unit,
        AT_WORK,
        _l("Came back: %(reason)s"),
        detail=_l("Order %(order)s, job %(job)s begins"),
        arguments=TakeBack,
        stages=SOLD,
        codes=("*RETURN*",),
        icon="undo-2",
        help=_l("Closes the job as returned and opens the unit's next one."),
    ),
)
