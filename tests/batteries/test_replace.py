"""A battery replaced at the bench: a scan a step, the right one fits, the wrong one is refused."""

from __future__ import annotations

from typing import Any

import pytest

from tests.batteries.conftest import Cells
from tests.conftest import Walk
from workshop.batteries import replace
from workshop.batteries.procedures import procedure_for
from workshop.core.errors import Refused
from workshop.grading import evidence
from workshop.jobs import gates, unit_page
from workshop.parts import fit
from workshop.parts.fit import WrongPart


def bar(walk: Walk, unit: Any, name: str) -> Any:
    return next(b for b in gates.bars(walk.fresh(unit)) if b.gate.name == name)


def test_repair_asks_for_the_battery_until_it_is_replaced(walk: Walk, cells: Cells) -> None:
    batch = cells.battery("iPhone 12", "B-04-2")
    unit = cells.worn()
    assert unit.stage == "repair"
    assert str(bar(walk, unit, "battery").missing.what) == "Battery below 80 %: replace it"
    walk.do("replace_battery", unit, {"batch": batch.code})
    assert bar(walk, unit, "battery").state == "met"


def test_the_scan_of_a_battery_replaces_the_one_that_is_due(walk: Walk, cells: Cells, at_bench: Any) -> None:
    batch = cells.battery("iPhone 12", "B-04-2")
    unit = cells.worn()
    at_bench(unit.code)
    told = at_bench(batch.code)
    assert told.title == "Battery replaced: Battery for iPhone 12."
    done = replace.done_in(unit.job_id)
    assert done is not None
    assert (done.procedure, done.broke, done.minutes) == ("stretch_release", [], 1)
    assert [f.state for f in walk.fresh(unit).job.faults] == ["fixed"]


def test_the_new_battery_is_traced_both_ways_and_stock_goes_down(walk: Walk, cells: Cells) -> None:
    batch = cells.battery("iPhone 12", "B-04-2", lot="NC-7")
    unit = cells.worn()
    walk.do("replace_battery", unit, {"batch": batch.code, "old_serial": "F8Y1", "new_serial": "NEW77"})
    carried = fit.carried(unit.id)
    assert [(f.batch.lot, f.serial) for f in carried] == [("NC-7", "NEW77")]
    assert (batch.on_hand, batch.reserved) == (2, 0)


def test_a_battery_for_another_model_is_refused(walk: Walk, cells: Cells, at_bench: Any) -> None:
    cells.battery("iPhone 12", "B-04-2")
    wrong = cells.battery("iPhone 12 mini", "B-04-3")
    unit = cells.worn()
    at_bench(unit.code)
    with pytest.raises(WrongPart) as refused:
        at_bench(wrong.code)
    assert str(refused.value.what) == "Wrong battery: this one is for iPhone 12 mini."
    assert str(refused.value.remedy) == "Nothing was changed. Put it back in B-04-3, then scan the one from B-04-2."
    assert replace.done_in(unit.job_id) is None


def test_each_pass_ticks_off_a_step_until_the_new_battery(walk: Walk, cells: Cells, at_bench: Any) -> None:
    cells.battery("iPhone 12", "B-04-2")
    unit = cells.worn()
    at_bench(unit.code)
    told = [at_bench("*PASS*").title for _n in range(6)]
    assert told[0] == "Step 1 done: Charge is below 25 %."
    assert told[-1] == "Step 6 done: Scan the old battery."
    with pytest.raises(Refused) as refused:
        at_bench("*PASS*")
    assert "new battery" in str(refused.value.what)


def test_the_steps_are_not_forced(walk: Walk, cells: Cells, at_bench: Any) -> None:
    batch = cells.battery("iPhone 12", "B-04-2")
    unit = cells.worn()
    for code in (unit.code, "*PASS*", batch.code):
        at_bench(code)
    assert replace.under_way(unit.job_id) is None


