"""What is told of a unit: by the API and by the story on its page."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from workshop.accounts.models import Bench, Person
from workshop.core import events
from workshop.core.db import db
from workshop.core.events import Event
from workshop.core.house import house
from workshop.core.language import from_source, within
from workshop.jobs import gates
from workshop.jobs.models import Refusal
from workshop.jobs.stages import LABELS, following
from workshop.jobs.target import OpenUnit


def unit_json(unit: OpenUnit) -> dict[str, Any]:
    """Return the unit, its job and its gates as the API tells them."""
    standing = gates.bars(unit)
    after = following(unit.stage)
    return {
        "code": unit.code,
        "title": unit.title,
        "model": {"name": unit.model_name, "maker": unit.maker, "category": unit.category},
        "imei": unit.imei,
        "imei2": unit.imei2,
        "serial": unit.serial,
        "storage_gb": unit.storage_gb,
        "colour": unit.colour,
        "job": {
            "number": unit.job_number,
            "stage": unit.stage,
            "next_stage": after.value if after else None,
            "version": unit.version,
            "opened_at": unit.opened_at.isoformat(),
            "stage_since": unit.stage_since.isoformat(),
            "closed_as": unit.closed_as,
            "triage": unit.triage,
            "holds": sorted(unit.holds),
        },
        "gates": [
            {
                "name": bar.gate.name,
                "state": bar.state,
                "what": str(bar.missing.what if bar.missing else bar.gate.met),
            }
            for bar in standing
        ],
        "chain": {"length": unit.chain_length, "head": unit.chain_head},
    }


def event_json(event: Event) -> dict[str, Any]:
    """Return one event as the API tells it."""
    return {
        "seq": event.seq,
        "at": event.at.isoformat(),
        "action": event.action,
        "person": event.person_id,
        "bench": event.bench_id,
        "data": event.data,
        "hash": event.hash,
        "previous": event.previous,
    }


@dataclass(frozen=True)
class Entry:
    """One line of a story: an event, or a try that was refused."""

    at: datetime
    what: str
    detail: str
    who: str
    where: str
    action: str
    minutes: int = 1
    refused: bool = False
    data: dict[str, Any] | None = None


def story(unit: OpenUnit, limit: int = 200) -> list[Entry]:
    """Return what happened to the unit and what was refused, newest first."""
    found = events.story("unit", unit.id, limit=limit)
    refusals = list(
        db.session.scalars(select(Refusal).where(Refusal.unit_id == unit.id).order_by(Refusal.id.desc()).limit(50))
    )
    people = _names(Person, {e.person_id for e in found} | {r.person_id for r in refusals}, Person.name)
    benches = _names(Bench, {e.bench_id for e in found} | {r.bench_id for r in refusals}, Bench.code)
    entries = [_entry(e, people, benches) for e in found if e.action not in ("scan", "skip") or _moved(e)]
    entries += [
        Entry(
            r.at,
            r.what,
            "",
            people.get(r.person_id, ""),
            benches.get(r.bench_id, ""),
            "refused",
            refused=True,
        )
        for r in refusals
    ]
    return sorted(entries, key=lambda e: e.at, reverse=True)


def entries(kind: str, subject_id: int, *, limit: int = 200) -> list[Entry]:
    """Return what happened to a thing that is no unit, newest first."""
    found = events.story(kind, subject_id, limit=limit)
    people = _names(Person, {e.person_id for e in found}, Person.name)
    benches = _names(Bench, {e.bench_id for e in found}, Bench.code)
    return [_entry(e, people, benches) for e in found]


def _moved(event: Event) -> bool:
    return event.action == "skip" and "from" in json.loads(event.body)["data"]


def _names(model: Any, ids: set[int | None], column: Any) -> dict[int | None, str]:
    wanted = [i for i in ids if i is not None]
    if not wanted:
        return {}
    return {a: b for a, b in db.session.execute(select(model.id, column).where(model.id.in_(wanted)))}


def _entry(event: Event, people: dict[int | None, str], benches: dict[int | None, str]) -> Entry:
    action = house().actions.get(event.action)
    data = event.data
    words = _Words({k: _word(k, v) for k, v in data.items()})
    return Entry(
        at=event.at,
        what=str(action.past) % words if action else event.action,
        detail=str(action.detail) % words if action and action.detail else "",
        who=people.get(event.person_id, "") or str(data.get("by", "")),
        where=benches.get(event.bench_id, ""),
        action=event.action,
        minutes=action.minutes if action else 1,
        data=data,
    )


class _Words(dict[str, Any]):
    """Data of an event for its sentence: what an older event did not write down is left out."""

    def __missing__(self, key: str) -> str:
        return ""


def _word(key: str, value: Any) -> Any:
    if key in ("from", "to") and value in LABELS:
        return within(LABELS[value])
    return from_source(value)
