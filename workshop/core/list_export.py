"""A list as a file: CSV that a spreadsheet opens as it is, XLSX, or JSON lines. No cell is ever run as a formula."""

from __future__ import annotations

import csv
import io
import json
import tempfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

import xlsxwriter

from workshop.core.language import local
from workshop.core.listing import Column

FORMS: Final = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/x-ndjson",
}
# A spreadsheet reads a CSV as UTF-8 where this stands in front of it.
MARK: Final = "\ufeff"
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "|")


def write(form: str, columns: Iterable[Column], rows: Iterable[Any]) -> Iterator[bytes]:
    """Yield a file of these rows, piece by piece."""
    return {"csv": _csv, "xlsx": _xlsx, "json": _json}[form](tuple(columns), rows)


def plain(value: Any) -> Any:
    """Return a value as a cell holds it: text, a number or nothing; times in the reader's zone."""
    if isinstance(value, datetime):
        return local(value).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.isoformat()
    if value is None or isinstance(value, (int, float, Decimal)):
        return value
    return str(value)


def harmless(value: Any) -> Any:
    """Return a cell that no spreadsheet takes for a formula: what might be one begins with an apostrophe."""
    if isinstance(value, str) and value.startswith(FORMULA):
        return "'" + value
    return "" if value is None else value


def _csv(columns: tuple[Column, ...], rows: Iterable[Any]) -> Iterator[bytes]:
    yield MARK.encode()
    yield _line([str(c.label) for c in columns])
    for row in rows:
        yield _line([plain(c.value(row)) for c in columns])


def _line(cells: list[Any]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerow([harmless(c) for c in cells])
    return out.getvalue().encode()


def _json(columns: tuple[Column, ...], rows: Iterable[Any]) -> Iterator[bytes]:
    for row in rows:
        yield (
            json.dumps({c.key: plain(c.value(row)) for c in columns}, default=str, ensure_ascii=False).encode() + b"\n"
        )


def _xlsx(columns: tuple[Column, ...], rows: Iterable[Any]) -> Iterator[bytes]:
    """Write it to a file on the disk, row by row, and yield that: the format has its directory at its end."""
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with tempfile.TemporaryFile() as file:
        with xlsxwriter.Workbook(file, options) as book:
            sheet = book.add_worksheet()
            bold = book.add_format({"bold": True})
            sheet.freeze_panes(1, 0)
            for place, column in enumerate(columns):
                sheet.set_column(place, place, 12 if column.number else 22)
                sheet.write_string(0, place, str(column.label), bold)
            for number, row in enumerate(rows, 1):
                sheet.write_row(number, 0, [plain(c.value(row)) for c in columns])
        file.seek(0)
        yield from iter(lambda: file.read(65536), b"")
