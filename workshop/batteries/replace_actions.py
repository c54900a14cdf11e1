"""Replacing a battery at the bench: a scan a step, the old battery, the new one."""

from __future__ import annotations

import re
from typing import Annotated, Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from pydantic import Field

from workshop.batteries import replace
from workshop.batteries.procedures import old_step, procedure_for
from workshop.core.actions import Act, Action, Outcome
from workshop.core.actor import AT_BENCH
from workshop.core.arguments import Arguments, Ask, NoArguments
from workshop.core.db import db
from workshop.core.language import word
from workshop.jobs import cards, undo
from workshop.jobs.scan import Bench, Intent, OnKind
from workshop.jobs.stages import Stage
from workshop.jobs.target import Found, OpenUnit
from workshop.parts import fit
from workshop.parts.fits import part_name
from workshop.parts.models import Batch, Part
from workshop.parts.stock import batch_named

REPAIR: Final = frozenset({Stage.REPAIR.value})
_SERIAL: Final = re.compile(r"(?=.*[0-9])[A-Z0-9]{8,40}")


def passed(bench: Bench) -> Intent:
    """`*PASS*`: while a battery is being replaced it ticks off the next step; else it answers a check."""
    unit = bench.unit()
    return Intent("battery_step", unit) if replace.is_due(unit) else cards.passed(bench)


def old_battery(code: str, bench: Bench) -> Intent | None:
    """Read the serial of the old battery, at the step at which it is scanned."""
    if _SERIAL.fullmatch(code) is None:
        return None
    unit = bench.lying()
    begun = replace.under_way(unit.job_id) if unit is not None and unit.stage == Stage.REPAIR else None
    if unit is None or begun is None or begun.steps_done != old_step(procedure_for(unit.held_by)):
        return None
    return Intent("old_battery", unit, {"serial": code})


def battery_scanned(before: OnKind | None) -> OnKind:
    """Return what the scan of a piece means: a battery that is due is replaced, else what it meant before."""

    def meaning(found: Found, bench: Bench) -> Intent:
        batch = db.session.get(Batch, found.target_id)
        unit = bench.lying()
        if batch is not None and batch.part.kind == replace.KIND and unit is not None and replace.is_due(unit):
            return Intent("replace_battery", unit, {"batch": batch.code})
        assert before is not None
        return before(found, bench)

    return meaning


def part_scanned(before: OnKind | None) -> OnKind:
    """Return what the scan of a part's own code means: the battery set aside is the one that goes in."""

    def meaning(found: Found, bench: Bench) -> Intent:
        part = db.session.get(Part, found.target_id)
        unit = bench.lying()
        if part is not None and part.kind == replace.KIND and unit is not None and replace.is_due(unit):
            return Intent("replace_battery", unit, {"batch": fit.reserved_piece(unit, part.id).code})
        assert before is not None
        return before(found, bench)

    return meaning


def _step(unit: OpenUnit, _given: NoArguments, act: Act) -> Outcome:
    begun, procedure = replace.tick(unit, now=act.now)
    done, following = procedure.steps[begun.steps_done - 1], procedure.steps[begun.steps_done]
    return Outcome(
        _("Step %(n)s done: %(title)s.", n=begun.steps_done, title=word(done.title)),
        _("Next: %(title)s.", title=word(following.title)),
        data={"step": begun.steps_done, "title": done.title, "procedure": procedure.code},
        undo={"id": begun.id},
    )


def _untick(unit: OpenUnit, before: dict[str, Any], act: Act) -> Outcome:
    begun = replace.begin(unit, now=act.now)
    begun.steps_done = max(0, begun.steps_done - 1)
    return Outcome(_("Step %(n)s is open again.", n=begun.steps_done + 1))


class OldBattery(Arguments):
    """The serial on the old battery."""

    serial: Annotated[str, Field(min_length=4, max_length=60), Ask(_l("Serial of the old battery"))]


def _old(unit: OpenUnit, given: OldBattery, act: Act) -> Outcome:
    before = replace.note_old(unit, given.serial, now=act.now)
    return Outcome(
        _("Old battery noted: %(serial)s.", serial=given.serial),
        _("It goes to the used-battery tray. Next: scan the new one."),
        data={"serial": given.serial},
        undo=before,
    )


def _forget_old(unit: OpenUnit, before: dict[str, Any], act: Act) -> Outcome:
    begun = replace.begin(unit, now=act.now)
    begun.steps_done, begun.old_serial = before["steps"], before["old_serial"]
    return Outcome(_("The old battery is open again."))


