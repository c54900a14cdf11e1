"""Holds lie across the stages: each bars leaving some, says what to do, and is lifted by whom it names."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.cast import Cast
from tests.conftest import Walk
from tests.pages import Pages
from workshop.core.actor import ADMIN
from workshop.core.errors import Forbidden, Refused
from workshop.jobs.hold_rules import RULES, barring, stopping
from workshop.jobs.stages import STAGES

each_hold = pytest.mark.parametrize("kind", sorted(RULES))


@each_hold
def test_a_hold_bars_leaving_the_stages_it_names_and_says_the_remedy(walk: Walk, api_of: Any, kind: str) -> None:
    unit = walk.answer_all(walk.in_diagnosis())
    walk.do("decide_triage", unit, {"decision": "repair"})
    walk.do("hold", unit, {"kind": kind, "reason": "seen"})
    told = api_of("technician")("POST", f"/units/{unit.code}/advance", {})
    assert (told.status_code == 200) == ("diagnosis" not in RULES[kind].bars)
    assert walk.fresh(unit).holds == {kind}
    if told.status_code != 200:
        assert str(RULES[kind].label).lower() in f"{told.json['title']} {told.json['detail']}".lower()


@each_hold
def test_only_whom_it_names_lifts_a_hold(walk: Walk, cast: Cast, kind: str) -> None:
    unit = walk.in_diagnosis()
    walk.do("hold", unit, {"kind": kind, "reason": "seen"})
    for who in ("technician", "refurbisher", "parts"):
        actor = cast.actor(who)
        if actor.has(*RULES[kind].lifters):
            continue
        with pytest.raises(Forbidden):
            walk.do("lift_hold", unit, {"kind": kind, "reason": "looked again"}, by=actor)
    walk.do("lift_hold", unit, {"kind": kind, "reason": "looked again"}, by=cast.actor(ADMIN))
    assert walk.fresh(unit).holds == frozenset()


def test_the_same_hold_twice_stands_once(walk: Walk) -> None:
    unit = walk.in_diagnosis()
    for _time in range(2):
        walk.do("hold", unit, {"kind": "waiting_person", "reason": "asked"})
    walk.do("lift_hold", unit, {"kind": "waiting_person", "reason": "answered"})
    with pytest.raises(Refused, match="No such hold"):
        walk.do("lift_hold", unit, {"kind": "waiting_person", "reason": "answered"})


def test_a_swollen_battery_stops_all_work(walk: Walk) -> None:
    unit = walk.in_diagnosis()
    walk.do("hold", unit, {"kind": "battery_swollen", "reason": "seen"})
    with pytest.raises(Refused):
        walk.do("record_fault", unit, {"fault": "F-DISP-1"})
    assert stopping(frozenset({"battery_swollen", "data_present"})) is RULES["battery_swollen"]
    assert stopping(frozenset(RULES) - {"battery_swollen"}) is None


@pytest.mark.parametrize("stage", STAGES)
def test_what_bars_a_stage_is_what_names_it(stage: str) -> None:
    assert {r.kind for r in barring(frozenset(RULES), stage)} == {k for k, r in RULES.items() if stage in r.bars}
    assert barring(frozenset(), stage) == []


def test_lifting_is_offered_where_a_hold_stands(walk: Walk, pages_of: Callable[[str], Pages]) -> None:
    free, held = walk.in_diagnosis(), walk.in_diagnosis()
    walk.do("hold", held, {"kind": "waiting_person"})
    pages = pages_of("technician")
    links = {unit.code: [a.get("href") for a in pages.get(f"/units/{unit.code}").all("a")] for unit in (free, held)}
    offered = [code for code, hrefs in links.items() if f"/do/lift_hold/{code}" in hrefs]
    assert offered == [held.code]
