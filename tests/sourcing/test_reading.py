"""A supplier's file is read or refused in one sentence, whatever is in it."""

from __future__ import annotations

import io
import time
import tracemalloc
import zipfile

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.sourcing.files import csv_file, sheet_of, workbook
from workshop.sourcing import reading
from workshop.sourcing.errors import BadManifest

# What a file says does not depend on the database.
pytestmark = pytest.mark.drawn
SHEET = b'<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
CELL = b'<row r="%d"><c r="A%d"><v>1</v></c></row>'


def cells(data: bytes, **more: str) -> list[list[str]]:
    return [row for _number, row in reading.read(data, **more).rows]


def refused(data: bytes, **more: str) -> str:
    with pytest.raises(BadManifest) as why:
        reading.read(data, **more)
    return f"{why.value.what} {why.value.remedy}"


@pytest.mark.parametrize(
    ("encoding", "read_as"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8"),
        ("cp1252", "cp1252"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
    ],
)
def test_an_encoding_is_proposed(app: Flask, encoding: str, read_as: str) -> None:
    found = reading.read("väri;hinta\nvihreä;82,50\n".encode(encoding))
    assert (found.encoding, found.rows[0][1]) == (read_as, ["väri", "hinta"])


def test_the_supplier_s_last_encoding_is_proposed_where_none_proves_itself(app: Flask) -> None:
    data = "цвет;цена\nсиний;82\n".encode("cp1251")
    assert reading.read(data, remembered="cp1251").rows[0][1] == ["цвет", "цена"]


@pytest.mark.parametrize("last", ["utf-8", "utf-16-le"])
def test_a_file_in_no_unicode_is_not_read_as_one_because_the_last_was(app: Flask, last: str) -> None:
    found = reading.read("väri;hinta\nvihreä;82,50\n".encode("cp1252"), remembered=last)
    assert (found.encoding, found.rows[0][1]) == ("cp1252", ["väri", "hinta"])


@pytest.mark.parametrize("sign", [";", ",", "\t", "|"])
def test_a_separator_is_proposed(app: Flask, sign: str) -> None:
    quoted = '"82,50"' if sign == "," else "82,50"
    data = "\n".join(sign.join(r) for r in (["imei", "malli", "hinta"], ["1", "iPhone 12", quoted])).encode()
    assert reading.read(data).separator == sign


def test_a_quoted_cell_may_hold_separators_and_lines(app: Flask) -> None:
    assert cells(b'a;b\n"x;y\nz";2\n;\n3;4\n') == [["a", "b"], ["x;y\nz", "2"], ["3", "4"]]
    assert [number for number, _row in reading.read(b'a;b\n"x;y\nz";2\n;\n3;4\n').rows] == [1, 2, 5]


def test_a_workbook_is_read_with_numbers_as_they_would_be_typed(app: Flask) -> None:
    data = workbook([["IMEI", "Price", "Model"], [353097110432183, 82.5, "iPhone 12"], ["", "", ""], ["x", 7.0, True]])
    assert cells(data) == [["IMEI", "Price", "Model"], ["353097110432183", "82.5", "iPhone 12"], ["x", "7", "yes"]]
    assert reading.read(data).rows[2][0] == 4


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "empty"),
        (b"  \r\n ", "empty"),
        (b"%PDF-1.7 ...", "no table"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "no table"),
        (b"PK\x03\x04 and nothing more", "cannot be read"),
        (b'a;b\n"' + b"x" * 200_000, "quotation mark"),
        (b"a;b\x00\x01;c\n1;2;3", "no table has"),
    ],
)
def test_what_is_no_table_is_refused_with_a_remedy(app: Flask, data: bytes, says: str) -> None:
    assert says in refused(data)


def test_bytes_that_are_not_of_the_encoding_name_the_line(app: Flask) -> None:
    assert "line 3" in refused(b"a;b\n1;2\n\x81;3\n", encoding="cp1252")


