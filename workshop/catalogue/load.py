"""Bringing the reference data of the program into the database."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from workshop.catalogue.models import DeviceModel
from workshop.catalogue.reference import Device, load_devices
from workshop.core.db import db


def _model(device: Device) -> DeviceModel:
    numbers = " ".join(device.model_numbers)
    return DeviceModel(
        category=device.category,
        maker=device.maker,
        name=device.called,
        search=f"{device.maker} {device.model} {numbers}".lower()[:200],
        model_numbers=numbers,
        storages_gb=" ".join(str(s) for s in device.storages_gb),
        launch_text=device.launch,
        sales_end_on=date.fromisoformat(device.sales_end) if len(device.sales_end) == 10 else None,
        battery_mah=int(device.battery_mah) if device.battery_mah is not None else None,
        battery_wh_tenths=round(device.battery_wh * 10) if device.battery_wh is not None else None,
        held_by=device.held_by,
    )


def load_models() -> int:
    """Add every known model whose launch is given and that is not there yet; return how many. The caller commits."""
    known = {(m.maker, m.name): m for m in db.session.scalars(select(DeviceModel))}
    devices = [d for d in load_devices() if d.launch]
    for device in devices:
        _call(known, device)
    new = [d for d in devices if (d.maker, d.called) not in known]
    db.session.add_all(_model(d) for d in new)
    return len(new)


def _call(known: dict[tuple[str, str], DeviceModel], device: Device) -> None:
    """Call a model that was loaded by its bare name as people do."""
    if device.called != device.model and (model := known.pop((device.maker, device.model), None)) is not None:
        model.name = device.called
        known[device.maker, device.called] = model
