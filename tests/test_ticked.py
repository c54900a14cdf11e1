"""Rows of a list that are ticked: their labels are printed, and units are put on a tray."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from sqlalchemy import select

from tests.conftest import Walk
from tests.pages import Page, Pages
from workshop.core.actions import perform
from workshop.core.actor import Actor
from workshop.core.db import db
from workshop.core.errors import Refused
from workshop.jobs import trays
from workshop.parts import listings, stock
from workshop.parts.models import Part
from workshop.parts.seed import seed_catalogue

pytestmark = pytest.mark.furnished.with_args(seed_catalogue)
PagesOf = Callable[[str], Pages]


def boxes(page: Page) -> list[dict[str, str]]:
    """The boxes of a list's rows."""
    return [box for box in page.all("input") if box.get("type") == "checkbox" and box.get("name") == "code"]


def ticked(page: Page) -> str:
    """Where the boxes of a page lead when all of them are ticked, as a browser sends its form."""
    form = next(f for f in page.all("form") if f.get("id") == boxes(page)[0]["form"])
    kind = next(i["value"] for i in page.all("input") if i.get("name") == "kind")
    return form["action"] + f"?kind={kind}" + "".join(f"&code={box['value']}" for box in boxes(page))


def test_the_labels_of_ticked_units_are_printed(walk: Walk, pages_of: PagesOf) -> None:
    pages, codes = pages_of("technician"), sorted(walk.taken_in().code for _ in range(3))
    for address in ("/units", "/queue"):
        page = pages.get(address)
        assert sorted(box["value"] for box in boxes(page)) == codes
        assert "3 labels" in pages.get(ticked(page)).words
    sent = pages.post("/labels", {"kind": "unit", "codes": " ".join(codes), "do": "print"})
    assert re.fullmatch(r"/labels/runs/\d+\.pdf", sent.location)


@pytest.fixture
def labelled(walk: Walk, parts_manager: Actor) -> None:
    """A place with a piece, an order on its way, and a tray."""
    site = listings.site_of(parts_manager)
    stock.add_location("B-77-1", "shelf", site)
    perform("add_tray", None, {"name": "Blue 3"}, by=walk.by)
    part = db.session.scalars(select(Part).where(Part.name == "Battery, iPhone 15").limit(1)).one()
    lying = {"location": "B-77-1", "quantity": 2, "unit_cost": "21.40", "lot": "L1", "site": site}
    perform("open_stock", part.code, lying, by=parts_manager)
    lines = [{"part": part.code, "quantity": 30}]
    order = {"supplier": "NORDIC", "lines": lines, "send": True, "site": site}
    perform("place_order", None, order, by=parts_manager)


@pytest.mark.usefixtures("labelled")
@pytest.mark.parametrize("address", ["/stock", "/places", "/purchase-orders?state=all", "/receiving", "/trays"])
def test_whatever_has_a_label_is_ticked_in_its_list(address: str, pages_of: PagesOf) -> None:
    pages = pages_of("admin")
    page = pages.get(address)
    assert f"{len(boxes(page))} label" in pages.get(ticked(page)).words


def test_a_tray_without_a_label_has_nothing_to_tick(walk: Walk, pages_of: PagesOf) -> None:
    made = perform("start_tray", None, {}, by=walk.by).target
    walk.do("put_on_tray", walk.taken_in(), {"tray": made.code})
    page = pages_of("technician").get("/trays")
    assert made.code in page.words
    assert boxes(page) == []


def test_who_prints_no_labels_has_nothing_to_tick(walk: Walk, pages_of: PagesOf) -> None:
    unit = walk.taken_in()
    page = pages_of("auditor").get("/units")
    assert unit.code in page.words
    assert boxes(page) == []


def test_ticked_units_are_put_on_the_tray_that_was_used_last(walk: Walk, pages_of: PagesOf) -> None:
    units = [walk.taken_in() for _ in range(3)]
    tray = perform("add_tray", None, {"name": "Blue 3"}, by=walk.by).target
    perform("open_tray", tray.code, {}, by=walk.by)
    pages = pages_of("technician")
    asked = pages.client.get("/trays/fill?kind=unit" + "".join(f"&code={u.code}" for u in units))
    form = next(f for f in pages.get(asked.location).forms if f.action == "/do/fill_tray")
    assert form.fields["tray"] == tray.code
    codes = " ".join(u.code for u in units)
    assert codes in pages.get(asked.location).words
    sent = pages.post("/do/fill_tray", {"tray": tray.code, "units": codes})
    assert sent.location == f"/trays/{tray.code}"
    assert [u.id for u in trays.units_on(tray)] == [u.id for u in units]


def test_where_some_units_cannot_none_is_put_on_the_tray_and_each_is_named(walk: Walk) -> None:
    good, held, swollen = walk.taken_in(), walk.taken_in(), walk.taken_in()
    tray = perform("add_tray", None, {}, by=walk.by).target
    for unit in (held, swollen):
        walk.do("hold", unit, {"kind": "battery_swollen"})
    with pytest.raises(Refused, match=f"{held.code}: .*{swollen.code}: ") as refused:
        perform("fill_tray", None, {"tray": tray.code, "units": f"{good.code} {held.code} {swollen.code}"}, by=walk.by)
    assert good.code not in refused.value.what
    assert trays.count_on(tray.id) == 0


def test_the_tray_of_another_site_is_no_tray(walk: Walk, stranger: Actor) -> None:
    tray = perform("add_tray", None, {}, by=walk.by).target
    with pytest.raises(Refused, match="no tray"):
        perform("fill_tray", None, {"tray": tray.code, "units": walk.taken_in().code}, by=stranger)
