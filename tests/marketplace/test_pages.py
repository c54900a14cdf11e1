"""The desk's pages about selling, as people of each role get them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.conftest import Walk
from tests.marketplace.conftest import Sandbox, Shop
from tests.pages import Pages, typed_in
from workshop.core import clock
from workshop.core.money import plain_amount
from workshop.marketplace import standing
from workshop.marketplace.models import Listing

pytestmark = pytest.mark.usefixtures("market")
PAGES = (
    "/feed",
    "/feed?tab=refused",
    "/feed?tab=in_step",
    "/feed?tab=tasks",
    "/ready",
    "/orders",
    "/returns",
    "/prices",
    "/background",
)


def read(client: Any, address: str) -> str:
    """A page that must be there."""
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    return str(answer.get_data(as_text=True))


def test_every_page_opens_before_anything_was_sold(client_of: Callable[[str], Any], shop: Shop) -> None:
    client = client_of("refurbisher")
    for address in PAGES:
        assert "<h1>" in read(client, address)


def test_the_feed_says_what_differs_and_whom_it_needs(client_of: Callable[[str], Any], shop: Shop) -> None:
    sku = shop.sku(shop.ready())
    page = read(client_of("refurbisher"), "/feed")
    assert sku in page
    assert "differ in 1 of 1 listings" in page


def test_only_who_may_set_a_price_is_offered_to(client_of: Callable[[str], Any], shop: Shop) -> None:
    sku = shop.sku(shop.graded())
    standing.stand(shop.listing(sku), "waiting", "no_price", clock.now())
    offered = {
        who: [page for page in ("/feed", "/prices") if f"/do/reprice/{sku}" in read(client_of(who), page)]
        for who in ("refurbisher", "auditor")
    }
    assert offered == {"refurbisher": ["/feed", "/prices"], "auditor": []}


def test_the_form_shows_what_is_to_be_changed(
    shop: Shop, act: Callable[..., Any], pages_of: Callable[[str], Pages]
) -> None:
    listing, pages = shop.listing(shop.sku(shop.ready())), pages_of("refurbisher")
    act("set_product", listing.product.code, {"ean": "4006381333931"})
    act("word_listing", listing.sku, {"comment": "Tested at 40 points, no scratch."})
    assert typed_in(pages.get(f"/do/reprice/{listing.sku}"))["price"] == plain_amount(listing.price_minor, "EUR")
    assert typed_in(pages.get(f"/do/set_product/{listing.product.code}"))["ean"] == "4006381333931"
    assert "Tested at 40 points, no scratch." in pages.get(f"/do/word_listing/{listing.sku}").words


def test_the_pages_follow_a_unit_to_its_buyer_and_back(
    shop: Shop, walk: Walk, sandbox: Sandbox, client_of: Callable[[str], Any]
) -> None:
    unit, sku = shop.live()
    client = client_of("refurbisher")
    assert "Live, 1 of this listing" in read(client, f"/units/{unit.code}")
    assert "agree in 1 listing" in read(client, "/feed")
    assert unit.code in read(client, f"/feed/{sku}")
    order = sandbox.buy(sku)
    shop.feed()
    number = order["order_id"]
    assert "To be shipped" in read(client, f"/orders/{number}")
    assert "Ship it for order" in read(client_of("technician"), f"/bench?unit={unit.code}")
    walk.do("ship", unit, {"not_blocked": True})
    shop.feed()
    assert "Warranty until" in read(client, f"/units/{unit.code}")
    walk.do("return_unit", unit, {"reason": "faulty"})
    assert "faulty" in read(client, "/returns")
    assert "Job 2" in read(client, f"/units/{unit.code}")


def test_a_wrong_unit_scanned_for_an_order_is_refused_on_its_page(
    shop: Shop, sandbox: Sandbox, client_of: Callable[[str], Any], app: Any
) -> None:
    right, sku = shop.live()
    wrong, _sku = shop.live()
    order = sandbox.buy(sku)
    shop.feed()
    app.config["WTF_CSRF_ENABLED"] = False
    try:
        sent = {"code": wrong.code, "not_blocked": "y"}
        answer = client_of("technician").post(f"/orders/{order['order_id']}/ship", data=sent)
    finally:
        app.config["WTF_CSRF_ENABLED"] = True
    assert answer.status_code == 422
    assert right.code in answer.get_data(as_text=True)


def test_many_prices_are_set_at_once(shop: Shop, client_of: Callable[[str], Any], app: Any) -> None:
    unit = shop.graded()
    app.config["WTF_CSRF_ENABLED"] = False
    try:
        client_of("refurbisher").post("/ready/prices", data={f"price-{unit.code}": "289,00"})
    finally:
        app.config["WTF_CSRF_ENABLED"] = True
    listing: Listing = shop.listing(shop.sku(unit))
    assert listing.price_minor == 28900


def test_a_technician_does_not_see_the_feed(client_of: Callable[[str], Any], shop: Shop) -> None:
    assert client_of("technician").get("/feed").status_code == 403


def test_the_api_tells_of_listing_order_and_warranty(
    shop: Shop, walk: Walk, sandbox: Sandbox, api_of: Callable[..., Any]
) -> None:
    unit, sku = shop.live()
    call = api_of("refurbisher")
    assert call("GET", f"/units/{unit.code}").json["listing"]["sku"] == sku
    order = sandbox.buy(sku)
    shop.feed()
    walk.do("ship", unit, {"not_blocked": True})
    told = call("GET", f"/units/{unit.code}").json
    assert told["order"]["order"] == str(order["order_id"])
    assert told["warranty"]["until"]
