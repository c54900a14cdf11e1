"""Command cards: whatever stands on one is read back from its picture, and understood when it is scanned."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pypdfium2
import pytest
import zxingcpp

from tests.conftest import Walk
from workshop.catalogue.models import CATEGORIES
from workshop.core.actor import Actor
from workshop.core.clock import now
from workshop.core.errors import Refused
from workshop.core.own_codes import own_code
from workshop.jobs import cards, scan
from workshop.parts import stock

MODELS = {
    "smartphone": "iPhone 12",
    "tablet": "iPad (8th generation)",
    "laptop": "MacBook Air 13 (M1, 2020)",
    "console": "Switch (OLED model)",
    "smartwatch": "Watch SE (1st generation) 44 mm",
}


def card_of(by: Actor, role: str = "technician", category: str = "smartphone") -> cards.Card:
    return cards.Card(role=role, category=category, bench_code=by.bench_code, site_id=by.site_id)


def codes_on(card: cards.Card) -> set[str]:
    return {code for _heading, _hint, items in cards.groups_of(card) for _word, code, _icon in items}


def read(pdf: bytes, dpi: int) -> set[str]:
    pages = pypdfium2.PdfDocument(io.BytesIO(pdf))
    pictures = (page.render(scale=dpi / 72).to_pil() for page in pages)
    return {found.text for picture in pictures for found in zxingcpp.read_barcodes(picture)}


@pytest.mark.drawn
@pytest.mark.parametrize("dpi", [203, 300])
def test_every_code_of_a_card_is_read_back_from_its_picture(walk: Walk, dpi: int) -> None:
    stock.add_location("OUT-1", "outgoing", walk.by.site_id)
    card = card_of(walk.by)
    assert read(cards.printed(card, now()), dpi) == codes_on(card)


def test_the_card_of_a_bench_is_four_pages_to_pin_up(walk: Walk) -> None:
    for number in range(1, 46):
        stock.add_location(f"B-{number:02}-1", "shelf", walk.by.site_id)
    assert len(pypdfium2.PdfDocument(cards.printed(card_of(walk.by), now()))) <= 4


@pytest.mark.parametrize("category", CATEGORIES)
def test_every_code_of_every_card_is_understood(walk: Walk, category: str) -> None:
    place = stock.add_location("OUT-1", "outgoing", walk.by.site_id)
    unit = walk.in_diagnosis(model=MODELS[category], **({} if category in ("smartphone",) else serial(category)))
    known = {f"*{word}*" for word in scan.words()} | {place.barcode}
    here = scan.Bench(walk.by, now(), here=unit)
    for role in ("technician", "refurbisher", "parts_manager"):
        for code in codes_on(card_of(walk.by, role, category)) - known:
            assert scan.card_intent(code, here) is not None, code


def serial(category: str) -> dict[str, Any]:
    return {"imei": "", "serial": f"CARD{category[:4].upper()}01"}


def test_a_role_finds_on_its_card_what_it_may_do(walk: Walk) -> None:
    technician, buyer = codes_on(card_of(walk.by)), codes_on(card_of(walk.by, "parts_manager"))
    assert {"C-PWR1+", "C-PWR1-", "F-DISP-1", "G-2", "Z-SCREEN", "GR-B", "H-WAIT", "T-REPAIR", "*NEXT*"} <= technician
    assert {"H-WAIT", "*TRAY*"} <= buyer
    assert not {"C-PWR1+", "GR-B", "*PASS*"} & buyer


def test_a_persons_code_says_who_is_waited_for_and_signs_nobody_in(walk: Walk, parts_manager: Actor) -> None:
    unit = walk.taken_in()
    code = own_code(cards.PERSON, parts_manager.person_id or 0)
    assert code in codes_on(card_of(walk.by))
    scan.scan(unit.code, walk.by, request_key=None, repeat_seconds=0)
    scan.scan(code, walk.by, request_key=None, repeat_seconds=0)
    hold = walk.fresh(unit).job.holds[0]
    assert (hold.kind, hold.reason) == ("waiting_person", parts_manager.name)


def test_a_stranger_is_on_no_card_of_this_site(walk: Walk, stranger: Actor) -> None:
    code = own_code(cards.PERSON, stranger.person_id or 0)
    assert code not in codes_on(card_of(walk.by))
    scan.scan(walk.taken_in().code, walk.by, request_key=None, repeat_seconds=0)
    with pytest.raises(Refused, match="Nobody here"):
        scan.scan(code, walk.by, request_key=None, repeat_seconds=0)


def test_the_page_shows_the_card_that_was_chosen(pages_of: Callable[[str], Any]) -> None:
    page = pages_of("technician")
    page.get("/cards")
    shown = page.get("/cards?role=refurbisher&category=laptop")
    assert len(shown.all("img")) >= 2
    assert page.client.get("/command-card.pdf?category=nothing&bench=no").mimetype == "application/pdf"
