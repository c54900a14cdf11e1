"""A diagnostic program's report, kept in one go: what a person would answer check by check."""

from __future__ import annotations

from typing import Annotated, Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from pydantic import Field

from workshop.core.actions import Act, Action, Outcome
from workshop.core.actor import AT_BENCH
from workshop.core.arguments import Arguments, Ask
from workshop.core.errors import Refused
from workshop.core.house import house
from workshop.jobs import diagnosis
from workshop.jobs.diagnosis_actions import after_failure
from workshop.jobs.stages import Stage
from workshop.jobs.target import OpenUnit


class Report(Arguments):
    """What the program found: every check that it does not list as failed passed."""

    tool: Annotated[str, Field(min_length=2, max_length=60), Ask(_l("Program"), _l("Name and version."))]
    failed: Annotated[str, Field(max_length=400), Ask(_l("Failed checks"), _l("Codes, such as C-GLS1 C-CAM1."))] = ""
    reading: Annotated[str, Field(max_length=60), Ask(_l("Battery"), _l("Health and cycles, such as 96 120."))] = ""


def record_report(unit: OpenUnit, given: Report, act: Act) -> Outcome:
    """Answer every open check of the round by a report. Raises Refused for a code of another category."""
    round_ = diagnosis.round_of(unit.stage)
    failed = {code.upper(): diagnosis.check_named(unit.category, code.upper()) for code in given.failed.split()}
    answered = diagnosis.answers_of(unit.job_id, round_)
    left = [c for c in diagnosis.checks_of(unit, round_) if c.code not in answered]
    if not left:
        raise Refused(_("Every check is answered."), _("Scan *NEXT* to go on."), field="tool")
    outcomes: dict[str, Any] = {}
    for check in left:
        if check.kind == "reading":
            continue  # a reading has a history of its own: it is recorded where the battery's is
        outcomes[check.code] = "fail" if check.code in failed else "pass"
        if check.code in failed:
            after_failure(unit, check, act)
    asked = [c for c in left if c.code in outcomes]
    diagnosis.answer_all(unit, asked, outcomes, now=act.now, by=act.by.person_id)
    _follow_reading(unit, given, left, act)
    passed = sum(1 for o in outcomes.values() if o == "pass")
    return Outcome(
        _("%(passed)s of %(all)s checks passed.", passed=passed, all=len(outcomes)),
        _("Read from %(tool)s.", tool=given.tool),
        tone="yes" if passed == len(outcomes) else "look",
        data={
            "tool": given.tool,
            "round": round_,
            "outcomes": outcomes,
            "passed": passed,
            "all": len(outcomes),
        },
    )


def _follow_reading(unit: OpenUnit, given: Report, left: list[Any], act: Act) -> None:
    reading = next((c for c in left if c.kind == "reading"), None)
    if reading is None or not given.reading or "record_reading" not in house().actions:
        return
    percent, _space, cycles = given.reading.replace("/", " ").partition(" ")
    if not percent.isdigit() or (cycles and not cycles.strip().isdigit()):
        raise Refused(
            _("The battery's reading can't be read."),
            _("Give health and cycles, such as 96 120."),
            field="reading",
        )
    act.follow("record_reading", unit.id, {"percent": int(percent), "cycles": int(cycles or 0)})


ACTIONS: Final = (
    Action(
        "record_report",
        _l("Record a test report"),
        "unit",
        record_report,
        AT_BENCH,
        _l("Tested by program: %(passed)s of %(all)s passed"),
        detail=_l("%(tool)s"),
        arguments=Report,
        stages=frozenset({Stage.DIAGNOSIS.value, Stage.GRADING.value}),
        icon="file-text",
        minutes=6,
        help=_l("Answers every check that is still open from a diagnostic program's report."),
    ),
)
