"""What can be done to a unit: each action declared once, beside the rule that does it."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from pydantic import Field

from workshop.catalogue.checklists import fault_type
from workshop.core.actions import Act, Action, Outcome, find
from workshop.core.actor import AT_WORK, REFURBISHER, TECHNICIAN
from workshop.core.arguments import Arguments, Ask, NoArguments
from workshop.core.db import db
from workshop.core.errors import Conflict, Refused
from workshop.core.language import within, word
from workshop.jobs import diagnosis, flow, holds, photos, undo
from workshop.jobs.choices import faults_choices, holds_choices, stages_choices
from workshop.jobs.hold_rules import RULES
from workshop.jobs.models import HOLD_KINDS
from workshop.jobs.skipping import nothing_to_do
from workshop.jobs.stages import LABELS, Stage, following
from workshop.jobs.target import OpenUnit

TECHNICIANS: Final = frozenset({TECHNICIAN, REFURBISHER})
# Some findings are no fault to repair: they hold the unit until the owner, the source or the box has it.
HOLD_OF_FAULT: Final = {
    "F-LOCK-1": "activation_lock",
    "F-BLK-1": "imei_blacklisted",
    "F-BAT-2": "battery_swollen",
}
WORKING: Final = frozenset(
    {Stage.DIAGNOSIS.value, Stage.PARTS.value, Stage.REPAIR.value, Stage.GRADING.value, Stage.READY.value}
)


TWO_JOBS: Final = _l("This unit has an open job already.")
SAME_IMEI: Final = _l("A unit with this IMEI is in the workshop already.")
SAME_SERIAL: Final = _l("A unit of this maker with this serial number is in the workshop already.")
LOOK_AT_IT: Final = _l("Scan it to see where it stands.")


class AddPhoto(Arguments):
    """A picture as base64."""

    image: Annotated[str, Ask(_l("Photo"), kind="photo")]


def _add_photo(unit: OpenUnit, given: AddPhoto, act: Act) -> Outcome:
    photo = photos.keep(unit, given.image, now=act.now, by=act.by.person_id)
    return Outcome(_("Photo kept."), data={"photo": photo.id, "sha256": photo.sha256})


def _scan_in(unit: OpenUnit, _given: NoArguments, act: Act) -> Outcome:
    return Outcome(
        _("%(unit)s found, in %(stage)s.", unit=unit.title, stage=within(LABELS[unit.stage])),
        data={"stage": unit.stage},
    )


def _advance(unit: OpenUnit, _given: NoArguments, act: Act) -> Outcome:
    after = following(unit.stage)
    if after is None or unit.stage in (Stage.READY, Stage.LISTED, Stage.SOLD):
        raise Refused(
            _("From %(stage)s it goes on by itself.", stage=within(LABELS[unit.stage])),
            _("The feed and the orders move it: nothing to do here."),
            field="stage",
        )
    flow.require_gates(unit)
    moved = flow.move(unit, after, now=act.now)
    _go_past(unit, act)
    return Outcome(
        _("%(unit)s goes to %(stage)s.", unit=unit.model_name, stage=within(LABELS[after])),
        data=moved,
        undo={"stage": moved["from"]},
    )


def _go_past(unit: OpenUnit, act: Act) -> None:
    """Let a stage where nothing is to do be gone past by itself: no part is needed, or no fault is open."""
    db.session.flush()
    if nothing_to_do(unit):
        act.follow("skip", unit.id)


def _skip(unit: OpenUnit, _given: NoArguments, act: Act) -> Outcome:
    after = following(unit.stage)
    assert after is not None
    moved = flow.move(unit, after, now=act.now)
    _go_past(unit, act)
    return Outcome(data=moved)


class Move(Arguments):
    """Where to."""

    to: Annotated[str, Ask(_l("To which stage"), choices=stages_choices)]
    reason: Annotated[str, Field(min_length=3, max_length=300), Ask(_l("Why"))]


def _move_back(unit: OpenUnit, given: Move, act: Act) -> Outcome:
    if given.to not in LABELS:
        raise Refused(
            _("There is no stage '%(to)s'.", to=given.to),
            _("Take one of %(stages)s.", stages=", ".join(s.value for s in Stage)),
            field="to",
        )
    if given.to in (Stage.CLOSED, Stage.LISTED, Stage.SOLD):
        raise Refused(_("No unit is moved there by hand."), _("The feed, an order or the triage does."), field="to")
    forward = list(Stage).index(Stage(given.to)) > list(Stage).index(Stage(unit.stage))
    if forward:
        flow.require_gates(unit)
    moved = flow.move(unit, given.to, now=act.now)
    return Outcome(
        _("%(unit)s goes to %(stage)s.", unit=unit.model_name, stage=within(LABELS[given.to])),
        given.reason,
        data={**moved, "reason": given.reason},
    )


class Answer(Arguments):
    """An answer to a check; without `check` it is the next one that has none."""

    check: Annotated[str, Ask(_l("Check"))] = ""
    outcome: Annotated[Literal["pass", "fail", "none"], Ask(_l("Outcome"))]
    reading: Annotated[str, Field(max_length=60), Ask(_l("Reading"))] = ""


def _answer(unit: OpenUnit, given: Answer, act: Act) -> Outcome:
    round_ = diagnosis.round_of(unit.stage)
    check = diagnosis.check_named(unit.category, given.check) if given.check else diagnosis.next_check(unit, round_)
    if check is None:
        raise Refused(_("Every check is answered."), _("Scan *NEXT* to go on."), field="check")
    if check.kind == "reading" and not given.reading and given.outcome != "none":
        raise Refused(
            _("%(check)s needs a reading.", check=word(check.title)),
            _("Type the battery's health and cycles, such as 74 912."),
            field="reading",
        )
    before = diagnosis.answer(unit, check, given.outcome, reading=given.reading, now=act.now, by=act.by.person_id)
    if given.outcome == "fail":
        after_failure(unit, check, act)
    elif before.get("outcome") == "fail" and check.fault:
        undo.forget_fault(unit, check.fault, raised_by=check.code)
    said = {
        "pass": _("%(check)s passed.", check=word(check.title)),
        "fail": _("%(check)s failed.", check=word(check.title)),
    }
    return Outcome(
        said.get(given.outcome, _("%(check)s left out.", check=word(check.title))),
        _what_next(unit, round_),
        tone="yes" if given.outcome != "fail" else "look",
        data={
            "check": check.code,
            "number": check.number,
            "title": str(check.title),
            "outcome": given.outcome,
            "reading": given.reading,
            "round": round_,
        },
        undo=before,
    )


def after_failure(unit: OpenUnit, check: Any, act: Act) -> None:
    """Let a failed check place its hold, or raise its fault."""
    hold = HOLD_OF_FAULT.get(check.fault)
    if hold is not None:
        act.follow("hold", unit.id, {"kind": hold, "reason": str(check.title)})
    elif check.fault:
        act.follow("record_fault", unit.id, {"fault": check.fault, "check": check.code})


def _what_next(unit: OpenUnit, round_: str) -> str:
    db.session.flush()
    checks = diagnosis.checks_of(unit, round_)
    answered = diagnosis.answers_of(unit.job_id, round_)
    left = [c for c in checks if c.code not in answered]
    if not left:
        return str(_("All %(n)s checks are answered.", n=len(checks)))
    words = _(
        "Next: %(check)s. %(done)s of %(all)s answered, about %(minutes)s minutes left.",
        check=within(word(left[0].title)),
        done=len(checks) - len(left),
        all=len(checks),
        minutes=sum(c.minutes for c in left),
    )
    return str(words)


def _undo_answer(unit: OpenUnit, before: dict[str, Any], act: Act) -> Outcome:
    check = diagnosis.check_named(unit.category, before["check"])
    diagnosis.restore(unit, before, act.now)
    if check.fault:
        undo.forget_fault(unit, check.fault, raised_by=check.code)
    if check.fault and before.get("outcome") == "fail":
        diagnosis.raise_fault(unit, check.fault, check_code=check.code, now=act.now, by=act.by.person_id)
    return Outcome(_("%(check)s is open again.", check=word(check.title)))


class RecordFault(Arguments):
    """A fault by its code, such as F-DISP-1."""

    fault: Annotated[str, Ask(_l("Fault"), choices=faults_choices)]
    check: str = ""


def _record_fault(unit: OpenUnit, given: RecordFault, act: Act) -> Outcome:
    _row, new = diagnosis.raise_fault(
        unit, given.fault, check_code=given.check or None, now=act.now, by=act.by.person_id
    )
    kind = fault_type(given.fault)
    assert kind is not None
    return Outcome(
        _("%(fault)s noted.", fault=word(kind.title))
        if new
        else _("%(fault)s was noted before.", fault=word(kind.title)),
        tone="yes" if new else "look",
        data={"fault": given.fault, "title": str(kind.title), "new": new},
        undo={"fault": given.fault} if new else None,
    )


def _undo_fault(unit: OpenUnit, before: dict[str, Any], act: Act) -> Outcome:
    undo.forget_fault(unit, before["fault"])
    return Outcome(_("The fault is taken back."))


class WaiveFault(Arguments):
    """Leave a fault as it is."""

    fault: Annotated[str, Ask(_l("Fault"), choices=faults_choices)]
    reason: Annotated[str, Field(min_length=3, max_length=300), Ask(_l("Why it stays"))]


def _waive_fault(unit: OpenUnit, given: WaiveFault, act: Act) -> Outcome:
    diagnosis.waive(unit, given.fault, given.reason, act.now)
    kind = fault_type(given.fault)
    return Outcome(
        _("%(fault)s stays as it is.", fault=word(kind.title) if kind else given.fault),
        given.reason,
        data={
            "fault": given.fault,
            "title": str(kind.title) if kind else given.fault,
            "reason": given.reason,
        },
    )


class FixFault(Arguments):
    """A fault that was mended without a part."""

    fault: Annotated[str, Ask(_l("Fault"), choices=faults_choices)]


def _fix_fault(unit: OpenUnit, given: FixFault, act: Act) -> Outcome:
    diagnosis.fix(unit, given.fault, act.now)
    kind = fault_type(given.fault)
    title = str(kind.title) if kind else given.fault
    return Outcome(_("%(fault)s: fixed.", fault=word(title)), data={"fault": given.fault, "title": title})


class DecideTriage(Arguments):
    """What becomes of it."""

    decision: Annotated[Literal["repair", "harvest", "recycle", "send_back"], Ask(_l("Decision"))]


_CLOSED_AS: Final = {"harvest": "harvested", "recycle": "recycled", "send_back": "sent_back"}
_DECIDED: Final[dict[str, Any]] = {
    "repair": _l("Repair it"),
    "harvest": _l("Harvest it for parts"),
    "recycle": _l("Recycle it"),
    "send_back": _l("Send it back"),
}


def _decide_triage(unit: OpenUnit, given: DecideTriage, act: Act) -> Outcome:
    unit.job.triage = given.decision
    unit.triage = given.decision
    data: dict[str, Any] = {"decision": given.decision}
    if given.decision != "repair":
        data |= flow.move(unit, Stage.CLOSED, now=act.now, closed_as=_CLOSED_AS[given.decision])
    return Outcome(_("Decided: %(what)s.", what=within(_DECIDED[given.decision])), data=data)


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


class Undo(Arguments):
    """Left out: the last thing, whatever it was. Else only what was done with this tray's batch."""

    tray: str = ""
    batch: int = 0


