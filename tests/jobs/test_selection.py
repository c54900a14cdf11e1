"""A pasted list of codes: how it is read, and that an address gives back what it was given."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workshop.core.errors import BadRequest
from workshop.jobs.selection import MOST, codes_in, pack, unpack

A, B = "353097110000012", "353097110000020"


@pytest.mark.parametrize(
    "text",
    [
        f"{A}\n{B}",
        f"{A}\r\n{B}\r\n",
        f"{A}, {B}",
        f"{A};{B}",
        f"{A} {B}",
        f"IMEI\n{A}\n{B}",
        f"'{A}\n'{B}",
        f"{A}.0\n{B}.0",
        "35 309711 000001 2\n35 309711 000002 0",
        f"{A}\t\n{B}\t",
        f"{A}\n{A}\n{B}",
    ],
)
def test_a_list_is_read_however_it_was_copied(text: str) -> None:
    assert codes_in(text) == [A, B]


@pytest.mark.parametrize("text", ["", A, "iPhone 12 128", "blue iPhone, 64 GB", "a, b, c", "экран, 353097110000012"])
def test_what_a_person_types_is_no_list(text: str) -> None:
    assert codes_in(text) == []


@given(st.lists(st.text("ABCXYZ0123456789-./", min_size=7, max_size=24), unique=True, max_size=200))
def test_an_address_gives_back_the_list_that_was_put_into_it(codes: list[str]) -> None:
    assert unpack(pack(codes)) == codes


def test_five_hundred_imeis_fit_into_an_address() -> None:
    codes = [f"35{n * 7919 % 10**13:013d}" for n in range(MOST)]
    assert unpack(pack(codes)) == codes


def test_more_than_five_hundred_are_refused_with_what_to_do() -> None:
    with pytest.raises(BadRequest, match="501 codes"):
        pack([str(n) for n in range(501)])


@pytest.mark.parametrize("held", ["~", "~!!!", "~eJw", "~" + "A" * 80])
def test_an_address_that_was_cut_off_is_refused(held: str) -> None:
    with pytest.raises(BadRequest):
        unpack(held)
