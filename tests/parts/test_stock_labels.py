"""The labels of pieces and orders, read back as a scanner would, from whatever they are printed on."""

from __future__ import annotations

from dataclasses import replace

import pypdfium2
import pytest
from flask import current_app
from flask_babel import force_locale

from tests.core.test_labels import drawn, picture, read
from tests.parts.conftest import Shop
from workshop.core.db import db
from workshop.core.label_kinds import SHEETS
from workshop.core.labels import SIZES, Label, render
from workshop.core.own_codes import own_code
from workshop.parts.fits import kind_title
from workshop.parts.models import Location
from workshop.parts.stock_labels import KINDS, batch_label, order_label, place_label

# What is drawn does not depend on the database.
pytestmark = pytest.mark.drawn
DPI = (203, 300)
LONG = "Display assembly with frame, speaker and sensors, for iPhone 12 and iPhone 12 Pro"
PRINTED_ON = [("unit", (62, 29)), ("part", (57, 32)), *((sheet, (210, 297)) for sheet in SHEETS)]


@pytest.fixture(params=["piece", "order"])
def label(request: pytest.FixtureRequest, shop: Shop) -> Label:
    """The label of a piece or of an order, its words as long as they come."""
    if request.param == "piece":
        batch = shop.stocked(shop.display, lot="LOT-2026-11-0000147-NORDIC")
        batch.part.name = LONG
        return batch_label(batch)
    order = shop.ordered(shop.display)
    order.supplier.name = f"{LONG} and Sons Ltd"
    return order_label(order)


@pytest.mark.parametrize("dpi", DPI)
@pytest.mark.parametrize(("size", "millimetres"), PRINTED_ON)
def test_it_reads_back_at_its_size(label: Label, size: str, millimetres: tuple[int, int], dpi: int) -> None:
    image = picture(render([label], size=size, format="png", dpi=dpi))
    assert image.size == tuple(round(mm * dpi / 25.4) for mm in millimetres)
    assert read(image) == [label.code]


@pytest.mark.parametrize("dpi", DPI)
@pytest.mark.parametrize("size", ["unit", "part"])
def test_it_reads_back_from_the_dots_of_a_label_printer(label: Label, size: str, dpi: int) -> None:
    width, height = (round(mm * dpi / 25.4) for mm in (SIZES[size].width_mm, SIZES[size].height_mm))
    assert read(drawn(render([label], size=size, format="zpl", dpi=dpi).decode("ascii"), width, height)) == [label.code]


@pytest.mark.parametrize("dpi", DPI)
@pytest.mark.parametrize(("size", "_millimetres"), PRINTED_ON)
def test_it_reads_back_from_a_pdf_with_its_code_in_letters(
    label: Label, size: str, _millimetres: str, dpi: int
) -> None:
    page = pypdfium2.PdfDocument(render([label], size=size, format="pdf", dpi=dpi))[0]
    assert read(page.render(scale=dpi / 72).to_pil()) == [label.code]
    assert label.code in page.get_textpage().get_text_bounded().split()


@pytest.mark.parametrize("dpi", DPI)
@pytest.mark.parametrize("sheet", SHEETS)
def test_a_whole_sheet_reads_back(label: Label, sheet: str, dpi: int) -> None:
    every = [replace(label, code=own_code(label.code[0], n)) for n in range(SIZES[sheet].sheet.places)]  # type: ignore[union-attr]
    assert read(picture(render(every, size=sheet, format="png", dpi=dpi))) == sorted(each.code for each in every)


@pytest.mark.parametrize("dpi", DPI)
@pytest.mark.parametrize("size", ["unit", "part", *SHEETS])
def test_a_place_reads_back_where_its_label_is_a_large_one(shop: Shop, size: str, dpi: int) -> None:
    place = db.session.query(Location).filter_by(site_id=shop.site_id).order_by(Location.id).first()
    assert place is not None
    assert read(picture(render([place_label(place)], size=size, format="png", dpi=dpi))) == [place.barcode]


def test_every_size_that_is_offered_is_read_back_here() -> None:
    offered = {size for kind in KINDS if kind.name != "place" for size in kind.sizes}
    assert offered == {size for size, _millimetres in PRINTED_ON}


@pytest.mark.parametrize(("language", "title"), [("en", "Battery, iPhone 12"), ("fi", "Akku, iPhone 12")])
def test_a_name_made_of_the_kind_is_printed_in_the_readers_language(shop: Shop, language: str, title: str) -> None:
    batch = shop.stocked(shop.battery)
    batch.part.name = f"{kind_title(batch.part.kind)}, iPhone 12"
    with current_app.test_request_context(), force_locale(language):
        assert batch_label(batch).title == title
