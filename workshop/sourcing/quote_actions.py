"""What a partner quoted, written down with the unit."""

from __future__ import annotations

from typing import Annotated, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from pydantic import Field

from workshop.core.actions import Act, Action, Done, Outcome
from workshop.core.actor import REFURBISHER, TECHNICIAN
from workshop.core.arguments import Arguments, Ask
from workshop.core.errors import Refused
from workshop.core.language import price as shown_price
from workshop.jobs.stages import Stage
from workshop.jobs.target import OpenUnit
from workshop.sourcing import quotes

BEFORE_REPAIR: Final = frozenset({Stage.INTAKE.value, Stage.DIAGNOSIS.value})


class GiveQuote(Arguments):
    """What the partner said."""

    condition: Annotated[
        str, Field(max_length=60), Ask(_l("Condition quoted"), _l("As the partner wrote it, such as Good."))
    ] = ""
    shop: Annotated[str, Field(max_length=60), Ask(_l("Shop"), _l("Its number or name."))] = ""
    price_minor: Annotated[int | None, Field(ge=0)] = None


def _quote(unit: OpenUnit, given: GiveQuote, act: Act) -> Outcome:
    if unit.source_id is None or unit.paid_minor is None:
        raise Refused(
            _("This unit came from nobody we buy from."), _("Only what was bought has a quote."), field="shop"
        )
    price = unit.paid_minor if given.price_minor is None else given.price_minor
    quotes.keep(unit, shop=given.shop, condition=given.condition, price_minor=price, now=act.now)
    shown = shown_price(price, unit.currency)
    return Outcome(
        _("Quoted: %(condition)s, %(price)s.", condition=given.condition or _("no condition"), price=shown),
        data={"condition": given.condition, "shop": given.shop, "price_minor": price, "currency": unit.currency},
    )


def after_taking_in(act: Act, done: Done) -> None:
    """Begin the quote of a device that a partner sent: the price is known, shop and condition may follow."""
    unit: OpenUnit = done.target
    if quotes.are_given_by(unit.source_id) and quotes.quote_of(unit.job_id) is None:
        act.follow("quote", unit.id, {"price_minor": unit.paid_minor or 0})


ACTIONS: Final[tuple[Action, ...]] = (
    Action(
        "quote",
        _l("Write down the quote"),
        "unit",
        _quote,
        frozenset({TECHNICIAN, REFURBISHER}),
        _l("Quoted: %(condition)s"),
        arguments=GiveQuote,
        stages=BEFORE_REPAIR,
        icon="receipt",
        help=_l("What the partner said of the device and promised for it."),
    ),
)
