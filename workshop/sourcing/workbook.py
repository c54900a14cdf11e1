"""A workbook (.xlsx) as rows of text. Whatever is in it, it costs little memory and never crashes.

What is handed to the reader was unpacked here first, up to a limit: a file of 300 kB can hold 300 MB. The reader lays
a sheet out as a full rectangle and repeats each shared text in each cell, so both are added up beforehand too.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from flask_babel import gettext as _
from python_calamine import CalamineError, CalamineWorkbook

from workshop.sourcing.errors import BadManifest, too_many

MOST_UNPACKED: Final = 48 * 1024 * 1024
MOST_PARTS: Final = 500
MOST_CELLS: Final = 2_000_000
MOST_TEXT: Final = 400 * 1024 * 1024
_PIECE: Final = 1024 * 1024
_CELL = re.compile(rb'\br="([A-Z]{1,3})([0-9]{1,7})"')
_SHARED = re.compile(rb'\bt="s"')
_TEXT = re.compile(rb"<si\b")


def is_workbook(data: bytes) -> bool:
    """Say whether this is packed as workbooks are."""
    return data[:4] == b"PK\x03\x04"


def rows(data: bytes, most_lines: int) -> list[tuple[int, list[str]]]:
    """Return the rows of the first sheet that holds any, numbered as in the workbook. Raises BadManifest."""
    parts = _unpacked(data)
    _refuse_large(parts, most_lines)
    try:
        return _rows(_packed_again(parts))
    except (CalamineError, ValueError, OSError, zipfile.BadZipFile) as wrong:
        raise _unreadable() from wrong
    except BaseException as wrong:  # a panic of the reader is no Exception
        if isinstance(wrong, KeyboardInterrupt | SystemExit | GeneratorExit | MemoryError):
            raise
        raise _unreadable() from wrong


def _rows(data: bytes) -> list[tuple[int, list[str]]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    for name in book.sheet_names:
        found = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
        read = [(n, [as_text(cell) for cell in row]) for n, row in enumerate(found, 1)]
        kept = [(n, row) for n, row in read if any(row)]
        if kept:
            return kept
    return []


def as_text(cell: Any) -> str:
    """Return a cell as it would be typed: whole numbers without a point, days as 2026-11-24."""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e18:
        return str(int(cell))
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, datetime | date | time):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return str(cell)
    return str(cell).strip()


def _unpacked(data: bytes) -> dict[str, bytes]:
    """Return the parts of the package, reading no more than fits. Raises BadManifest."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            infos = package.infolist()
            if len(infos) > MOST_PARTS or sum(i.file_size for i in infos) > MOST_UNPACKED:
                raise _too_large(sum(i.file_size for i in infos))
            if "xl/workbook.xml" not in {i.filename for i in infos}:
                raise BadManifest(_("This is no Excel workbook."), _("Save it as .xlsx or as CSV."), field="file")
            return {i.filename: b"".join(_pieces(package, i)) for i in infos if i.filename and not i.is_dir()}
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError) as wrong:
        raise _unreadable() from wrong


def _pieces(package: zipfile.ZipFile, info: zipfile.ZipInfo) -> Iterator[bytes]:
    with package.open(info) as part:
        while piece := part.read(_PIECE):
            yield piece


def _refuse_large(parts: dict[str, bytes], most_lines: int) -> None:
    """Raise BadManifest for a sheet that is too long, or that would unfold to far more than it seems."""
    sheets = [body for name, body in parts.items() if name.startswith("xl/worksheets/") and name.endswith(".xml")]
    longest = max((len(text) for text in _TEXT.split(parts.get("xl/sharedStrings.xml", b""))), default=0)
    for sheet in sheets:
        lines = max(sheet.count(b"<row"), _area(sheet)[0])
        if lines > most_lines + 20:
            raise too_many(lines, most_lines)
        cells = _area(sheet)[0] * _area(sheet)[1]
        if cells > MOST_CELLS or len(_SHARED.findall(sheet)) * longest > MOST_TEXT:
            raise _too_large(cells * 8)


def _area(sheet: bytes) -> tuple[int, int]:
    """Return the last row and column that a cell of the sheet names."""
    last_row = last_column = 0
    for letters, digits in _CELL.findall(sheet):
        last_row = max(last_row, int(digits))
        last_column = max(last_column, _column(letters))
    return last_row, last_column


def _column(letters: bytes) -> int:
    number = 0
    for each in letters:
        number = number * 26 + each - 64
    return number


def _packed_again(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as package:
        for name, body in parts.items():
            package.writestr(name, body)
    return out.getvalue()


def _too_large(size: int) -> BadManifest:
    return BadManifest(
        _("This workbook unpacks to %(mb)s MB, more than any manifest holds.", mb=max(1, size // 2**20)),
        _("Keep the one sheet with the devices, without pictures, and save it again."),
        field="file",
    )


def _unreadable() -> BadManifest:
    return BadManifest(
        _("This workbook cannot be read: it is damaged or locked by a password."),
        _("Open it in a spreadsheet, save it as .xlsx or CSV, and send that."),
        field="file",
    )