def test_the_old_battery_is_noted_by_its_scan(walk: Walk, cells: Cells, at_bench: Any) -> None:
    batch = cells.battery("iPhone 12", "B-04-2")
    unit = cells.worn()
    for code in (unit.code, *["*PASS*"] * 5, "F8Y0447Q1R3N", batch.code):
        at_bench(code)
    done = replace.done_in(unit.job_id)
    assert done is not None
    assert done.old_serial == "F8Y0447Q1R3N"


def test_undo_of_a_step_opens_it_again(walk: Walk, cells: Cells, at_bench: Any) -> None:
    cells.battery("iPhone 12", "B-04-2")
    unit = cells.worn()
    for code in (unit.code, "*PASS*", "*PASS*", "*UNDO*"):
        at_bench(code)
    assert replace.under_way(unit.job_id).steps_done == 1  # type: ignore[union-attr]


def test_undo_of_the_old_battery_forgets_its_serial(walk: Walk, cells: Cells) -> None:
    cells.battery("iPhone 12", "B-04-2")
    unit = cells.worn()
    walk.do("old_battery", unit, {"serial": "F8Y0447Q1R3N"})
    walk.do("undo", unit)
    begun = replace.under_way(unit.job_id)
    assert begun is not None
    assert (begun.old_serial, begun.steps_done) == ("", 0)


def test_undo_takes_the_new_battery_out_and_opens_the_fault(walk: Walk, cells: Cells) -> None:
    batch = cells.battery("iPhone 12", "B-04-2")
    unit = cells.worn()
    walk.do("replace_battery", unit, {"batch": batch.code, "broke": ["back glass"]})
    walk.do("undo", unit)
    assert {f.fault_code: f.state for f in walk.fresh(unit).job.faults} == {"F-BAT-1": "open"}
    assert fit.carried(unit.id) == []
    assert (batch.on_hand, batch.reserved) == (3, 1)
    walk.do("replace_battery", unit, {"batch": batch.code})
    assert (batch.on_hand, batch.reserved) == (2, 0)


def test_what_broke_is_a_fault_where_it_is_one(walk: Walk, cells: Cells) -> None:
    batch = cells.battery("iPhone 12", "B-04-2")
    unit = cells.worn()
    walk.do("replace_battery", unit, {"batch": batch.code, "broke": ["strip torn", "back glass"]})
    assert {f.fault_code: f.state for f in walk.fresh(unit).job.faults} == {"F-BAT-1": "fixed", "F-BACK-1": "open"}
    assert replace.done_in(unit.job_id).broke == ["strip torn", "back glass"]  # type: ignore[union-attr]


