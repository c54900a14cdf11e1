"""Taking the devices of a file in at once, where each line names its source: some at a time, each once."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from flask_babel import gettext as _
from sqlalchemy import select

from workshop.core.actions import Done
from workshop.core.actor import Actor
from workshop.core.db import db
from workshop.core.errors import Refused
from workshop.core.many import Call, perform_each
from workshop.core.money import plain_amount
from workshop.jobs.models import Source
from workshop.sourcing import already, consignments, manifest
from workshop.sourcing.lines import Line, Problem
from workshop.sourcing.manifest import Manifest, Remembered

AT_ONCE: Final = 200


@dataclass(frozen=True)
class Taken:
    """What became of one line: its number in the file, whether it was taken, and the words."""

    number: int
    taken: bool
    words: str


def remembered_of(source: str) -> Remembered:
    """Return how the last file of the source with this code was read."""
    found = db.session.scalars(select(Source).where(Source.code == source.upper())).one_or_none()
    return manifest.remembered(consignments.partner_of(found.id)) if found else Remembered()


def open_file(data: bytes) -> Manifest:
    """Return a file whose lines name their source. Raises BadManifest."""
    found = manifest.open_file(data, Remembered(), {})
    found.needs = ("model", "source", "price")
    found.require()
    return found


def take_in(data: bytes, by: Actor, *, dry_run: bool) -> Iterator[Taken]:
    """Take in each line that can be, and say of each other one why not."""
    found = open_file(data)
    lines = [each for each in found.read if isinstance(each, Line)]
    yield from (_refused(each) for each in found.read if isinstance(each, Problem))
    if dry_run:
        yield from _look(lines)
        return
    mark = hashlib.sha256(data).hexdigest()[:24]
    for start in range(0, len(lines), AT_ONCE):
        yield from _take(lines[start : start + AT_ONCE], mark, by)


def _look(lines: Sequence[Line]) -> Iterator[Taken]:
    known = already.known(lines, None)
    sources = set(db.session.scalars(select(Source.code)))
    for line in lines:
        if line.number in known:
            yield _refused(known[line.number])
        elif line.source not in sources:
            yield Taken(line.number, False, _("There is no source %(code)s.", code=line.source))
        else:
            yield Taken(line.number, True, _("can be taken in"))


def _take(lines: Sequence[Line], mark: str, by: Actor) -> Iterator[Taken]:
    calls = [Call(_given(line), f"manifest:{mark}:{line.number}") for line in lines]
    for line, done in zip(lines, perform_each("take_in", calls, by=by), strict=True):
        if isinstance(done, Refused):
            yield Taken(line.number, False, f"{done.what} {done.remedy}")
        else:
            yield Taken(line.number, True, _said(done))


def _said(done: Done) -> str:
    return _("taken before") if done.replayed else done.title


def _given(line: Line) -> dict[str, Any]:
    given = {
        "imei": line.imei,
        "imei2": line.imei2,
        "serial": line.serial,
        "model": str(line.model.id),
        "storage_gb": line.storage_gb,
        "colour": line.colour,
        "source": line.source,
        "price": plain_amount(line.price_minor or 0, "EUR"),
        "vat_regime": line.vat_regime,
    }
    return {name: value for name, value in given.items() if value not in (None, "")}


def _refused(problem: Problem) -> Taken:
    return Taken(problem.number, False, f"{problem.what} {problem.remedy}")
