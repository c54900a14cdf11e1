"""The lists of this room: deliveries, the devices of one, the lines of a file that are left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Final

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from workshop.core.db import db
from workshop.core.listing import Column, Few, Filter, Listing, Table, Ticks
from workshop.core.money import to_decimal
from workshop.jobs.models import Source
from workshop.sourcing import claims
from workshop.sourcing.lines import Problem
from workshop.sourcing.models import Consignment, ConsignmentLine
from workshop.sourcing.words import LINE_STATES, STATES

DIFFERENCES: Final = ("missing", "surplus", "wrong_model")


@dataclass
class Row:
    """A delivery in the list, with how many of its devices stand where."""

    delivery: Consignment
    today: date
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def here(self) -> int:
        """How many of the announced devices have come."""
        return self.counts.get("found", 0) + self.counts.get("wrong_model", 0)

    @property
    def differences(self) -> int:
        """How many are not as they were announced."""
        return sum(self.counts.get(state, 0) for state in DIFFERENCES)

    @property
    def claim(self) -> claims.Claim:
        """How the claim window stands."""
        return claims.standing(self.delivery.claim_until, self.today)


def _count(rows: list[Row]) -> list[Row]:
    """Count the devices of the deliveries on one page, in one query."""
    ids = [row.delivery.id for row in rows]
    query = select(ConsignmentLine.consignment_id, ConsignmentLine.state, func.count())
    query = query.where(ConsignmentLine.consignment_id.in_(ids))
    found: dict[int, dict[str, int]] = {}
    for consignment, state, n in db.session.execute(
        query.group_by(ConsignmentLine.consignment_id, ConsignmentLine.state)
    ):
        found.setdefault(consignment, {})[state] = n
    for row in rows:
        row.counts = found.get(row.delivery.id, {})
    return rows


def deliveries(site_ids: list[int] | None, today: date) -> Listing:
    """Return the deliveries of these sites, the newest first."""
    query = select(Consignment).options(joinedload(Consignment.source))
    if site_ids is not None:
        query = query.where(Consignment.site_id.in_(site_ids))
    return Listing(
        "deliveries",
        (
            Column("code", _l("Delivery"), lambda r: r.delivery.code, Consignment.id),
            Column("source", _l("From"), lambda r: r.delivery.source.name, drawn=False),
            Column("reference", _l("Their reference"), lambda r: r.delivery.reference, drawn=False),
            Column("state", _l("State"), lambda r: STATES[r.delivery.state][0]),
            Column("here", _l("Here"), lambda r: r.here, number=True),
            Column("devices", _l("Announced"), lambda r: r.delivery.expected, drawn=False),
            Column("differences", _l("Differences"), lambda r: r.differences, number=True),
            Column("claim", _l("Claim window"), lambda r: r.delivery.claim_until),
            Column("created", _l("Announced on"), lambda r: r.delivery.created_at, Consignment.created_at, number=True),
        ),
        Table(query, Consignment.id, lambda row: Row(row[0], today), dress=_count),
        (
            Filter("state", _l("State"), _state, _states, unset=_l("Not dropped")),
            Filter("source", _l("From"), lambda code: Consignment.source_id == _source(code), _sources),
        ),
        "-code",
        _l("No delivery was announced yet."),
    )


def _state(value: str) -> Any:
    return Consignment.state == value


def _states() -> Sequence[tuple[str, Any]]:
    return [(state, words) for state, (words, _tone) in STATES.items()]


def _source(code: str) -> Any:
    return select(Source.id).where(Source.code == code).scalar_subquery()


def _sources() -> Sequence[tuple[str, Any]]:
    return [(s.code, s.name) for s in db.session.scalars(select(Source).order_by(Source.name))]


def devices(consignment: Consignment) -> Listing:
    """Return the devices of a delivery, as announced and as found."""
    each = ConsignmentLine
    query = (
        select(each).options(joinedload(each.model), joinedload(each.unit)).where(each.consignment_id == consignment.id)
    )
    return Listing(
        f"delivery-{consignment.code}",
        (
            Column("line", _l("Line"), lambda r: r.number, func.coalesce(each.number, 0), number=True),
            Column("state", _l("State"), lambda r: LINE_STATES[r.state][0], each.state),
            Column("device", _l("Device"), lambda r: r.described),
            Column("imei", _l("IMEI"), lambda r: r.imei, drawn=False),
            Column("imei2", _l("Second IMEI"), lambda r: r.imei2, drawn=False),
            Column("serial", _l("Serial"), lambda r: r.serial, drawn=False),
            Column("condition", _l("Condition quoted"), lambda r: r.condition),
            Column("price", _l("Price"), _price, number=True),
            Column("lot", _l("Lot"), lambda r: r.lot, drawn=False),
            Column("shop", _l("Shop"), lambda r: r.shop, drawn=False),
            Column("found", _l("Found as"), lambda r: r.unit.code if r.unit else ""),
            Column("checked", _l("Scanned"), lambda r: r.checked_at, drawn=False),
        ),
        Table(query, each.id),
        (Filter("state", _l("State"), lambda value: each.state == value, _line_states),),
        "line",
        _l("No device of this delivery is expected."),
        ticks=Ticks("unit", lambda r: r.unit.code if r.unit else ""),
    )


def _price(line: ConsignmentLine) -> Decimal | None:
    return None if line.price_minor is None else to_decimal(line.price_minor, "EUR")


def _line_states() -> Sequence[tuple[str, Any]]:
    return [(state, words) for state, (words, _tone) in LINE_STATES.items()]


def problems(found: Sequence[Problem], code: str) -> Listing:
    """Return the lines of a file that are left out, each with why."""
    return Listing(
        f"left-out-{code}",
        (
            Column("line", _l("Line"), lambda p: p.number, lambda p: p.number, number=True),
            Column("field", _l("Column"), lambda p: p.field_label, lambda p: p.field_label),
            Column("value", _l("What stands there"), lambda p: p.value),
            Column("what", _l("What is wrong"), lambda p: p.what, lambda p: p.what),
            Column("remedy", _l("What to do"), lambda p: p.remedy),
        ),
        Few(found, lambda p: f"{p.number:08d}"),
        (),
        "line",
        _l("Every line of this file is right."),
    )
