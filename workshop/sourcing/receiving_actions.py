"""What can be done to a delivery that has come: a scan a device, the count, the report to the supplier."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from pydantic import Field

from workshop.catalogue.identifiers import Imei
from workshop.core.actions import Act, Action, Done, Outcome
from workshop.core.actor import AT_WORK, PARTS_MANAGER, REFURBISHER, TECHNICIAN
from workshop.core.arguments import Arguments, Ask, NoArguments
from workshop.core.codes import clean
from workshop.core.db import db
from workshop.core.errors import Conflict, Refused
from workshop.jobs import intake, scan
from workshop.jobs.stages import Stage
from workshop.jobs.target import OpenUnit, by_id
from workshop.sourcing import checkin, claims, consignments
from workshop.sourcing.models import Consignment, ConsignmentLine

DESK: Final = frozenset({PARTS_MANAGER, REFURBISHER})


class CheckIn(Arguments):
    """The number that was scanned, and the model where it plainly is another."""

    code: Annotated[str, Field(min_length=1, max_length=400), Ask(_l("IMEI or serial number"))]
    model: Annotated[str, Field(max_length=120), Ask(_l("It is another model"), kind="model")] = ""


def _check_in(consignment: Consignment, given: CheckIn, act: Act) -> Outcome:
    consignments.require(consignment, *consignments.RECEIVED)
    cleaned = clean(given.code, commands=scan.words())
    if cleaned.command is not None:
        raise Refused(_("That is a command."), _("Scan the IMEI or serial of the device."), field="code")
    _arrive(consignment, act)
    text = cleaned.text.upper()
    line = checkin.line_of(consignment, text)
    if line is None:
        return _surplus(consignment, text, act)
    checkin.require_new(line)
    model = checkin.model_in_hand(line, given.model)
    line.checked_at, line.checked_by = act.now, act.by.person_id
    act.by = replace(act.by, site_id=consignment.site_id)
    act.follow("take_in", None, checkin.taking_in(line, model, consignment.currency))
    data = {"line": line.number, "model": model.name, "announced": line.described, "state": "found"}
    if model.id == line.model_id:
        return Outcome(_("Found: %(model)s.", model=model.name), data=data)
    return Outcome(
        _("Wrong model: %(model)s.", model=model.name),
        _("%(announced)s was announced. It is in the report to the supplier.", announced=line.described),
        tone="look",
        data={**data, "state": "wrong_model"},
    )


def _arrive(consignment: Consignment, act: Act) -> None:
    """Start the clock on the claim window with the first scan."""
    if consignment.arrived_at is None:
        terms = consignments.terms_with(consignment.source_id)
        consignment.arrived_at = act.now
        consignment.claim_until = claims.until(act.today, terms.claim_days)
    consignment.state = "receiving"


def _surplus(consignment: Consignment, text: str, act: Act) -> Outcome:
    line = checkin.surplus(consignment, text, now=act.now, by=act.by.person_id)
    return Outcome(
        _("Surplus: %(code)s was not announced.", code=text),
        _("Put it aside. It is in the report; it is not taken in before the supplier has answered."),
        tone="look",
        data={"code": text, "line": None, "model": line.described, "state": "surplus"},
        undo={"line": line.id},
    )


class CountIn(Arguments):
    """Which announced device is which unit."""

    line: int
    unit: int


def _count_in(consignment: Consignment, given: CountIn, act: Act) -> Outcome:
    line, unit = db.session.get(ConsignmentLine, given.line), by_id(given.unit)
    assert line is not None
    assert unit is not None
    if consignment.arrived_at is None:
        _arrive(consignment, act)
    state = checkin.count_in(line, unit, now=act.now, by=act.by.person_id)
    act.follow(
        "quote",
        unit.id,
        {"shop": line.shop, "condition": line.condition, "price_minor": line.price_minor or 0},
    )
    return Outcome(data={"unit": unit.code, "line": line.number, "state": state})


class Strike(Arguments):
    """A device in surplus that was scanned by mistake."""

    code: Annotated[str, Field(min_length=1, max_length=60), Ask(_l("IMEI or serial number"))]


def _strike(consignment: Consignment, given: Strike, _act: Act) -> Outcome:
    consignments.require(consignment, *consignments.RECEIVED)
    line = checkin.line_of(consignment, given.code.strip().upper())
    if line is None or line.state != "surplus":
        raise Refused(
            _("No device in surplus has this number."), _("Only those can be struck off again."), field="code"
        )
    db.session.delete(line)
    return Outcome(_("Struck off: it no longer counts as surplus."), data={"code": given.code})


def _count(consignment: Consignment, _given: NoArguments, act: Act) -> Outcome:
    consignments.require(consignment, *consignments.RECEIVED)
    if consignment.arrived_at is None:
        raise Conflict(_("Nothing of this delivery has been scanned."), _("Scan a device first, or drop it."))
    consignments.count_up(consignment, act.now)
    db.session.flush()
    found = consignments.counts(consignment.id)
    here = found["found"] + found["wrong_model"]
    return Outcome(
        _("Counted: %(here)s of %(all)s are here.", here=here, all=consignment.expected),
        ngettext("%(num)s is missing.", "%(num)s are missing.", found["missing"]) if found["missing"] else "",
        tone="yes" if not found["missing"] + found["surplus"] + found["wrong_model"] else "look",
        data=found,
    )


def _count_again(consignment: Consignment, _given: NoArguments, _act: Act) -> Outcome:
    consignments.require(consignment, "counted", "reported")
    consignments.count_again(consignment)
    return Outcome(_("Delivery %(code)s is open again: scan what has come.", code=consignment.code))


class Report(Arguments):
    """How it was sent."""

    note: Annotated[str, Field(max_length=200), Ask(_l("How it was sent"), _l("Such as: by e-mail, ticket 4711."))] = ""


def _report(consignment: Consignment, given: Report, act: Act) -> Outcome:
    consignments.require(consignment, "counted")
    consignment.state, consignment.reported_at = "reported", act.now
    late = consignment.claim_until is not None and act.today > consignment.claim_until
    return Outcome(
        _("Delivery %(code)s: the supplier has the report.", code=consignment.code),
        _("The claim window was closed by then.") if late else "",
        tone="look" if late else "yes",
        data={"note": given.note, "late": late},
    )


class CorrectModel(Arguments):
    """What the device is."""

    model: Annotated[str, Ask(_l("Model"), _l("Type three letters."), kind="model")]


def _correct_model(unit: OpenUnit, given: CorrectModel, act: Act) -> Outcome:
    model, row = intake.model_named(given.model), unit.unit
    before, row.model_id, row.maker = unit.model_name, model.id, model.maker
    unit.model_id, unit.model_name, unit.maker = model.id, model.name, model.maker
    if unit.imei:
        intake.learn(Imei(unit.imei), model, act.now)
    return Outcome(
        _("%(code)s is a %(model)s.", code=unit.code, model=model.name), data={"model": model.name, "before": before}
    )


def after_taking_in(heard: Sequence[tuple[Act, Done]]) -> None:
    """Count announced devices wherever they were taken in."""
    awaited = checkin.awaited_of([done.target for _act, done in heard])
    for (act, done), line in zip(heard, awaited, strict=True):
        if line is not None:
            act.follow("count_in", line[1], {"line": line[0], "unit": done.target.id})


def after_correcting(act: Act, done: Done) -> None:
    """Count an announced device anew where its model was set right."""
    unit: OpenUnit = done.target
    line = db.session.query(ConsignmentLine).filter_by(unit_id=unit.id).order_by(ConsignmentLine.id.desc()).first()
    if line is not None and line.consignment.state == "receiving":
        act.follow("count_in", line.consignment.code, {"line": line.id, "unit": unit.id})


def _in(*states: str) -> Any:
    return lambda consignment: consignment.state in states


ACTIONS: Final = (
    Action(
        "check_in",
        _l("Check a device in"),
        "consignment",
        _check_in,
        AT_WORK,
        _l("%(state)s: line %(line)s"),
        arguments=CheckIn,
        offered=_in("expected", "receiving"),
        icon="scan-barcode",
        help=_l("One scan a device: found, wrong model, surplus, or counted before."),
    ),
    Action(
        "count_in",
        _l("Count a device in"),
        "consignment",
        _count_in,
        frozenset(),
        _l("%(unit)s counted as %(state)s"),
        arguments=CountIn,
        hidden=True,
    ),
    Action(
        "strike_surplus",
        _l("Strike a device off the surplus"),
        "consignment",
        _strike,
        AT_WORK,
        _l("Struck off: %(code)s"),
        arguments=Strike,
        offered=_in("expected", "receiving"),
        icon="circle-minus",
    ),
    Action(
        "count_delivery",
        _l("End receiving"),
        "consignment",
        _count,
        AT_WORK,
        _l("Counted: %(found)s found, %(missing)s missing, %(surplus)s in surplus, %(wrong_model)s of another model"),
        offered=_in("receiving"),
        icon="clipboard-check",
        help=_l("What has not come by now is missing; the report to the supplier is made."),
    ),
    Action(
        "count_again",
        _l("Go on receiving"),
        "consignment",
        _count_again,
        DESK,
        _l("Opened again"),
        offered=_in("counted", "reported"),
        icon="rotate-ccw",
    ),
    Action(
        "report_delivery",
        _l("Mark the report as sent"),
        "consignment",
        _report,
        DESK,
        _l("Report sent"),
        detail=_l("%(note)s"),
        arguments=Report,
        offered=_in("counted"),
        icon="send",
    ),
    Action(
        "correct_model",
        _l("Correct the model"),
        "unit",
        _correct_model,
        frozenset({TECHNICIAN, PARTS_MANAGER, REFURBISHER}),
        _l("%(before)s is a %(model)s"),
        arguments=CorrectModel,
        stages=frozenset({Stage.INTAKE.value}),
        icon="pencil",
        help=_l("Where a device is not what its file or label says. Only before diagnosis."),
    ),
)
