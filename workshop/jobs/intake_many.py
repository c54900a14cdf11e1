"""Taking in many devices that were never here, with some statements for all instead of some for each."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, or_, select, update

from workshop.catalogue.models import DeviceModel, TacModel
from workshop.core.barcodes import Barcode
from workshop.core.codes import own_code
from workshop.core.db import db
from workshop.jobs.intake import Identity
from workshop.jobs.models import Job, StageVisit, Unit
from workshop.jobs.stages import Stage
from workshop.jobs.target import OpenUnit, from_row, selects


@dataclass(frozen=True)
class Device:
    """A device to be taken in, read and found right."""

    identity: Identity
    model: DeviceModel
    storage_gb: int | None
    colour: str
    source_id: int
    paid_minor: int
    vat_regime: str

    @property
    def keys(self) -> list[Any]:
        """What tells it from every other device."""
        imeis = [i.text for i in (self.identity.imei, self.identity.imei2) if i is not None]
        return [*imeis, *([(self.model.maker, self.identity.serial)] if self.identity.serial else [])]


def never_here(devices: Sequence[Device | None]) -> list[Device | None]:
    """Return the devices that no unit is yet, each once; None for every other."""
    wanted = [d for d in devices if d is not None]
    taken = _known([k for d in wanted for k in d.keys])
    found: list[Device | None] = []
    for device in devices:
        new = device is not None and taken.isdisjoint(device.keys)
        found.append(device if new else None)
        taken |= set(device.keys) if device is not None else set()
    return found


def _known(keys: Sequence[Any]) -> set[Any]:
    imeis = [k for k in keys if isinstance(k, str)]
    serials = [k[1] for k in keys if not isinstance(k, str)]
    query = select(Unit.imei, Unit.imei2, Unit.maker, Unit.serial).where(
        or_(Unit.imei.in_(imeis), Unit.imei2.in_(imeis), Unit.serial.in_(serials))
    )
    return {k for row in db.session.execute(query) for k in (row.imei, row.imei2, (row.maker, row.serial)) if k}


def take_in(devices: Sequence[Device], *, site_id: int, now: datetime, by: int | None) -> list[OpenUnit]:
    """Open the first job of each device and return the units, in the same order."""
    unit_ids = _inserted(Unit, devices, lambda d: _unit(d, site_id, now))
    jobs = list(zip(devices, unit_ids, strict=True))
    job_ids = _inserted(Job, jobs, lambda pair: _job(pair[0], pair[1], site_id, now, by))
    codes = [own_code("U", unit_id) for unit_id in unit_ids]
    named = zip(unit_ids, codes, job_ids, strict=True)
    db.session.execute(update(Unit), [{"id": unit, "code": code, "job_id": job} for unit, code, job in named])
    db.session.execute(
        insert(StageVisit), [{"job_id": job, "stage": Stage.INTAKE.value, "entered_at": now} for job in job_ids]
    )
    db.session.execute(insert(Barcode), list(_barcodes(devices, unit_ids, codes)))
    _learn(devices, now)
    return _opened(unit_ids)


def _inserted(table: Any, things: Sequence[Any], row: Callable[[Any], dict[str, Any]]) -> list[int]:
    """Insert a row for each thing and return the numbers that the database gave them, in the same order."""
    statement = insert(table).returning(table.id, sort_by_parameter_order=True)
    return list(db.session.scalars(statement, [row(thing) for thing in things]))


def _unit(device: Device, site_id: int, now: datetime) -> dict[str, Any]:
    identity = device.identity
    return {
        "code": f"~{uuid.uuid4().hex[:14]}",  # the code is made of the number, which the database gives
        "model_id": device.model.id,
        "maker": device.model.maker,
        "storage_gb": device.storage_gb,
        "colour": device.colour,
        "imei": identity.imei.text if identity.imei else None,
        "imei2": identity.imei2.text if identity.imei2 else None,
        "serial": identity.serial,
        "site_id": site_id,
        "created_at": now,
    }


def _job(device: Device, unit_id: int, site_id: int, now: datetime, by: int | None) -> dict[str, Any]:
    return {
        "unit_id": unit_id,
        "site_id": site_id,
        "stage_since": now,
        "opened_at": now,
        "touched_at": now,
        "touched_by": by,
        "source_id": device.source_id,
        "paid_minor": device.paid_minor,
        "vat_regime": device.vat_regime,
    }


def _barcodes(devices: Sequence[Device], unit_ids: Sequence[int], codes: Sequence[str]) -> Any:
    for device, unit_id, code in zip(devices, unit_ids, codes, strict=True):
        identity = device.identity
        imeis = (i.text for i in (identity.imei, identity.imei2) if i is not None)
        for each in dict.fromkeys((code, *imeis, *([identity.serial] if identity.serial else []))):
            yield {"code": each, "kind": "unit", "target_id": unit_id}


def _learn(devices: Sequence[Device], now: datetime) -> None:
    """Remember what model each TAC belongs to, so that the next one is proposed."""
    times = Counter((d.identity.imei.tac, d.model.id) for d in devices if d.identity.imei is not None)
    for (tac, model_id), count in times.items():
        known = db.session.get(TacModel, (tac, model_id))
        if known is None:
            db.session.add(TacModel(tac=tac, model_id=model_id, seen=count, last_seen_at=now))
        else:
            known.seen += count
            known.last_seen_at = now
    db.session.flush()


def _opened(unit_ids: Sequence[int]) -> list[OpenUnit]:
    rows = db.session.execute(selects().listing.where(Unit.id.in_(unit_ids)))
    found = {unit.id: unit for unit in map(from_row, rows)}
    return [found[unit_id] for unit_id in unit_ids]
