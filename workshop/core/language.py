"""Which language and which zone a person reads, and how numbers, dates and money are written there.

Each language has one form of each, and none is written anywhere else: a page, a strip, a label and a letter agree.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime, format_time
from babel.numbers import format_decimal, get_decimal_symbol
from flask import Flask, g, has_request_context
from flask_babel import force_locale, get_locale, gettext
from flask_babel.speaklater import LazyString

from workshop import translations
from workshop.core import money
from workshop.core.actor import Actor
from workshop.core.spoken import capital, spoken


class Forms(NamedTuple):
    """How a language writes times and days, in the letters of CLDR's patterns."""

    clock: str
    second: str
    day: str
    date: str
    month: str
    weekday: str
    moment: str
    exact: str


# How an event writes an amount and a day: the same for everybody, so that it can be hashed.
AMOUNT: Final = re.compile(r"([0-9]+(?:\.[0-9]{2})?) ([A-Z]{3})")
DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
FORMS: Final = {
    "en": Forms(
        "HH:mm", "HH:mm:ss", "d MMM", "d MMM yyyy", "MMM yyyy", "EEEE d MMMM", "EEE d MMM, HH:mm", "d MMM yyyy, HH:mm"
    ),
    "fi": Forms(
        "H.mm", "H.mm.ss", "d.M.", "d.M.yyyy", "M/yyyy", "cccc d. MMMM", "ccc d.M. 'klo' H.mm", "d.M.yyyy 'klo' H.mm"
    ),
}


def _known() -> Actor | None:
    """Return who asks where that is known already: saying who is not signed in needs words itself."""
    found: Actor | None = g.get("actor") if has_request_context() else None
    return found


def _language() -> Locale:
    actor = _known()
    return _locale(actor.language if actor is not None else translations.of_browser())


@cache
def _locale(language: str) -> Locale:
    return Locale.parse(language)


def _zone() -> str:
    actor = _known()
    return actor.zone if actor is not None else "UTC"


def language() -> str:
    """Return the code of the reader's language, as the page's `lang` gives it."""
    return str(get_locale() or translations.LANGUAGES[0])


def _forms() -> Forms:
    return FORMS[language()]


def word(text: str) -> str:
    """Return a word of the catalogue's data (a check's title, a fault's) as the reader says it.

    In the data, the database and the story it stays English, so that everybody reads it in their own language.
    """
    return str(gettext(text)) if text else ""


def within(text: object) -> str:
    """Return a label as it stands inside a sentence: with a small letter, but for SIM tray and IMEI."""
    said = str(text)
    return said if said[1:2].isupper() or said[1:2].isdigit() else said[:1].lower() + said[1:]


def in_source(value: Any) -> Any:
    """Return what an event keeps of words: the English sentence, with what was put into it beside it.

    So the story is told in the language of who reads it, not of who did the thing.
    """
    if isinstance(value, LazyString) and value._func is not gettext:
        return in_english(value)
    if isinstance(value, LazyString):
        facts = {name: in_source(fact) for name, fact in value._kwargs.items()}
        return {"says": value._args[0], "with": facts} if facts else value._args[0]
    if isinstance(value, dict):
        return {name: in_source(each) for name, each in value.items()}
    return [in_source(each) for each in value] if isinstance(value, list | tuple) else value


def in_english(text: object) -> str:
    """Return a sentence as the database keeps it, whoever did the thing."""
    with force_locale(translations.LANGUAGES[0]):
        return str(text)


def from_source(value: Any) -> Any:
    """Return what an event kept, in the words of the reader."""
    if isinstance(value, dict) and "says" in value:
        sentence = value["says"]
        return gettext(sentence) % {name: from_source(fact) for name, fact in value["with"].items()}
    if isinstance(value, list):
        return ", ".join(str(from_source(each)) for each in value)
    return _from_text(value) if isinstance(value, str) else value


def _from_text(kept: str) -> str:
    """Return a text of an event: an amount or a day in the reader's form, a choice or a word in their language."""
    if amount := AMOUNT.fullmatch(kept):
        return price(money.from_decimal(Decimal(amount[1]), amount[2]), amount[2])
    return date_text(date.fromisoformat(kept)) if DAY.fullmatch(kept) else spoken(kept)


