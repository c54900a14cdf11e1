"""Suppliers' files for the tests, as suppliers send them."""

from __future__ import annotations

import base64
import io
import zipfile
from collections.abc import Sequence
from typing import Any

import xlsxwriter

from tests.conftest import next_imei
from workshop.core.actions import perform
from workshop.core.actor import Actor
from workshop.sourcing import importing
from workshop.sourcing.models import Consignment

HEAD = "IMEI;Modell;Speicher;Farbe;Zustand;Preis"


def phones(count: int, model: str = "iPhone 12") -> list[str]:
    """As many lines of phones."""
    return [f"{next_imei()};{model};128 GB;grün;B;82,50" for _n in range(count)]


def csv_file(*rows: str, head: str = HEAD, encoding: str = "cp1252") -> bytes:
    """A file of these lines under one that names the columns."""
    return "\r\n".join([head, *rows, ""]).encode(encoding)


def workbook(rows: Sequence[Sequence[Any]], **options: Any) -> bytes:
    """A workbook with these cells in its first sheet."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, **options}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            for column, value in enumerate(row):
                sheet.write(number, column, value)
    return out.getvalue()


def sheet_of(body: bytes, shared: bytes = b"") -> bytes:
    """A workbook whose sheet is made by hand, for those that no program would write."""
    out, book = io.BytesIO(), io.BytesIO(workbook([["x"]]))
    with zipfile.ZipFile(book) as given, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name in given.namelist():
            replaced = {"xl/worksheets/sheet1.xml": body, "xl/sharedStrings.xml": shared or given.read(name)}
            made.writestr(name, replaced.get(name, given.read(name)))
    return out.getvalue()


def announced(by: Actor, data: bytes, **more: Any) -> Consignment:
    """A delivery that is announced and not looked at yet."""
    given = {"source": "COUNTER", "content": base64.b64encode(data).decode(), "name": "delivery.csv", **more}
    made: Consignment = perform("announce_delivery", None, given, by=by).target
    return made


def expected(by: Actor, data: bytes, **more: Any) -> Consignment:
    """A delivery whose devices are expected."""
    made = announced(by, data, **more)
    perform("import_delivery", made.code, {}, by=by)
    return importing.go_on(made.code, by)
