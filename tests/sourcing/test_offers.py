"""A device that is not as described waits for its owner: yes changes the price paid, no sends it back."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from tests.conftest import Walk
from tests.pages import Page, Pages
from tests.sourcing.files import csv_file, expected, phones
from workshop.core import clock, events, seals
from workshop.core.actions import Done, perform
from workshop.core.actor import Actor
from workshop.core.errors import Conflict, Forbidden, NotFound, Refused
from workshop.jobs.target import OpenUnit
from workshop.sourcing import figures, offers, quotes
from workshop.sourcing.models import RevisedOffer

PagesOf = Callable[[str], Pages]


def words(page: Page) -> str:
    return " ".join(page.words.split())


@pytest.fixture
def quoted(walk: Walk, refurbisher: Actor) -> OpenUnit:
    """A unit in diagnosis that a programme's shop quoted as good, with a cracked glass."""
    terms = {"kind": "programme", "answer_days": 5, "email": "trade-in@operator.example"}
    perform("set_partner_terms", "COUNTER", terms, by=refurbisher)
    unit = walk.in_diagnosis(price="82.00")
    walk.do("quote", unit, {"shop": "Tampere 3", "condition": "Good"})
    walk.do("record_fault", walk.fresh(unit), {"fault": "F-DISP-1"})
    return walk.fresh(unit)


def revise(walk: Walk, unit: OpenUnit, price: str = "52", **more: Any) -> Done:
    given = {"price": price, "found": "C", "reason": "The glass is cracked, says Matti", **more}
    return walk.do("revise_offer", walk.fresh(unit), given)


def answer(walk: Walk, unit: OpenUnit, said: str) -> OpenUnit:
    walk.do("answer_offer", walk.fresh(unit), {"answer": said})
    return walk.fresh(unit)


def test_a_device_of_a_programme_has_its_price_as_quote_at_once(walk: Walk, refurbisher: Actor) -> None:
    perform("set_partner_terms", "COUNTER", {"kind": "programme"}, by=refurbisher)
    quote = quotes.quote_of(walk.taken_in(price="82.00").job_id)
    assert quote is not None
    assert quote.price_minor == 8200


def test_a_revised_offer_holds_the_unit_until_its_day(quoted: OpenUnit, walk: Walk) -> None:
    done = revise(walk, quoted)
    offer = offers.waiting_for(quoted.job_id)
    assert offer is not None
    assert done.tone == "hold"
    assert (offer.quoted_minor, offer.price_minor, offer.differs) == (8200, 5200, ["F-DISP-1"])
    assert offer.answer_by == walk.by.day(clock.now()) + timedelta(days=5)
    assert "waiting_person" in walk.fresh(quoted).holds


def test_yes_makes_the_new_price_the_one_that_was_paid(quoted: OpenUnit, walk: Walk) -> None:
    revise(walk, quoted)
    unit = answer(walk, quoted, "yes")
    assert (unit.paid_minor, unit.holds, unit.stage) == (5200, frozenset(), "diagnosis")


def test_no_sends_it_back(quoted: OpenUnit, walk: Walk) -> None:
    revise(walk, quoted)
    unit = answer(walk, quoted, "no")
    assert (unit.stage, unit.closed_as, unit.paid_minor) == ("closed", "sent_back", 8200)


def test_withdrawn_the_quote_stands(quoted: OpenUnit, walk: Walk, refurbisher: Actor) -> None:
    revise(walk, quoted)
    perform("withdraw_revised_offer", quoted.id, {"reason": "the owner was right"}, by=refurbisher)
    unit = walk.fresh(quoted)
    assert (unit.paid_minor, unit.holds) == (8200, frozenset())
    assert revise(walk, quoted, "60").tone == "hold"


def test_only_one_offer_waits_at_a_time(quoted: OpenUnit, walk: Walk) -> None:
    revise(walk, quoted)
    with pytest.raises(Conflict):
        revise(walk, quoted, "40")


@pytest.mark.parametrize(("price", "error"), [("82", Refused), ("-1", Refused), ("much", Refused)])
def test_an_offer_that_is_none_is_refused(quoted: OpenUnit, walk: Walk, price: str, error: type[Refused]) -> None:
    with pytest.raises(error):
        revise(walk, quoted, price)
    assert walk.fresh(quoted).holds == frozenset()


def test_nothing_goes_past_the_owner(quoted: OpenUnit, walk: Walk) -> None:
    revise(walk, quoted)
    for name, given in (
        ("lift_hold", {"kind": "waiting_person", "reason": "let me"}),
        ("undo", {}),
        ("decide_triage", {"decision": "harvest"}),
    ):
        with pytest.raises(Conflict):
            walk.do(name, walk.fresh(quoted), given)
    assert offers.waiting_for(quoted.job_id) is not None
    assert walk.fresh(quoted).stage == "diagnosis"


def test_a_hold_from_before_is_left_to_its_own_answer(quoted: OpenUnit, walk: Walk) -> None:
    walk.do("hold", quoted, {"kind": "waiting_person", "reason": "asks the shop for the charger"})
    revise(walk, quoted)
    assert "waiting_person" in answer(walk, quoted, "yes").holds


