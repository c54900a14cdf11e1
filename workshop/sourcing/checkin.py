"""Checking a device in by one scan: found, wrong model, surplus, or counted before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from flask_babel import gettext as _
from sqlalchemy import bindparam, or_, select

from workshop.catalogue.identifiers import looks_like_imei, parse_imei, parse_serial
from workshop.catalogue.models import DeviceModel, TacModel
from workshop.core.check_digits import gtin_holds
from workshop.core.db import db
from workshop.core.errors import Conflict, Refused
from workshop.core.language import clock_text
from workshop.core.money import plain_amount
from workshop.core.ready import Ready
from workshop.jobs import intake
from workshop.jobs.target import OpenUnit
from workshop.sourcing.models import Consignment, ConsignmentLine


class CountedBefore(Conflict):
    """This device was checked in already: it is counted once."""

    kind = "counted-before"


def _spellings(text: str) -> list[str]:
    """Return how the number may stand in the file: Apple prints an S before its serials on boxes."""
    return [text, text[1:]] if len(text) == 13 and text.startswith("S") else [text]


def _carries(numbers: Sequence[str | None]) -> Any:
    known = [spelling for number in numbers if number for spelling in _spellings(number)]
    each = ConsignmentLine
    return or_(each.imei.in_(known), each.imei2.in_(known), each.serial.in_(known))


def line_of(consignment: Consignment, text: str) -> ConsignmentLine | None:
    """Return the device of this delivery that carries the number."""
    query = select(ConsignmentLine).where(ConsignmentLine.consignment_id == consignment.id, _carries([text]))
    return db.session.scalars(query.limit(1)).one_or_none()


_OPEN: Final = (
    ConsignmentLine.state == "expected",
    or_(Consignment.state == "expected", Consignment.state == "receiving"),
)
# Asked with a scan: made ready once.
_AWAITED: Final = Ready(
    select(ConsignmentLine.id, Consignment.id, Consignment.code, Consignment.site_id)
    .join(Consignment, Consignment.id == ConsignmentLine.consignment_id)
    .where(
        or_(
            ConsignmentLine.imei == bindparam("number"),
            ConsignmentLine.imei2 == bindparam("number"),
            ConsignmentLine.serial == bindparam("number"),
            ConsignmentLine.serial == bindparam("bare"),
        ),
        *_OPEN,
    )
    .order_by(ConsignmentLine.id)
    .limit(5)
)


_SEEN: Final = select(TacModel).where(TacModel.tac == bindparam("tac")).order_by(TacModel.seen.desc()).limit(5)
SURE_FROM: Final = 2


def awaited(number: str) -> list[Any]:
    """Return the expected devices with this IMEI or serial, in any delivery: line, its delivery, code and site."""
    found: list[Any] = _AWAITED.all({"number": number, "bare": _spellings(number)[-1]})
    return found


def awaited_of(units: Sequence[OpenUnit]) -> list[tuple[int, str] | None]:
    """Return for each unit the expected device that it is at its site, as line and delivery's code, or None."""
    each = ConsignmentLine
    numbers = [number for unit in units for number in (unit.imei, unit.imei2, unit.serial)]
    query = (
        select(each.id, Consignment.code, Consignment.site_id, each.imei, each.imei2, each.serial)
        .join(Consignment, Consignment.id == each.consignment_id)
        .where(_carries(numbers), *_OPEN)
        .order_by(each.id)
    )
    known: dict[tuple[int, str, str], tuple[int, str]] = {}
    for line, code, site_id, imei, imei2, serial in db.session.execute(query):
        for key in _keys(site_id, imei, imei2, [serial] if serial else []):
            known.setdefault(key, (line, code))
    return [_first(known, unit) for unit in units]


def _first(known: dict[tuple[int, str, str], tuple[int, str]], unit: OpenUnit) -> tuple[int, str] | None:
    serials = _spellings(unit.serial) if unit.serial else []
    keys = _keys(unit.site_id, unit.imei, unit.imei2, serials)
    return min((known[key] for key in keys if key in known), default=None)


