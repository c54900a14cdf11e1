"""What is done in grading: the evidence of erasure, what is seen on each zone, and the grade."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from pydantic import AwareDatetime, Field

from workshop.core.actions import Act, Action, Done, Outcome
from workshop.core.actor import AT_BENCH
from workshop.core.arguments import Arguments, Ask
from workshop.core.language import within, word
from workshop.grading import erasure, evidence, giving, zones
from workshop.grading.models import CATEGORIES, LETTERS, MEDIA, METHODS, RESULTS, VERIFICATIONS
from workshop.grading.rubric import Zone
from workshop.jobs import actions as jobs_actions
from workshop.jobs import holds
from workshop.jobs.stages import Stage
from workshop.jobs.target import OpenUnit

GRADING: Final = frozenset({Stage.GRADING.value})
ERASED_IN: Final = frozenset({s.value for s in (Stage.DIAGNOSIS, Stage.PARTS, Stage.REPAIR, Stage.GRADING)})


def _methods(_target: Any) -> list[tuple[str, Any]]:
    return list(erasure.METHOD_LABELS.items())


def _verifications(_target: Any) -> list[tuple[str, Any]]:
    return list(erasure.VERIFICATION_LABELS.items())


class RecordErasure(Arguments):
    """The fields of a certificate of sanitisation; who and when come from the door."""

    method: Annotated[Literal[METHODS], Ask(_l("Method"), choices=_methods)]  # type: ignore[valid-type]
    category: Annotated[Literal[CATEGORIES], Ask(_l("Category"), _l("By NIST SP 800-88."))]  # type: ignore[valid-type]
    tool: Annotated[str, Field(min_length=2, max_length=80), Ask(_l("Tool"))]
    tool_version: Annotated[str, Field(min_length=1, max_length=40), Ask(_l("Its version"))]
    verification: Annotated[
        Literal[VERIFICATIONS], Ask(_l("Verification"), choices=_verifications)  # type: ignore[valid-type]
    ]
    result: Annotated[Literal[RESULTS], Ask(_l("Result"))]  # type: ignore[valid-type]
    storage_id: Annotated[
        str, Field(max_length=80), Ask(_l("Storage"), _l("Its serial number, where it can be taken out."))
    ] = ""
    media_type: Annotated[Literal[MEDIA], Ask(_l("Kind of storage"))] = "flash"  # type: ignore[valid-type]
    started_at: AwareDatetime | None = None
    ended_at: AwareDatetime | None = None


def _record_erasure(unit: OpenUnit, given: RecordErasure, act: Act) -> Outcome:
    kept = erasure.record(unit, given.model_dump(), now=act.now, by=act.by.person_id, bench=act.by.bench_id)
    held = holds.standing(unit.job_id, "data_present") is not None
    if given.result == "fail" and not held:
        act.follow("hold", unit.id, {"kind": "data_present", "reason": kept.number})
    if given.result == "pass" and held:
        act.follow("lift_hold", unit.id, {"kind": "data_present", "reason": kept.number})
    failed = given.result == "fail"
    return Outcome(
        _("The erasure failed: a customer's data is on it.")
        if failed
        else _("Erased, verified: %(n)s.", n=kept.number),
        _("Erase it again, or take the storage out.") if failed else _("Next: the re-test."),
        tone="hold" if failed else "yes",
        data={"certificate": kept.number, "sha256": kept.digest, **_told(given)},
        more={"certificate": kept.number},
    )


def _erasing_is_next(unit: OpenUnit) -> bool:
    """Say whether a button offers it: in grading, and earlier only where a customer's data holds the unit."""
    return unit.stage == Stage.GRADING or "data_present" in unit.holds


def _told(given: RecordErasure) -> dict[str, Any]:
    return given.model_dump(include={"method", "category", "tool", "tool_version", "verification", "result"})


class ChooseZone(Arguments):
    """A zone to look at next."""

    zone: Annotated[str, Field(max_length=16), Ask(_l("Zone"))]


def _choose_zone(unit: OpenUnit, given: ChooseZone, act: Act) -> Outcome:
    zone = zones.zone_named(unit, given.zone)
    return Outcome(
        _("%(zone)s: scan what you see.", zone=word(zone.title)),
        _("G-0 to G-4."),
        data={"zone": zone.code, "title": zone.title},
        undo={},
    )


def _unchoose(unit: OpenUnit, _before: dict[str, Any], act: Act) -> Outcome:
    return Outcome(_("No zone is chosen."))


def _zone_choices(unit: OpenUnit) -> list[tuple[str, Any]]:
    return [(z.code, word(z.title)) for z in zones.zones_of(unit)]


class ObserveZone(Arguments):
    """What is seen on a zone; without `zone` it is the next one that was not looked at."""

    zone: Annotated[str, Field(max_length=16), Ask(_l("Zone"), choices=_zone_choices)] = ""
    observation: Annotated[int, Field(ge=0, le=4), Ask(_l("What you see"), _l("0 Nothing to 4 Broken."))]
    note: Annotated[str, Field(max_length=200), Ask(_l("Note"))] = ""