def _undo(unit: OpenUnit, given: Undo, act: Act) -> Outcome:
    event, data = undo.last_undoable(unit, by=act.by.person_id)
    if given.tray and (data.get("tray"), data.get("batch")) != (given.tray, given.batch):
        raise Conflict(_("Something else was done to %(unit)s since.", unit=unit.code), _("Look at its story."))
    action = find(event.action)
    if action.undo is None:
        raise Conflict(_("This can't be taken back."), _("Set it right with the action that changes it."))
    outcome = action.undo(unit, data["undo"], act)
    return Outcome(
        str(outcome.title) or _("Taken back."),
        tone="yes",
        data={"undoes": event.seq, "what": action.label, **outcome.data},
    )


def undo_move(unit: OpenUnit, before: dict[str, Any], act: Act) -> Outcome:
    """Put a unit back into the stage that it came from."""
    job = unit.job
    was = job.stage
    job.stage, job.stage_since = before["stage"], act.now
    unit.stage = before["stage"]
    flow.leave_stage(job.id, act.now)
    flow.come_back(job, before["stage"], act.now)
    return Outcome(
        _("Back in %(stage)s.", stage=within(LABELS[before["stage"]])),
        data={"from": was, "to": before["stage"]},
    )


ACTIONS: Final = (
    Action(
        "scan",
        _l("Scan"),
        "unit",
        _scan_in,
        AT_WORK,
        _l("Scanned"),
        hidden=True,
        through_holds=True,
        icon="scan-barcode",
    ),
    Action(
        "add_photo",
        _l("Add a photo"),
        "unit",
        _add_photo,
        AT_WORK,
        _l("Photo taken"),
        arguments=AddPhoto,
        icon="camera",
    ),
    Action(
        "advance",
        _l("Next stage"),
        "unit",
        _advance,
        AT_WORK,
        _l("Moved on, %(from)s to %(to)s"),
        codes=("*NEXT*",),
        undo=undo_move,
        icon="arrow-right",
        help=_l("Moves the unit to its next stage once every gate is met."),
    ),
    Action("skip", _l("Go on by itself"), "unit", _skip, frozenset(), _l("Went on by itself"), hidden=True),
    Action(
        "move",
        _l("Move to another stage"),
        "unit",
        _move_back,
        TECHNICIANS,
        _l("Moved, %(from)s to %(to)s"),
        detail=_l("%(reason)s"),
        arguments=Move,
        icon="undo-2",
    ),
    Action(
        "answer",
        _l("Answer a check"),
        "unit",
        _answer,
        TECHNICIANS,
        _l("%(title)s: %(outcome)s"),
        arguments=Answer,
        undo=_undo_answer,
        icon="circle-check",
        stages=frozenset({Stage.DIAGNOSIS.value, Stage.REPAIR.value, Stage.GRADING.value}),
    ),
    Action(
        "record_fault",
        _l("Note a fault"),
        "unit",
        _record_fault,
        TECHNICIANS,
        _l("Fault: %(title)s"),
        arguments=RecordFault,
        undo=_undo_fault,
        stages=WORKING,
        icon="triangle-alert",
    ),
    Action(
        "waive_fault",
        _l("Leave a fault as it is"),
        "unit",
        _waive_fault,
        TECHNICIANS,
        _l("%(title)s stays as it is"),
        detail=_l("%(reason)s"),
        arguments=WaiveFault,
        stages=WORKING,
    ),
    Action(
        "fix_fault",
        _l("Mark a fault as fixed"),
        "unit",
        _fix_fault,
        TECHNICIANS,
        _l("%(title)s: fixed"),
        arguments=FixFault,
        stages=frozenset({Stage.REPAIR.value}),
        icon="wrench",
    ),
    Action(
        "decide_triage",
        _l("Decide the triage"),
        "unit",
        _decide_triage,
        TECHNICIANS,
        _l("Triage: %(decision)s"),
        arguments=DecideTriage,
        stages=frozenset({Stage.DIAGNOSIS.value}),
        icon="split",
    ),
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
        through_holds=True,
        icon="hand",
    ),
    Action(
        "undo",
        _l("Undo"),
        "unit",
        _undo,
        AT_WORK,
        _l("Taken back: %(what)s"),
        arguments=Undo,
        single=True,
        codes=("*UNDO*",),
        icon="undo-2",
        through_holds=True,
    ),
)
