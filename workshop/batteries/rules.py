"""What a battery's reading and looks mean: keep, replace or quarantine, and how it may travel and lie.

Charge and health are in per cent, energy in watt-hours. The carriage rules are ADR 2025 for roads and the
ICAO instructions for air; they are facts for a trained person to act on and no expert's judgement.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l

from workshop.core.errors import Refused

HEALTH_LIMIT = 80
NEAR_LIMIT = 5
OPEN_BELOW_CHARGE = 25
STORE_FROM, STORE_TO = 30, 50
STORE_DAYS = 180
NOMINAL_VOLT = Decimal("3.85")
SMALL_CELL_WH, SMALL_PACK_WH = Decimal(20), Decimal(100)
AIR_CHARGE_LIMIT = 30
AIR_REDUCED_FROM_WH = Decimal("2.7")


class BadReading(Refused):
    """A figure that no battery shows."""

    kind = "bad-reading"


class Verdict(StrEnum):
    """What a reading means for this battery."""

    GOOD = "good"
    NEAR = "near_limit"
    WORN = "worn"


@dataclass(frozen=True, slots=True)
class Reading:
    """A reading judged: the verdict and the sentence for the bench."""

    health: int
    cycles: int | None
    verdict: Verdict
    sentence: Any

    @property
    def must_be_replaced(self) -> bool:
        """True below the limit."""
        return self.verdict is Verdict.WORN


def judge(health: int, cycles: int | None = None, *, limit: int = HEALTH_LIMIT) -> Reading:
    """Judge a reading by state of health.

    The limit of 80 % is the marketplace's for every grade (Back Market help centre) and the one to which
    Regulation (EU) 2023/1670, Annex II B 1.2, counts a phone's 800 cycles. Cycles are told, not judged.
    """
    if not 0 <= health <= 120:
        what = _l("A battery's health is 0 to 120 %%; this is %(health)s.", health=health)
        raise BadReading(what, _l("Read it again from the settings."), field="health")
    if cycles is not None and not 0 <= cycles <= 20_000:
        what = _l("A battery has 0 to 20,000 cycles; this is %(cycles)s.", cycles=cycles)
        raise BadReading(what, _l("Read it again from the settings."), field="cycles")
    facts = {"health": health, "limit": limit}
    if health < limit:
        return Reading(health, cycles, Verdict.WORN, _l("Battery worn, %(health)s %%, limit %(limit)s %%.", **facts))
    if health < limit + NEAR_LIMIT:
        sentence = _l("%(health)s %% passes, near the limit of %(limit)s %%: it will sink in the warranty.", **facts)
        return Reading(health, cycles, Verdict.NEAR, sentence)
    return Reading(health, cycles, Verdict.GOOD, _l("%(health)s %% passes, limit %(limit)s %%.", **facts))


def may_be_opened(charge: int) -> bool:
    """True when the charge is low enough to open the device: a pouch that is nearly empty burns less."""
    return charge < OPEN_BELOW_CHARGE


@dataclass(frozen=True, slots=True)
class Energy:
    """The energy of a pack. `is_estimate` when the voltage was not known and a phone cell's was taken."""

    wh: Decimal
    is_estimate: bool


def energy(wh: Decimal | None, mah: Decimal | None, volt: Decimal | None) -> Energy | None:
    """Return a pack's watt-hours as printed, else from capacity times voltage; None when neither is known."""
    if wh is not None:
        return Energy(wh, False)
    if mah is None:
        return None
    return Energy((mah * (volt or NOMINAL_VOLT) / 1000).quantize(Decimal("0.01")), volt is None)


class Sign(StrEnum):
    """A sign of danger on a battery."""

    SWELLING = "swelling"
    CASING = "casing"
    MISUSE = "misuse"
    PROTECTION = "protection"
    LEAK = "leak"
    SMELL = "smell"
    GAS = "gas"
    HEAT = "heat"
    SHORT = "short"


SIGN_LABELS: dict[Sign, Any] = {
    Sign.SWELLING: _l("Swollen"),
    Sign.CASING: _l("Casing dented, torn or pierced"),
    Sign.MISUSE: _l("Dropped, crushed, soaked or charged wrongly"),
    Sign.PROTECTION: _l("Protection failed"),
    Sign.LEAK: _l("Leaks"),
    Sign.SMELL: _l("Smells of solvent"),
    Sign.GAS: _l("Gives off gas or smoke"),
    Sign.HEAT: _l("Warm without load"),
    Sign.SHORT: _l("Shorted"),
}
LIABLE_TO_REACT = frozenset({Sign.GAS, Sign.HEAT, Sign.SHORT})


class Condition(StrEnum):
    """How a battery has to be treated on the road."""

    SOUND = "sound"
    DAMAGED = "damaged"
    CRITICAL = "critical"
    WASTE = "waste"


