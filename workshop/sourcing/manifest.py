"""A supplier's file as a person sees it: its first rows, its columns, its devices, and what is wrong with each line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

from flask_babel import gettext as _
from sqlalchemy import select

from workshop.catalogue.models import DeviceModel
from workshop.core.db import db
from workshop.core.money import parse_amount
from workshop.sourcing import already, columns, reading
from workshop.sourcing.errors import BadManifest
from workshop.sourcing.lines import Line, Problem, Rules, read_lines
from workshop.sourcing.models import Partner
from workshop.sourcing.naming import Known, Names
from workshop.sourcing.reading import Row, Table

PREVIEWED: Final = 10


@dataclass(frozen=True)
class Remembered:
    """How a supplier's last file was read."""

    encoding: str = "cp1252"
    separator: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    models: Mapping[str, int] = field(default_factory=dict)


def remembered(partner: Partner | None) -> Remembered:
    """Return how the last file of this partner was read."""
    if partner is None:
        return Remembered()
    return Remembered(partner.encoding, partner.separator, partner.columns, partner.models)


@dataclass
class Manifest:
    """A file as it is read by what was proposed or chosen."""

    table: Table
    heading: int
    columns: list[str]
    names: Names
    price_minor: int | None = None
    needs: tuple[str, ...] = ("model", "price")

    @cached_property
    def headings(self) -> list[str]:
        """What the file calls its columns; nothing where no line names them."""
        return next((cells for number, cells in self.table.rows if number == self.heading), [])

    @cached_property
    def body(self) -> list[Row]:
        """The rows with devices."""
        return [row for row in self.table.rows if row[0] > self.heading]

    @property
    def preview(self) -> list[Row]:
        """The first rows with devices, each as wide as the widest."""
        return [(n, (cells + [""] * len(self.columns))[: len(self.columns)]) for n, cells in self.body[:PREVIEWED]]

    def missing(self) -> list[str]:
        """Return the fields without which no line can be read."""
        wanted = [
            f for f in self.needs if f not in self.columns and not (f == "price" and self.price_minor is not None)
        ]
        return wanted if {"imei", "serial"} & set(self.columns) else ["imei", *wanted]

    def require(self) -> None:
        """Raise BadManifest where a column is missing or there is no device at all."""
        if missing := self.missing():
            raise BadManifest(
                _("No column holds: %(names)s.", names=", ".join(str(columns.FIELDS[f]) for f in missing)),
                _("Say above the columns what they hold, or which line names them."),
                field="columns",
                missing=missing,
            )
        if not self.body:
            raise BadManifest(_("There is no device in this file."), _("Choose another one."), field="file")

    @cached_property
    def read(self) -> list[Line | Problem]:
        """Every row, as a device or as what is wrong with it."""
        rules = Rules(self.columns, self.names, self.price_minor, needs_price="price" in self.needs)
        return list(read_lines(self.body, rules))

    def sorted_out(self, site_id: int | None, *, but_not: int | None = None) -> tuple[list[Line], list[Problem]]:
        """Return the devices that can come, and what is wrong with the other lines, known ones among them."""
        self.require()
        lines = [each for each in self.read if isinstance(each, Line)]
        known = already.known(lines, site_id, but_not=but_not)
        problems = [each for each in self.read if isinstance(each, Problem)] + list(known.values())
        return [line for line in lines if line.number not in known], sorted(problems, key=lambda p: p.number)


def unknown_models(problems: Sequence[Problem]) -> list[tuple[str, int]]:
    """Return the words for models that the catalogue does not know, the most frequent first."""
    times: dict[str, int] = {}
    for problem in problems:
        if problem.field == "model" and problem.value:
            times[problem.value] = times.get(problem.value, 0) + 1
    return sorted(times.items(), key=lambda found: -found[1])


def names(own_words: Mapping[str, int]) -> Names:
    """Return the names of every model in the catalogue."""
    query = select(DeviceModel.id, DeviceModel.maker, DeviceModel.name, DeviceModel.model_numbers)
    return Names((Known(*row) for row in db.session.execute(query)), own_words)


def open_file(data: bytes, known: Remembered, chosen: Mapping[str, Any]) -> Manifest:
    """Return the file, read as was chosen, and as proposed where nothing was. Raises BadManifest."""
    table = reading.read(
        data,
        encoding=chosen.get("encoding", ""),
        separator=chosen.get("separator", ""),
        remembered=known.encoding,
    )
    heading = chosen.get("heading")
    if heading is None:
        heading = columns.proposed_heading(table.rows, known.columns)
    found = Manifest(table, heading, [], names({**known.models, **chosen.get("models", {})}))
    proposed = columns.proposed_columns(found.headings, found.body, known.columns)
    found.columns = _chosen_columns(chosen.get("columns"), proposed)
    found.price_minor = parse_amount(chosen["price"], "EUR") if chosen.get("price") else None
    return found


def _chosen_columns(chosen: Sequence[str] | None, proposed: Sequence[str]) -> list[str]:
    """Return what a person said of the columns, as long as the file still has as many."""
    if chosen is None or len(chosen) != len(proposed):
        return list(proposed)
    return [name if name in columns.FIELDS else "" for name in chosen]
