"""A list's address: its order, its page and its filters; and its file, which no spreadsheet runs."""

from __future__ import annotations

import csv
import io
import itertools
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import literal, null, select

from tests.conftest import Walk
from workshop.core import list_export, listing
from workshop.core.db import db
from workshop.core.errors import BadRequest
from workshop.core.listing import Column, Few, Filter, Listing, has_words
from workshop.jobs import lists

NUMBER = Column("number", "Number", lambda r: r, lambda r: r)
HALF = Column("half", "Half", lambda r: r // 2, lambda r: r // 2)
ODD = Filter("odd", "Odd", lambda _v: lambda r: r % 2 == 1, lambda: [("yes", "Yes")])


def numbers(count: int, size: int = 3) -> Listing:
    return Listing("numbers", (NUMBER, HALF), Few(range(count), lambda r: f"{r:03d}"), (ODD,), "number", "None.", size)


def walked(wanted: Listing, given: dict[str, str]) -> list[Any]:
    """Every row, page after page."""
    rows: list[Any] = []
    for _ in range(100):
        page = listing.page(wanted, given)
        rows += page.rows
        if not page.after:
            return rows
        given = given | {"after": page.after}
    raise AssertionError("it never ends")


@given(st.integers(0, 20), st.sampled_from(["number", "-number", "half", "-half"]), st.booleans())
def test_the_pages_together_are_the_list_and_so_is_its_file(count: int, sort: str, odd: bool) -> None:
    asked = {"sort": sort} | ({"odd": "yes"} if odd else {})
    rows = walked(numbers(count), asked)
    assert rows == list(listing.every_row(numbers(count), asked))
    assert sorted(rows) == [n for n in range(count) if n % 2 or not odd]


def test_each_head_leads_to_its_order_and_the_other_way_round() -> None:
    page = listing.page(numbers(9), {"sort": "half", "odd": "yes", "after": "003"})
    first, second = page.heads()
    assert (first["url"], first["sorted"]) == ("?odd=yes", "")
    assert (second["url"], second["sorted"]) == ("?sort=-half&odd=yes", "ascending")


@pytest.mark.parametrize("asked", [{"sort": "x"}, {"sort": "--number"}, {"odd": "maybe"}, {"after": "nowhere"}])
def test_an_address_that_names_what_there_is_not_is_refused(asked: dict[str, str], app: Flask) -> None:
    with pytest.raises(BadRequest) as refused:
        listing.page(numbers(9), asked)
    assert refused.value.field in asked


@pytest.mark.parametrize("sort", ["opened", "-opened", "since", "-since"])
def test_units_are_paged_by_key_in_every_order(sort: str, walk: Walk) -> None:
    made = [walk.taken_in().code for _ in range(3)] + [walk.in_diagnosis().code]
    small = {"sort": sort}
    wanted = lists.units(small, None)
    wanted = Listing(wanted.name, wanted.columns, wanted.source, wanted.filters, wanted.sort, size=2)
    assert sorted(r.unit.code for r in walked(wanted, small)) == sorted(made)
    whole = [r.unit.code for r in listing.every_row(wanted, small)]
    assert whole == [r.unit.code for r in walked(wanted, small)]


def test_a_page_costs_as_many_statements_as_any_other(walk: Walk, client_of: Callable[[str], Any]) -> None:
    from bench.statements import noted

    asked = []
    for _ in range(2):
        for _ in range(3):
            walk.taken_in()
        with noted() as sent:
            client_of("admin").get("/units")
        asked.append(len(sent))
    assert asked[0] == asked[1]


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "|cmd"])
def test_no_cell_of_a_file_is_a_formula(cell: str) -> None:
    text = Column("text", "Text", lambda _r: cell)
    written = b"".join(list_export.write("csv", [text], [0])).decode("utf-8-sig")
    assert next(itertools.islice(csv.reader(io.StringIO(written)), 1, None)) == ["'" + cell]
    book = zipfile.ZipFile(io.BytesIO(b"".join(list_export.write("xlsx", [text], [0]))))
    assert b"<f>" not in book.read("xl/worksheets/sheet1.xml")


def test_a_file_has_every_row_of_the_filter_and_not_only_the_page(walk: Walk, client_of: Callable[[str], Any]) -> None:
    units = [walk.taken_in() for _ in range(3)]
    codes = ".".join(str(u.imei) for u in units[:2])
    answer = client_of("technician").get("/units", query_string={"codes": codes, "format": "csv"})
    rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert [r["IMEI"] for r in rows] == [u.imei for u in units[:2]]
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="units-')


def test_a_form_of_file_that_is_not_written_is_refused(client_of: Callable[[str], Any]) -> None:
    assert client_of("technician").get("/units?format=exe").status_code == 404


def test_the_units_page_says_which_codes_of_a_list_are_not_known(walk: Walk, pages_of: Callable[[str], Any]) -> None:
    unit, closed = walk.taken_in(), walk.taken_in()
    page = pages_of("technician").get(f"/units?codes={unit.code}.{closed.imei}.490154203237518")
    assert "2 units of the list" in page.words
    assert "490154203237518" in page.words


@pytest.mark.parametrize(
    "address", ["/units?state=closed", "/units?state=all", "/units?q=iphone", "/queue?stage=repair"]
)
def test_a_list_with_a_filter_says_how_to_clear_it(address: str, pages_of: Callable[[str], Any]) -> None:
    assert "Clear the filter" in pages_of("technician").get(address).words


@pytest.mark.parametrize(
    ("typed", "is_found"),
    [("shelf", True), ("B-01 SHELF", True), ("äijälä", True), ("ÄIJÄLÄ", True), ("shelf 3", False), ("%", False)],
)
def test_each_word_that_is_typed_must_stand_somewhere_in_any_letters(typed: str, is_found: bool, app: Flask) -> None:
    named = has_words(literal("Äijälä's Shelf"), literal("B-01-1"), null())
    assert bool(db.session.scalar(select(named(typed)))) is is_found