class ReplaceBattery(Arguments):
    """The new battery by its label, and what is known of old and new."""

    batch: Annotated[str, Field(min_length=1, max_length=40), Ask(_l("New battery"), _l("Scan its label."))]
    old_serial: Annotated[str, Field(max_length=60), Ask(_l("Serial of the old battery"))] = ""
    new_serial: Annotated[str, Field(max_length=60), Ask(_l("Serial of the new battery"))] = ""
    broke: Annotated[list[str], Field(max_length=8)] = Field(default_factory=list)


def _replace(unit: OpenUnit, given: ReplaceBattery, act: Act) -> Outcome:
    batch = batch_named(given.batch)
    begun = replace.under_way(unit.job_id)
    earlier = list(begun.broke) if begun else []
    done, fitted, mended = replace.replace(
        unit,
        batch,
        old_serial=given.old_serial,
        new_serial=given.new_serial,
        broke=given.broke,
        now=act.now,
        by=act.by.person_id,
    )
    for code in mended:
        act.follow("fix_fault", unit.id, {"fault": code})
    raised = replace.faults_of(unit, given.broke)
    for code in raised:
        act.follow("record_fault", unit.id, {"fault": code})
    return Outcome(
        _("Battery replaced: %(part)s.", part=part_name(fitted.part)),
        _("Start it, read health and cycles, then close with new seals."),
        data={
            "batch": batch.code,
            "part": fitted.part.name,
            "lot": batch.lot,
            "procedure": done.procedure,
            "how": procedure_for(unit.held_by).title,
            "minutes": done.minutes,
            "old_serial": done.old_serial,
            "new_serial": done.new_serial,
            "broke": list(given.broke) or _l("nothing broke"),
        },
        undo={"id": done.id, "mended": mended, "raised": raised, "broke": earlier},
    )


def _put_back(unit: OpenUnit, before: dict[str, Any], act: Act) -> Outcome:
    for code in before["raised"]:
        undo.forget_fault(unit, code)
    replace.take_back(before["id"], before["mended"], before["broke"], now=act.now, by=act.by.person_id)
    return Outcome(_("The new battery is out again and set aside for this unit."))


def _breaks(unit: OpenUnit) -> list[tuple[str, Any]]:
    return [(what, word(what)) for what in procedure_for(unit.held_by).breaks]


class NoteBroken(Arguments):
    """What broke while the battery was replaced."""

    what: Annotated[str, Field(min_length=1, max_length=40), Ask(_l("What broke"), choices=_breaks)]


def _broke(unit: OpenUnit, given: NoteBroken, act: Act) -> Outcome:
    done = replace.note_broken(unit, given.what)
    raised = replace.faults_of(unit, [given.what])
    for code in raised:
        act.follow("record_fault", unit.id, {"fault": code})
    return Outcome(
        _("Noted: %(what)s broke.", what=word(given.what)),
        tone="look",
        data={"what": given.what},
        undo={"id": done.id, "what": given.what, "raised": raised},
    )


def _unbroke(unit: OpenUnit, before: dict[str, Any], act: Act) -> Outcome:
    replace.forget_broken(before["id"], before["what"])
    for code in before["raised"]:
        undo.forget_fault(unit, code)
    return Outcome(_("Taken back: nothing broke."))


ACTIONS: Final = (
    Action(
        "battery_step",
        _l("Tick off a step"),
        "unit",
        _step,
        AT_BENCH,
        _l("Battery, step %(step)s: %(title)s"),
        stages=REPAIR,
        offered=replace.is_due,
        undo=_untick,
        icon="list-checks",
        help=_l("*PASS* does so while a battery is being replaced."),
    ),
    Action(
        "old_battery",
        _l("Note the old battery"),
        "unit",
        _old,
        AT_BENCH,
        _l("Old battery: %(serial)s"),
        arguments=OldBattery,
        stages=REPAIR,
        offered=replace.is_due,
        undo=_forget_old,
        icon="battery",
        single=True,
    ),
    Action(
        "replace_battery",
        _l("Replace the battery"),
        "unit",
        _replace,
        AT_BENCH,
        _l("Battery replaced: %(part)s, %(batch)s"),
        detail=_l("%(how)s, %(minutes)s min, %(broke)s"),
        arguments=ReplaceBattery,
        stages=REPAIR,
        offered=replace.is_due,
        undo=_put_back,
        icon="battery-charging",
        minutes=18,
        help=_l("The scan of a battery's label does so in repair, where one is due."),
        single=True,
    ),
    Action(
        "battery_broke",
        _l("Note what broke"),
        "unit",
        _broke,
        AT_BENCH,
        _l("%(what)s broke"),
        arguments=NoteBroken,
        stages=REPAIR,
        offered=replace.may_have_broken,
        undo=_unbroke,
        icon="triangle-alert",
        help=_l("What broke while the battery was replaced; it becomes a fault where it is one."),
    ),
)