def _keys(site_id: int, imei: str | None, imei2: str | None, serials: Sequence[str]) -> list[tuple[int, str, str]]:
    imeis = [(site_id, "imei", number) for number in (imei, imei2) if number]
    return imeis + [(site_id, "serial", serial) for serial in serials]


def require_new(line: ConsignmentLine) -> None:
    """Raise CountedBefore for a device that was scanned already."""
    if line.checked_at is not None:
        raise CountedBefore(
            _("Counted already, at %(time)s.", time=clock_text(line.checked_at)),
            _("It is counted once. Scan the next one."),
            field="code",
            tone="look",
        )


def model_in_hand(line: ConsignmentLine, said: str) -> DeviceModel:
    """Return what the device is: as the person says, else as its IMEI was before, else as it was announced.

    One unit may have been taken in as what it is not: only what was seen again speaks against the supplier's word.
    """
    if said:
        return intake.model_named(said)
    assert line.model is not None
    seen = list(db.session.scalars(_SEEN, {"tac": line.imei[:8]})) if line.imei else []
    if not seen or any(each.model_id == line.model_id for each in seen) or seen[0].seen < SURE_FROM:
        return line.model
    return db.session.get_one(DeviceModel, seen[0].model_id)


def taking_in(line: ConsignmentLine, model: DeviceModel, currency: str) -> dict[str, Any]:
    """Return what intake is told of an announced device."""
    given = {
        "imei": line.imei or "",
        "imei2": line.imei2 or "",
        "serial": line.serial or "",
        "model": str(model.id),
        "storage_gb": line.storage_gb,
        "colour": line.colour,
        "source": line.consignment.source.code,
        "price": plain_amount(line.price_minor or 0, currency),
        "vat_regime": line.vat_regime,
    }
    return {name: value for name, value in given.items() if value not in ("", None)}


def surplus(consignment: Consignment, text: str, *, now: datetime, by: int | None) -> ConsignmentLine:
    """Note a device that was not announced. Raises Refused for what is no device's number."""
    elsewhere = next(iter(awaited(text)), None)
    if elsewhere is not None:
        code = elsewhere.code
        raise Conflict(
            _("This one is expected in delivery %(code)s.", code=code),
            _("Nothing was counted here. Open that delivery and scan it there."),
            field="code",
            tone="look",
            delivery=code,
        )
    imei = parse_imei(text).text if (text.isdigit() and len(text) >= 14) or looks_like_imei(text) else None
    serial = None if imei else _serial(text)
    known = intake.seen_before(intake.Identity(parse_imei(imei) if imei else None, None, None), "") if imei else None
    if known is not None:
        intake.refuse_open(known)
    seen = intake.proposed_models(imei) if imei else []
    line = ConsignmentLine(
        consignment_id=consignment.id,
        imei=imei,
        serial=serial,
        maker=seen[0].maker if seen else "",
        model_id=seen[0].id if seen else None,
        described=seen[0].name if seen else "",
        state="surplus",
        checked_at=now,
        checked_by=by,
    )
    db.session.add(line)
    db.session.flush()
    return line


def _serial(text: str) -> str:
    if text.isdigit() and len(text) in (8, 12, 13, 14) and gtin_holds(text):
        raise Refused(
            _("This is the product's EAN, the same for all of them."),
            _("Scan the IMEI or the serial number."),
            field="code",
        )
    return parse_serial(text, field="code")


def count_in(line: ConsignmentLine, unit: OpenUnit, *, now: datetime, by: int | None) -> str:
    """Tie the announced device to the unit that it became, and return what it is found to be."""
    line.unit_id = unit.id
    line.checked_at, line.checked_by = line.checked_at or now, line.checked_by or by
    line.state = "found" if unit.model_id == line.model_id else "wrong_model"
    return line.state
