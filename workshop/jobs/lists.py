"""The lists of this room: what waits at the benches, every unit there is, trays, and scans that were put aside."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import aliased

from workshop.accounts.models import Person
from workshop.catalogue.models import DeviceModel
from workshop.core.db import db
from workshop.core.finding import asked
from workshop.core.listing import Column, Filter, Listing, Table, Ticks, has_words
from workshop.jobs import finders, queue, selection
from workshop.jobs.models import Job, ScanAside, Unit
from workshop.jobs.put_aside import Waiting, at_sites
from workshop.jobs.queue import OPENED
from workshop.jobs.stages import LABELS, STAGES, Stage
from workshop.jobs.target import from_row, selects
from workshop.jobs.tray_models import Spot, Tray

# Jobs that are closed, and all jobs together, are found in one order only: each of the others would read them all.
STATES: Final = {"open": _l("Open"), "closed": _l("Closed"), "all": _l("Open and closed")}
ONE_ORDER: Final = {"closed": "-since", "all": "-unit"}
TICKS: Final = Ticks("unit", lambda r: r.unit.code)


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
        ticks=TICKS,
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
        ticks=TICKS,
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


def trays_of(site_ids: list[int] | None) -> Listing:
    """Return trays with how much lies on each: those with a label, and those without that carry something."""
    lying: ColumnElement[int] = select(func.count()).where(Spot.tray_id == Tray.id).correlate(Tray).scalar_subquery()
    query: Any = select(Tray, lying).where(Tray.labelled.is_(True) | (lying > 0))
    if site_ids is not None:
        query = query.where(Tray.site_id.in_(site_ids))
    called = func.coalesce(func.nullif(Tray.name, ""), Tray.code)
    return Listing(
        "trays",
        (
            Column("tray", _l("Tray"), lambda r: r[0].code, called),
            Column("name", _l("Name"), lambda r: r[0].name, drawn=False),
            Column("units", _l("Units"), lambda r: r[1], lying, number=True),
            Column("place", _l("Place"), lambda r: r[0].place, Tray.place),
            Column("state", _l("State"), lambda r: TRAY_STATES["open" if r[0].is_open else "away"]),
            Column("made", _l("Made"), lambda r: r[0].created_at, Tray.id, number=True),
        ),
        Table(query, Tray.id, lambda row: (row[0], row[1])),
        (
            Filter("q", _l("Name, code or place"), has_words(Tray.name, Tray.code, Tray.place)),
            Filter("state", _l("State"), lambda v: OPEN if v == "open" else ~OPEN, lambda: [*TRAY_STATES.items()]),
        ),
        "-made",
        _l("No tray has a label yet. *TRAY* lays one open without."),
        ticks=Ticks("tray", lambda r: r[0].code if r[0].labelled else ""),
    )


TRAY_STATES: Final = {"open": _l("Open at a bench"), "away": _l("Put away")}
OPEN: Final = Tray.bench_id.is_not(None) & Tray.closed_at.is_(None)


def asides(given: Mapping[str, str], site_ids: list[int] | None) -> Listing:
    """Return the scans that were put aside: where no state is chosen, those that wait, the oldest first."""
    scanner, putter = aliased(Person), aliased(Person)
    query: Any = (
        select(ScanAside, scanner.name, putter.name)
        .outerjoin(scanner, scanner.id == ScanAside.scanned_by)
        .outerjoin(putter, putter.id == ScanAside.put_by)
        .where(at_sites(site_ids))
    )
    if not given.get("state"):
        query = query.where(ScanAside.settled_at.is_(None))
    return Listing(
        "scans-to-look-at",
        (
            Column("scan", _l("Scan"), lambda r: r.aside.code, ScanAside.code),
            Column("unit", _l("For"), lambda r: r.aside.unit_code, ScanAside.unit_code),
            Column("why", _l("Why it was put aside"), lambda r: f"{r.aside.what} {r.aside.remedy}".strip()),
            Column("scanned", _l("Scanned"), lambda r: r.aside.scanned_at or r.aside.put_at, ScanAside.id),
            Column("by", _l("By"), lambda r: r.scanned_by, drawn=False),
            Column("bench", _l("Bench"), lambda r: r.aside.bench_code, drawn=False),
            Column("put", _l("Handed in by"), lambda r: r.put_by, drawn=False),
            Column("became", _l("What to do"), lambda r: SETTLED.get(r.aside.settled_as, "")),
        ),
        Table(query, ScanAside.id, lambda row: Waiting(row[0], row[1] or "", row[2] or "")),
        (
            Filter("q", _l("Scan or unit"), has_words(ScanAside.code, ScanAside.unit_code)),
            Filter(
                "state",
                _l("State"),
                lambda v: ScanAside.settled_as == v if v != "all" else True,
                lambda: [*SETTLED.items(), ("all", _l("All"))],
                unset=_l("To look at"),
            ),
        ),
        "scanned" if not given.get("state") else "-scanned",
        _l("Nothing was put aside: every kept scan was done."),
    )


SETTLED: Final = {"done": _l("Done"), "dismissed": _l("Dismissed")}
