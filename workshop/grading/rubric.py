"""Marks on the zones of a device become a grade, and the grade says which zone decided it.

A cap is the best grade that a zone allows. The lowest cap decides; nothing is averaged, because a buyer sees
the worst mark, not the mean. The limits are data (`rubric.toml`) with a version.
Source of the marketplace's words: its help centre (screen, body, battery from 80 % for every grade).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from functools import cache
from typing import Any

from flask_babel import lazy_gettext as _l

from workshop.catalogue.reference import read_toml
from workshop.core.errors import Refused


class Seen(IntEnum):
    """What the eye sees on a zone, as on the card G-0 to G-4."""

    NOTHING = 0
    FAINT = 1
    VISIBLE = 2
    DEEP = 3
    BROKEN = 4


SEEN_LABELS: dict[Seen, Any] = {
    Seen.NOTHING: _l("Nothing"),
    Seen.FAINT: _l("Faint"),
    Seen.VISIBLE: _l("Visible"),
    Seen.DEEP: _l("Deep"),
    Seen.BROKEN: _l("Broken"),
}
SEEN_HINTS: dict[Seen, Any] = {
    Seen.NOTHING: _l("at 30 cm"),
    Seen.FAINT: _l("under 5 mm"),
    Seen.VISIBLE: _l("over 8 mm"),
    Seen.DEEP: _l("felt by nail"),
    Seen.BROKEN: _l("does not work"),
}
_SENTENCES: dict[Seen, Any] = {
    Seen.NOTHING: _l("nothing seen"),
    Seen.FAINT: _l("faint marks"),
    Seen.VISIBLE: _l("visible marks"),
    Seen.DEEP: _l("deep marks"),
    Seen.BROKEN: _l("broken"),
}


@dataclass(frozen=True, slots=True)
class Rung:
    """A step of the ladder: our letter and the marketplace's grade. `rank` 0 is the best."""

    rank: int
    code: str
    letter: str
    market: str
    title: str
    sellable: bool = True


@dataclass(frozen=True, slots=True)
class Zone:
    """A part of the body that is looked at; `caps` are the rungs for Seen 0 to 4."""

    code: str
    title: str
    caps: tuple[Rung, ...]
    only_with_battery: bool = False


@dataclass(frozen=True, slots=True)
class Rubric:
    """The limits for one category."""

    version: int
    category: str
    rungs: tuple[Rung, ...]
    zones: tuple[Zone, ...]
    body: frozenset[str]
    several_zones: int
    several_seen: int
    several_cap: Rung
    battery_steps: tuple[tuple[int, Rung], ...]
    battery_below: Rung
    parts_original: Rung
    parts_other: Rung


@dataclass(frozen=True, slots=True)
class Mark:
    """One row of the ladder: a zone, what was seen in words, and its cap (None: not looked at yet)."""

    code: str
    title: Any
    seen: Any
    cap: Rung | None
    decides: bool = False


@dataclass(frozen=True, slots=True)
class Grade:
    """A grade and its story. `without` is what it would be without the zone that decides."""

    rung: Rung
    marks: tuple[Mark, ...]
    deciding: Mark | None
    without: Rung
    explanation: Any
    version: int

    @property
    def letter(self) -> str:
        """A+, A, B, C or D."""
        return self.rung.letter

    @property
    def market(self) -> str:
        """The marketplace's grade, PREMIUM to STALLONE."""
        return self.rung.market

    @property
    def title(self) -> str:
        """The marketplace's word for it."""
        return self.rung.title

    @property
    def missing(self) -> tuple[Mark, ...]:
        """The zones not looked at yet."""
        return tuple(mark for mark in self.marks if mark.cap is None)

    @property
    def is_complete(self) -> bool:
        """True when every zone was looked at."""
        return not self.missing

    @property
    def is_sellable(self) -> bool:
        """True when it is complete and nothing bars it from being listed."""
        return self.is_complete and self.rung.sellable


class BadObservation(Refused):
    """A zone that the category does not have, or a mark that is not 0 to 4."""

    kind = "bad-observation"


def grade(
    observations: Mapping[str, int],
    function_ok: bool | None,
    battery_health: int | None,
    original_parts: bool | None,
    rubric: Rubric,
    *,
    has_battery: bool = True,
) -> Grade:
    """Grade a device by what was seen so far; None stands for what was not looked at yet.

    `battery_health` is in per cent. `original_parts` is True when display and battery are the maker's own.
    """
    _refuse_unknown(observations, rubric)
    zones = [zone for zone in rubric.zones if has_battery or not zone.only_with_battery]
    marks = [_body_mark(zone, observations.get(zone.code)) for zone in zones]
    marks.append(_function_mark(function_ok, rubric))
    if has_battery:
        marks.append(_battery_mark(battery_health, rubric))
    marks.append(_parts_mark(original_parts, rubric))
    marks.extend(_several_mark(observations, rubric))
    return _graded(marks, rubric)


