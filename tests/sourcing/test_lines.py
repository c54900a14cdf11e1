"""Each line is one device, or it is explained: the field, what is wrong, and the remedy."""

from __future__ import annotations

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import next_imei
from tests.sourcing.test_columns import NAMES
from workshop.sourcing.lines import Line, Problem, Rules, read_lines

COLUMNS = ("imei", "imei2", "serial", "model", "storage_gb", "price", "vat_regime", "condition")
RULES = Rules(COLUMNS, NAMES)
IMEI = "353097110432183"


def one(rules: Rules = RULES, **cells: str) -> Line | Problem:
    given = {"imei": IMEI, "model": "iPhone 12", "price": "82,50", **cells}
    return next(iter(read_lines([(7, [given.get(name, "") for name in COLUMNS])], rules)))


def test_a_line_is_a_device(app: Flask) -> None:
    line = one(storage_gb="128 GB", vat_regime="Differenz", condition="B")
    assert isinstance(line, Line)
    assert (line.imei, line.model.name, line.storage_gb, line.price_minor) == (IMEI, "iPhone 12", 128, 8250)
    assert (line.vat_regime, line.condition) == ("margin", "B")


@pytest.mark.parametrize(
    ("cells", "field", "says"),
    [
        ({"imei": "3.53097E+14"}, "imei", "shortened"),
        ({"imei": "3,53E+14"}, "imei", "shortened"),
        ({"imei": "353097110430000"}, "imei", "shortened"),
        ({"imei": "353097110432180"}, "imei", "misread"),
        ({"imei": "35309711043218"}, "imei", "14"),
        ({"imei": ""}, "imei", "neither an IMEI nor a serial"),
        ({"imei2": IMEI}, "imei2", "the same"),
        ({"serial": "111111"}, "serial", "filler"),
        ({"model": ""}, "model", "missing"),
        ({"model": "iPhone 99"}, "model", "iPhone 99"),
        ({"storage_gb": "much"}, "storage_gb", "no storage"),
        ({"price": ""}, "price", "missing"),
        ({"price": "a lot"}, "price", "not an amount"),
        ({"price": "-5"}, "price", "negative"),
        ({"price": "=A1*2"}, "price", "formula"),
        ({"condition": '=HYPERLINK("http://x")'}, "condition", "formula"),
        ({"condition": "x" * 61}, "condition", "61 characters"),
        ({"vat_regime": "none at all"}, "vat_regime", "no VAT regime"),
        ({"imei": "IMEI", "model": "Model", "price": "Price"}, "", "names the columns"),
    ],
)
def test_what_is_wrong_with_a_line_is_explained(app: Flask, cells: dict[str, str], field: str, says: str) -> None:
    problem = one(**cells)
    assert isinstance(problem, Problem)
    assert (problem.number, problem.field) == (7, field)
    assert says in problem.what
    assert problem.remedy


def test_a_number_that_a_spreadsheet_took_for_an_amount_is_read(app: Flask) -> None:
    assert isinstance(one(imei=f"{IMEI}.0"), Line)
    assert isinstance(one(imei=f"'{IMEI}"), Line)


def test_a_device_that_stands_there_twice_names_the_other_line(app: Flask) -> None:
    rows = [(n, [IMEI, "", "", "iPhone 12", "", "1", "", ""]) for n in (2, 5)]
    first, second = read_lines(rows, RULES)
    assert isinstance(first, Line)
    assert isinstance(second, Problem)
    assert "line 2" in second.what


def test_a_price_for_all_fills_in_where_the_file_has_none(app: Flask) -> None:
    line = one(Rules(COLUMNS, NAMES, price_minor=4000), price="")
    assert isinstance(line, Line)
    assert line.price_minor == 4000


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.lists(st.text(max_size=30), max_size=10), max_size=5))
def test_any_cells_are_a_device_or_explained(app: Flask, rows: list[list[str]]) -> None:
    filled = [(2, [next_imei(), "", "", "iPhone 12", "", "1", "", ""]), *enumerate(rows, 3)]
    found = list(read_lines(filled, RULES))
    assert len(found) == len(filled)
    assert isinstance(found[0], Line)
