"""Reading a battery: typed at the bench, and answered as the check of the category that asks for it."""

from __future__ import annotations

from typing import Annotated, Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from pydantic import Field

from workshop.batteries import readings
from workshop.batteries.rules import BadReading, judge
from workshop.core.actions import Act, Action, Done, Outcome
from workshop.core.actor import AT_BENCH
from workshop.core.arguments import Arguments, Ask
from workshop.jobs import diagnosis, undo
from workshop.jobs.scan import Bench, Intent
from workshop.jobs.stages import Stage
from workshop.jobs.target import OpenUnit

READ_IN: Final = frozenset({Stage.DIAGNOSIS.value, Stage.REPAIR.value, Stage.GRADING.value})


class RecordReading(Arguments):
    """What the battery says of itself."""

    percent: Annotated[int, Field(ge=0, le=100), Ask(_l("Health in per cent"), _l("Of its first capacity."))]
    cycles: Annotated[
        int | None, Field(ge=0, le=20_000), Ask(_l("Full cycles"), _l("Left empty where none is shown."))
    ] = None
    full_charge_mah: Annotated[int | None, Field(ge=1, le=100_000), Ask(_l("Full charge in mAh"))] = None


def _record(unit: OpenUnit, given: RecordReading, act: Act) -> Outcome:
    judged = judge(given.percent, given.cycles)
    check = readings.battery_check(unit)
    before = readings.before_of(unit, check)
    kept = readings.keep(unit, given.percent, given.cycles, given.full_charge_mah, now=act.now, by=act.by.person_id)
    outcome = "fail" if judged.must_be_replaced else "pass"
    typed = readings.typed(given.percent, given.cycles)
    act.follow("answer", unit.id, {"check": check.code, "outcome": outcome, "reading": typed})
    return Outcome(
        str(judged.sentence),
        _("It becomes a fault: the battery is replaced.") if judged.must_be_replaced else "",
        tone="look" if judged.must_be_replaced else "yes",
        data={
            "reading": typed,
            "percent": given.percent,
            "cycles": given.cycles,
            "round": before["round"],
            "full_charge_mah": given.full_charge_mah,
        },
        undo=before | {"id": kept.id},
    )


def _take_back(unit: OpenUnit, before: dict[str, Any], act: Act) -> Outcome:
    check = diagnosis.check_named(unit.category, before["check"])
    diagnosis.restore(unit, before, act.now)
    undo.forget_fault(unit, check.fault)
    return Outcome(_("The reading is taken back."))


def answered(act: Act, done: Done) -> None:
    """Keep the reading that came with an answer, and refuse one that contradicts it."""
    if act.because != "record_reading" and isinstance(done.target, OpenUnit):
        _keep_answer(done.target, act)


def _keep_answer(unit: OpenUnit, act: Act) -> None:
    round_ = diagnosis.round_of(unit.stage)
    check = next((c for c in diagnosis.checks_of(unit, round_) if c.kind == "reading"), None)
    answer = diagnosis.answers_of(unit.job_id, round_).get(check.code) if check else None
    if check is None or answer is None or not answer.reading or answer.answered_at != act.now:
        return
    health, cycles, full = readings.must_parse(answer.reading)
    readings.refuse_nonsense(health, cycles)
    if judge(health, cycles).must_be_replaced and answer.outcome == "pass":
        raise BadReading(str(judge(health, cycles).sentence), _("With this reading the check fails."), field="outcome")
    readings.keep(unit, health, cycles, full, now=act.now, by=act.by.person_id)


def taken_back(_act: Act, done: Done) -> None:
    """Take out the reading of an answer that was taken back."""
    if isinstance(done.target, OpenUnit):
        readings.forget_unanswered(done.target)


def reading_card(code: str, bench: Bench) -> Intent | None:
    """Read "74 912" typed into the scan box. Raises BadReading for figures that no battery shows."""
    found = readings.parse(code)
    if found is None:
        return None
    unit = bench.unit()
    health, cycles, full = found
    readings.refuse_nonsense(health, cycles)
    return Intent("record_reading", unit, {"percent": health, "cycles": cycles, "full_charge_mah": full})


ACTIONS: Final = (
    Action(
        "record_reading",
        _l("Read the battery"),
        "unit",
        _record,
        AT_BENCH,
        _l("Battery read: %(reading)s"),
        arguments=RecordReading,
        stages=READ_IN,
        undo=_take_back,
        icon="battery",
        minutes=1,
        help=_l("Answers the battery's check. Typed into the scan box too: 74 912."),
        single=True,
    ),
)
