"""A unit with its job, as one SELECT finds it: what every action on a unit starts from.

The statements are Core and are built once; on the path of a scan that is a fifth of the cost of building them anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, NamedTuple

from flask_babel import gettext as _
from sqlalchemy import Select, and_, bindparam, case, func, literal_column, select, update

from workshop.accounts.models import Person
from workshop.catalogue.models import DeviceModel
from workshop.core.actions import Act, Action, Kind
from workshop.core.barcodes import Barcode
from workshop.core.bulk import update_rows
from workshop.core.db import db
from workshop.core.errors import Conflict, NotFound, Refused
from workshop.core.events import Chain
from workshop.core.house import house
from workshop.core.language import second_text
from workshop.core.ready import Ready
from workshop.jobs.gates import registry
from workshop.jobs.hold_rules import stopping
from workshop.jobs.models import Hold, Job, Unit
from workshop.jobs.stages import LABELS
from workshop.jobs.tray_models import Tray

_HOLDS = (
    select(func.coalesce(func.aggregate_strings(Hold.kind, literal_column("','")), ""))  # type: ignore[arg-type]
    .where(Hold.job_id == Job.id, Hold.lifted_at.is_(None))
    .scalar_subquery()
)
_PERSON = select(Person.name).where(Person.id == Job.touched_by).scalar_subquery()
COLUMNS: Final = (
    Unit.id,
    Unit.code,
    Unit.imei,
    Unit.imei2,
    Unit.serial,
    Unit.storage_gb,
    Unit.colour,
    Unit.model_id,
    DeviceModel.name,
    DeviceModel.maker,
    DeviceModel.category,
    DeviceModel.held_by,
    DeviceModel.model_numbers,
    DeviceModel.launch_text,
    DeviceModel.sales_end_on,
    Job.id,
    Job.number,
    Job.site_id,
    Job.stage,
    Job.stage_since,
    Job.opened_at,
    Job.closed_at,
    Job.closed_as,
    Job.version,
    Job.chain_length,
    Job.chain_head,
    Job.bench_id,
    Job.scanned_at,
    Job.scanned_by,
    Job.scanned_code,
    Job.touched_at,
    Job.touched_by,
    Job.triage,
    Job.goal_days,
    Job.paid_minor,
    Job.currency,
    Job.vat_regime,
    Job.source_id,
    _HOLDS,
    _PERSON,
)


@dataclass
class OpenUnit:
    """A unit and its latest job, flat, in the order of COLUMNS; `facts` holds what the gates ask about."""

    id: int
    code: str
    imei: str | None
    imei2: str | None
    serial: str | None
    storage_gb: int | None
    colour: str
    model_id: int
    model_name: str
    maker: str
    category: str
    held_by: str
    model_numbers: str
    launch_text: str
    sales_end_on: Any
    job_id: int
    job_number: int
    site_id: int
    stage: str
    stage_since: datetime
    opened_at: datetime
    closed_at: datetime | None
    closed_as: str | None
    version: int
    chain_length: int
    chain_head: str
    bench_id: int | None
    scanned_at: datetime | None
    scanned_by: int | None
    scanned_code: str
    touched_at: datetime
    touched_by: int | None
    triage: str | None
    goal_days: int
    paid_minor: int | None
    currency: str
    vat_regime: str | None
    source_id: int | None
    hold_kinds: str
    touched_by_name: str | None
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def holds(self) -> frozenset[str]:
        """The kinds of hold that stand."""
        return frozenset(filter(None, self.hold_kinds.split(",")))

    @property
    def job(self) -> Job:
        """The job as a row that rules may change."""
        job = db.session.get(Job, self.job_id)
        assert job is not None
        return job

    @property
    def unit(self) -> Unit:
        """The unit as a row that rules may change."""
        unit = db.session.get(Unit, self.id)
        assert unit is not None
        return unit

    @property
    def has_battery(self) -> bool:
        """Whether the device has a main battery: a console under the television has none."""
        return self.held_by != "none"

    @property
    def title(self) -> str:
        """Model, storage and colour, as a person says it."""
        storage = f"{self.storage_gb} GB" if self.storage_gb and self.storage_gb < 1024 else ""
        if self.storage_gb and self.storage_gb >= 1024:
            storage = f"{self.storage_gb // 1024} TB"
        return ", ".join(filter(None, (self.model_name, storage, self.colour)))


class Found(NamedTuple):
    """What a code names: its kind, the thing's number, and the unit when it is one.

    `tray` is the code of the tray that lies open before whoever scanned.
    """

    kind: str
    target_id: int
    unit: OpenUnit | None
    tray: str | None = None


@dataclass(frozen=True)
class Selects:
    """The statements that find units, built once per app, with each room's facts as further columns."""

    fact_names: tuple[str, ...]
    by_code: Ready
    by_id: Ready
    by_bench: Ready
    listing: Select[Any]


