"""What takes a unit along its way: scanned, photographed, moved on or back, and what was done taken back."""

from __future__ import annotations

from typing import Annotated, Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from pydantic import Field

from workshop.core.actions import Act, Action, Outcome, find
from workshop.core.actor import AT_BENCH, AT_WORK
from workshop.core.arguments import Arguments, Ask, NoArguments
from workshop.core.db import db
from workshop.core.errors import Conflict, Refused
from workshop.core.language import within
from workshop.jobs import flow, photos, undo
from workshop.jobs.choices import stages_choices
from workshop.jobs.skipping import nothing_to_do
from workshop.jobs.stages import LABELS, Stage, following
from workshop.jobs.target import OpenUnit

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
    flow.enter_stage(job.id, before["stage"], act.now)
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
        AT_BENCH,
        _l("Moved, %(from)s to %(to)s"),
        detail=_l("%(reason)s"),
        arguments=Move,
        icon="undo-2",
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
