"""The reference data that comes with the program, read into frozen records. No database is asked."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any, Final, TypeVar

DATA = files("workshop.catalogue") / "data"
T = TypeVar("T")


SHORT_NAMES: Final = frozenset({"OnePlus", "Nothing"})
"""Makers whose models have names that are said after the maker's."""


@dataclass(frozen=True, slots=True)
class Device:
    """A model as a maker sold it. Dates are text, because some are known to the year or month only."""

    category: str
    maker: str
    model: str
    model_numbers: tuple[str, ...]
    storages_gb: tuple[int, ...]
    launch: str
    sales_end: str
    battery_mah: Decimal | None
    battery_wh: Decimal | None
    battery_v: Decimal | None
    held_by: str
    note: str

    @property
    def called(self) -> str:
        """The model as people call it: a name that does not say whose it is, such as Nord, comes with its maker."""
        alone = self.maker not in SHORT_NAMES and not self.model[0].isdigit()
        return self.model if alone else f"{self.maker} {self.model}"


@dataclass(frozen=True, slots=True)
class Policy:
    """A rule that parts must be had for so many years. `policies.toml` explains each field."""

    id: str
    title: str
    region: str
    categories: tuple[str, ...]
    years: int
    basis: str
    article: str
    is_law: bool
    is_fallback: bool = False
    makers: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    later_parts: tuple[str, ...] = ()
    later_months: int = 0
    opens: date | None = None
    opens_after_first_months: int = 0
    placed_from: date | None = None
    launched_from: date | None = None
    wholesale_from_minor: int | None = None
    wholesale_to_minor: int | None = None
    needs_battery: bool = False
    stock_years: int | None = None
    delivery_days: int | None = None
    delivery_years: int = 0
    delivery_days_later: int | None = None


@dataclass(frozen=True, slots=True)
class PartKind:
    """A kind of spare part and the categories of device that have one."""

    code: str
    title: str
    categories: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Check:
    """One check of a checklist. `kind` is pass_fail or reading; `fault` is raised when it fails."""

    number: int
    code: str
    group: str
    title: str
    instruction: str
    minutes: int
    fault: str
    kind: str = "pass_fail"
    required: bool = True
    retest: bool = True
    only_with_battery: bool = False


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault as it is scanned off the card, and the kind of part that mends it (none: `part` is empty)."""

    code: str
    title: str
    categories: tuple[str, ...]
    part: str
    minutes: int
    zone: str


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a procedure; `look` marks the step at which the battery itself is looked at."""

    title: str
    text: str
    look: bool = False


@dataclass(frozen=True, slots=True)
class Procedure:
    """How a battery is taken out and a new one put in, by the way it is held (`code`)."""

    code: str
    title: str
    minutes: int
    tools: tuple[str, ...]
    hazards: tuple[str, ...]
    breaks: tuple[str, ...]
    steps: tuple[Step, ...]


@cache
def load_devices() -> tuple[Device, ...]:
    """Return every device model whose launch is known, in the order of the file."""
    text = (DATA / "devices.csv").read_text(encoding="utf-8")
    return tuple(_device(row) for row in csv.DictReader(text.splitlines()) if row["launch_date"])


@cache
def load_policies() -> tuple[Policy, ...]:
    """Return every spare-part policy."""
    return tuple(_record(Policy, row) for row in read_toml("policies.toml")["policy"])


@cache
def load_part_kinds() -> dict[str, PartKind]:
    """Return the kinds of spare part by code."""
    kinds = (_record(PartKind, row) for row in read_toml("part_kinds.toml")["part"])
    return {kind.code: kind for kind in kinds}


@cache
def load_checklists() -> dict[str, tuple[Check, ...]]:
    """Return every check of each category, in the order of work and numbered from 1."""
    content = read_toml("checklists.toml")
    checks = {row["code"]: row for row in content["check"]}
    return {category: tuple(_checks(groups, checks)) for category, groups in content["category"].items()}


@cache
def checklist(category: str, *, has_battery: bool = True) -> tuple[Check, ...]:
    """Return the checks for one device, numbered from 1: without a main battery some are left out."""
    asked = [check for check in load_checklists()[category] if has_battery or not check.only_with_battery]
    return tuple(replace(check, number=number) for number, check in enumerate(asked, 1))


@cache
def load_faults() -> dict[str, Fault]:
    """Return the faults by code."""
    faults = (_record(Fault, row) for row in read_toml("faults.toml")["fault"])
    return {fault.code: fault for fault in faults}


@cache
def load_procedures() -> dict[str, Procedure]:
    """Return the battery procedures by the code of how the battery is held."""
    rows = read_toml("procedures.toml")["procedure"]
    made = (_record(Procedure, row | {"steps": [Step(**step) for step in row["steps"]]}) for row in rows)
    return {procedure.code: procedure for procedure in made}


def faults_for(category: str) -> tuple[Fault, ...]:
    """Return the faults that a device of this category can have."""
    return tuple(fault for fault in load_faults().values() if category in fault.categories)


def read_toml(name: str) -> dict[str, Any]:
    """Return one data file as it is written."""
    return tomllib.loads((DATA / name).read_text(encoding="utf-8"))


def _record(kind: Callable[..., T], row: dict[str, Any]) -> T:
    return kind(**{key: tuple(value) if isinstance(value, list) else value for key, value in row.items()})


def _checks(groups: list[dict[str, Any]], checks: dict[str, Any]) -> Iterator[Check]:
    places = ((group["title"], code) for group in groups for code in group["checks"])
    for number, (group, code) in enumerate(places, 1):
        yield Check(number=number, group=group, **checks[code])


def _device(row: dict[str, str]) -> Device:
    return Device(
        category=row["category"],
        maker=row["maker"],
        model=row["model"],
        model_numbers=tuple(row["model_numbers"].split()),
        storages_gb=tuple(int(size) for size in row["storages_gb"].split()),
        launch=row["launch_date"],
        sales_end=row["maker_sales_end"],
        battery_mah=_decimal(row["battery_mah"]),
        battery_wh=_decimal(row["battery_wh"]),
        battery_v=_decimal(row["battery_v"]),
        held_by=row["battery_held_by"],
        note=row["note"],
    )


def _decimal(text: str) -> Decimal | None:
    return Decimal(text) if text else None