@cache
def load_rubric(category: str) -> Rubric:
    """Return the limits for a category."""
    data = read_toml("rubric.toml")
    rungs = {row["code"]: Rung(rank, **row) for rank, row in enumerate(data["rung"])}
    several, battery, parts = data["several"], data["battery"], data["parts"]
    return Rubric(
        version=data["version"],
        category=category,
        rungs=tuple(rungs.values()),
        zones=tuple(_zone(row, rungs) for row in data[category]["zones"]),
        body=frozenset(data["body"]),
        several_zones=several["zones"],
        several_seen=several["seen"],
        several_cap=rungs[several["cap"]],
        battery_steps=tuple((step["from"], rungs[step["cap"]]) for step in battery["steps"]),
        battery_below=rungs[battery["below"]],
        parts_original=rungs[parts["original"]],
        parts_other=rungs[parts["other"]],
    )


def _zone(row: dict[str, Any], rungs: Mapping[str, Rung]) -> Zone:
    return Zone(**row | {"caps": tuple(rungs[code] for code in row["caps"])})


def _refuse_unknown(observations: Mapping[str, int], rubric: Rubric) -> None:
    known = {zone.code for zone in rubric.zones}
    for code, seen in observations.items():
        if code not in known:
            what = _l("A %(category)s has no zone %(zone)s.", category=_l(rubric.category), zone=code)
            raise BadObservation(what, _l("Choose a zone of the list."), field="zone")
        if seen not in range(len(Seen)):
            what = _l("%(seen)s is not a mark.", seen=seen)
            raise BadObservation(what, _l("Scan G-0 to G-4."), field="seen")


def _body_mark(zone: Zone, seen: int | None) -> Mark:
    if seen is None:
        return Mark(zone.code, _l(zone.title), "", None)
    return Mark(zone.code, _l(zone.title), _SENTENCES[Seen(seen)], zone.caps[seen])


def _function_mark(function_ok: bool | None, rubric: Rubric) -> Mark:
    title = _l("Function")
    if function_ok is None:
        return Mark("function", title, "", None)
    if function_ok:
        return Mark("function", title, _l("every check passed"), rubric.rungs[0])
    return Mark("function", title, _l("a check failed"), rubric.rungs[-1])


def _battery_mark(health: int | None, rubric: Rubric) -> Mark:
    title = _l("Battery")
    if health is None:
        return Mark("battery", title, "", None)
    steps = (cap for lowest, cap in rubric.battery_steps if health >= lowest)
    return Mark("battery", title, f"{health} %", next(steps, rubric.battery_below))


def _parts_mark(original: bool | None, rubric: Rubric) -> Mark:
    title = _l("Parts")
    if original is None:
        return Mark("parts", title, "", None)
    if original:
        return Mark("parts", title, _l("maker display and battery"), rubric.parts_original)
    return Mark("parts", title, _l("not all from the maker"), rubric.parts_other)


def _several_mark(observations: Mapping[str, int], rubric: Rubric) -> list[Mark]:
    worn = [zone for zone in rubric.body if observations.get(zone, 0) >= rubric.several_seen]
    if len(worn) < rubric.several_zones:
        return []
    seen = _l("%(count)s zones with visible marks", count=len(worn))
    return [Mark("several", _l("All together"), seen, rubric.several_cap)]


def _graded(marks: list[Mark], rubric: Rubric) -> Grade:
    capped = sorted((mark for mark in marks if mark.cap), key=_rank)
    worst = capped[-1] if capped else None
    rung = worst.cap if worst and worst.cap else rubric.rungs[0]
    if worst is None or rung.rank == 0:
        return Grade(rung, tuple(marks), None, rung, _l("No mark lowers the grade."), rubric.version)
    first = next(mark for mark in marks if mark.cap == rung)
    others = [_rank(mark) for mark in capped if mark is not first]
    without = rubric.rungs[max(others, default=0)]
    deciding = Mark(first.code, first.title, first.seen, first.cap, decides=True)
    told = tuple(deciding if mark is first else mark for mark in marks)
    return Grade(rung, told, deciding, without, _explain(deciding, rung, without), rubric.version)


def _rank(mark: Mark) -> int:
    return mark.cap.rank if mark.cap else 0


def _explain(deciding: Mark, rung: Rung, without: Rung) -> Any:
    facts = {"zone": deciding.title, "seen": deciding.seen, "letter": rung.letter, "without": without.letter}
    if without == rung:
        return _l("%(zone)s decides, with others: %(seen)s. The grade is capped at %(letter)s.", **facts)
    if not rung.sellable:
        return _l("%(zone)s decides: %(seen)s. It cannot be sold so. Else it would be %(without)s.", **facts)
    return _l(
        "%(zone)s decides: %(seen)s. That caps the grade at %(letter)s. Else it would be %(without)s.",
        **facts,
    )