def local(moment: datetime) -> datetime:
    """Return an instant in the zone of the reader's site."""
    return moment.astimezone(ZoneInfo(_zone()))


def clock_text(moment: datetime) -> str:
    """Return hours and minutes, as 10:42."""
    return format_time(local(moment).time(), _forms().clock, locale=language())


def second_text(moment: datetime) -> str:
    """Return a time to the second, as 10:42:07."""
    return format_time(local(moment).time(), _forms().second, locale=language())


def day_text(moment: datetime | date) -> str:
    """Return a day, as 24 Nov."""
    return format_date(_day(moment), _forms().day, locale=language())


def date_text(moment: datetime | date | None) -> str:
    """Return a date with its year, as 23 Oct 2027, or nothing where there is none."""
    return format_date(_day(moment), _forms().date, locale=language()) if moment else ""


def partial_text(known: str) -> str:
    """Return a date known to the year, the month or the day (YYYY, YYYY-MM, YYYY-MM-DD), as Oct 2020."""
    if len(known) == len("YYYY-MM"):
        return format_date(date.fromisoformat(f"{known}-01"), _forms().month, locale=language())
    return date_text(date.fromisoformat(known)) if len(known) == len("YYYY-MM-DD") else known


def lazy_date(day: date) -> LazyString:
    """Return a date that is written when somebody reads it, for a sentence that is not in a language yet."""
    return LazyString(date_text, day)


def lazy_partial(known: str) -> LazyString:
    """Return a partly known date, written when somebody reads it."""
    return LazyString(partial_text, known)


def weekday_text(day: date) -> str:
    """Return a day with its name, as Tuesday 24 November."""
    return format_date(day, _forms().weekday, locale=language())


def full_text(moment: datetime) -> str:
    """Return a day and a time, as Tue 24 Nov, 10:42."""
    return format_datetime(local(moment).replace(tzinfo=None), _forms().moment, locale=language())


def exact_text(moment: datetime) -> str:
    """Return a date and a time of a document, with the zone, as 24 Nov 2026, 10:42 UTC."""
    there = local(moment)
    return f"{format_datetime(there.replace(tzinfo=None), _forms().exact, locale=language())} {there.tzname()}"


def _day(moment: datetime | date) -> date:
    return local(moment).date() if isinstance(moment, datetime) else moment


def number(value: int | float | Decimal) -> str:
    """Return a number with its thousands apart, as 1,234 or 1 234."""
    return format_decimal(value, locale=language())


def percent(value: int | float | Decimal) -> str:
    """Return hundredths as a share, as 74 %: with a space in every language, as the bench is used to."""
    return f"{number(value)}\N{NO-BREAK SPACE}%"


def typed_price(minor: int, currency: str = "EUR") -> str:
    """Return an amount as the reader would type it into a form: 1234.50 or 1234,50."""
    return _with_their_sign(money.plain_amount(minor, currency))


def typed_rate(rate: int) -> str:
    """Return a share in thousandths as the reader would type it in percent: 10 or 25.5 or 25,5."""
    return _with_their_sign(f"{Decimal(rate) / 10:f}")


def _with_their_sign(plain: str) -> str:
    """Return a plain number with the reader's decimal sign in place of the point."""
    return plain.replace(".", get_decimal_symbol(_locale(language())))


def price(minor: int | None, currency: str = "EUR") -> str:
    """Return an amount in the reader's form, or a dash where there is none."""
    return "–" if minor is None else money.format_amount(minor, currency, language())


def init_app(app: Flask) -> None:
    """Wire translation and the filters that print times, dates, numbers and money."""
    translations.init_app(app, _language, _zone)
    filters: dict[str, Any] = {
        "clock": clock_text,
        "day": day_text,
        "moment": full_text,
        "exact": exact_text,
        "date": date_text,
        "number": number,
        "percent": percent,
        "price": price,
        "local": local,
        "word": word,
        "within": within,
        "spoken": spoken,
        "capital": capital,
    }
    app.jinja_env.filters.update(filters)
