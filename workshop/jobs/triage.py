"""Repair, harvest, recycle or send back: what each would leave, and which one to take.

All amounts are minor units of one currency. What was paid is gone in every case but sending back, so each
option is counted as what it leaves after that purchase too, as the bench shows it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l

from workshop.catalogue.window import State
from workshop.core.money import half_up, per_mille
from workshop.core.vat import Regime, vat_on_sale

CLOSE_CALL_RATE = 100


class Way(StrEnum):
    """What may become of a device after diagnosis."""

    REPAIR = "repair"
    HARVEST = "harvest"
    RECYCLE = "recycle"
    SEND_BACK = "send_back"


WAY_LABELS: dict[Way, Any] = {
    Way.REPAIR: _l("Repair"),
    Way.HARVEST: _l("Harvest"),
    Way.RECYCLE: _l("Recycle"),
    Way.SEND_BACK: _l("Send back"),
}


@dataclass(frozen=True, slots=True)
class Option:
    """One way: what it still costs, what it brings, the VAT in that, and what it leaves after the purchase.

    `barred` says why it cannot be taken at all; it is empty for a way that is open.
    """

    way: Way
    cost_minor: int
    value_minor: int
    vat_minor: int
    leaves_minor: int
    barred: Any = ""

    @property
    def label(self) -> Any:
        """The way in words."""
        return WAY_LABELS[self.way]


@dataclass(frozen=True, slots=True)
class Triage:
    """Every way with its figures, the recommended one and why. A close call is for a person to decide."""

    options: tuple[Option, ...]
    recommended: Way
    reason: Any
    is_close_call: bool

    def option(self, way: Way) -> Option:
        """Return the figures of one way."""
        return next(each for each in self.options if each.way is way)


def triage(
    *,
    paid_minor: int,
    parts_minor: Sequence[int],
    minutes: int,
    hourly_rate_minor: int,
    expected_price_minor: int,
    fee_rate: int,
    vat_rate: int,
    regime: Regime = Regime.MARGIN,
    harvest_value_minor: int = 0,
    harvest_minutes: int = 20,
    scrap_value_minor: int = 0,
    recycle_cost_minor: int = 0,
    refund_minor: int | None = None,
    send_back_cost_minor: int = 0,
    window_state: State = State.OPEN,
    parts_in_hand: bool = False,
    locked: bool = False,
) -> Triage:
    """Weigh the four ways.

    `parts_minor` are the prices of the parts that the faults need; `parts_in_hand` says that all of them lie
    in stock or on a donor, so that a closed window does not matter. `refund_minor` is what the source gives
    back (None: it takes nothing back). `locked` is an activation lock or block-list hit. Rates are in
    thousandths.
    """
    work = sum(parts_minor) + half_up(minutes * hourly_rate_minor, 60)
    harvest = half_up(harvest_minutes * hourly_rate_minor, 60)
    no_repair = _why_no_repair(bool(parts_minor), window_state, parts_in_hand, locked)
    no_return = _l("The source takes nothing back.") if refund_minor is None else ""
    return _decide(
        (
            _repair(paid_minor, work, expected_price_minor, fee_rate, vat_rate, regime, no_repair),
            _harvest(paid_minor, harvest, harvest_value_minor, locked),
            _plain(Way.RECYCLE, paid_minor, recycle_cost_minor, scrap_value_minor, ""),
            _plain(Way.SEND_BACK, paid_minor, send_back_cost_minor, refund_minor or 0, no_return),
        ),
        paid_minor,
    )


def repair_leaves(
    sold_minor: int, paid_minor: int, work_minor: int, *, fee_rate: int, vat_rate: int, regime: Regime
) -> int:
    """Return what a repaired unit leaves: price less fee, VAT, purchase, parts and bench time."""
    vat = vat_on_sale(sold_minor, paid_minor, vat_rate, regime)
    return sold_minor - per_mille(sold_minor, fee_rate) - vat - paid_minor - work_minor


def _repair(paid: int, work: int, price: int, fee_rate: int, vat_rate: int, regime: Regime, barred: Any) -> Option:
    leaves = repair_leaves(price, paid, work, fee_rate=fee_rate, vat_rate=vat_rate, regime=regime)
    cost = work + per_mille(price, fee_rate)
    return Option(Way.REPAIR, cost, price, vat_on_sale(price, paid, vat_rate, regime), leaves, barred)


def _harvest(paid: int, cost: int, value: int, locked: bool) -> Option:
    """Harvested parts go into our own stock: no sale yet, so no VAT."""
    barred = _l("Nothing of it is worth taking.") if value == 0 else ""
    if locked and value:
        barred = _l("Parts of a locked or listed device may be paired to it or stolen.")
    return Option(Way.HARVEST, cost, value, 0, value - cost - paid, barred)


def _plain(way: Way, paid: int, cost: int, value: int, barred: Any) -> Option:
    return Option(way, cost, value, 0, value - cost - paid, barred)


def _why_no_repair(needs_parts: bool, window: State, in_hand: bool, locked: bool) -> Any:
    if locked:
        return _l("It is locked or listed: it cannot be sold.")
    if needs_parts and window is State.CLOSED and not in_hand:
        return _l("The spare-part window is closed, and neither stock nor a donor has the parts.")
    return ""


def _decide(options: tuple[Option, ...], paid: int) -> Triage:
    open_ways = [each for each in options if not each.barred]
    ranked = sorted(open_ways, key=lambda each: -each.leaves_minor)
    best = ranked[0]
    close = len(ranked) > 1 and _is_close(best, ranked[1], paid)
    return Triage(options, best.way, _reason(options, best, close), close)


def _is_close(best: Option, second: Option, paid: int) -> bool:
    """Two ways are close when they differ by less than a tenth of what is at stake in the better one."""
    stake = max(best.value_minor, paid)
    return best.leaves_minor - second.leaves_minor < per_mille(stake, CLOSE_CALL_RATE)


def _reason(options: tuple[Option, ...], best: Option, close: bool) -> Any:
    repair = options[0]
    if repair.barred:
        return repair.barred
    if close:
        return _l("The two best ways leave nearly the same: look before you decide.")
    if best is repair and repair.leaves_minor >= 0:
        return _l("Repair leaves the most.")
    if best is repair:
        return _l("Repair loses the least.")
    return _l("Repair costs more than it brings back here.")
