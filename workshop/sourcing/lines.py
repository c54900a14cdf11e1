"""One row of a manifest as one device, or what is wrong with it: the field, what, and the remedy."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from flask_babel import gettext as _

from workshop.catalogue.identifiers import parse_imei, parse_serial
from workshop.core.check_digits import luhn_holds
from workshop.core.errors import Refused
from workshop.core.money import parse_amount
from workshop.jobs.models import VAT_REGIMES
from workshop.sourcing.columns import FIELDS, meaning, plain
from workshop.sourcing.naming import Known, Names, storage_in
from workshop.sourcing.reading import Row

LONGEST: Final = {"colour": 40, "condition": 60, "lot": 40, "shop": 60, "model": 120}
_REGIMES: Final = {
    "margin": "margin|margin scheme|marginaali|voittomarginaali|differenz|differenzbesteuert|marge|second hand",
    "regular": "regular|standard|full|normal|normaali|regel|regelbesteuert|normale",
    "reverse_charge": "reverse charge|kaannetty|omvand|reverse charge intra eu|autoliquidation",
}
_REGIME_WORDS: Final = {words: regime for regime, every in _REGIMES.items() for words in every.split("|")}
_SHORTENED = re.compile(r"[0-9]+[.,][0-9]+[eE]\+?[0-9]{1,2}|[0-9]+[eE]\+[0-9]{1,2}")
_WHOLE_AS_FLOAT = re.compile(r"([0-9]+)[.,]0+")


@dataclass(frozen=True)
class Line:
    """One device that a supplier announces."""

    number: int
    imei: str | None
    imei2: str | None
    serial: str | None
    model: Known
    described: str
    storage_gb: int | None
    colour: str
    condition: str
    price_minor: int | None
    vat_regime: str | None
    lot: str
    shop: str
    source: str = ""

    @property
    def keys(self) -> list[str]:
        """What tells this device from every other one in the file."""
        serial = f"{self.model.maker} {self.serial}" if self.serial else None
        return [key for key in (self.imei, self.imei2, serial) if key]


@dataclass(frozen=True)
class Problem:
    """Why one line is left out: the field, what was there, what is wrong with it, and the remedy."""

    number: int
    field: str
    value: str
    what: str
    remedy: str

    @property
    def field_label(self) -> str:
        """The field in words."""
        return str(FIELDS.get(self.field, _("Whole line")))


class _Bad(Exception):
    """A line that is no device."""

    def __init__(self, field: str, what: Any, remedy: Any) -> None:
        super().__init__(field)
        self.field, self.what, self.remedy = field, str(what), str(remedy)


@dataclass(frozen=True)
class Rules:
    """What lines are read by: the column of each field, the catalogue's names, and the price where none is given."""

    columns: Sequence[str]
    names: Names
    price_minor: int | None = None
    needs_price: bool = True


def read_lines(rows: Sequence[Row], rules: Rules) -> Iterator[Line | Problem]:
    """Yield each row as a line or a problem. The second of two lines with one number is a problem."""
    seen: dict[str, int] = {}
    for number, cells in rows:
        given = {field: cell for field, cell in zip(rules.columns, cells, strict=False) if field}
        try:
            _refuse_row(given)
            line = _line(number, given, rules)
            _refuse_second(line, seen)
        except _Bad as bad:
            yield Problem(number, bad.field, given.get(bad.field, "")[:60], bad.what, bad.remedy)
        else:
            seen |= dict.fromkeys(line.keys, number)
            yield line


def _refuse_row(given: dict[str, str]) -> None:
    filled = [(field, cell) for field, cell in given.items() if cell]
    if len(filled) > 1 and all(meaning(cell, {}) for _field, cell in filled):
        raise _Bad("", _("This line names the columns once more."), _("Nothing to do: it is no device."))
    for field, cell in filled:
        if cell.startswith("="):
            raise _Bad(field, _("This cell holds a formula."), _("Put its value there instead."))


def _refuse_second(line: Line, seen: dict[str, int]) -> None:
    for key in line.keys:
        if key in seen:
            field = "serial" if " " in key else "imei"
            what = _("The same number stands in line %(n)s.", n=seen[key])
            raise _Bad(field, what, _("Leave one of the two out, or look which is right."))


