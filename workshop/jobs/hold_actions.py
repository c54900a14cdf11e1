"""What stops a unit, and what lets it go on."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from pydantic import Field

from workshop.core.actions import Act, Action, Outcome
from workshop.core.actor import AT_WORK
from workshop.core.arguments import Arguments, Ask
from workshop.core.language import within
from workshop.jobs import holds
from workshop.jobs.choices import holds_choices
from workshop.jobs.hold_rules import RULES
from workshop.jobs.models import HOLD_KINDS
from workshop.jobs.target import OpenUnit


def _holds(_unit: Any) -> list[tuple[str, Any]]:
    return [(kind, RULES[kind].label) for kind in HOLD_KINDS]


class PlaceHold(Arguments):
    """Which hold, and why."""

    kind: Annotated[Literal[HOLD_KINDS], Ask(_l("What holds it"), choices=_holds)] = (  # type: ignore[valid-type]
        "waiting_person"
    )
    reason: Annotated[str, Field(max_length=500), Ask(_l("Why"))] = ""


def _hold(unit: OpenUnit, given: PlaceHold, act: Act) -> Outcome:
    new = holds.place(unit, given.kind, reason=given.reason, now=act.now, by=act.by.person_id)
    rule = RULES[given.kind]
    return Outcome(
        _("On hold: %(hold)s.", hold=within(rule.label)),
        rule.remedy,
        tone="hold" if new else "look",
        data={"hold": given.kind, "title": rule.label, "new": new},
        undo={"kind": given.kind} if new and not rule.stops_work else None,
    )


def _undo_hold(unit: OpenUnit, before: dict[str, Any], act: Act) -> Outcome:
    holds.take_back(unit, before["kind"], now=act.now, by=act.by)
    return Outcome(_("The hold is lifted."))


class LiftHold(Arguments):
    """Which hold, and what was answered."""

    kind: Annotated[Literal[HOLD_KINDS], Ask(_l("Which hold"), choices=holds_choices)]  # type: ignore[valid-type]
    reason: Annotated[str, Field(min_length=3, max_length=500), Ask(_l("What was answered"))]


def _lift_hold(unit: OpenUnit, given: LiftHold, act: Act) -> Outcome:
    holds.lift(unit, given.kind, reason=given.reason, now=act.now, by=act.by)
    return Outcome(
        _("Hold lifted: %(hold)s.", hold=within(RULES[given.kind].label)),
        data={"hold": given.kind, "title": RULES[given.kind].label, "reason": given.reason},
    )


def _is_held(unit: OpenUnit) -> bool:
    return bool(unit.holds)


ACTIONS: Final = (
    Action(
        "hold",
        _l("Hold"),
        "unit",
        _hold,
        AT_WORK,
        _l("On hold: %(title)s"),
        arguments=PlaceHold,
        codes=("*HOLD*",),
        undo=_undo_hold,
        through_holds=True,
        icon="hand",
    ),
    Action(
        "lift_hold",
        _l("Lift a hold"),
        "unit",
        _lift_hold,
        AT_WORK,
        _l("Hold lifted: %(title)s"),
        detail=_l("%(reason)s"),
        arguments=LiftHold,
        offered=_is_held,
        through_holds=True,
        icon="hand",
    ),
)
