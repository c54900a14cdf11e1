"""Reading what is typed, and the stretch of an index that a begin is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.cast import Cast
from workshop.core.begins import following
from workshop.core.finding import Finder, Hit, asked, find


@given(st.text(min_size=1), st.text())
def test_what_begins_so_lies_within_its_stretch_and_nothing_else_does(prefix: str, other: str) -> None:
    first, end = prefix, following(prefix)
    assert first <= prefix + other < end or end <= first
    assert other.startswith(prefix) == (first <= other < end)


@pytest.mark.parametrize(
    ("typed", "words", "code"),
    [
        ("  iPhone   12 ", ("iphone", "12"), "IPHONE12"),
        ("Näyttö", ("näyttö",), "NÄYTTÖ"),
        ("экран айфона", ("экран", "айфона"), "ЭКРАНАЙФОНА"),
        ("35 309711 000001 2", ("35", "309711", "000001", "2"), "353097110000012"),
        ("a\x00b", ("a", "b"), "AB"),
        ("", (), ""),
    ],
)
def test_what_is_typed_is_read_as_words_and_as_a_code(typed: str, words: tuple[str, ...], code: str) -> None:
    found = asked(typed)
    assert (found.words, found.code) == (words, code)


def test_each_word_begins_a_word_of_the_name() -> None:
    assert asked("win hor").named("Window horizon")
    assert asked("").named("anything")
    assert not asked("orizon").named("Window horizon")


def test_what_is_named_exactly_stands_first_and_a_role_that_may_not_is_not_asked(app: object, cast: Cast) -> None:
    page = Finder("Pages", lambda _a, _by: [Hit("Page", "/p", "x")], order=1)
    unit = Finder("Units", lambda _a, _by: [Hit("Unit", "/u", "x", codes=("U1",))], order=2)
    people = Finder("People", lambda _a, _by: [Hit("Who", "/w", "x")], frozenset({"admin"}), 3)
    found = find(asked("u1"), cast.actor("technician"), [page, unit, people])
    assert [g.label for g in found] == ["Units", "Pages"]
