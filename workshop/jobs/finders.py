"""How units are found: by a begin of any of their codes, by words of model, size and colour, by a pasted list."""

from __future__ import annotations

import re
from typing import Any, Final

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from sqlalchemy import and_, or_, select, union_all

from workshop.catalogue.models import DeviceModel
from workshop.core.actor import Actor
from workshop.core.barcodes import Barcode
from workshop.core.begins import begins
from workshop.core.db import db
from workshop.core.finding import CANDIDATES, MOST, SHORTEST_CODE, Asked, Finder, Hit
from workshop.jobs import selection, target, unit_page
from workshop.jobs.intake import search_models
from workshop.jobs.models import Job, Unit
from workshop.jobs.present import stage_label
from workshop.jobs.queue import sites_of

_COLUMNS: Final = (
    Unit.id,
    Unit.code,
    Unit.imei,
    Unit.serial,
    Unit.storage_gb,
    Unit.colour,
    DeviceModel.name,
    Job.stage,
)
_UNITS: Final = (
    select(*_COLUMNS)
    .select_from(Unit)
    .join(Job, and_(Job.id == Unit.job_id, Job.unit_id == Unit.id))
    .join(DeviceModel, DeviceModel.id == Unit.model_id)
)


def pasted(wanted: Asked, actor: Actor) -> list[Hit]:
    """Return the units of a pasted list, as one thing to open."""
    codes = selection.codes_in(wanted.whole)
    if not codes:
        return []
    found = selection.selected(codes[: selection.MOST], sites_of(actor))
    title = ngettext("Show %(num)s unit", "Show %(num)s units", len(found.unit_ids))
    unknown = ngettext("%(num)s code is not known", "%(num)s codes are not known", len(found.unknown))
    detail = unknown if found.unknown else _("every code of the list is known")
    return [Hit(title, url_for("jobs.units_page", codes=selection.pack(codes)), "list-checks", detail)]


def units(wanted: Asked, actor: Actor) -> list[Hit]:
    """Return units with a code that begins so, else the newest of a model, with size or colour if they were typed."""
    found = _by_code(wanted, sites_of(actor)) or _by_words(wanted, sites_of(actor))
    return [_hit(row) for row in found]


def ids(wanted: Asked, site_ids: list[int] | None) -> list[int]:
    """Return the units that are found by what was typed, for a list of them."""
    return _begun(wanted) or [row.id for row in _by_words(wanted, site_ids, CANDIDATES)]


def _begun(wanted: Asked) -> list[int]:
    if len(wanted.code) < SHORTEST_CODE:
        return []
    begun = select(Barcode.target_id).where(Barcode.kind == "unit", begins(Barcode.code, wanted.code))
    return list(db.session.scalars(begun.order_by(Barcode.code).limit(CANDIDATES)))


def _by_code(wanted: Asked, site_ids: list[int] | None) -> list[Any]:
    found = _begun(wanted)
    return _rows(_UNITS.where(Unit.id.in_(found)).order_by(Unit.id), site_ids, MOST) if found else []


def _by_words(wanted: Asked, site_ids: list[int] | None, limit: int = MOST) -> list[Any]:
    """As many words as name a model do; those left over name its size or colour."""
    for count in range(len(wanted.words), 0, -1):
        models = search_models(" ".join(wanted.words[:count]), MOST)
        if models:
            return _newest([m.id for m in models], wanted.words[count:], site_ids, limit)
    return []


def _newest(model_ids: list[int], words: tuple[str, ...], site_ids: list[int] | None, limit: int) -> list[Any]:
    """Return the newest units of these models; of each no more than a stretch of its index is read."""
    stretches = [
        select(select(Unit.id).where(Unit.model_id == m).order_by(Unit.id.desc()).limit(CANDIDATES).subquery())
        for m in model_ids
    ]
    query = _UNITS.where(Unit.id.in_(union_all(*stretches)), *map(_is_of, words))
    return _rows(query.order_by(Unit.id.desc()), site_ids, limit)


def _is_of(word: str) -> Any:
    """Return the condition that a unit has this size or this colour."""
    size = re.fullmatch(r"([0-9]{1,4})(gb|tb)?", word)
    colour = or_(begins(Unit.colour, word), begins(Unit.colour, word.capitalize()))
    if size is None:
        return colour
    return or_(colour, Unit.storage_gb == int(size[1]) * (1024 if size[2] == "tb" else 1))


def _rows(query: Any, site_ids: list[int] | None, limit: int) -> list[Any]:
    if site_ids is not None:
        query = query.where(Job.site_id.in_(site_ids))
    return list(db.session.execute(query.limit(limit)))


def _hit(row: Any) -> Hit:
    _id, code, imei, serial, storage, colour, model, stage = row
    size = f"{storage} GB" if storage and storage < 1024 else f"{storage // 1024} TB" if storage else ""
    numbers = ", ".join(filter(None, (f"IMEI {imei}" if imei else "", serial)))
    return Hit(
        ", ".join(filter(None, (model, size, colour))),
        url_for("jobs.unit", ref=code),
        "smartphone",
        f"{stage_label(stage, capital=True)}. {numbers}",
        code,
        tuple(filter(None, (code, imei, serial))),
    )


def models(wanted: Asked, _actor: Actor) -> list[Hit]:
    """Return models by words of their name or number: each opens its units."""
    return [
        Hit(m.name, url_for("jobs.units_page", model=m.id), "tag", f"{m.maker} {m.model_numbers}".strip())
        for m in search_models(wanted.text, MOST)
        if wanted.fits(m.name, m.maker)
    ]


def doings(wanted: Asked, actor: Actor) -> list[Hit]:
    """Return what may be done to the unit whose page is open, or that lies at the bench."""
    unit = _at_hand(wanted.at, actor)
    if unit is None or not wanted.words:
        return []
    may = [a for a in unit_page.possible_actions(unit, actor) if wanted.named(a.label)]
    return [
        Hit(str(a.label), url_for("do.ask", name=a.name, ref=unit.code, next=wanted.at), a.icon, unit.title, code)
        for a in may
        for code in (a.codes[:1] or ("",))
    ]


def _at_hand(at: str, actor: Actor) -> target.OpenUnit | None:
    if at == "/bench":
        return target.at_bench(actor.bench_id, actor.person_id)
    match = re.fullmatch(r"/units/([0-9A-Za-z]{1,50})", at)
    unit = next((f.unit for f in target.find(match[1].upper()) if f.unit), None) if match else None
    return unit if unit is not None and actor.works_at(unit.site_id) else None


FINDERS: Final = (
    Finder(_l("Pasted list"), pasted, order=1, alone=True),
    Finder(_l("Do to this unit"), doings, order=10),
    Finder(_l("Units"), units, order=20),
    Finder(_l("Models"), models, order=30),
)
