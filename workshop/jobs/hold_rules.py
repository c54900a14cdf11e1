"""What each kind of hold bars, and who may lift it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from flask_babel import lazy_gettext as _l

from workshop.core.actor import AT_BENCH, PARTS_MANAGER, REFURBISHER, TECHNICIAN
from workshop.jobs.stages import Stage


@dataclass(frozen=True)
class HoldRule:
    """`bars` lists the stages that may not be left; `stops_work` bars every other action too."""

    kind: str
    label: Any
    bars: frozenset[Stage]
    lifters: frozenset[str]
    stops_work: bool = False
    remedy: Any = ""
    code: str = ""


_LATE: Final = frozenset({Stage.GRADING, Stage.READY, Stage.LISTED})
_ALL: Final = frozenset(Stage)
RULES: Final[dict[str, HoldRule]] = {
    rule.kind: rule
    for rule in (
        HoldRule(
            "battery_swollen",
            _l("Swollen battery"),
            _ALL,
            frozenset({TECHNICIAN, PARTS_MANAGER}),
            stops_work=True,
            remedy=_l("Put it into a quarantine box and scan the box."),
            code="H-SWOLLEN",
        ),
        HoldRule(
            "activation_lock",
            _l("Activation lock is on"),
            _LATE,
            AT_BENCH,
            remedy=_l("Ask the owner to remove the device from their account, then check again."),
            code="H-LOCK",
        ),
        HoldRule(
            "imei_blacklisted",
            _l("IMEI is on the block list"),
            frozenset({*_LATE, Stage.DIAGNOSIS, Stage.REPAIR}),
            frozenset({REFURBISHER}),
            remedy=_l("Ask the source. It may only be sent back until it is off the list."),
            code="H-BLOCK",
        ),
        HoldRule(
            "owner_dispute",
            _l("Owner dispute"),
            _ALL,
            frozenset({REFURBISHER}),
            remedy=_l("Wait for the owner's answer, then lift the hold with it."),
            code="H-OWNER",
        ),
        HoldRule(
            "data_present",
            _l("A customer's data is on it"),
            _LATE,
            frozenset({TECHNICIAN}),
            remedy=_l("Erase it and record the evidence."),
            code="H-DATA",
        ),
        HoldRule(
            "waiting_person",
            _l("Waiting for a person"),
            _ALL,
            frozenset({TECHNICIAN, PARTS_MANAGER, REFURBISHER}),
            remedy=_l("Lift the hold when they have answered."),
            code="H-WAIT",
        ),
    )
}


def barring(kinds: frozenset[str], stage: str) -> list[HoldRule]:
    """Return the rules of those standing holds that bar leaving `stage`."""
    return [RULES[kind] for kind in sorted(kinds) if stage in RULES[kind].bars]


def stopping(kinds: frozenset[str]) -> HoldRule | None:
    """Return the rule of a hold that bars all work, or None."""
    return next((RULES[kind] for kind in sorted(kinds) if RULES[kind].stops_work), None)
