"""What can be done about a device that is not as described: offer less, hear the owner, withdraw."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from pydantic import Field

from workshop.core.actions import Act, Action, Done, Outcome
from workshop.core.actor import REFURBISHER, TECHNICIAN
from workshop.core.arguments import Arguments, Ask
from workshop.core.errors import Conflict, Refused
from workshop.core.language import date_text
from workshop.core.language import price as shown_price
from workshop.core.money import parse_amount
from workshop.jobs.stages import Stage
from workshop.jobs.target import OpenUnit
from workshop.sourcing import offers, quotes

IN_DIAGNOSIS: Final = frozenset({Stage.DIAGNOSIS.value})
OFFERERS: Final = frozenset({REFURBISHER, TECHNICIAN})


class Revise(Arguments):
    """Another price, and why."""

    price: Annotated[str, Ask(_l("New price in euro"), _l("0 where it is worth nothing."), kind="money")]
    found: Annotated[
        str, Field(max_length=60), Ask(_l("Condition found"), _l("In the partner's words, such as C."))
    ] = ""
    reason: Annotated[
        str,
        Field(min_length=3, max_length=300),
        Ask(_l("Why"), _l("The owner reads this. What was found in diagnosis is listed beside it."), kind="long"),
    ]


def _revise(unit: OpenUnit, given: Revise, act: Act) -> Outcome:
    quote = quotes.quote_of(unit.job_id)
    if quote is None:
        raise Refused(_("Nothing was quoted for this unit."), _("Write down the quote first."), field="price")
    price = parse_amount(given.price, unit.currency, field="price")
    offer = offers.make(
        unit,
        quote,
        price,
        found=given.found,
        reason=given.reason,
        now=act.now,
        today=act.today,
        by=act.by.person_id,
    )
    act.follow("hold", unit.id, {"kind": offers.HOLD, "reason": _("A revised offer waits for the owner's answer.")})
    return Outcome(
        _("Offered %(new)s instead of %(old)s.", new=shown_price(price), old=shown_price(offer.quoted_minor)),
        _("It waits for the owner's yes or no until %(day)s.", day=date_text(offer.answer_by)),
        tone="hold",
        data={
            "offer": offer.id,
            "quoted_minor": offer.quoted_minor,
            "price_minor": price,
            "currency": unit.currency,
            "differs": offer.differs,
            "condition": quote.condition,
            "found": given.found,
            "answer_by": offer.answer_by.isoformat(),
            "reason": given.reason,
        },
    )


class Answered(Arguments):
    """The owner's word."""

    answer: Annotated[Literal["yes", "no"], Ask(_l("The owner says"), choices=lambda _unit: _ANSWERS)]
    note: Annotated[str, Field(max_length=200), Ask(_l("Note"), _l("How it was answered. No names."))] = ""


_ANSWERS: Final[list[tuple[str, Any]]] = [("yes", _l("Yes: take it at the new price")), ("no", _l("No: send it back"))]


def _answer(unit: OpenUnit, given: Answered, act: Act) -> Outcome:
    offer = offers.require_waiting(unit)
    data = {
        "offer": offer.id,
        "answer": given.answer,
        "was_minor": unit.paid_minor,
        "price_minor": offer.price_minor,
        "currency": offer.currency,
        "note": given.note,
    }
    _end(unit, offer, "accepted" if given.answer == "yes" else "declined", act)
    if given.answer == "no":
        act.follow("decide_triage", unit.id, {"decision": "send_back"})
        return Outcome(_("The owner said no: %(unit)s is sent back.", unit=unit.code), tone="look", data=data)
    offers.pay_instead(unit, offer)
    return Outcome(_("The owner said yes: %(price)s is paid.", price=shown_price(offer.price_minor)), data=data)


def _end(unit: OpenUnit, offer: Any, state: str, act: Act) -> None:
    """Settle the offer, and lift the hold that was placed for it."""
    placed = offers.placed_the_hold(offer)
    offers.settle(offer, state, now=act.now, by=act.by.person_id)
    if placed:
        act.follow("lift_hold", unit.id, {"kind": offers.HOLD, "reason": _("The revised offer is settled.")})


class Withdraw(Arguments):
    """Why the offer is taken back."""

    reason: Annotated[str, Field(min_length=3, max_length=200), Ask(_l("Why"))]


def _withdraw(unit: OpenUnit, given: Withdraw, act: Act) -> Outcome:
    offer = offers.require_waiting(unit)
    _end(unit, offer, "withdrawn", act)
    return Outcome(
        _("The offer is withdrawn: %(price)s stands as it was.", price=shown_price(offer.quoted_minor)),
        data={"offer": offer.id, "reason": given.reason},
    )


def bar_while_waiting(_act: Act, done: Done) -> None:
    """Refuse what would go past the owner: lifting the hold, or ending the job, while their answer is awaited."""
    unit: OpenUnit = done.target
    if offers.HOLD in unit.holds and unit.stage != Stage.CLOSED:
        return
    if offers.waiting_for(unit.job_id) is not None:
        raise Conflict(
            _("The owner has not answered the revised offer."),
            _("Record their answer, or withdraw the offer."),
        )


def _may_revise(unit: OpenUnit) -> bool:
    return quotes.quote_of(unit.job_id) is not None and offers.waiting_for(unit.job_id) is None


def _waits(unit: OpenUnit) -> bool:
    return offers.waiting_for(unit.job_id) is not None


ACTIONS: Final = (
    Action(
        "revise_offer",
        _l("Revise the offer"),
        "unit",
        _revise,
        OFFERERS,
        _l("Revised offer made"),
        detail=_l("%(reason)s"),
        arguments=Revise,
        stages=IN_DIAGNOSIS,
        offered=_may_revise,
        icon="scale",
        single=True,
        help=_l("For a device that is not as described. It is held until the owner has said yes or no."),
    ),
    Action(
        "answer_offer",
        _l("Record the owner's answer"),
        "unit",
        _answer,
        OFFERERS,
        _l("The owner said %(answer)s"),
        detail=_l("%(note)s"),
        arguments=Answered,
        offered=_waits,
        icon="check-check",
        single=True,
    ),
    Action(
        "withdraw_revised_offer",
        _l("Withdraw the revised offer"),
        "unit",
        _withdraw,
        frozenset({REFURBISHER}),
        _l("Revised offer withdrawn"),
        detail=_l("%(reason)s"),
        arguments=Withdraw,
        offered=_waits,
        icon="undo-2",
        single=True,
    ),
)