def _build() -> Selects:
    gates = [g for g in registry() if g.fact is not None]
    facts = [case((Job.stage == g.leaving.value, g.fact)).label(f"fact_{n}") for n, g in enumerate(gates)]
    columns = (*COLUMNS, *facts)
    # Said both ways round, so that a database may begin at either side: only `units` says which job is the latest.
    latest = and_(Job.id == Unit.job_id, Job.unit_id == Unit.id)
    units = select(*columns).select_from(Unit).join(Job, latest)
    units = units.join(DeviceModel, DeviceModel.id == Unit.model_id)
    open_tray = (
        select(Tray.code)
        .where(Tray.bench_id == bindparam("bench"), Tray.opened_by == bindparam("person"), Tray.closed_at.is_(None))
        .scalar_subquery()
    )
    by_code = (
        select(Barcode.kind, Barcode.target_id, open_tray.label("tray"), *columns)
        .select_from(Barcode)
        .outerjoin(Unit, and_(Barcode.kind == "unit", Unit.id == Barcode.target_id))
        .outerjoin(Job, Job.id == Unit.job_id)
        .outerjoin(DeviceModel, DeviceModel.id == Unit.model_id)
        .where(Barcode.code == bindparam("code"))
        .limit(9)
    )
    by_bench = (
        units.where(Job.bench_id == bindparam("bench_id"), Job.scanned_by == bindparam("person_id"))
        .order_by(Job.scanned_at.desc())
        .limit(1)
    )
    by_id = units.where(Unit.id == bindparam("unit_id"))
    return Selects(tuple(g.name for g in gates), Ready(by_code), Ready(by_id), Ready(by_bench), units)


def selects() -> Selects:
    """Return the statements of this app, building them at the first call."""
    extensions = house().extensions
    if "unit_selects" not in extensions:
        extensions["unit_selects"] = _build()
    found: Selects = extensions["unit_selects"]
    return found


def from_row(row: Any, skip: int = 0) -> OpenUnit:
    """Make a unit of a row of one of the statements, whose first `skip` columns are something else."""
    width = skip + len(COLUMNS)
    unit = OpenUnit(*row[skip:width])
    unit.facts = dict(zip(selects().fact_names, row[width:], strict=True))
    return unit


def find(code: str, bench_id: int | None = None, person_id: int | None = None) -> list[Found]:
    """Return everything that a code names, units with their job, holds and facts, in one SELECT.

    Told who scans at which bench, it also tells which tray lies open there.
    """
    rows = selects().by_code.all({"code": code, "bench": bench_id, "person": person_id})
    return [Found(r[0], r[1], from_row(r, 3) if r[0] == "unit" else None, r[2]) for r in rows]


def by_id(unit_id: int) -> OpenUnit | None:
    """Return a unit by its number, or None."""
    row = selects().by_id.first({"unit_id": unit_id})
    return from_row(row) if row else None


def by_ids(unit_ids: Sequence[int]) -> list[OpenUnit]:
    """Return the units with these numbers, in the same order, in one SELECT."""
    rows = db.session.execute(selects().listing.where(Unit.id.in_(unit_ids)))
    found = {unit.id: unit for unit in map(from_row, rows)}
    return [found[unit_id] for unit_id in unit_ids if unit_id in found]


def at_bench(bench_id: int | None, person_id: int | None) -> OpenUnit | None:
    """Return the unit that this person touched last at this bench, or None."""
    if bench_id is None:
        return None
    row = selects().by_bench.first({"bench_id": bench_id, "person_id": person_id})
    return from_row(row) if row else None


# What a touch sets of a job, and what that is called where the row is named too.
_SETS: Final = {
    "version": "now_version",
    "chain_length": "length",
    "chain_head": "head",
    "bench_id": "bench",
    "scanned_at": "scan_at",
    "scanned_by": "scan_by",
    "scanned_code": "scan_code",
    "touched_at": "at",
    "touched_by": "by",
}
_TOUCH = Ready(
    update(Job.__table__)  # type: ignore[arg-type]
    .where(Job.id == bindparam("job"), Job.version == bindparam("was"))
    .values({column: bindparam(name) for column, name in _SETS.items()})
)


