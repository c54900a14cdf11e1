"""The demo's parts: for each device the parts that its faults ask for, offers of three suppliers, places and stock."""

from __future__ import annotations

import tomllib
import uuid
import zlib
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

from sqlalchemy import bindparam, insert, select, update

from workshop.accounts.models import Site
from workshop.catalogue.models import DeviceModel
from workshop.core.actions import perform
from workshop.core.actor import Actor
from workshop.core.barcodes import Barcode
from workshop.core.check_digits import gtin_digit
from workshop.core.db import Base, db
from workshop.core.money import per_mille, plain_amount
from workshop.core.own_codes import own_code
from workshop.parts import stock
from workshop.parts.fits import kind_title
from workshop.parts.models import Batch, Location, Offer, Part, PartFit, Supplier

SHELVES = tuple(f"B-{row:02d}-{place}" for row in range(1, 9) for place in range(1, 5))
PLACES = (
    *(("shelf", code) for code in SHELVES),
    *(("tray", f"T-{n:02d}") for n in range(1, 9)),
    *(("quarantine", f"Q-{n:02d}") for n in range(1, 7)),
    ("outgoing", "OUT-1"),
    *(("donor", f"D-{n:02d}") for n in range(1, 4)),
)


def seed_catalogue() -> dict[str, int]:
    """Add suppliers, parts, their fits, offers and places, unless some are there; return how many. Never commits."""
    if db.session.scalar(select(Supplier.id).limit(1)) is not None:
        return {"parts": 0, "offers": 0, "places": 0}
    data = read_demo()
    suppliers = _suppliers(data)
    parts = _parts(data)
    offers = _offers(data, suppliers, parts)
    return {"parts": len(parts), "offers": offers, "places": _places()}


def seed_stock(by_site: Mapping[str, Actor]) -> int:
    """Put the demo's stock onto the shelves by the action that a person uses; return how many batches. Commits."""
    if db.session.scalar(select(Batch.id).limit(1)) is not None:
        return 0
    data, made = read_demo()["stock"], 0
    query = (
        select(Part.code, Part.kind, DeviceModel.name)
        .join(PartFit, PartFit.part_id == Part.id)
        .join(DeviceModel, DeviceModel.id == PartFit.model_id)
        .where(Part.kind.in_(data["kinds"]), DeviceModel.name.in_(data["models"]), Part.quality == "maker")
        .order_by(Part.id)
    )
    rows = db.session.execute(query).all()
    for site, actor in by_site.items():
        site_id = db.session.scalars(select(Site.id).where(Site.code == site)).one()
        for code, kind, model in rows:
            made += _open(code, kind, model, site, site_id, actor)
    return made


def read_demo() -> dict[str, Any]:
    """Return the demo's data file as it is written."""
    return tomllib.loads((files("workshop.parts") / "data" / "demo.toml").read_text(encoding="utf-8"))


def _chance(*words: object) -> int:
    """Return a number from 0 to 999 that is always the same for the same words."""
    return zlib.crc32("|".join(map(str, words)).encode()) % 1000


def _open(code: str, kind: str, model: str, site: str, site_id: int, actor: Actor) -> bool:
    luck = _chance(site, code)
    quantity = luck % 5 if kind != "battery" else 4 + luck % 7
    if quantity == 0:
        return False
    perform(
        "open_stock",
        code,
        {
            "location": SHELVES[_chance(model, kind) % len(SHELVES)],
            "quantity": quantity,
            "site": site_id,
            "unit_cost": plain_amount(cost_of(code), "EUR"),
            "lot": f"{kind[:3].upper()}-26{luck % 52:02d}",
        },
        by=actor,
    )
    return True


def cost_of(code: str) -> int:
    """Return the cheapest offer for a part."""
    query = select(Offer.price_minor).join(Part, Part.id == Offer.part_id).where(Part.code == code)
    return min(db.session.scalars(query))


def _suppliers(data: dict[str, Any]) -> dict[str, tuple[int, dict[str, Any]]]:
    made = {}
    for row in data["supplier"]:
        known = {k: v for k, v in row.items() if k not in ("dearer", "quality")}
        supplier = Supplier(**known)
        db.session.add(supplier)
        db.session.flush()
        made[row["code"]] = (supplier.id, row)
    return made


