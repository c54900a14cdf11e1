"""How this room answers to what happens elsewhere: faults propose parts, and jobs go on by themselves."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from workshop.catalogue.checklists import fault_type
from workshop.core.actions import Act, Done
from workshop.core.db import db
from workshop.core.house import House
from workshop.jobs import gates
from workshop.jobs.models import Fault
from workshop.jobs.stages import Stage
from workshop.jobs.target import OpenUnit
from workshop.parts import needs, reserve
from workshop.parts.kinds import unit_with
from workshop.parts.models import Need

CLOSING = ("harvest", "recycle", "send_back")


def propose_part(act: Act, done: Done) -> None:
    """A fault that a part mends asks for that part."""
    unit: OpenUnit = done.target
    for code in _faults_without_need(unit):
        kind = fault_type(code)
        assert kind is not None
        act.follow("need_part", unit.id, {"part_kind": kind.part, "fault": code})


def _faults_without_need(unit: OpenUnit) -> list[str]:
    """Return one open fault for each kind of part that is wanted and not asked for yet."""
    wanted: dict[str, str] = {}
    for fault in unit_faults(unit.job_id):
        kind = fault_type(fault)
        if kind is not None and kind.part:
            wanted.setdefault(kind.part, fault)
    asked = {n.part_kind for n in needs.open_needs(unit.job_id)}
    return [code for part, code in wanted.items() if part not in asked]


def unit_faults(job_id: int) -> list[str]:
    """Return the open faults of a job."""
    query = select(Fault.fault_code).where(Fault.job_id == job_id, Fault.state == "open").order_by(Fault.id)
    return list(db.session.scalars(query))


def drop_orphans(act: Act, done: Done) -> None:
    """A need goes when its fault was waived, taken back or mended without a part."""
    unit: OpenUnit = done.target
    for need in needs.orphaned(unit.job_id):
        act.follow("cancel_need", need.id)


def settle_triage(act: Act, done: Done) -> None:
    """Triage to harvest makes a donor; any way but repair frees what was set aside."""
    unit: OpenUnit = done.target
    if unit.triage not in CLOSING:
        return
    for need in needs.open_needs(unit.job_id):
        act.follow("cancel_need", need.id)
    if unit.triage == "harvest":
        act.follow("become_donor", unit.id)


def reserve_what_is_there(act: Act, done: Done) -> None:
    """A unit that comes into the parts stage gets the pieces that lie free."""
    unit = unit_with(done.target.id)
    if unit.stage != Stage.PARTS:
        return
    for need in needs.open_needs(unit.job_id):
        if need.state == "needed" and reserve.free_batches(need):
            act.follow("reserve", need.id)


def go_on(act: Act, done: Done) -> None:
    """A unit whose last part was reserved goes on to repair by itself."""
    need: Need = done.target
    unit = unit_with(need.job.unit_id)
    if unit.stage == Stage.PARTS and not gates.unmet(unit):
        act.follow("advance", unit.id)


def listen(house: House) -> None:
    """Hook into what happens elsewhere."""
    told: dict[str, tuple[Any, ...]] = {
        "record_fault": (propose_part,),
        "undo": (drop_orphans, propose_part),
        "answer": (drop_orphans,),
        "waive_fault": (drop_orphans,),
        "fix_fault": (drop_orphans,),
        "decide_triage": (settle_triage,),
        "advance": (reserve_what_is_there,),
        "skip": (reserve_what_is_there,),
        "move": (reserve_what_is_there,),
        "reserve": (go_on,),
        "cancel_need": (go_on,),
    }
    for name, listeners in told.items():
        for listener in listeners:
            house.after(name, listener)
