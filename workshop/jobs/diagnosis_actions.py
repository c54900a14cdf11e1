"""What is found out about a unit: answers to checks, faults, and what becomes of it."""

from __future__ import annotations

from collections.abc import Collection
from typing import Annotated, Any, Final, Literal

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from pydantic import Field

from workshop.catalogue.checklists import Check, fault_type
from workshop.core.actions import Act, Action, Outcome
from workshop.core.actor import AT_BENCH
from workshop.core.arguments import Arguments, Ask
from workshop.core.errors import Refused
from workshop.core.language import within, word
from workshop.jobs import diagnosis, flow, undo
from workshop.jobs.choices import faults_choices
from workshop.jobs.stages import WORKING, Stage
from workshop.jobs.target import OpenUnit

# Some findings are no fault to repair: they hold the unit until the owner, the source or the box has it.
HOLD_OF_FAULT: Final = {
    "F-LOCK-1": "activation_lock",
    "F-BLK-1": "imei_blacklisted",
    "F-BAT-2": "battery_swollen",
}


class Answer(Arguments):
    """An answer to a check; without `check` it is the next one that has none."""

    check: Annotated[str, Ask(_l("Check"))] = ""
    outcome: Annotated[Literal["pass", "fail", "none"], Ask(_l("Outcome"))]
    reading: Annotated[str, Field(max_length=60), Ask(_l("Reading"))] = ""


def _answer(unit: OpenUnit, given: Answer, act: Act) -> Outcome:
    round_ = diagnosis.round_of(unit.stage)
    answered = diagnosis.answers_of(unit.job_id, round_)
    check = _asked(unit, given.check, round_, answered)
    if check is None:
        raise Refused(_("Every check is answered."), _("Scan *NEXT* to go on."), field="check")
    if check.kind == "reading" and not given.reading and given.outcome != "none":
        raise Refused(
            _("%(check)s needs a reading.", check=word(check.title)),
            _("Type the battery's health and cycles, such as 74 912."),
            field="reading",
        )
    before = diagnosis.answer(
        unit,
        check,
        given.outcome,
        earlier=answered.get(check.code),
        reading=given.reading,
        now=act.now,
        by=act.by.person_id,
    )
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
        _what_next(unit, round_, {*answered, check.code}),
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


def _asked(unit: OpenUnit, named: str, round_: str, answered: Collection[str]) -> Check | None:
    if named:
        return diagnosis.check_named(unit.category, named)
    return next(iter(diagnosis.open_checks(unit, round_, answered)), None)


def _what_next(unit: OpenUnit, round_: str, answered: Collection[str]) -> str:
    every = len(diagnosis.checks_of(unit, round_))
    left = diagnosis.open_checks(unit, round_, answered)
    if not left:
        return str(_("All %(n)s checks are answered.", n=every))
    words = _(
        "Next: %(check)s. %(done)s of %(all)s answered, about %(minutes)s minutes left.",
        check=within(word(left[0].title)),
        done=every - len(left),
        all=every,
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


ACTIONS: Final = (
    Action(
        "answer",
        _l("Answer a check"),
        "unit",
        _answer,
        AT_BENCH,
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
        AT_BENCH,
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
        AT_BENCH,
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
        AT_BENCH,
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
        AT_BENCH,
        _l("Triage: %(decision)s"),
        arguments=DecideTriage,
        stages=frozenset({Stage.DIAGNOSIS.value}),
        icon="split",
    ),
)
