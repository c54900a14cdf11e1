"""How numbers, days, times and money are written in each language, and how what is typed is read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask import Flask
from flask_babel import force_locale, gettext
from flask_babel import lazy_gettext as _l

from workshop.core import language
from workshop.core.errors import Refused
from workshop.core.language import from_source, in_source, within
from workshop.core.money import parse_amount
from workshop.core.spoken import spoken

NOON = datetime(2026, 11, 24, 10, 42, 7, tzinfo=UTC)
EN, FI = "en", "fi"


@contextmanager
def reading(app: Flask, code: str) -> Iterator[None]:
    """Read as somebody whose language this is."""
    with app.test_request_context(), force_locale(code):
        yield


@pytest.mark.parametrize(
    ("form", "english", "finnish"),
    [
        (lambda: language.clock_text(NOON), "10:42", "10.42"),
        (lambda: language.second_text(NOON), "10:42:07", "10.42.07"),
        (lambda: language.day_text(NOON), "24 Nov", "24.11."),
        (lambda: language.date_text(NOON), "24 Nov 2026", "24.11.2026"),
        (lambda: language.date_text(date(2027, 2, 1)), "1 Feb 2027", "1.2.2027"),
        (lambda: language.weekday_text(NOON.date()), "Tuesday 24 November", "tiistai 24. marraskuuta"),
        (lambda: language.full_text(NOON), "Tue 24 Nov, 10:42", "ti 24.11. klo 10.42"),
        (lambda: language.exact_text(NOON), "24 Nov 2026, 10:42 UTC", "24.11.2026 klo 10.42 UTC"),
        (lambda: language.partial_text("2020-10"), "Oct 2020", "10/2020"),
        (lambda: language.partial_text("2020"), "2020", "2020"),
        (lambda: language.number(12345.5), "12,345.5", "12\xa0345,5"),
        (lambda: language.percent(74), "74\xa0%", "74\xa0%"),
        (lambda: language.price(1250), "€12.50", "12,50\xa0€"),
        (lambda: language.price(123450), "€1,234.50", "1\xa0234,50\xa0€"),
        (lambda: language.price(None), "–", "–"),
        (lambda: language.typed_price(123450), "1234.50", "1234,50"),
        (lambda: spoken("not_told"), "not told", "ei kerrottu"),
        (lambda: language.word("Battery health"), "Battery health", "Akun kunto"),
        (lambda: gettext("Sign out"), "Sign out", "Kirjaudu ulos"),
    ],
)
def test_each_language_has_one_form(app: Flask, form: Any, english: str, finnish: str) -> None:
    with reading(app, EN):
        assert form() == english
    with reading(app, FI):
        assert form() == finnish


@pytest.mark.parametrize("typed", ["12,50", "12.50", "12,50 €", "€12.50", " 12,5 ", "12,50\xa0€"])
def test_an_amount_is_read_as_either_language_writes_it(typed: str) -> None:
    assert parse_amount(typed, "EUR") == 1250


@pytest.mark.parametrize("minor", [0, 5, 99, 1250, 123450, 99999999])
@pytest.mark.parametrize("code", [EN, FI])
def test_an_amount_that_is_shown_or_proposed_is_read_back(app: Flask, code: str, minor: int) -> None:
    with reading(app, code):
        assert parse_amount(language.price(minor), "EUR") == minor
        assert parse_amount(language.typed_price(minor), "EUR") == minor


def test_an_amount_that_can_be_read_in_two_ways_is_refused() -> None:
    with pytest.raises(Refused):
        parse_amount("1,234", "EUR")


def test_a_label_inside_a_sentence_keeps_its_capitals_where_it_has_several() -> None:
    assert [within(text) for text in ("Back cover", "SIM tray", "IMEI is on it", "A")] == [
        "back cover",
        "SIM tray",
        "IMEI is on it",
        "a",
    ]


def test_an_event_keeps_english_and_tells_it_in_the_readers_language(app: Flask) -> None:
    with reading(app, FI):
        kept = in_source(
            {"seen": _l("deep marks"), "why": _l("%(zone)s allows %(grade)s", zone=_l("Frame"), grade="B")}
        )
    assert kept["seen"] == "deep marks"
    with reading(app, FI):
        assert from_source(kept["seen"]) == "syviä jälkiä"
        assert from_source(kept["why"]) == "Kehys sallii luokan B"
    with reading(app, EN):
        assert from_source(kept["why"]) == "Frame allows B"


@pytest.mark.parametrize(
    ("kept", "told"),
    [
        ("1234.50 EUR", "1\xa0234,50\xa0€"),
        ("2026-11-24", "24.11.2026"),
        (["strip torn", "display cable"], "nauha revennyt, näytön johto"),
        ("parts_manager", "varaosavastaava"),
        ("Matti calls on Monday", "Matti calls on Monday"),
        (7, 7),
    ],
)
def test_what_an_event_kept_is_told_in_finnish(app: Flask, kept: Any, told: Any) -> None:
    with reading(app, FI):
        assert from_source(kept) == told
