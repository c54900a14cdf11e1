"""The lists of units: what waits at the benches, and every unit there is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from workshop.catalogue.models import DeviceModel
from workshop.core.db import db
from workshop.core.finding import asked
from workshop.core.listing import Column, Filter, Listing, Table
from workshop.jobs import finders, queue, selection
from workshop.jobs.models import Job, Unit
from workshop.jobs.queue import OPENED
from workshop.jobs.stages import LABELS, STAGES, Stage
from workshop.jobs.target import from_row, selects

# Jobs that are closed, and all jobs together, are found in one order only: each of the others would read them all.
STATES: Final = {"open": _l("Open"), "closed": _l("Closed"), "all": _l("Open and closed")}
ONE_ORDER: Final = {"closed": "-since", "all": "-unit"}


def _columns(orders: Mapping[str, Any]) -> tuple[Column, ...]:
    return (
        Column("unit", _l("Unit"), lambda r: r.unit.code, orders.get("unit")),
        Column("device", _l("Device"), lambda r: r.unit.title, drawn=False),
        Column("imei", _l("IMEI"), lambda r: r.unit.imei, drawn=False),
        Column("serial", _l("Serial"), lambda r: r.unit.serial, drawn=False),
        Column("since", _l("Stage"), lambda r: LABELS[r.unit.stage], orders.get("since")),
        Column("state", _l("State"), lambda r: r.pill),
        Column("why", _l("What is next"), lambda r: r.why, drawn=False),
        Column("opened", OPENED.label, OPENED.value, orders.get("opened"), number=True),
    )


def waiting(site_ids: list[int] | None, stage: str) -> Listing:
    """Return what waits at the benches, in one stage or in all of them."""
    stages = (stage,) if stage in STAGES else queue.BENCH_STAGES
    return Listing(
        "queue",
        _columns({"opened": Job.opened_at}),
        queue.table(site_ids, stages),
        (_stage(),),
        "opened",
        _l("Nothing waits here."),
    )


def units(given: Mapping[str, str], site_ids: list[int] | None) -> Listing:
    """Return the units of these sites: open, closed or all; those of a pasted list, of a model, or with a code."""
    some = any(given.get(k) for k in ("codes", "q", "model"))
    usual = "all" if some else "open"
    state = given.get("state") or usual
    orders = {"opened": Job.opened_at, "since": Job.stage_since, "unit": Unit.id}
    first = ONE_ORDER.get(state, "opened") if not some else "unit"
    if not some and state in ONE_ORDER:
        orders = {first[1:]: orders[first[1:]]}
    elif not some:
        del orders["unit"]
    return Listing(
        "units",
        _columns(orders),
        _jobs(state, given.get("stage", ""), site_ids),
        _filters(usual, site_ids),
        first,
        _l("No unit is in the workshop."),
    )


def _jobs(state: str, stage: str, site_ids: list[int] | None) -> Table:
    open_stages = (stage,) if stage in STAGES else tuple(s.value for s in Stage if s is not Stage.CLOSED)
    if state == "open":
        return queue.table(site_ids, open_stages)
    query = selects().listing
    if state == "closed":
        query = query.where(Job.stage == Stage.CLOSED.value)
    return Table(queue.at_sites(query, site_ids), Job.id, lambda r: queue.row(from_row(r)))


def _stage() -> Filter:
    """The stage is part of what is listed already: here it only stays in the address."""
    return Filter("stage", _l("Stage"), lambda _v: True, lambda: [(s, LABELS[s]) for s in STAGES], hidden=True)


def _filters(usual: str, site_ids: list[int] | None) -> tuple[Filter, ...]:
    others = [(state, label) for state, label in STATES.items() if state != usual]
    return (
        Filter("q", _l("Code, model, size or colour"), lambda v: _named(v, site_ids)),
        Filter("state", _l("Jobs"), lambda _v: True, lambda: others, unset=STATES[usual]),
        Filter("model", _l("Model"), lambda v: Unit.model_id == (int(v) if v.isdecimal() else 0), hidden=True),
        Filter("codes", _l("Pasted list"), lambda v: _of_list(v, site_ids), hidden=True),
        _stage(),
    )


def _named(text: str, site_ids: list[int] | None) -> Any:
    return Unit.id.in_(finders.ids(asked(text), site_ids))


def _of_list(held: str, site_ids: list[int] | None) -> Any:
    return Unit.id.in_(selection.selected(selection.unpack(held), site_ids).unit_ids)


def model_name(given: Mapping[str, str]) -> str:
    """Return the name of the model whose units are listed."""
    model = given.get("model", "")
    query = select(DeviceModel.name).where(DeviceModel.id == int(model if model.isdecimal() else 0))
    return db.session.scalar(query) or ""
