"""What the parts for the faults cost, and what each way out of triage leaves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import current_app
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import func, select

from workshop.catalogue.checklists import fault_type
from workshop.core.db import db
from workshop.core.house import house
from workshop.core.language import word
from workshop.core.money import per_mille
from workshop.core.vat import Regime
from workshop.core.web import day_here
from workshop.jobs.target import OpenUnit
from workshop.jobs.triage import WAY_LABELS, Way, triage
from workshop.parts import donors, fits, window
from workshop.parts.action_words import terms
from workshop.parts.listeners import unit_faults
from workshop.parts.models import Batch, Location, Offer, Part, PartFit

SCRAP_MINOR = 150
# A used part is worth what a new one costs less the risk and the work of selling or fitting it: a rough planning rate.
USED_RATE = 250


@dataclass(frozen=True)
class Sale:
    """What a unit may be sold for, and what goes off: the fee and VAT in thousandths. Told by who sells."""

    price_minor: int
    fee_rate: int
    vat_rate: int


@dataclass(frozen=True)
class Cost:
    """What mending a unit takes: each part's price with the fault that asks for it, minutes, and what is in hand."""

    parts: tuple[tuple[str, str, int | None], ...]
    minutes: int
    in_hand: bool

    @property
    def parts_minor(self) -> list[int]:
        """The prices that are known."""
        return [price for _kind, _where, price in self.parts if price is not None]


def triage_costs(unit: OpenUnit) -> Cost:
    """Return what the open faults of a unit cost in parts and minutes, from stock or the cheapest offer."""
    faults = [kind for code in unit_faults(unit.job_id) if (kind := fault_type(code)) is not None]
    kinds = list(dict.fromkeys(f.part for f in faults if f.part))
    rows = tuple((kind, *part_price(unit, kind)) for kind in kinds)
    return Cost(rows, sum(f.minutes for f in faults), all(_in_hand(unit, kind) for kind in kinds))


def fault_part(unit: OpenUnit, code: str) -> tuple[str, int | None]:
    """Return which part mends a fault, where it is to be had, and its price."""
    kind = fault_type(code)
    if kind is None or not kind.part:
        return (_("No part: bench work"), None)
    where, price = part_price(unit, kind.part)
    return (f"{word(fits.kind_title(kind.part))}, {where}", price)


def part_price(unit: OpenUnit, kind: str) -> tuple[str, int | None]:
    """Return where a part of this kind is to be had, and what it costs: stock first, then the cheapest offer."""
    query = (
        select(func.sum(Batch.on_hand - Batch.reserved), func.min(Batch.unit_cost_minor))
        .join(Part, Part.id == Batch.part_id)
        .join(PartFit, PartFit.part_id == Part.id)
        .join(Location, Location.id == Batch.location_id)
        .where(
            PartFit.model_id == unit.model_id,
            Part.kind == kind,
            Batch.on_hand > Batch.reserved,
            Location.site_id == unit.site_id,
            Location.kind.in_(("shelf", "tray", "donor")),
        )
    )
    free, cost = db.session.execute(query).one()
    if free:
        return (_("%(n)s in stock", n=int(free)), int(cost))
    offers = fits.offers_for([p.id for p in fits.fitting(unit.model_id, kind)])
    if offers:
        return (ngettext("%(num)s day", "%(num)s days", offers[0].days), offers[0].price_minor)
    return (_("nobody offers it"), None)


def _in_hand(unit: OpenUnit, kind: str) -> bool:
    part_ids = [p.id for p in fits.fitting(unit.model_id, kind)]
    return bool(sum(fits.free_by_part(part_ids, unit.site_id).values()))


def harvest_value(unit: OpenUnit) -> tuple[int, int]:
    """Return what the parts that are good are worth used, and in how many minutes they come out."""
    kinds = donors.harvestable(unit)
    query = (
        select(Part.kind, func.min(Offer.price_minor))
        .join(PartFit, PartFit.part_id == Part.id)
        .join(Offer, Offer.part_id == Part.id)
        .where(PartFit.model_id == unit.model_id, Part.kind.in_(kinds), Offer.withdrawn_at.is_(None))
        .group_by(Part.kind)
    )
    prices = sorted((per_mille(int(p), USED_RATE) for _k, p in db.session.execute(query)), reverse=True)[:3]
    return sum(prices), 12 + 6 * len(prices)


def window_of(unit: OpenUnit) -> Any:
    """Return the spare-part window of a unit's model on the day that it is where the person who asks is."""
    return window.answer_for(unit, None, today=day_here(), terms=terms())


def triage_of(unit: OpenUnit) -> dict[str, Any] | None:
    """Return what each way out costs and leaves, as the bench shows it; None while no price can be expected."""
    sale = _expected(unit)
    if sale is None or unit.paid_minor is None:
        return None
    cost, settings = triage_costs(unit), current_app.extensions["settings"]
    worth, minutes = harvest_value(unit)
    weighed = triage(
        paid_minor=unit.paid_minor,
        parts_minor=cost.parts_minor,
        minutes=cost.minutes,
        hourly_rate_minor=settings.hourly_rate_minor,
        expected_price_minor=sale.price_minor,
        fee_rate=sale.fee_rate,
        vat_rate=sale.vat_rate,
        regime=Regime(unit.vat_regime or "margin"),
        harvest_value_minor=worth,
        harvest_minutes=minutes,
        scrap_value_minor=SCRAP_MINOR,
        window_state=window_of(unit).state,
        parts_in_hand=cost.in_hand,
        locked=bool(unit.holds & {"activation_lock", "imei_blacklisted"}),
    )
    repair = weighed.option(Way.REPAIR)
    return {
        "minutes": cost.minutes,
        "cost_minor": repair.cost_minor - per_mille(sale.price_minor, sale.fee_rate),
        "expected_minor": sale.price_minor,
        "options": [
            {
                "label": _("%(way)s leaves", way=str(WAY_LABELS[o.way])),
                "leaves_minor": o.leaves_minor,
                "way": o.way.value,
                "cost_minor": o.cost_minor,
                "value_minor": o.value_minor,
                "barred": str(o.barred or ""),
            }
            for o in weighed.options
            if o.way is not Way.SEND_BACK
        ],
        "recommended": weighed.recommended.value,
        "is_close": weighed.is_close_call,
        "reason": weighed.reason,
    }


def _expected(unit: OpenUnit) -> Sale | None:
    ask: Callable[[OpenUnit], Sale | None] | None = house().extensions.get("expected_sale")
    return ask(unit) if ask else None
