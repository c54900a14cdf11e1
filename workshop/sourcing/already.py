"""Which of the announced devices are known already: in the workshop, sold, or expected in another delivery."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from flask_babel import gettext as _
from sqlalchemy import select

from workshop.core.db import db
from workshop.jobs.models import Job, Unit
from workshop.jobs.stages import Stage
from workshop.sourcing.lines import Line, Problem
from workshop.sourcing.models import Consignment, ConsignmentLine

_AT_ONCE: Final = 2000
COMING: Final = ("importing", "expected", "receiving")


def known(lines: Sequence[Line], site_id: int | None, *, but_not: int | None = None) -> dict[int, Problem]:
    """Return a problem for each line whose device is known already, by the number of the line."""
    found: dict[int, Problem] = {}
    for start in range(0, len(lines), _AT_ONCE):
        some = lines[start : start + _AT_ONCE]
        for what, words in ((_in_workshop(some), _here), (_in_delivery(some, but_not), _coming)):
            for line in some:
                row = next((what[key] for key in line.keys if key in what), None)
                if row is not None:
                    found.setdefault(line.number, words(line, row))
    return found


def _numbers(lines: Iterable[Line]) -> tuple[list[str], list[str]]:
    imeis = [imei for line in lines for imei in (line.imei, line.imei2) if imei]
    return imeis, [line.serial for line in lines if line.serial]


def _by_number(query: Any, table: Any, lines: Sequence[Line]) -> dict[str, Any]:
    """Return the rows that carry one of the lines' numbers, by number."""
    imeis, serials = _numbers(lines)
    found: dict[str, Any] = {}
    for column, values in ((table.imei, imeis), (table.imei2, imeis), (table.serial, serials)):
        if values:
            for row in db.session.execute(query.where(column.in_(values))):
                keys = (row.imei, row.imei2, f"{row.maker} {row.serial}" if row.serial else None)
                found |= {key: row for key in keys if key}
    return found


def _in_workshop(lines: Sequence[Line]) -> dict[str, Any]:
    query = select(Unit.imei, Unit.imei2, Unit.maker, Unit.serial, Unit.code, Job.stage)
    return _by_number(query.join(Job, Job.id == Unit.job_id).where(Job.closed_at.is_(None)), Unit, lines)


def _in_delivery(lines: Sequence[Line], but_not: int | None) -> dict[str, Any]:
    each = ConsignmentLine
    query = select(each.imei, each.imei2, each.maker, each.serial, Consignment.code)
    query = query.join(Consignment, Consignment.id == each.consignment_id)
    query = query.where(each.state == "expected", Consignment.state.in_(COMING))
    return _by_number(query.where(Consignment.id != but_not) if but_not else query, each, lines)


def _here(line: Line, row: Any) -> Problem:
    if row.stage == Stage.SOLD:
        what, remedy = _("This is %(code)s, which was sold.", code=row.code), _("Take it back with *RETURN*.")
    else:
        what, remedy = _("This is %(code)s, already in the workshop.", code=row.code), _("Go on with it there.")
    return Problem(line.number, "imei" if line.imei else "serial", line.keys[0], what, remedy)


def _coming(line: Line, row: Any) -> Problem:
    what = _("It is expected already, in delivery %(code)s.", code=row.code)
    return Problem(line.number, "imei" if line.imei else "serial", line.keys[0], what, _("It is counted there."))
