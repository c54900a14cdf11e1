"""A supplier's manifest as CSV: each line is taken in through the door, once however often the file is read."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from flask_babel import gettext as _

from workshop.core.actions import perform
from workshop.core.actor import Actor
from workshop.core.db import db
from workshop.core.errors import Refused
from workshop.jobs import intake

COLUMNS: Final = ("imei", "imei2", "serial", "model", "storage_gb", "colour", "source", "price", "vat_regime")
NEEDED: Final = ("model", "source", "price")
MOST_LINES: Final = 10_000


class BadManifest(Refused):
    """The file as a whole cannot be read."""

    kind = "bad-manifest"


@dataclass(frozen=True)
class Line:
    """What became of one line: its number in the file, whether it was taken, and the words."""

    number: int
    taken: bool
    words: str


def read(data: bytes) -> list[dict[str, str]]:
    """Return the lines as columns and values. Raises BadManifest naming what cannot be read."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        raise BadManifest(_("This file is not UTF-8."), _("Save it as CSV UTF-8."), field="file") from wrong
    rows = list(csv.DictReader(io.StringIO(text), dialect=_dialect(text)))
    names = {n.strip().lower() for n in (rows[0] if rows else {}) if n}
    missing = [n for n in NEEDED if n not in names]
    if missing:
        raise BadManifest(
            _("Columns are missing: %(names)s.", names=", ".join(missing)),
            _("The first line names the columns: %(all)s.", all=", ".join(COLUMNS)),
            field="file",
        )
    if len(rows) > MOST_LINES:
        raise BadManifest(_("The file has more than %(n)s lines.", n=MOST_LINES), _("Cut it up."), field="file")
    return [{k.strip().lower(): (v or "").strip() for k, v in row.items() if k} for row in rows]


def _dialect(text: str) -> Any:
    try:
        return csv.Sniffer().sniff(text[:4096], delimiters=";,\t|")
    except csv.Error:
        return csv.excel


def _given(row: dict[str, str]) -> dict[str, Any]:
    return {name: row[name] for name in COLUMNS if row.get(name)}


def check(row: dict[str, str]) -> None:
    """Raise Refused where this line could not be taken in: everything is looked at, nothing is changed."""
    model = intake.model_named(row.get("model", ""))
    identity = intake.read_identity(row.get("imei", ""), row.get("imei2", ""), row.get("serial", ""), model.maker)
    intake.source_named(row.get("source", ""))
    known = intake.seen_before(identity, model.maker)
    if known is not None:
        intake.refuse_open(known)


def take_in(data: bytes, by: Actor, *, dry_run: bool) -> Iterator[Line]:
    """Take in each line that can be, and say of each other one why not."""
    mark = hashlib.sha256(data).hexdigest()[:24]
    for number, row in enumerate(read(data), 2):
        try:
            if dry_run:
                check(row)
                db.session.rollback()
                yield Line(number, True, _("can be taken in"))
            else:
                done = perform("take_in", None, _given(row), by=by, request_key=f"manifest:{mark}:{number}")
                yield Line(number, True, _("taken before") if done.replayed else done.title)
        except Refused as refused:
            db.session.rollback()
            yield Line(number, False, f"{refused.what} {refused.remedy}")
