"""A job's way through parts and repair: proposed, reserved or ordered, received, fitted, gone on by itself."""

from __future__ import annotations

import pytest

from tests.conftest import Walk
from tests.parts.conftest import EAN, Shop, cracked, in_parts
from workshop.core import seals
from workshop.core.actor import Actor
from workshop.core.db import number
from workshop.core.errors import Conflict, NotFound, Refused
from workshop.jobs.flow import GateUnmet
from workshop.parts import listings, stock
from workshop.parts.fit import WrongPart
from workshop.parts.reserve import NothingLeft, live


def test_a_fault_proposes_the_part_that_fits(walk: Walk, shop: Shop) -> None:
    need = shop.need(cracked(walk))
    assert (need.state, need.fault_code, need.part) == ("needed", "F-DISP-1", shop.display)


def test_two_faults_of_one_part_ask_for_it_once(walk: Walk, shop: Shop) -> None:
    unit = cracked(walk, "F-DISP-1", "F-TCH-1")
    assert shop.need(unit).fault_code == "F-DISP-1"
    walk.do("waive_fault", unit, {"fault": "F-DISP-1", "reason": "only a scratch"})
    assert shop.need(unit).state == "needed"


def test_a_waived_fault_needs_no_part(walk: Walk, shop: Shop) -> None:
    unit = cracked(walk)
    walk.do("waive_fault", unit, {"fault": "F-DISP-1", "reason": "only a scratch"})
    assert shop.need(unit).state == "cancelled"


def test_undoing_a_fault_takes_its_need_back(walk: Walk, shop: Shop) -> None:
    unit = cracked(walk)
    walk.do("undo", unit)
    assert shop.need(unit).state == "cancelled"


def test_a_unit_whose_parts_are_in_stock_goes_through_to_repair(walk: Walk, shop: Shop) -> None:
    batch = shop.stocked(shop.display)
    unit = in_parts(walk)
    assert (unit.stage, batch.reserved) == ("repair", 1)


def test_a_unit_without_faults_never_stops_for_parts(walk: Walk, shop: Shop) -> None:
    unit = walk.answer_all(walk.in_diagnosis())
    walk.do("decide_triage", unit, {"decision": "repair"})
    walk.do("advance", unit)
    assert walk.fresh(unit).stage == "grading"


def test_a_unit_waits_in_parts_until_every_part_is_reserved(walk: Walk, shop: Shop) -> None:
    shop.stocked(shop.battery)
    unit = in_parts(walk, "F-DISP-1", "F-BAT-1")
    assert unit.stage == "parts"
    with pytest.raises(GateUnmet):
        walk.do("advance", unit)
    assert [shop.need(unit, k).state for k in ("battery", "display")] == ["reserved", "needed"]


def test_two_jobs_never_share_a_piece(walk: Walk, shop: Shop) -> None:
    shop.stocked(shop.display)
    first, second = cracked(walk), cracked(walk)
    shop.do("reserve", shop.need(first))
    with pytest.raises(NothingLeft) as refused:
        shop.do("reserve", shop.need(second))
    assert refused.value.until is None


def test_nothing_left_says_when_the_next_is_expected(walk: Walk, shop: Shop) -> None:
    unit = cracked(walk)
    order = shop.ordered(shop.display, 2)
    shop.do("release", shop.need(unit))
    with pytest.raises(NothingLeft) as refused:
        shop.do("reserve", shop.need(unit))
    assert refused.value.until == order.expected_on


def test_an_ordered_part_moves_the_job_on_when_it_is_received(walk: Walk, shop: Shop) -> None:
    unit = in_parts(walk)
    done = shop.do("order_part", shop.need(unit), {"supplier": "NORDIC", "send": True})
    order = done.followed[0].more["order"]
    assert shop.need(unit).state == "ordered"
    shop.do("receive", order, {"code": EAN, "lot": "LOT-7"})
    assert walk.fresh(unit).stage == "repair"
    held = live(shop.need(unit))
    assert held is not None
    assert held.batch is not None
    assert held.batch.lot == "LOT-7"


def test_pieces_without_a_promise_go_to_the_oldest_job(walk: Walk, shop: Shop) -> None:
    order = shop.ordered(shop.display, 1)
    older, younger = in_parts(walk), in_parts(walk)
    shop.do("receive", order, {"code": shop.display.code})
    assert [walk.fresh(u).stage for u in (older, younger)] == ["repair", "parts"]


def test_more_than_was_ordered_is_not_received(walk: Walk, shop: Shop) -> None:
    order = shop.ordered(shop.display, 1)
    with pytest.raises(Refused) as refused:
        shop.do("receive", order, {"code": EAN, "quantity": 2})
    assert refused.value.field == "quantity"
    assert order.lines[0].received == 0


def test_a_part_that_is_not_on_the_order_is_refused(shop: Shop) -> None:
    order = shop.ordered(shop.display, 1)
    with pytest.raises(Refused, match="not on order"):
        shop.do("receive", order, {"code": shop.battery.code})


def test_fitting_a_part_mends_its_fault(walk: Walk, shop: Shop) -> None:
    batch = shop.stocked(shop.display, lot="X9")
    unit = in_parts(walk)
    walk.do("fit_part", unit, {"batch": batch.code, "serial": "SN1"})
    assert (batch.on_hand, batch.reserved) == (0, 0)
    assert [f.state for f in unit.job.faults] == ["fixed"]
    walk.do("advance", unit)
    assert walk.fresh(unit).stage == "grading"