def _line(number: int, given: dict[str, str], rules: Rules) -> Line:
    model = _model(given.get("model", ""), rules.names)
    line = Line(
        number=number,
        imei=_imei(given, "imei"),
        imei2=_imei(given, "imei2"),
        serial=_serial(given.get("serial", ""), model.maker),
        model=model,
        described=_text(given, "model"),
        storage_gb=_storage(given),
        colour=_text(given, "colour"),
        condition=_text(given, "condition"),
        price_minor=_price(given.get("price", ""), rules),
        vat_regime=_regime(given.get("vat_regime", "")),
        lot=_text(given, "lot"),
        shop=_text(given, "shop"),
        source=given.get("source", ""),
    )
    if line.imei is None and line.imei2 is not None:
        line = replace(line, imei=line.imei2, imei2=None)
    if line.imei is None and line.serial is None:
        raise _Bad("imei", _("There is neither an IMEI nor a serial number."), _("One of them must be there."))
    if line.imei is not None and line.imei == line.imei2:
        raise _Bad("imei2", _("Both IMEIs are the same."), _("Give the second one, or leave it out."))
    return line


def _model(words: str, names: Names) -> Known:
    if not words:
        raise _Bad("model", _("The model is missing."), _("Each line says what the device is."))
    found = names.find(words)
    if found is None:
        what = _("The catalogue has no model called '%(words)s'.", words=words[:60])
        raise _Bad("model", what, _("Say once what is meant by it, or write it as the catalogue does."))
    return found


def _imei(given: dict[str, str], field: str) -> str | None:
    text = _whole(given.get(field, ""), field)
    if not text:
        return None
    try:
        return parse_imei(text, field=field).text
    except Refused as refused:
        if len(text) == 15 and text.endswith("0000") and not luhn_holds(text):
            raise _shortened(field) from refused
        raise _Bad(field, refused.what, refused.remedy) from refused


def _serial(text: str, maker: str) -> str | None:
    text = _whole(text, "serial")
    if not text:
        return None
    try:
        return parse_serial(text, maker=maker)
    except Refused as refused:
        raise _Bad("serial", refused.what, refused.remedy) from refused


def _whole(text: str, field: str) -> str:
    """Return a number as it was before a spreadsheet took it for an amount."""
    if _SHORTENED.fullmatch(text):
        raise _shortened(field)
    match = _WHOLE_AS_FLOAT.fullmatch(text)
    return match[1] if match else text.lstrip("'")


def _shortened(field: str) -> _Bad:
    return _Bad(
        field,
        _("The spreadsheet has shortened this number: its last digits are lost."),
        _("Format the column as text in the original, then save it again."),
    )


def _storage(given: dict[str, str]) -> int | None:
    text = given.get("storage_gb", "")
    if not text:
        return storage_in(given.get("model", ""))
    bare = _whole(text, "storage_gb").strip()
    found = int(bare) if re.fullmatch(r"[0-9]{1,5}", bare) else storage_in(bare)
    if found is None or not 1 <= found <= 16384:
        raise _Bad("storage_gb", _("'%(text)s' is no storage.", text=text[:20]), _("Write it in GB, such as 128."))
    return found


def _price(text: str, rules: Rules) -> int | None:
    if not text:
        if rules.price_minor is None and rules.needs_price:
            raise _Bad("price", _("The price is missing."), _("Write 0 where nothing was paid."))
        return rules.price_minor
    try:
        return parse_amount(text, "EUR")
    except Refused as refused:
        raise _Bad("price", refused.what, refused.remedy) from refused


def _regime(text: str) -> str | None:
    if not text:
        return None
    found = text if text in VAT_REGIMES else _REGIME_WORDS.get(plain(text))
    if found is None:
        what = _("'%(text)s' is no VAT regime.", text=text[:30])
        raise _Bad("vat_regime", what, _("Write margin, regular or reverse_charge, or leave the column out."))
    return found


def _text(given: dict[str, str], field: str) -> str:
    text = " ".join(given.get(field, "").split())
    if len(text) > LONGEST[field]:
        raise _Bad(
            field,
            _("This is too long: %(n)s characters, %(most)s fit.", n=len(text), most=LONGEST[field]),
            _("Shorten it."),
        )
    return text
