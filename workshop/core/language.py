"""Which language and which zone a person reads."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime
from flask import Flask, g, has_request_context, request
from flask_babel import Babel, get_locale

from workshop.core import money
from workshop.core.actor import Actor

LANGUAGES: Final = ("en", "fi")


def _known() -> Actor | None:
    """Return who asks where that is known already: saying who is not signed in needs words itself."""
    found: Actor | None = g.get("actor") if has_request_context() else None
    return found


def _language() -> Locale:
    actor = _known()
    if actor is not None:
        return _locale(actor.language)
    return _locale((request.accept_languages.best_match(LANGUAGES) if has_request_context() else None) or "en")


@cache
def _locale(language: str) -> Locale:
    return Locale.parse(language)


def _zone() -> str:
    actor = _known()
    return actor.zone if actor is not None else "UTC"


def local(moment: datetime) -> datetime:
    """Return an instant in the zone of the reader's site."""
    return moment.astimezone(ZoneInfo(_zone()))


def clock_text(moment: datetime) -> str:
    """Return hours and minutes, as 10:42."""
    return local(moment).strftime("%H:%M")


def day_text(moment: datetime) -> str:
    """Return a day, as 24 Nov."""
    return format_date(local(moment).date(), "d MMM", locale=get_locale() or "en")


def full_text(moment: datetime) -> str:
    """Return a day and a time, as Tue 24 Nov, 10:42."""
    return format_datetime(local(moment).replace(tzinfo=None), "EEE d MMM, HH:mm", locale=get_locale() or "en")


def date_text(day: object) -> str:
    """Return a date with its year, as 23 Oct 2027."""
    return format_date(day, "d MMM yyyy", locale=get_locale() or "en")  # type: ignore[arg-type]


def price(minor: int | None, currency: str = "EUR") -> str:
    """Return an amount in the reader's form, or a dash where there is none."""
    return "–" if minor is None else money.format_amount(minor, currency, str(get_locale() or "en"))


def init_app(app: Flask) -> None:
    """Wire translation and the filters that print times, dates and money."""
    Babel(app, locale_selector=_language, timezone_selector=_zone)
    app.jinja_env.filters.update(
        clock=clock_text, day=day_text, moment=full_text, date=date_text, price=price, local=local
    )
