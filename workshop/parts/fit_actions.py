"""What is done to a unit with a part in hand: fit it, take it out, note what broke."""

from __future__ import annotations

from typing import Annotated, Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from pydantic import Field

from workshop.core.actions import Act, Action, Outcome
from workshop.core.arguments import Arguments, Ask
from workshop.core.db import db
from workshop.core.errors import Refused
from workshop.jobs.target import OpenUnit
from workshop.parts import choices, fit, fits, needs, stock
from workshop.parts.action_words import (
    AT_REPAIR,
    STAGES,
    WORK,
    said_of,
    title_of,
)
from workshop.parts.fits import part_name
from workshop.parts.models import (
    FittedPart,
)


class FitPart(Arguments):
    """The piece that goes in: its own label, or the part's code for the piece that is set aside."""

    batch: Annotated[str, Field(max_length=24), Ask(_l("Label of the piece"))] = ""
    part: Annotated[str, Field(max_length=60), Ask(_l("Or the part's code"))] = ""
    serial: Annotated[str, Field(max_length=60), Ask(_l("Serial number"), _l("Where the part has one."))] = ""


def _piece(unit: OpenUnit, given: FitPart) -> Any:
    if given.batch:
        return stock.batch_named(given.batch)
    if given.part:
        return fit.reserved_piece(unit, fits.part_named(given.part).id)
    raise Refused(_("Nothing says which piece."), _("Scan the label of the piece."), field="batch")


def _fit_part(unit: OpenUnit, given: FitPart, act: Act) -> Outcome:
    batch = _piece(unit, given)
    fitted = fit.fit(unit, batch, serial=given.serial, now=act.now, by=act.by.person_id)
    need = needs.need_named(fitted.need_id)
    mended = needs.faults_mended_by(need)
    for code in mended:
        act.follow("fix_fault", unit.id, {"fault": code})
    left = len(needs.open_needs(unit.job_id))
    return Outcome(
        _("%(part)s fitted.", part=said_of(need)),
        ngettext("%(num)s part is left to fit.", "%(num)s parts are left to fit.", left)
        if left
        else _("Every part is in."),
        data={
            "fitted": fitted.id,
            "need": need.id,
            "title": title_of(need),
            "part": batch.part.code,
            "batch": batch.code,
            "lot": batch.lot,
            "serial": given.serial,
        },
        undo={"fitted": fitted.id, "faults": mended},
    )


def _undo_fit(unit: OpenUnit, before: dict[str, Any], act: Act) -> Outcome:
    fitted = db.session.get(FittedPart, before["fitted"])
    assert fitted is not None
    need = fit.unfit(fitted, now=act.now, by=act.by.person_id)
    fit.reopen_faults(unit.job_id, before["faults"])
    return Outcome(_("%(part)s is out again.", part=said_of(need)), data={"title": title_of(need)})


class RemovePart(Arguments):
    """Which part comes out, and where it goes."""

    fitted: Annotated[int, Ask(_l("Part"), choices=choices.carried_choices)]
    keep: Annotated[bool, Ask(_l("It is good: back to the shelf"))] = False
    reason: Annotated[str, Field(min_length=3, max_length=300), Ask(_l("Why"))]


def _remove_part(unit: OpenUnit, given: RemovePart, act: Act) -> Outcome:
    fitted = fit.fitted_named(unit, given.fitted)
    fit.remove(fitted, keep=given.keep, reason=given.reason, now=act.now, by=act.by.person_id)
    return Outcome(
        _("%(part)s is out.", part=part_name(fitted.part)),
        _("Put it back in %(place)s.", place=fitted.batch.location.code)
        if given.keep
        else _("Put it into the scrap box."),
        data={"title": fitted.part.name, "batch": fitted.batch.code, "keep": given.keep, "reason": given.reason},
    )


class NoteBroken(Arguments):
    """What broke while a part was fitted, and the kind of part that is needed for it."""

    what: Annotated[str, Field(min_length=3, max_length=300), Ask(_l("What broke"))]
    fitted: Annotated[int | None, Ask(_l("While fitting"), choices=choices.carried_choices)] = None
    part_kind: Annotated[str, Ask(_l("What it needs now"), choices=choices.kinds_choices)] = ""


def _note_broken(unit: OpenUnit, given: NoteBroken, act: Act) -> Outcome:
    carried = fit.carried(unit.id)
    fitted = fit.fitted_named(unit, given.fitted) if given.fitted else (carried[-1] if carried else None)
    if fitted is not None:
        fitted.what_broke = "; ".join(filter(None, (fitted.what_broke, given.what)))[:300]
    if given.part_kind:
        act.follow("need_part", unit.id, {"part_kind": given.part_kind})
    return Outcome(
        _("Noted: %(what)s.", what=given.what),
        tone="look",
        data={"what": given.what, "fitted": fitted.id if fitted else None},
    )


ACTIONS: Final = (
    Action(
        "fit_part",
        _l("Fit a part"),
        "unit",
        _fit_part,
        WORK,
        _l("%(title)s fitted"),
        detail=_l("%(batch)s %(serial)s"),
        arguments=FitPart,
        undo=_undo_fit,
        stages=AT_REPAIR,
        icon="wrench",
        minutes=10,
        single=True,
    ),
    Action(
        "remove_part",
        _l("Take a part out"),
        "unit",
        _remove_part,
        WORK,
        _l("%(title)s taken out"),
        detail=_l("%(reason)s"),
        arguments=RemovePart,
        stages=STAGES,
        icon="undo-2",
    ),
    Action(
        "note_broken",
        _l("Note what broke"),
        "unit",
        _note_broken,
        WORK,
        _l("Broke: %(what)s"),
        arguments=NoteBroken,
        stages=AT_REPAIR,
        icon="triangle-alert",
    ),
)
