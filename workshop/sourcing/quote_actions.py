"""What a partner quoted, written down with the unit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from pydantic import Field

from workshop.core.actions import Act, Action, Done, Outcome
from workshop.core.actor import AT_BENCH
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
    quotes.keep(unit, shop=given.shop, condition=given.condition, price_minor=_price(unit, given), now=act.now)
    return _quoted(unit, given)


def _price(unit: OpenUnit, given: GiveQuote) -> int:
    return given.price_minor if given.price_minor is not None else unit.paid_minor or 0


def _quoted(unit: OpenUnit, given: GiveQuote) -> Outcome:
    price = _price(unit, given)
    shown = shown_price(price, unit.currency)
    return Outcome(
        _("Quoted: %(condition)s, %(price)s.", condition=given.condition or _("no condition"), price=shown),
        data={"condition": given.condition, "shop": given.shop, "price_minor": price, "currency": unit.currency},
    )


def _quote_many(every: Sequence[tuple[OpenUnit, GiveQuote]], act: Act) -> list[Outcome | None]:
    """Write down together what was quoted for those without a quote; what is said again is told by itself."""
    quoted = quotes.quoted_jobs([unit.job_id for unit, _given in every])
    plain = [
        (u, g) for u, g in every if u.job_id not in quoted and u.source_id is not None and u.paid_minor is not None
    ]
    quotes.begin([(unit, given.shop, given.condition, _price(unit, given)) for unit, given in plain], act.now)
    begun = {unit.id for unit, _given in plain}
    return [_quoted(unit, given) if unit.id in begun else None for unit, given in every]


def after_taking_in(heard: Sequence[tuple[Act, Done]]) -> None:
    """Begin the quote of devices that a partner sent: the price is known, shop and condition may follow."""
    quoting = {source for source in {done.target.source_id for _act, done in heard} if quotes.are_given_by(source)}
    units = [done.target.job_id for _act, done in heard if done.target.source_id in quoting]
    quoted = quotes.quoted_jobs(units) if units else set()
    for act, done in heard:
        unit: OpenUnit = done.target
        if unit.source_id in quoting and unit.job_id not in quoted:
            act.follow("quote", unit.id, {"price_minor": unit.paid_minor or 0})


ACTIONS: Final[tuple[Action, ...]] = (
    Action(
        "quote",
        _l("Write down the quote"),
        "unit",
        _quote,
        AT_BENCH,
        _l("Quoted: %(condition)s"),
        arguments=GiveQuote,
        stages=BEFORE_REPAIR,
        icon="receipt",
        many=_quote_many,
        help=_l("What the partner said of the device and promised for it."),
    ),
)
