"""A pasted list: IMEIs, serials and unit codes out of a mail or a column of a sheet, read and kept in an address."""

from __future__ import annotations

import base64
import binascii
import re
import zlib
from dataclasses import dataclass
from typing import Final

from flask_babel import gettext as _
from sqlalchemy import select

from workshop.core.barcodes import Barcode
from workshop.core.db import db
from workshop.core.errors import BadRequest
from workshop.jobs.models import Unit

MOST: Final = 500
# Servers and what stands before them refuse longer addresses.
LONGEST_ADDRESS: Final = 6000
_SHORTEST, _LONGEST = 7, 50
_CODE = re.compile(r"(?=.*[0-9])[0-9A-Z][0-9A-Z/.\-]*")
_SPREADSHEET = re.compile(r"([0-9]{7,})\.0+")


def codes_in(text: str) -> list[str]:
    """Return the codes of a pasted list, each once and in its order; none where it is no list of codes."""
    cells = [c.strip(" \t'\"`") for c in re.split(r"[,;\t\r\n|]+", text.upper())]
    found: list[str] = []
    strange = 0
    for cell in filter(None, cells):
        codes = _codes_of(cell)
        strange += not codes
        found += codes
    # One cell without a code is the head of the column; more, and this was no list.
    return list(dict.fromkeys(found)) if strange <= 1 and len(found) > 1 else []


def _codes_of(cell: str) -> list[str]:
    """Return the codes in one cell: several with gaps between, or one that is printed with gaps."""
    words = cell.split()
    if all(map(_is_code, words)):
        return [_plain(w) for w in words]
    joined = "".join(words)
    return [joined] if joined.isascii() and joined.isdigit() and 14 <= len(joined) <= 17 else []


def _is_code(word: str) -> bool:
    return _SHORTEST <= len(word) <= _LONGEST and _CODE.fullmatch(word) is not None


def _plain(word: str) -> str:
    number = _SPREADSHEET.fullmatch(word)
    return number[1] if number else word


def pack(codes: list[str]) -> str:
    """Return a list of codes as an address holds it. Raises BadRequest where there are too many."""
    if len(codes) > MOST:
        raise BadRequest(_("This list has %(n)s codes.", n=len(codes)), _("Paste at most %(n)s at once.", n=MOST))
    plain = ".".join(codes)
    if len(plain) <= 400 and "." not in "".join(codes):
        return plain
    packed = "~" + base64.urlsafe_b64encode(zlib.compress("\n".join(codes).encode(), 9)).decode().rstrip("=")
    if len(packed) > LONGEST_ADDRESS:
        raise BadRequest(_("This list is too long for one address."), _("Paste it in two halves."))
    return packed


def unpack(held: str) -> list[str]:
    """Return the codes that an address holds. Raises BadRequest where it was cut off."""
    if not held.startswith("~"):
        return [c for c in held.upper().split(".") if c][:MOST]
    try:
        raw = base64.urlsafe_b64decode(held[1:] + "=" * (-len(held[1:]) % 4))
        reader = zlib.decompressobj()
        text = reader.decompress(raw, MOST * (_LONGEST + 1)).decode()
        if not reader.eof:
            raise ValueError("its end is missing")
    except (binascii.Error, zlib.error, ValueError) as cut:
        raise BadRequest(_("The list in this address was cut off."), _("Paste the list again."), field="codes") from cut
    return [c for c in text.split("\n") if c][:MOST]


@dataclass(frozen=True)
class Selection:
    """What a list of codes names: the units a person may see, and the codes that name none of them."""

    codes: list[str]
    unit_ids: list[int]
    unknown: list[str]


def selected(codes: list[str], site_ids: list[int] | None) -> Selection:
    """Look up every code of a list at once."""
    query = select(Barcode.code, Unit.id).join(Unit, Unit.id == Barcode.target_id)
    query = query.where(Barcode.kind == "unit", Barcode.code.in_(codes))
    if site_ids is not None:
        query = query.where(Unit.site_id.in_(site_ids))
    known = {code: unit_id for code, unit_id in db.session.execute(query)} if codes else {}
    ids = list(dict.fromkeys(known[c] for c in codes if c in known))
    return Selection(codes, ids, [c for c in codes if c not in known])
