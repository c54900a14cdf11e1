"""Reading a delivery's devices in, some hundred at a time: each time whole, so that a stop goes on where it was."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import count
from typing import Any, Final

from workshop.core.actions import perform
from workshop.core.actor import Actor, worker
from workshop.core.db import db
from workshop.core.errors import Refused
from workshop.core.work import Again, Task
from workshop.sourcing import consignments
from workshop.sourcing.consignment_actions import AT_ONCE
from workshop.sourcing.lines import Line
from workshop.sourcing.models import Consignment

Say = Callable[[Consignment], None]
BY: Final = worker("Manifest")


def go_on(code: str, by: Actor, *, most: int | None = None, say: Say | None = None) -> Consignment:
    """Expect what is still to be read of a delivery, or `most` times some hundred of it. Commits as it goes."""
    consignment = _at(code)
    if consignment.state != "importing":
        return consignment
    good, _bad = consignments.manifest_of(consignment).sorted_out(consignment.site_id, but_not=consignment.id)
    for _turn in count() if most is None else range(most):
        consignment = _read_some(consignment, [line for line in good if line.number > consignment.read_to], by)
        if say is not None:
            say(consignment)
        if consignment.state != "importing":
            break
    return consignment


def _read_some(consignment: Consignment, left: list[Line], by: Actor) -> Consignment:
    """Expect the next some hundred. A person and a worker may do so at once: what the other read is read."""
    some, was = left[:AT_ONCE], (consignment.read_to, consignment.state)
    given = {"lines": [row(line) for line in some], "last": len(left) <= AT_ONCE}
    key = f"expect:{consignment.id}:{some[0].number if some else 'end'}"
    code = consignment.code
    try:
        perform("expect_lines", code, given, by=replace(by, is_worker=True), request_key=key)
    except Refused:
        now = _at(code)
        if (now.read_to, now.state) == was:
            raise
        return now
    return _at(code)


def _at(code: str) -> Consignment:
    found = db.session.query(Consignment).filter_by(code=code).one()
    db.session.refresh(found)
    return found


def row(line: Line) -> dict[str, Any]:
    """Return a device as it is kept."""
    return {
        "number": line.number,
        "imei": line.imei,
        "imei2": line.imei2,
        "serial": line.serial,
        "maker": line.model.maker,
        "model_id": line.model.id,
        "described": line.described,
        "storage_gb": line.storage_gb,
        "colour": line.colour,
        "condition": line.condition,
        "price_minor": line.price_minor,
        "vat_regime": line.vat_regime,
        "lot": line.lot,
        "shop": line.shop,
    }


def run(task: Task) -> Again | None:
    """Do what a delivery asked for; another worker goes on where this one was stopped."""
    go_on(task.subject, BY)
    return None