def _parts(data: dict[str, Any]) -> list[tuple[int, str, DeviceModel]]:
    """Add a part for each model and kind of its category; return (part id, kind, model)."""
    models = list(db.session.scalars(select(DeviceModel).order_by(DeviceModel.id)))
    wanted = [(kind, m) for m in models for kind in data["price"][m.category] if _has(m, kind)]
    rows = [
        {
            "code": uuid.uuid4().hex[:24],
            "kind": kind,
            "name": f"{kind_title(kind)}, {m.name}"[:160],
            "quality": "maker",
            "min_stock": 2 if m.name in data["stock"]["models"] and kind in data["stock"]["kinds"] else 0,
        }
        for kind, m in wanted
    ]
    ids = list(db.session.scalars(insert(Part).returning(Part.id, sort_by_parameter_order=True), rows))
    db.session.execute(
        insert(PartFit), [{"part_id": i, "model_id": m.id} for i, (_k, m) in zip(ids, wanted, strict=True)]
    )
    table = Base.metadata.tables["parts"]
    codes = [{"part": i, "own": own_code("P", i)} for i in ids]
    db.session.connection().execute(
        update(table).where(table.c.id == bindparam("part")).values(code=bindparam("own")),
        codes,
    )
    db.session.execute(insert(Barcode), [{"code": c["own"], "kind": "part", "target_id": c["part"]} for c in codes])
    return [(i, kind, m) for i, (kind, m) in zip(ids, wanted, strict=True)]


def _has(model: DeviceModel, kind: str) -> bool:
    return kind != "battery" or bool(model.held_by or model.battery_mah or model.battery_wh_tenths)


def _offers(
    data: dict[str, Any], suppliers: dict[str, tuple[int, dict[str, Any]]], parts: list[tuple[int, str, DeviceModel]]
) -> int:
    rows: list[dict[str, Any]] = []
    for part_id, kind, model in parts:
        rows += [
            {
                "supplier_id": supplier_id,
                "part_id": part_id,
                "price_minor": _price(data, row, kind, model),
                "currency": "EUR",
                "pack": 1,
                "moq": 1,
                "supplier_sku": f"{code[:2]}-{part_id:05d}",
                "ean": _ean(part_id),
            }
            for code, (supplier_id, row) in suppliers.items()
            if kind in data["sells"].get(code, (kind,)) and _chance(code, model.name, kind) < 930
        ]
    db.session.execute(insert(Offer), rows)
    eans = {(r["ean"], r["part_id"]) for r in rows}
    db.session.execute(insert(Barcode), [{"code": e, "kind": "part", "target_id": p} for e, p in sorted(eans)])
    return len(rows)


def _price(data: dict[str, Any], supplier: dict[str, Any], kind: str, model: DeviceModel) -> int:
    """Return a price that rises with the model's year, differs a little from model to model, and ends on ten cents."""
    year = int(model.launch_text[:4] or 2018)
    base = data["price"][model.category][kind]
    rate = 800 + 45 * max(0, min(year - 2015, 10)) + _chance(model.name, kind) // 10
    return -(-per_mille(per_mille(base, rate), supplier["dearer"]) // 10) * 10


def _ean(part_id: int) -> str:
    """Return an EAN of the range that shops keep for themselves, so that it is nobody else's."""
    body = f"20{part_id:010d}"
    return body + gtin_digit(body)


def _places() -> int:
    """Add the places of each site, with the labels that `add_location` would give them."""
    sites = db.session.execute(select(Site.id, Site.code).order_by(Site.id)).all()
    rows = [
        {"site_id": site_id, "code": code, "kind": kind, "barcode": stock.label_of(code, site if other else "")}
        for other, (site_id, site) in enumerate(sites)
        for kind, code in PLACES
    ]
    ids = db.session.scalars(insert(Location).returning(Location.id, sort_by_parameter_order=True), rows).all()
    codes = [{"code": row["barcode"], "kind": "location", "target_id": i} for i, row in zip(ids, rows, strict=True)]
    db.session.execute(insert(Barcode), codes)
    return len(rows)
