"""Taking in many devices that were never here, with some statements for all instead of some for each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select

from workshop.catalogue.models import DeviceModel, TacModel
from workshop.core.barcodes import Barcode
from workshop.core.bulk import insert_rows
from workshop.core.codes import own_code
from workshop.core.db import db, numbers_ahead
from workshop.jobs.intake import Identity
from workshop.jobs.models import Job, StageVisit, Unit
from workshop.jobs.stages import Stage
from workshop.jobs.target import OpenUnit, by_ids


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
    unit_ids, job_ids = numbers_ahead(Unit, len(devices)), numbers_ahead(Job, len(devices))
    every = list(zip(devices, unit_ids, job_ids, strict=True))
    insert_rows(Unit, [_unit(device, unit_id, job_id, site_id, now) for device, unit_id, job_id in every])
    insert_rows(Job, [_job(device, unit_id, job_id, site_id, now, by) for device, unit_id, job_id in every])
    insert_rows(StageVisit, [{"job_id": job_id, "stage": Stage.INTAKE.value, "entered_at": now} for job_id in job_ids])
    insert_rows(Barcode, [row for device, unit_id, _job_id in every for row in _barcodes(device, unit_id)])
    _learn(devices, now)
    return by_ids(unit_ids)


def _unit(device: Device, unit_id: int, job_id: int, site_id: int, now: datetime) -> dict[str, Any]:
    identity = device.identity
    return {
        "id": unit_id,
        "code": own_code("U", unit_id),
        "job_id": job_id,
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


def _job(device: Device, unit_id: int, job_id: int, site_id: int, now: datetime, by: int | None) -> dict[str, Any]:
    return {
        "id": job_id,
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


def _barcodes(device: Device, unit_id: int) -> list[dict[str, Any]]:
    identity = device.identity
    imeis = (i.text for i in (identity.imei, identity.imei2) if i is not None)
    codes = dict.fromkeys((own_code("U", unit_id), *imeis, *([identity.serial] if identity.serial else [])))
    return [{"code": code, "kind": "unit", "target_id": unit_id} for code in codes]


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
