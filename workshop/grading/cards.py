"""What the grading cards mean: G-0 to G-4 for what is seen, Z-SCREEN for where, Z-SCREEN-2 for both.

E-RESET says how it was erased, E-RESET-FAIL that this failed.
"""

from __future__ import annotations

import re
from typing import Final

from flask_babel import gettext as _

from workshop.core.actor import AT_BENCH
from workshop.core.errors import Refused
from workshop.core.labels import CardGroup
from workshop.core.language import word
from workshop.grading import erasure, evidence, giving, zones
from workshop.grading.erasure_ways import load_ways, ways_for
from workshop.grading.rubric import SEEN_HINTS, SEEN_LABELS, Seen, load_rubric
from workshop.jobs import gates
from workshop.jobs.cards import Group
from workshop.jobs.scan import Bench, Intent
from workshop.jobs.stages import Stage
from workshop.jobs.target import OpenUnit

_SEEN: Final = re.compile(r"G-([0-4])")
_GRADE: Final = re.compile(r"GR-(A\+|[ABCD])")
_ERASURE: Final = re.compile(r"(E-[A-Z]+?)(-FAIL)?")
_ZONE: Final = re.compile(r"Z-([A-Z]+)(?:-([0-4]))?")


def seen_card(code: str, bench: Bench) -> Intent | None:
    """Read what is seen: on the zone whose code was scanned just before, else on the next one."""
    found = _SEEN.fullmatch(code)
    if found is None:
        return None
    unit = bench.unit()
    return Intent("observe_zone", unit, {"zone": _waiting_zone(unit), "observation": int(found[1])})


def _waiting_zone(unit: OpenUnit) -> str:
    chosen = _ZONE.fullmatch(unit.scanned_code)
    if chosen is not None and chosen[2] is None:
        return zones.zone_named(unit, chosen[1]).code
    zone = zones.next_zone(unit)
    if zone is None:
        raise Refused(
            _("Every zone is looked at."),
            _("Scan the zone first to look again, such as Z-SCREEN, or *NEXT* to go on."),
            field="code",
        )
    return zone.code


def zone_card(code: str, bench: Bench) -> Intent | None:
    """Read where it is seen, alone or with what."""
    found = _ZONE.fullmatch(code)
    if found is None:
        return None
    unit = bench.unit()
    if found[2] is None:
        return Intent("choose_zone", unit, {"zone": found[1]})
    return Intent("observe_zone", unit, {"zone": found[1], "observation": int(found[2])})


def grade_card(code: str, bench: Bench) -> Intent | None:
    """Read a grade, such as GR-B: given where the evidence makes it, refused with what it makes where not."""
    found = _GRADE.fullmatch(code)
    return Intent("give_grade", bench.unit(), {"letter": found[1]}) if found else None


def erasure_card(code: str, bench: Bench) -> Intent | None:
    """Read how a unit was erased and whether that passed. Raises Refused for a way that does not suit the unit."""
    found = _ERASURE.fullmatch(code)
    way = load_ways().get(found[1]) if found else None
    if found is None or way is None:
        return None
    unit = bench.unit()
    if unit.category not in way.categories:
        raise Refused(
            _("%(unit)s is not erased by %(code)s.", unit=unit.title, code=way.code),
            _("Scan one of these: %(codes)s.", codes=_codes_for(unit)),
            field="code",
        )
    return Intent("record_erasure", unit, way.told("fail" if found[2] else "pass"))


def _codes_for(unit: OpenUnit) -> str:
    return ", ".join(way.code for way in ways_for(unit.category))


def erased(bench: Bench) -> Intent:
    """`*ERASED*`: this one too was erased as the last one at this bench was, by the same tool."""
    like = erasure.last_like(bench.actor.bench_id)
    if like is None:
        raise Refused(
            _("No erasure was recorded at this bench yet, so its tool is not known."),
            _("Scan how it was erased: %(codes)s. After that *ERASED* repeats it.", codes=_codes_for(bench.unit())),
            field="code",
        )
    return Intent("record_erasure", bench.unit(), like)


def go_on(bench: Bench) -> Intent:
    """`*NEXT*`: where only the grade is missing and the evidence makes it, it is given on the way."""
    unit = bench.unit()
    return Intent("give_grade", unit, {"go_on": True}) if grade_is_all(unit) else Intent("advance", unit)


def grade_is_all(unit: OpenUnit) -> bool:
    """Say whether nothing but a grade that can be computed keeps the unit in grading."""
    if unit.stage != Stage.GRADING or giving.standing(unit.job_id) is not None:
        return False
    others = [bar for bar in gates.bars(unit) if bar.missing is not None and bar.gate.name != "graded"]
    return not others and evidence.computed(unit).is_sellable


def seen_group(_category: str, _site_id: int | None) -> CardGroup:
    """Return the part of the command card that says what is seen."""
    items = [(f"{s.value} {SEEN_LABELS[s]}, {SEEN_HINTS[s]}", f"G-{s.value}", None) for s in Seen]
    return (_("What you see"), _("the next zone, or the one scanned before"), items)


def erasures_group(category: str, _site_id: int | None) -> CardGroup:
    """Return the part of the command card that says how a unit was erased, or that this failed."""
    ways = ways_for(category)
    items = [(word(way.title), way.code, None) for way in ways]
    failed = [(_("Failed: %(way)s", way=word(way.title)), f"{way.code}-FAIL", None) for way in ways]
    return (_("Erased"), _("when the tool says so; *ERASED* repeats the last one"), items + failed)


def zones_group(category: str, _site_id: int | None) -> CardGroup:
    """Return the part of the command card that says where it is seen."""
    items = [(word(z.title), f"Z-{z.code.upper()}", None) for z in load_rubric(category).zones]
    return (_("Zones"), _("to look again"), items)


def grades_group(category: str, _site_id: int | None) -> CardGroup:
    """Return the part of the command card that gives a grade, where the evidence makes the same."""
    rungs = {rung.letter: rung for rung in load_rubric(category).rungs if rung.sellable}
    items = [(f"{rung.letter}, {word(rung.title)}", f"GR-{rung.letter}", None) for rung in rungs.values()]
    return (_("Grades"), _("*NEXT* gives the one that the evidence makes"), items)


GROUPS: Final = tuple(Group(make, AT_BENCH, 20) for make in (erasures_group, seen_group, zones_group, grades_group))