def test_a_million_lines_are_refused_at_once_and_cost_no_memory(app: Flask) -> None:
    data = b"1;2;3\n" * 1_000_000
    tracemalloc.start()
    begun = time.perf_counter()
    assert "1,000,000 lines" in refused(data)
    assert time.perf_counter() - begun < 5
    assert tracemalloc.get_traced_memory()[1] < 60 * 2**20
    tracemalloc.stop()


def test_a_workbook_of_a_million_lines_is_refused_before_it_is_laid_out(app: Flask) -> None:
    rows = b"".join(CELL % (n, n) for n in range(1, 200_001))
    assert "200,000 lines" in refused(sheet_of(SHEET + rows + b"</sheetData></worksheet>"))


def test_a_workbook_that_unpacks_to_very_much_is_never_unpacked(app: Flask) -> None:
    bomb = sheet_of(SHEET + b" " * (300 * 2**20) + b"</sheetData></worksheet>")
    assert len(bomb) < 2**20
    assert "unpacks to 300 MB" in refused(bomb)


def test_a_workbook_that_lies_about_its_size_is_refused(app: Flask) -> None:
    honest = sheet_of(SHEET + b" " * 5_000_000 + b"</sheetData></worksheet>")
    size = len(SHEET + b" " * 5_000_000 + b"</sheetData></worksheet>").to_bytes(4, "little")
    assert "cannot be read" in refused(honest.replace(size, (100).to_bytes(4, "little")))


def test_two_cells_far_apart_are_not_laid_out_as_a_rectangle(app: Flask) -> None:
    far = b'<row r="1"><c r="A1"><v>1</v></c></row><row r="9000"><c r="XFD9000"><v>1</v></c></row>'
    assert "more than any manifest" in refused(sheet_of(SHEET + far + b"</sheetData></worksheet>"))


def test_one_long_text_in_very_many_cells_is_refused(app: Flask) -> None:
    row = b"".join(b'<c r="%c1" t="s"><v>0</v></c>' % (65 + n) for n in range(20))
    body = SHEET + (b'<row r="1">' + row + b"</row>") * 5000 + b"</sheetData></worksheet>"
    shared = b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>' + b"x" * 2**20
    assert "more than any manifest" in refused(sheet_of(body, shared + b"</t></si></sst>"))


def test_a_zip_that_is_no_workbook_is_said_to_be_none(app: Flask) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr("photo.png", b"x")
    assert "no Excel workbook" in refused(out.getvalue())


def read_or_refused(data: bytes) -> bool:
    """Whether the bytes were read; refused in words is as good, anything else is not."""
    try:
        return all(any(row) for _number, row in reading.read(data).rows)
    except BadManifest as why:
        return bool(str(why.what) and str(why.remedy))


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary(max_size=400) | st.text(max_size=200).map(lambda t: t.encode("utf-16")))
def test_any_bytes_are_read_or_refused(app: Flask, data: bytes) -> None:
    assert read_or_refused(data)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.integers(0, 6000), byte=st.integers(0, 255), cut=st.integers(0, 6000))
def test_a_damaged_workbook_is_read_or_refused(app: Flask, place: int, byte: int, cut: int) -> None:
    whole = bytearray(workbook([["IMEI", "Model"], ["353097110432183", "iPhone 12"]]))
    whole[place % len(whole)] = byte
    assert read_or_refused(bytes(whole))
    assert read_or_refused(bytes(whole[: cut % len(whole)]))


def test_a_part_of_a_workbook_that_lost_its_name_is_left_out(app: Flask) -> None:
    rows = [["IMEI", "Model"], ["353097110432183", "iPhone 12"]]
    assert cells(workbook(rows).replace(b"docProps/app.xml", b"\0ocProps/app.xml")) == rows


def test_what_a_person_chose_wins(app: Flask) -> None:
    data = csv_file("1;iPhone 12;128;grün;B;1")
    assert cells(data, encoding="iso8859-15", separator=",")[1] == ["1;iPhone 12;128;grün;B;1"]