def condition(signs: Collection[Sign], *, critical: bool | None = None, for_disposal: bool = False) -> Condition:
    """Return the condition that the signs make.

    A battery liable to react, burn or vent is critical. Gas, heat and a short are taken so; `critical` is
    the judgement of the maker or an expert, and wins. Source: ADR special provision 376.
    """
    if critical or (critical is None and LIABLE_TO_REACT & set(signs)):
        return Condition.CRITICAL
    if signs:
        return Condition.DAMAGED
    return Condition.WASTE if for_disposal else Condition.SOUND


def needs_quarantine(signs: Collection[Sign]) -> bool:
    """True when any sign of danger was seen: a safety hold, and a place apart from sound packs."""
    return bool(signs)


class Placement(StrEnum):
    """Where the battery is while it travels."""

    ALONE = "alone"
    WITH_EQUIPMENT = "with"
    IN_EQUIPMENT = "in"


@dataclass(frozen=True, slots=True)
class Carriage:
    """How a battery travels. `provision` and `packing` are ADR numbers; packing is empty for small packs."""

    un_number: str
    provision: str
    packing: str
    is_small: bool
    may_fly: bool
    may_fly_with_passengers: bool
    charge_limit: int | None
    notes: tuple[Any, ...]


def is_small(wh: Decimal, cells: int = 1) -> bool:
    """True for a cell of at most 20 Wh in a pack of at most 100 Wh: special provision 188, not class 9.

    The trap: a pack of a single cell is a cell. Above 20 Wh (about 5 200 mAh at 3.85 V) it is not small,
    though a pack of two cells with as much energy is. Source: ADR special provision 188 a and b.
    """
    if cells < 1:
        raise ValueError("a pack has at least one cell")
    return wh <= SMALL_PACK_WH and wh / cells <= SMALL_CELL_WH


def carriage(
    wh: Decimal,
    *,
    cells: int = 1,
    placement: Placement = Placement.IN_EQUIPMENT,
    state: Condition = Condition.SOUND,
) -> Carriage:
    """Return how a lithium-ion battery travels by road, and whether by air.

    Sources: ADR 2025, UN 3480 and 3481, SP 188, 376, 377, 670, P903, P908, P909, P911; ICAO A154 and A183.
    """
    alone = placement is Placement.ALONE
    un_number = "UN 3480" if alone else "UN 3481"
    if state is not Condition.SOUND:
        provision, packing, note = _unsound(state, placement)
        return Carriage(un_number, provision, packing, False, False, False, None, (note,))
    small = is_small(wh, cells)
    notes = (_TRAP,) if cells == 1 and SMALL_CELL_WH < wh <= SMALL_PACK_WH else ()
    limit = _air_charge_limit(wh, placement)
    provision, packing = ("SP 188", "") if small else ("", "P903")
    return Carriage(un_number, provision, packing, small, True, not alone, limit, notes)


_TRAP = _l("A single cell above 20 Wh is not small: class 9 applies, though the pack is below 100 Wh.")


def _unsound(state: Condition, placement: Placement) -> tuple[str, str, Any]:
    if state is Condition.CRITICAL:
        return "SP 376", "P911", _l("May react: pack by P911 or as the authority sets. Forbidden by air.")
    if state is Condition.DAMAGED:
        return "SP 376", "P908", _l("Damaged: pack by P908. Forbidden by air.")
    provision = "SP 670" if placement is Placement.IN_EQUIPMENT else "SP 377"
    return (
        provision,
        "P909",
        _l("For disposal: pack by P909 and mark it so. Not by air unless the states agree."),
    )


def _air_charge_limit(wh: Decimal, placement: Placement) -> int | None:
    """Alone: 30 %. Packed with equipment and above 2.7 Wh: the same from 2026. Built in: recommended only."""
    if placement is Placement.ALONE:
        return AIR_CHARGE_LIMIT
    return AIR_CHARGE_LIMIT if placement is Placement.WITH_EQUIPMENT and wh > AIR_REDUCED_FROM_WH else None


def needs_mark(packs: int, cells_per_pack: int) -> bool:
    """True when a package of devices with small built-in packs needs the lithium battery mark.

    More than four cells or more than two batteries do; a pack of a single cell counts as a cell.
    Source: ADR special provision 188 f.
    """
    return packs > (4 if cells_per_pack == 1 else 2)


def stores_well(charge: int) -> bool:
    """True for 30 to 50 %, at which a pack ages least on the shelf. Source: makers' advice, about half."""
    return STORE_FROM <= charge <= STORE_TO


def check_by(stored_on: date) -> date:
    """Return the day by which a stored pack's charge is read again."""
    return stored_on + timedelta(days=STORE_DAYS)
