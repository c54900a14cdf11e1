"""Who sells what: suppliers, parts and offers are made and changed by people, and a slip is named at its field."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from sqlalchemy import select

from tests.conftest import Walk
from tests.pages import typed_in
from tests.parts.conftest import EAN, Shop, in_parts
from workshop.core.barcodes import resolve
from workshop.core.db import db
from workshop.core.errors import BadArguments, Forbidden, Refused
from workshop.parts import fits, listings, orders
from workshop.parts.models import Offer, Part, Supplier

TERMS = {"price": "98.50", "moq": 2, "pack": 2, "supplier_sku": "OC-12-DSP", "ean": "5901234123457"}


def offer_of(shop: Shop, supplier: str, part: Part) -> Offer:
    """An offer as it stands in the database."""
    return db.session.scalars(
        select(Offer).join(Supplier).where(Supplier.code == supplier, Offer.part_id == part.id)
    ).one()


def test_a_supplier_a_part_and_an_offer_are_added_by_forms_and_ordered(shop: Shop, pages_of: Any) -> None:
    pages = pages_of("parts")
    new = {"code": "ocean", "name": "Ocean Parts", "lead_days": "4", "minimum": "150", "cutoff_hour": "16"}
    assert pages.post("/do/add_supplier", new).location == "/suppliers/OCEAN"
    made = pages.post("/do/add_part", {"part_kind": "display", "model": "iPhone 12 mini", "quality": "aftermarket"})
    part = listings.part_called(made.location.rpartition("/")[2])
    assert part is not None
    assert (part.name, [m.name for m in fits.models_of(part.id)]) == ("Display, iPhone 12 mini", ["iPhone 12 mini"])
    pages.post(f"/do/add_offer/{part.code}", {"supplier": "OCEAN", **TERMS, "lead_days": "9"})
    order = shop.ordered(part, 2, supplier="OCEAN")
    assert (order.total_minor, order.supplier.minimum_minor) == (19_700, 15_000)
    assert resolve("5901234123457")[0].target_id == part.id


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("price", "-3", "negative"),
        ("price", "0", "no price"),
        ("price", "11800", "slipped decimal"),
        ("price", "0.5", "slipped decimal"),
        ("price", "abc", "not an amount"),
        ("moq", "3", "multiple of the pack"),
        ("moq", "0", "too small"),
        ("ean", "5901234123458", "misread"),
        ("lead_days", "400", "too large"),
    ],
)
def test_a_wrong_value_answers_at_its_field(shop: Shop, pages_of: Any, field: str, value: str, words: str) -> None:
    offer = offer_of(shop, "NORDIC", shop.display)
    was = offer.price_minor
    answer = pages_of("parts").post(f"/do/change_offer/{offer.id}", {**TERMS, field: value}, 422)
    told = answer.text.partition(f'id="{field}-error"')[2].partition("</p>")[0]
    assert words in told
    assert offer_of(shop, "NORDIC", shop.display).price_minor == was


def test_the_form_shows_what_is_to_be_changed(shop: Shop, pages_of: Any) -> None:
    offer = typed_in(pages_of("parts").get(f"/do/change_offer/{offer_of(shop, 'NORDIC', shop.display).id}"))
    assert (offer["price"], offer["ean"], offer["moq"]) == ("118.00", EAN, "1")
    assert typed_in(pages_of("parts").get("/do/change_supplier/NORDIC"))["name"] == "Nordic Spares Oy"
    shop.do("set_minimum", shop.display, {"min_stock": 3})
    assert typed_in(pages_of("parts").get(f"/do/set_minimum/{shop.display.code}"))["min_stock"] == "3"


def test_a_withdrawn_offer_is_kept_and_no_longer_ordered(shop: Shop) -> None:
    offer = offer_of(shop, "NORDIC", shop.display)
    shop.do("withdraw_offer", offer.id, {"reason": "They stopped selling it"})
    assert [o.supplier.code for o in fits.offers_for([shop.display.id])] == ["BALTIC"]
    assert offer in listings.offers_of(shop.display.id)
    with pytest.raises(Refused, match="does not offer"):
        shop.ordered(shop.display)
    shop.do("add_offer", shop.display, {"supplier": "NORDIC", **TERMS, "ean": EAN})
    assert offer_of(shop, "NORDIC", shop.display).price_minor == 9_850


def test_an_offer_may_come_later_than_the_suppliers_other_ones(shop: Shop) -> None:
    offer = offer_of(shop, "NORDIC", shop.display)
    soon = shop.ordered(shop.battery).expected_on
    shop.do("change_offer", offer.id, {"price": "118.00", "ean": EAN, "lead_days": 30})
    late = shop.ordered(shop.display)
    assert (late.expected_on - soon).days > 30
    assert orders.ranked_offers(fits.offers_for([shop.display.id]))[0].supplier.code == "BALTIC"


def test_an_ean_names_one_part(shop: Shop) -> None:
    with pytest.raises(Refused, match="This EAN is that of Display"):
        shop.do("add_offer", shop.mini_battery, {"supplier": "BALTIC", **TERMS, "price": "22", "ean": EAN})


@pytest.mark.parametrize(
    ("name", "given", "field"),
    [
        ("add_supplier", {"code": "NORDIC", "name": "Twice"}, "code"),
        ("add_part", {"part_kind": "display", "model": "iPhone 12", "name": "Display, iPhone 12"}, "name"),
        ("add_part", {"part_kind": "stick", "model": "iPhone 12"}, "part_kind"),
        ("add_part", {"part_kind": "display", "model": "No such phone"}, "model"),
    ],
)
def test_what_is_there_already_or_cannot_be_is_refused(
    shop: Shop, name: str, given: dict[str, Any], field: str
) -> None:
    with pytest.raises(Refused) as refused:
        shop.do(name, None, given)
    assert refused.value.field == field


def test_a_code_with_blanks_is_refused_in_words(shop: Shop) -> None:
    with pytest.raises(BadArguments) as wrong:
        shop.do("add_supplier", None, {"code": "a b", "name": "x"})
    assert "other signs" in wrong.value.fields["code"]


def test_a_part_may_fit_more_models_and_fewer(shop: Shop, walk: Walk) -> None:
    shop.do("add_fit", shop.display, {"model": "iPhone 12 Pro"})
    in_parts(walk)
    with pytest.raises(Refused, match="waits for this part"):
        shop.do("remove_fit", shop.display, {"model": "iPhone 12"})
    shop.do("remove_fit", shop.display, {"model": "iPhone 12 Pro"})
    with pytest.raises(Refused, match="at least one model"):
        shop.do("remove_fit", shop.display, {"model": "iPhone 12"})


@pytest.mark.parametrize("name", ["add_supplier", "change_supplier", "add_part", "add_offer", "withdraw_offer"])
def test_a_technician_changes_no_offer(shop: Shop, walk: Walk, name: str) -> None:
    ref = {"change_supplier": "NORDIC", "add_offer": shop.display.code, "withdraw_offer": 1}.get(name)
    given = {
        "add_supplier": {"code": "X1", "name": "X"},
        "change_supplier": {"name": "X"},
        "add_part": {"part_kind": "display", "model": "iPhone 12"},
        "add_offer": {"supplier": "NORDIC", "price": "1"},
        "withdraw_offer": {"reason": "mine"},
    }[name]
    ref = offer_of(shop, "NORDIC", shop.display).id if ref == 1 else ref
    with pytest.raises(Forbidden):
        shop.do(name, ref, given, by=walk.by)


def test_the_pages_show_the_next_action_to_who_may_and_to_nobody_else(shop: Shop, pages_of: Any) -> None:
    order, batch = shop.ordered(shop.display), shop.stocked(shop.battery)
    ours = (f"/parts/{shop.display.code}", f"/purchase-orders/{order.code}", f"/batches/{batch.code}")
    for path in ("/spare-parts?q=display", "/suppliers", "/suppliers/NORDIC", *ours):
        assert any("/do/" in a.get("href", "") for a in pages_of("parts").get(path).all("a")), path
        assert not any("/do/" in a.get("href", "") for a in pages_of("auditor").get(path).all("a")), path


def test_a_suppliers_offers_are_those_that_stand_unless_others_are_asked_for(shop: Shop, pages_of: Any) -> None:
    shop.do("withdraw_offer", offer_of(shop, "NORDIC", shop.battery).id, {"reason": "sold out"})
    pages = pages_of("parts")
    ours = {part.code for part in (shop.display, shop.battery, shop.mini_battery)}
    shown = {
        asked: {code for code in ours if code in pages.get(f"/suppliers/NORDIC{asked}").words}
        for asked in ("", "?state=withdrawn", "?state=all", "?q=mini")
    }
    assert shown == {
        "": ours - {shop.battery.code},
        "?state=withdrawn": {shop.battery.code},
        "?state=all": ours,
        "?q=mini": {shop.mini_battery.code},
    }


def test_a_suppliers_offers_are_a_file_too(shop: Shop, client_of: Any) -> None:
    answer = client_of("parts").get("/suppliers/NORDIC?format=csv&sort=-each")
    rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert [(r["Code"], r["Each"]) for r in rows] == [
        (shop.display.code, "118.00"),
        (shop.mini_battery.code, "22.40"),
        (shop.battery.code, "21.40"),
    ]


def test_the_page_of_a_part_tells_how_its_offers_changed(shop: Shop, pages_of: Any) -> None:
    offer = offer_of(shop, "NORDIC", shop.display)
    shop.do("change_offer", offer.id, {"price": "121.40"})
    assert "Offer of Nordic Spares Oy changed: €121.40" in pages_of("parts").get(f"/parts/{shop.display.code}").words