def test_the_part_code_fits_the_piece_that_is_set_aside(walk: Walk, shop: Shop) -> None:
    batch = shop.stocked(shop.display)
    unit = in_parts(walk)
    walk.do("fit_part", unit, {"part": EAN})
    assert batch.on_hand == 0


def test_the_wrong_part_is_refused_with_where_both_lie(walk: Walk, shop: Shop) -> None:
    shop.stocked(shop.battery, place="B-04-2")
    wrong = shop.stocked(shop.mini_battery, place="B-04-3")
    unit = in_parts(walk, "F-BAT-1")
    with pytest.raises(WrongPart) as refused:
        walk.do("fit_part", unit, {"batch": wrong.code})
    assert str(refused.value.what) == "Wrong battery: this one is for iPhone 12 mini."
    assert str(refused.value.remedy) == "Nothing was changed. Put it back in B-04-3, then scan the one from B-04-2."
    assert wrong.on_hand == 1


def test_another_batch_of_the_right_part_is_taken_in_its_place(walk: Walk, shop: Shop) -> None:
    first, other = shop.stocked(shop.display, lot="A"), shop.stocked(shop.display, lot="B")
    unit = in_parts(walk)
    walk.do("fit_part", unit, {"batch": other.code})
    assert [(b.on_hand, b.reserved) for b in (first, other)] == [(1, 0), (0, 0)]


def test_a_piece_of_another_job_is_not_fitted(walk: Walk, shop: Shop) -> None:
    mine, theirs = shop.stocked(shop.display, lot="A"), shop.stocked(shop.display, lot="B")
    unit, other = in_parts(walk), in_parts(walk)
    assert other.stage == "repair"
    with pytest.raises(NothingLeft):
        walk.do("fit_part", unit, {"batch": theirs.code})
    assert (mine.reserved, theirs.reserved) == (1, 1)


def test_undo_takes_a_fitted_part_out_again(walk: Walk, shop: Shop) -> None:
    batch = shop.stocked(shop.display)
    unit = in_parts(walk)
    walk.do("fit_part", unit, {"batch": batch.code})
    walk.do("undo", unit)
    assert (batch.on_hand, batch.reserved, shop.need(unit).state) == (1, 1, "reserved")
    assert [f.state for f in unit.job.faults] == ["open"]
    walk.do("fit_part", unit, {"batch": batch.code})
    assert stock.out_of_step() == []


def test_a_piece_that_broke_leaves_the_need_open(walk: Walk, shop: Shop) -> None:
    batch = shop.stocked(shop.display, 2)
    unit = in_parts(walk)
    shop.do("scrap_piece", shop.need(unit), {"reason": "flex cable torn"})
    assert (batch.on_hand, batch.reserved, shop.need(unit).state) == (1, 0, "needed")
    with pytest.raises(GateUnmet):
        walk.do("advance", unit)
    shop.do("reserve", shop.need(unit))
    assert batch.reserved == 1


def test_a_part_that_a_job_waits_for_is_counted_as_long_as_it_is_in_its_donor(walk: Walk, shop: Shop) -> None:
    walk.do("decide_triage", cracked(walk, "F-BAT-1"), {"decision": "harvest"})
    waiting = in_parts(walk)
    counted = [number(listings.count_waited_for(shop.site_id))]
    shop.do("take_from_donor", shop.need(waiting))
    counted.append(number(listings.count_waited_for(shop.site_id)))
    held = live(shop.need(waiting))
    assert held is not None
    shop.do("harvest_part", held.donor_part)
    counted.append(number(listings.count_waited_for(shop.site_id)))
    assert counted == [0, 1, 0]


def test_a_harvested_unit_becomes_a_donor_of_what_is_good(walk: Walk, shop: Shop) -> None:
    shop.stocked(shop.display)
    donor = cracked(walk, "F-BAT-1")
    walk.do("decide_triage", donor, {"decision": "harvest"})
    needer = in_parts(walk)
    assert needer.stage == "repair"
    waiting = in_parts(walk)
    shop.do("take_from_donor", shop.need(waiting))
    held = live(shop.need(waiting))
    assert held is not None
    shop.do("harvest_part", held.donor_part)
    piece = live(shop.need(waiting))
    assert piece is not None
    assert piece.batch is not None
    assert piece.batch.donor_unit_id == donor.id
    assert walk.fresh(waiting).stage == "repair"


def test_triage_to_recycle_frees_what_was_reserved(walk: Walk, shop: Shop) -> None:
    batch = shop.stocked(shop.display)
    unit = cracked(walk)
    shop.do("reserve", shop.need(unit))
    walk.do("decide_triage", unit, {"decision": "recycle"})
    assert (batch.reserved, shop.need(unit).state) == (0, "cancelled")


def test_another_sites_need_is_not_found(walk: Walk, shop: Shop, stranger: Actor) -> None:
    unit = cracked(walk)
    with pytest.raises(NotFound):
        shop.do("reserve", shop.need(unit), by=stranger)


def test_a_cancelled_order_lets_its_jobs_wait_again(walk: Walk, shop: Shop) -> None:
    unit = in_parts(walk)
    order = shop.ordered(shop.display, 1)
    assert shop.need(unit).state == "ordered"
    shop.do("cancel_order", order, {"reason": "out of stock"})
    assert shop.need(unit).state == "needed"
    with pytest.raises(Conflict):
        shop.do("cancel_order", order, {"reason": "again"})


def test_every_chain_and_the_ledger_hold_after_the_way(walk: Walk, shop: Shop) -> None:
    shop.stocked(shop.display)
    unit = in_parts(walk)
    walk.do("fit_part", unit, {"part": shop.display.code})
    assert list(seals.verify()) == []
    assert stock.out_of_step() == []
