"""The counted report to a supplier: what came, what did not, what came instead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from workshop.core.db import db
from workshop.core.language import date_text
from workshop.sourcing import consignments
from workshop.sourcing.models import Consignment, ConsignmentLine

LISTED: Final = ("missing", "wrong_model", "surplus")
# More than this is sent as the file, not as text.
MOST_LISTED: Final = 500


@dataclass(frozen=True)
class Report:
    """How many there are of each, and the devices that differ."""

    delivery: Consignment
    counts: dict[str, int]
    lines: dict[str, list[ConsignmentLine]] = field(default_factory=dict)

    @property
    def here(self) -> int:
        """How many of the announced devices came, of whatever model."""
        return self.counts["found"] + self.counts["wrong_model"]

    @property
    def differs(self) -> int:
        """How many devices are not as announced."""
        return sum(self.counts[state] for state in LISTED)


def report(consignment: Consignment) -> Report:
    """Return the report of a delivery as it stands."""
    each = ConsignmentLine
    query = (
        select(each)
        .options(joinedload(each.model), joinedload(each.unit))
        .where(each.consignment_id == consignment.id, each.state.in_(LISTED))
        .order_by(each.state, each.id)
        .limit(MOST_LISTED)
    )
    lines: dict[str, list[ConsignmentLine]] = {state: [] for state in LISTED}
    for line in db.session.scalars(query):
        lines[line.state].append(line)
    return Report(consignment, consignments.counts(consignment.id), lines)


def number_of(line: ConsignmentLine) -> str:
    """Return the number that the supplier knows the device by."""
    return line.imei or line.serial or ""


def text(found: Report) -> str:
    """Return the report as the text of an e-mail."""
    delivery = found.delivery
    parts = [
        _(
            "Delivery %(reference)s (%(code)s)",
            reference=delivery.reference or delivery.source.name,
            code=delivery.code,
        ),
        _("Received on %(day)s", day=date_text(delivery.arrived_at)) if delivery.arrived_at else "",
        "",
        *_counts(found),
    ]
    for state, title in (("missing", _("Missing")), ("wrong_model", _("Wrong model")), ("surplus", _("Surplus"))):
        if found.lines[state]:
            parts += ["", f"{title}:", *(f"- {_line(line)}" for line in found.lines[state])]
    if found.differs and delivery.claim_until:
        parts += ["", _("Please answer by %(day)s.", day=date_text(delivery.claim_until))]
    return "\n".join(parts) + "\n"


def _counts(found: Report) -> Sequence[str]:
    counts = found.counts
    return [
        ngettext("%(num)s device announced", "%(num)s devices announced", found.delivery.expected),
        ngettext("%(num)s found", "%(num)s found", counts["found"]),
        ngettext("%(num)s missing", "%(num)s missing", counts["missing"]),
        ngettext("%(num)s of another model", "%(num)s of another model", counts["wrong_model"]),
        ngettext("%(num)s in surplus", "%(num)s in surplus", counts["surplus"]),
    ]


def _line(line: ConsignmentLine) -> str:
    number, where = number_of(line), _("line %(n)s", n=line.number)
    if line.state == "surplus":
        return f"{number} {line.described}".strip()
    if line.state == "wrong_model" and line.unit is not None:
        what = _("%(came)s instead of %(announced)s", came=line.unit.model.name, announced=line.described)
        return f"{number}, {where}: {what}"
    return f"{number}, {where}: {line.described}"
