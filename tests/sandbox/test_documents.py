"""The delivery note that goes into the parcel."""

from __future__ import annotations

import pypdfium2

from tests.sandbox.conftest import Seller
from workshop.sandbox.documents import one_page


def test_an_orders_delivery_note_can_be_fetched(seller: Seller) -> None:
    seller.list_phone()
    order = seller.sell()
    path = order["delivery_note"].removeprefix("http://localhost")
    status, note = seller.get(path)
    assert status == 200
    assert note.startswith("%PDF-")
    assert seller.get("/documents/delivery_note/1.pdf")[0] == 404


def test_a_note_reads_as_it_was_written() -> None:
    pdf = pypdfium2.PdfDocument(one_page(["Order 50001", "1 x IP12 (GOOD) \\ blue"]))
    page = pdf[0]
    text = page.get_textpage()
    assert text.get_text_bounded().splitlines() == ["Order 50001", "1 x IP12 (GOOD) \\ blue"]
    text.close()
    page.close()
    pdf.close()
