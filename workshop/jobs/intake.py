"""Taking a device in: who it is, what it is, from whom and for how much."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from workshop.catalogue.identifiers import Imei, parse_imei, parse_serial
from workshop.catalogue.models import DeviceModel, TacModel
from workshop.core import barcodes, events
from workshop.core.codes import own_code
from workshop.core.db import db
from workshop.core.errors import Conflict, NotFound, Refused
from workshop.jobs.flow import open_job
from workshop.jobs.models import Job, Source, Unit
from workshop.jobs.stages import Stage


@dataclass(frozen=True)
class Identity:
    """What tells one device from every other: an IMEI (perhaps two), or maker and serial."""

    imei: Imei | None
    imei2: Imei | None
    serial: str | None


class AlreadyOpen(Conflict):
    """The device is in the workshop already; `more['unit']` is its code."""

    kind = "already-open"


def read_identity(imei: str, imei2: str, serial: str, maker: str) -> Identity:
    """Read what was scanned. Raises BadIdentifier for each wrong number, Refused when there is none."""
    first = parse_imei(imei) if imei else None
    second = parse_imei(imei2, field="imei2") if imei2 else None
    number = parse_serial(serial, maker=maker) if serial else None
    if first is None and number is None:
        raise Refused(_("A unit needs an IMEI or a serial number."), _("Scan one of them."), field="imei")
    if first is not None and second is not None and first.text == second.text:
        raise Refused(_("Both IMEIs are the same."), _("Scan the second one, or leave it out."), field="imei2")
    return Identity(first, second, number)


def seen_before(identity: Identity, maker: str) -> Unit | None:
    """Return the unit that has this IMEI, in either place, or this maker and serial."""
    numbers = [i.text for i in (identity.imei, identity.imei2) if i is not None]
    if numbers:
        known = db.session.scalars(
            select(Unit).where(Unit.imei.in_(numbers) | Unit.imei2.in_(numbers)).limit(1)
        ).one_or_none()
        if known is not None:
            return known
    if identity.serial is None:
        return None
    return db.session.scalars(select(Unit).where(Unit.maker == maker, Unit.serial == identity.serial)).one_or_none()


def proposed_models(imei: str) -> list[DeviceModel]:
    """Return the models that units with the same TAC were of, the likeliest first."""
    query = (
        select(DeviceModel)
        .join(TacModel, TacModel.model_id == DeviceModel.id)
        .where(TacModel.tac == imei[:8])
        .order_by(TacModel.seen.desc())
        .limit(5)
    )
    return list(db.session.scalars(query))


def search_models(text: str, limit: int = 8) -> list[DeviceModel]:
    """Return models by any three letters of maker, name or model number, names that begin so first."""
    words = [w for w in text.lower().split() if w]
    if sum(len(w) for w in words) < 2:
        return []
    query = select(DeviceModel)
    for word in words:
        query = query.where(DeviceModel.search.contains(word, autoescape=True))
    found = list(db.session.scalars(query.limit(60)))
    return sorted(found, key=lambda m: (not m.name.lower().startswith(words[0]), m.name))[:limit]


def model_named(ref: str) -> DeviceModel:
    """Return the model by number or exact name. Raises Refused naming the field."""
    query = select(DeviceModel)
    query = query.where(DeviceModel.id == int(ref)) if ref.isdigit() else query.where(DeviceModel.name == ref)
    found = db.session.scalars(query.limit(2)).all()
    if len(found) != 1:
        raise Refused(
            _("There is no model called '%(name)s'.", name=ref),
            _("Type three letters of it and choose from the list."),
            field="model",
        )
    return found[0]


def source_named(code: str) -> Source:
    """Return where devices come from by its code. Raises Refused naming the field."""
    source = db.session.scalars(select(Source).where(Source.code == code)).one_or_none()
    if source is None:
        raise Refused(_("There is no source %(code)s.", code=code), _("Choose one of the list."), field="source")
    return source


def refuse_open(unit: Unit) -> Job:
    """Return the unit's last job. Raises AlreadyOpen, leading to the unit, unless that job is closed."""
    last = db.session.get(Job, unit.job_id)
    if last is None:
        raise NotFound(_("This unit has no job."), _("Tell an admin."))
    if last.stage == Stage.SOLD:
        raise AlreadyOpen(
            _("This is %(code)s, which was sold.", code=unit.code),
            _("Scan it and then *RETURN* to take it back."),
            field="imei",
            unit=unit.code,
        )
    if last.closed_at is None:
        raise AlreadyOpen(
            _("This is %(code)s, already in the workshop.", code=unit.code),
            _("Go on with it there."),
            field="imei",
            unit=unit.code,
        )
    return last


def take_in(
    identity: Identity,
    model: DeviceModel,
    *,
    site_id: int,
    storage_gb: int | None,
    colour: str,
    now: datetime,
    by: int | None,
    **bought: Any,
) -> Unit:
    """Open a job for the device: its first, or the next of a unit seen before. Raises AlreadyOpen."""
    unit = seen_before(identity, model.maker)
    if unit is not None:
        last = refuse_open(unit)
        chain = events.Chain("unit", unit.id, last.chain_length, last.chain_head)
        unit.site_id = site_id
        open_job(unit, number=last.number + 1, now=now, by=by, head=chain.head, length=chain.length, **bought)
        return unit
    unit = _new_unit(identity, model, site_id=site_id, storage_gb=storage_gb, colour=colour, now=now)
    open_job(unit, number=1, now=now, by=by, head=events.START, length=0, **bought)
    if identity.imei is not None:
        learn(identity.imei, model, now)
    return unit


def _new_unit(
    identity: Identity,
    model: DeviceModel,
    *,
    site_id: int,
    storage_gb: int | None,
    colour: str,
    now: datetime,
) -> Unit:
    unit = Unit(
        code=f"~{uuid.uuid4().hex[:14]}",  # the code is made of the number, which the database gives
        model_id=model.id,
        maker=model.maker,
        storage_gb=storage_gb,
        colour=colour,
        imei=identity.imei.text if identity.imei else None,
        imei2=identity.imei2.text if identity.imei2 else None,
        serial=identity.serial,
        site_id=site_id,
        created_at=now,
    )
    db.session.add(unit)
    db.session.flush()
    unit.code = own_code("U", unit.id)
    for code in (unit.code, unit.imei, unit.imei2, unit.serial):
        if code:
            barcodes.register(code, "unit", unit.id)
    return unit


def learn(imei: Imei, model: DeviceModel, now: datetime) -> None:
    """Remember what model this TAC belongs to, so that the next one is proposed."""
    known = db.session.get(TacModel, (imei.tac, model.id))
    if known is None:
        db.session.add(TacModel(tac=imei.tac, model_id=model.id, last_seen_at=now))
    else:
        known.seen += 1
        known.last_seen_at = now