def _observe_zone(unit: OpenUnit, given: ObserveZone, act: Act) -> Outcome:
    zone = _zone_meant(unit, given.zone)
    asked = evidence.basis(unit)
    was = evidence.computed(unit, asked)
    before = zones.observe(unit, zone, given.observation, note=given.note, now=act.now, by=act.by.person_id)
    giving.review(unit, act.now)
    found = evidence.computed(unit, asked | {"zones": evidence.zones_seen(unit)})
    seen = next(m.seen for m in found.marks if m.code == zone.code)
    words = {"zone": word(zone.title), "seen": seen, "letter": found.letter}
    stays = was.rung == found.rung
    return Outcome(
        _("%(zone)s: %(seen)s. The grade stays %(letter)s.", **words)
        if stays
        else _("%(zone)s: %(seen)s. The grade is now %(letter)s.", **words),
        _next_words(unit),
        data={
            "zone": zone.code,
            "title": zone.title,
            "observation": given.observation,
            "seen": seen,
            "letter": found.letter,
            "note": given.note,
        },
        undo=before,
        more={"grade": found.letter},
    )


def _zone_meant(unit: OpenUnit, code: str) -> Zone:
    if code:
        return zones.zone_named(unit, code)
    return zones.next_zone(unit) or zones.zone_named(unit, code)


def _next_words(unit: OpenUnit) -> str:
    seen = zones.observations(unit.job_id)
    left = [z for z in zones.zones_of(unit) if z.code not in seen]
    if not left:
        return str(_("Every zone is looked at. Scan *NEXT*."))
    if len(left) == 1:
        return str(_("Next: %(zone)s, the last zone.", zone=within(word(left[0].title))))
    return str(_("Next: %(zone)s. %(n)s zones left.", zone=within(word(left[0].title)), n=len(left)))


def _undo_observation(unit: OpenUnit, before: dict[str, Any], act: Act) -> Outcome:
    zones.restore(unit, before, act.now)
    giving.review(unit, act.now)
    return Outcome(_("%(zone)s is open again.", zone=word(zones.zone_named(unit, before["zone"]).title)))


class GiveGrade(Arguments):
    """The grade; without `letter` it is the one that the evidence makes."""

    letter: Annotated[Literal[("", *LETTERS)], Ask(_l("Grade"), _l("Left out: as computed."))] = ""  # type: ignore[valid-type]
    reason: Annotated[str, Field(max_length=300), Ask(_l("Why another grade"))] = ""
    go_on: bool = False


def _give_grade(unit: OpenUnit, given: GiveGrade, act: Act) -> Outcome:
    earlier, found = giving.standing(unit.job_id), evidence.computed(unit)
    kept = giving.give(unit, given.letter, given.reason, now=act.now, by=act.by)
    if given.go_on:
        act.follow("advance", unit.id)
    return Outcome(
        _("Graded %(letter)s, %(title)s.", letter=kept.letter, title=within(word(kept.title))),
        kept.reason or found.explanation,
        data={
            "letter": kept.letter,
            "title": kept.title,
            "market": kept.market,
            "computed": kept.computed,
            "deciding": kept.deciding,
            "explanation": found.explanation,
            "reason": kept.reason,
            "rubric": kept.rubric_version,
        },
        undo={"earlier": earlier.id if earlier else None},
        more={"grade": kept.letter, "market": kept.market},
    )


def _undo_grade(unit: OpenUnit, before: dict[str, Any], act: Act) -> Outcome:
    if unit.stage == Stage.READY:
        jobs_actions.undo_move(unit, {"stage": Stage.GRADING.value}, act)
    giving.take_back(unit, before, act.now)
    return Outcome(_("The grade is taken back."))


def evidence_changed(act: Act, done: Done) -> None:
    """Withdraw a grade whose evidence another action changed."""
    unit = done.target
    if isinstance(unit, OpenUnit) and unit.stage in (Stage.REPAIR, Stage.GRADING, Stage.READY):
        giving.review(unit, act.now)


def sent_back(act: Act, done: Done) -> None:
    """Let what was seen count no more once the unit is worked on again, and withdraw the grade made of it."""
    unit = done.target
    if isinstance(unit, OpenUnit) and unit.stage in (Stage.DIAGNOSIS, Stage.PARTS, Stage.REPAIR):
        zones.supersede(unit.job_id, act.now)
        giving.review(unit, act.now)


ACTIONS: Final = (
    Action(
        "record_erasure",
        _l("Record the erasure"),
        "unit",
        _record_erasure,
        AT_BENCH,
        _l("Erasure %(result)s: %(certificate)s"),
        detail=_l("%(category)s with %(tool)s %(tool_version)s"),
        arguments=RecordErasure,
        stages=ERASED_IN,
        offered=_erasing_is_next,
        icon="eraser",
        minutes=5,
        help=_l("Keeps the evidence that a customer's data is gone. A failed one holds the unit."),
    ),
    Action(
        "choose_zone",
        _l("Choose a zone"),
        "unit",
        _choose_zone,
        AT_BENCH,
        _l("%(title)s is looked at"),
        arguments=ChooseZone,
        stages=GRADING,
        undo=_unchoose,
        hidden=True,
        icon="eye",
    ),
    Action(
        "observe_zone",
        _l("Say what a zone shows"),
        "unit",
        _observe_zone,
        AT_BENCH,
        _l("%(title)s: %(seen)s"),
        detail=_l("%(note)s"),
        arguments=ObserveZone,
        stages=GRADING,
        undo=_undo_observation,
        icon="eye",
        help=_l("G-0 to G-4 answer the next zone. Scan a zone's own code first to look at it again."),
    ),
    Action(
        "give_grade",
        _l("Give the grade"),
        "unit",
        _give_grade,
        AT_BENCH,
        _l("Graded %(letter)s, %(title)s"),
        detail=_l("%(explanation)s %(reason)s"),
        arguments=GiveGrade,
        stages=GRADING,
        undo=_undo_grade,
        icon="badge-check",
        minutes=4,
        help=_l("Gives the grade that the evidence makes. *NEXT* does so by itself."),
    ),
)