def test_what_broke_can_be_noted_and_taken_back(walk: Walk, cells: Cells) -> None:
    batch = cells.battery("iPhone 12", "B-04-2")
    unit = cells.worn()
    walk.do("replace_battery", unit, {"batch": batch.code})
    walk.do("battery_broke", unit, {"what": "display cable"})
    assert {f.fault_code for f in walk.fresh(unit).job.faults} == {"F-BAT-1", "F-DISP-2"}
    walk.do("undo", unit)
    assert {f.fault_code for f in walk.fresh(unit).job.faults} == {"F-BAT-1"}
    assert replace.done_in(unit.job_id).broke == []  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("name", "given", "field"),
    [
        ("replace_battery", {"batch": "B9999999X"}, "batch"),
        ("replace_battery", {"batch": "", "broke": []}, "batch"),
        ("battery_broke", {"what": "the weather"}, "broke"),
        ("old_battery", {"serial": "1"}, "serial"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(
    walk: Walk, cells: Cells, name: str, given: dict[str, Any], field: str
) -> None:
    cells.battery("iPhone 12", "B-04-2")
    with pytest.raises(Refused) as refused:
        walk.do(name, cells.worn(), given)
    assert refused.value.field == field


def test_no_battery_is_replaced_where_none_is_due(walk: Walk, cells: Cells) -> None:
    batch = cells.battery("iPhone 12", "B-04-2")
    unit = cells.worn()
    walk.do("replace_battery", unit, {"batch": batch.code})
    with pytest.raises(Refused):
        walk.do("battery_step", unit)
    with pytest.raises(Refused):
        walk.do("replace_battery", unit, {"batch": batch.code})


def test_how_it_is_held_chooses_the_procedure_and_what_is_unknown_is_taken_as_glued() -> None:
    assert procedure_for("stretch_release").title == "Stretch-release tabs"
    assert procedure_for("").code == "solvent_adhesive"


def test_a_battery_from_elsewhere_bars_the_best_grade(walk: Walk, cells: Cells) -> None:
    batch = cells.battery("iPhone 12", "B-04-2", quality="aftermarket")
    unit = cells.worn()
    assert evidence.parts_original(unit)
    walk.do("replace_battery", unit, {"batch": batch.code})
    assert not evidence.parts_original(unit)


def test_the_bench_and_the_unit_show_the_replacement(walk: Walk, cells: Cells, pages_of: Any, api_of: Any) -> None:
    batch = cells.battery("iPhone 12", "B-04-2")
    unit = cells.worn()
    shown = pages_of("technician").get(f"/bench?unit={unit.code}").words
    for words in ("Stretch-release tabs", "Charge is below 25 %", "*PASS*", "Pull the tabs, flat and slow"):
        assert words in shown
    walk.do("replace_battery", unit, {"batch": batch.code, "old_serial": "F8Y0447Q1R3N"})
    shown = pages_of("auditor").get(f"/units/{unit.code}").words
    assert "NC-2641" in shown
    assert "nothing broke" in shown
    told = api_of("technician")("GET", f"/units/{unit.code}").get_json()["battery"]["replacements"]
    assert [(r["lot"], r["old_serial"], r["procedure"]) for r in told] == [
        ("NC-2641", "F8Y0447Q1R3N", "stretch_release")
    ]


def test_the_new_battery_is_read_before_the_card_goes(walk: Walk, cells: Cells, pages_of: Any, at_bench: Any) -> None:
    batch = cells.battery("iPhone 12", "B-04-2")
    unit = cells.worn()
    for code in (unit.code, batch.code):
        at_bench(code)
    assert replace.waits_for_reading(walk.fresh(unit))
    assert evidence.battery_health(walk.fresh(unit)) is None
    shown = pages_of("technician").get(f"/bench?unit={unit.code}").words
    assert "Measure and close" in shown
    assert "912 cycles" not in shown
    at_bench("100 1")
    assert not replace.waits_for_reading(walk.fresh(unit))
    assert evidence.battery_health(walk.fresh(unit)) == 100


def test_only_what_can_be_done_is_offered(walk: Walk, cells: Cells, technician: Any) -> None:
    batch = cells.battery("iPhone 12", "B-04-2")
    unit = cells.worn()
    names = {a.name for a in unit_page.possible_actions(walk.fresh(unit), technician)}
    assert {"battery_step", "replace_battery"} <= names
    assert not names & {"lay_in_quarantine", "collect_quarantine", "battery_broke"}
    walk.do("replace_battery", unit, {"batch": batch.code})
    names = {a.name for a in unit_page.possible_actions(walk.fresh(unit), technician)}
    assert "battery_broke" in names
    assert "replace_battery" not in names


def test_the_refused_battery_stays_beside_the_waiting_slot(walk: Walk, cells: Cells, pages_of: Any) -> None:
    cells.battery("iPhone 12", "B-04-2")
    wrong = cells.battery("iPhone 12 mini", "B-04-3")
    unit = cells.worn()
    pages = pages_of("technician")
    pages.post("/bench/scan", {"code": unit.code})
    shown = pages.post("/bench/scan", {"code": wrong.code}, 422).text
    assert "Not this" in shown
    assert wrong.code in shown