def test_an_answer_without_an_offer_is_refused(quoted: OpenUnit, walk: Walk) -> None:
    with pytest.raises(Conflict):
        answer(walk, quoted, "yes")


def test_a_unit_without_a_quote_has_no_offer_to_revise(walk: Walk) -> None:
    with pytest.raises(Refused):
        revise(walk, walk.in_diagnosis())


def test_who_may(quoted: OpenUnit, walk: Walk, stranger: Actor, parts_manager: Actor) -> None:
    revise(walk, quoted)
    with pytest.raises(NotFound):
        perform("answer_offer", quoted.id, {"answer": "yes"}, by=stranger)
    with pytest.raises(Forbidden):
        perform("answer_offer", quoted.id, {"answer": "yes"}, by=parts_manager)


def test_what_was_written_about_the_owner_is_in_no_hash(quoted: OpenUnit, walk: Walk) -> None:
    revise(walk, quoted)
    answer(walk, quoted, "yes")
    bodies = [json.loads(e.body)["data"] for e in events.story("unit", quoted.id)]
    assert "Matti" not in str(bodies)
    assert {"was_minor": 8200, "price_minor": 5200}.items() <= next(b for b in bodies if "was_minor" in b).items()
    assert list(seals.verify()) == []


def test_the_figures_of_a_partner(quoted: OpenUnit, walk: Walk) -> None:
    revise(walk, quoted)
    answer(walk, quoted, "yes")
    found = figures.by_source(clock.now())[quoted.source_id or 0]
    assert (found.devices, found.looked_at, found.revised, found.accepted) == (1, 1, 1, 1)
    assert (found.described_percent, found.paid_percent, found.over_each_minor) == (0, 63, None)
    assert figures.by_shop(quoted.source_id or 0, clock.now())[0][0] == "Tampere 3"


def test_a_device_that_went_on_was_as_described(quoted: OpenUnit, walk: Walk) -> None:
    unit = walk.answer_all(quoted)
    walk.do("decide_triage", unit, {"decision": "repair"})
    walk.do("advance", walk.fresh(unit))
    found = figures.by_source(clock.now())[quoted.source_id or 0]
    assert (found.looked_at, found.described_percent) == (1, 100)


def test_the_pages_of_partners_and_offers(quoted: OpenUnit, walk: Walk, pages_of: PagesOf) -> None:
    revise(walk, quoted)
    desk = pages_of("refurbisher")
    assert "Counter" in words(desk.get("/partners"))
    assert "Tampere 3" in words(desk.get("/partners/COUNTER"))
    assert "Waits for the owner" in words(desk.get("/revised-offers"))
    offer = offers.waiting_for(quoted.job_id)
    assert offer is not None
    page = words(desk.get(f"/revised-offers/{offer.id}"))
    assert "€52.00 instead of €82.00" in page
    assert "We offer €52.00 instead. Please answer yes or no by" in page
    desk.post(f"/do/answer_offer/{quoted.code}", {"answer": "yes"})
    assert "Accepted" in words(desk.get(f"/revised-offers/{offer.id}"))


def test_an_offer_past_its_day_is_counted_for_the_refurbisher(quoted: OpenUnit, walk: Walk, pages_of: PagesOf) -> None:
    with clock.told(clock.now() - timedelta(days=9)):
        revise(walk, quoted)
    assert "No answer yet" in words(pages_of("refurbisher").get("/revised-offers"))
    assert "Revised offers1" in words(pages_of("refurbisher").get("/partners")).replace("offers 1", "offers1")


def test_the_bench_shows_what_was_quoted_beside_what_is_found(quoted: OpenUnit, walk: Walk, pages_of: PagesOf) -> None:
    walk.do("scan", quoted)
    page = words(pages_of("technician").get("/bench"))
    assert "Described asGood" in page
    assert "Not as described" in page
    assert "Tampere 3" in words(pages_of("technician").get(f"/units/{quoted.code}"))


def test_the_bench_says_to_put_it_aside_while_the_owner_thinks(quoted: OpenUnit, walk: Walk, pages_of: PagesOf) -> None:
    revise(walk, quoted)
    assert "Put it aside" in words(pages_of("technician").get("/bench"))


def test_partners_and_deliveries_are_found_from_anywhere(
    quoted: OpenUnit, pages_of: PagesOf, refurbisher: Actor
) -> None:
    made, desk = expected(refurbisher, csv_file(*phones(1))), pages_of("refurbisher")
    assert f"/deliveries/{made.code}" in desk.client.get(f"/find?q={made.code[:6]}").text
    assert "/partners/COUNTER" in desk.client.get("/find?q=counter").text


def test_another_site_s_offer_is_not_there(quoted: OpenUnit, walk: Walk, pages_of: PagesOf) -> None:
    revise(walk, quoted)
    offer = offers.waiting_for(quoted.job_id)
    assert isinstance(offer, RevisedOffer)
    pages_of("stranger").get(f"/revised-offers/{offer.id}", 404)


def test_a_program_is_told_of_the_quote(quoted: OpenUnit, walk: Walk, api_of: Callable[..., Any]) -> None:
    revise(walk, quoted)
    told = api_of("refurbisher")("GET", f"/units/{quoted.code}").json["quote"]
    assert (told["condition"], told["offer"]["price_minor"]) == ("Good", 5200)