def _bench_context(target: OpenUnit, act: Act) -> dict[str, Any]:
    """Return where the unit lies now: only an act at a bench moves it, never a desk or what follows by itself."""
    if act.by.bench_id is None or act.because:
        bench, at, by, code = target.bench_id, target.scanned_at, target.scanned_by, target.scanned_code
    else:
        bench, at, by, code = act.by.bench_id, act.now, act.by.person_id, act.code
    return {"bench": bench, "scan_at": at, "scan_by": by, "scan_code": code}


def _touched(target: OpenUnit, chain: Chain, act: Act) -> dict[str, Any]:
    return {
        "job": target.job_id,
        "was": target.version,
        "now_version": target.version + 1,
        "length": chain.length,
        "head": chain.head,
        "at": act.now,
        "by": act.by.person_id,
        **_bench_context(target, act),
    }


def _now_at(target: OpenUnit, chain: Chain) -> None:
    target.version, target.chain_length, target.chain_head = target.version + 1, chain.length, chain.head


def _changed_meanwhile() -> Conflict:
    return Conflict(_("Somebody else changed this unit at the same moment."), _("Look at it, then do it again."))


def overtaken(target: OpenUnit) -> Conflict:
    """Return the refusal that says who changed the unit since it was looked at."""
    return Conflict(
        _(
            "%(who)s changed this unit at %(when)s.",
            who=target.touched_by_name or _("The workshop"),
            when=second_text(target.touched_at),
        ),
        _("Look at it, then do it again."),
        who=target.touched_by_name,
        when=target.touched_at.isoformat(),
        version=target.version,
    )


class UnitKind(Kind[OpenUnit]):
    """Units as targets of actions."""

    name = "unit"
    plural = "units"

    def load(self, ref: Any, act: Act) -> OpenUnit:
        if isinstance(ref, OpenUnit):
            return ref
        unit = by_id(ref) if isinstance(ref, int) else next((f.unit for f in find(str(ref)) if f.unit), None)
        if unit is None:
            raise NotFound(_("No unit has this code."), _("Scan it again, or take it in."))
        return unit

    def called(self, target: OpenUnit) -> str:
        return target.title

    def load_each(self, refs: Sequence[Any], act: Act) -> list[OpenUnit]:
        found = by_ids(refs) if all(isinstance(ref, int) for ref in refs) else []
        return found if len(found) == len(refs) else super().load_each(refs, act)

    def ref(self, target: OpenUnit) -> str:
        return target.code

    def guard(self, action: Action, target: OpenUnit, act: Act) -> None:
        if act.expected_version is not None and act.expected_version != target.version:
            raise overtaken(target)
        stop = stopping(target.holds)
        if stop is not None and not action.through_holds:
            raise Refused(_("Stop: %(hold)s. Every other step is barred.", hold=str(stop.label)), stop.remedy)
        if action.stages is not None and target.stage not in action.stages:
            raise Refused(
                _("%(unit)s is in %(stage)s.", unit=target.code, stage=str(LABELS[target.stage]).lower()),
                _(
                    "%(action)s is done in %(stages)s.",
                    action=str(action.label),
                    stages=", ".join(str(LABELS[s]).lower() for s in LABELS if s in (action.stages or ())),
                ),
                field="stage",
            )

    def chain(self, target: OpenUnit) -> Chain:
        return Chain("unit", target.id, target.chain_length, target.chain_head)

    def keep(self, target: OpenUnit, chain: Chain, act: Act) -> None:
        if not _TOUCH.change(_touched(target, chain, act)):
            raise _changed_meanwhile()
        _now_at(target, chain)

    def keep_each(self, heads: Sequence[tuple[OpenUnit, Chain, Act]]) -> None:
        touched = [_touched(target, chain, act) for target, chain, act in heads]
        keys = [{"id": each["job"], "version": each["was"]} for each in touched]
        values = [{column: each[name] for column, name in _SETS.items()} for each in touched]
        if update_rows(Job, keys, values) != len(heads):
            raise _changed_meanwhile()
        for target, chain, _act in heads:
            _now_at(target, chain)

    def show(self, target: OpenUnit) -> dict[str, Any]:
        from workshop.jobs.show import unit_json

        return unit_json(target)
