"""Reading a delivery's devices in, some hundred at a time: each time whole, so that a stop goes on where it was."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from workshop.core.actions import perform
from workshop.core.actor import Actor, worker
from workshop.core.db import db
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
    left = [line for line in good if line.number > consignment.read_to]
    for turn, start in enumerate(range(0, max(1, len(left)), AT_ONCE)):
        if most is not None and turn >= most:
            break
        some = left[start : start + AT_ONCE]
        given = {"lines": [row(line) for line in some], "last": start + AT_ONCE >= len(left)}
        key = f"expect:{consignment.id}:{some[0].number if some else 'end'}"
        perform("expect_lines", consignment.code, given, by=replace(by, is_worker=True), request_key=key)
        consignment = _at(code)
        if say is not None:
            say(consignment)
    return consignment


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
