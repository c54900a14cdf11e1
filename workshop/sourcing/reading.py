"""A supplier's file as rows of text: what it is, in which encoding, and what separates its columns.

No library knows an encoding from bytes alone: the mark at the beginning decides, then whether it is strict UTF-8,
then what this supplier's last file was. A person sees the first rows and may choose another.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from dataclasses import dataclass
from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from workshop.sourcing import workbook
from workshop.sourcing.errors import BadManifest, too_many

Row = tuple[int, list[str]]
MOST_LINES: Final = 20_000
MOST_BYTES: Final = 16 * 1024 * 1024
MOST_COLUMNS: Final = 100
ENCODINGS: Final[dict[str, Any]] = {
    "utf-8": _l("UTF-8"),
    "cp1252": _l("Western European (Windows)"),
    "iso8859-15": _l("Western European (ISO 8859-15)"),
    "cp1250": _l("Central European (Windows)"),
    "cp1257": _l("Baltic (Windows)"),
    "cp1251": _l("Cyrillic (Windows)"),
    "cp1253": _l("Greek (Windows)"),
    "cp1254": _l("Turkish (Windows)"),
    "cp850": _l("Western European (DOS)"),
    "mac-roman": _l("Western European (Mac)"),
    "gb18030": _l("Chinese"),
    "shift_jis": _l("Japanese"),
    "utf-16": _l("UTF-16"),
    "utf-16-le": _l("UTF-16, little end first"),
    "utf-16-be": _l("UTF-16, big end first"),
}
SEPARATORS: Final[dict[str, Any]] = {
    ";": _l("Semicolon"),
    ",": _l("Comma"),
    "\t": _l("Tabulator"),
    "|": _l("Upright stroke"),
}
_MARKS: Final = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_NO_TABLE: Final = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\xd0\xcf\x11\xe0", b"{\\rtf", b"<html", b"<!DOC")


@dataclass(frozen=True)
class Table:
    """The rows that hold anything, each with its number in the file; a workbook has neither encoding nor separator."""

    rows: list[Row]
    encoding: str = ""
    separator: str = ""


def read(data: bytes, *, encoding: str = "", separator: str = "", remembered: str = "cp1252") -> Table:
    """Return the rows of a file. What is not given is proposed. Raises BadManifest naming what cannot be read."""
    _refuse_at_sight(data)
    if workbook.is_workbook(data):
        return Table(workbook.rows(data, MOST_LINES))
    encoding = encoding or proposed_encoding(data, remembered)
    text = decoded(data, encoding)
    separator = separator or proposed_separator(text)
    return Table(_rows(text, separator), encoding, separator)


def _refuse_at_sight(data: bytes) -> None:
    if not data.strip():
        raise BadManifest(_("This file is empty."), _("Choose the file with the devices."), field="file")
    if len(data) > MOST_BYTES:
        raise too_large(len(data))
    if data.startswith(_NO_TABLE):
        raise BadManifest(
            _("This is no table of devices: neither CSV nor an .xlsx workbook."),
            _("Open it in a spreadsheet and save it as .xlsx or CSV."),
            field="file",
        )


def too_large(size: int) -> BadManifest:
    """Return the refusal of a file that is too large to be a manifest."""
    return BadManifest(
        _("This file has %(mb)s MB; a manifest has at most %(most)s.", mb=size // 2**20, most=MOST_BYTES // 2**20),
        _("Cut it up, and send one part after the other."),
        field="file",
    )


def proposed_encoding(data: bytes, remembered: str = "cp1252") -> str:
    """Return the encoding: by its mark, by being strict UTF-8, else what the supplier's last file was in."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return encoding
    if data.count(b"\0") > len(data) // 4:
        return "utf-16-le" if data[1::2].count(b"\0") > data[::2].count(b"\0") else "utf-16-be"
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:  # so it is in no Unicode, whatever the last file was in
        return "cp1252" if not remembered or remembered.startswith("utf") else remembered
    return "utf-8"


def decoded(data: bytes, encoding: str) -> str:
    """Return the text. Raises BadManifest naming the first place that does not fit."""
    if encoding not in ENCODINGS:
        raise BadManifest(_("There is no encoding '%(e)s' here.", e=encoding), _("Choose one."), field="encoding")
    try:
        text = data.decode("utf-8-sig" if encoding == "utf-8" else encoding)
    except UnicodeDecodeError as wrong:
        line = data.count(b"\n", 0, wrong.start) + 1
        raise BadManifest(
            _("This file is not in %(encoding)s: line %(n)s can't be read.", encoding=ENCODINGS[encoding], n=line),
            _("Choose another encoding, or save it as CSV UTF-8."),
            field="encoding",
        ) from wrong
    if "\0" in text:
        raise BadManifest(
            _("This file holds signs that no table has."),
            _("Choose another encoding, or save it as .xlsx or CSV."),
            field="encoding",
        )
    return text


def proposed_separator(text: str) -> str:
    """Return the sign that cuts the most of the first rows into the same number of columns."""
    sample = text[:65536].splitlines()[:40]
    return max(SEPARATORS, key=lambda sign: _evenness(sample, sign))


def _evenness(sample: list[str], sign: str) -> tuple[int, int]:
    try:
        widths = Counter(len(row) for row in csv.reader(sample, delimiter=sign) if len(row) > 1)
    except csv.Error:
        return (0, 0)
    width, times = max(widths.items(), key=lambda found: (found[1], found[0]), default=(0, 0))
    return (times, width)


def _rows(text: str, separator: str) -> list[Row]:
    if separator not in SEPARATORS:
        raise BadManifest(_("There is no such separator."), _("Choose one."), field="separator")
    if (lines := max(text.count("\n"), text.count("\r"))) > MOST_LINES + 20:
        raise too_many(lines, MOST_LINES)
    reader, found = csv.reader(io.StringIO(text, newline=""), delimiter=separator), []
    begins = 1
    try:
        for cells in reader:
            stripped = [cell.strip() for cell in cells[:MOST_COLUMNS]]
            if any(stripped):
                found.append((begins, stripped))
            begins = reader.line_num + 1
    except csv.Error as wrong:
        raise BadManifest(
            _("Line %(n)s can't be read: a quotation mark is opened there and not closed.", n=begins),
            _("Look at that line in a spreadsheet, and save the file again."),
            field="file",
        ) from wrong
    return found
