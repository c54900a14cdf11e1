"""The words of each language: `fi/LC_MESSAGES/messages.po` is read as it is, when somebody first reads in it.

So there is nothing to compile: a plain checkout, a read-only folder and the demo all speak Finnish. Reading the 2,000
messages takes a tenth of a second, once in each process.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from babel import Locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import Flask, has_request_context, request
from flask_babel import Babel, Domain, get_locale

FOLDER: Final = Path(__file__).parent
# The first is the language of the source; each other one has a folder here.
LANGUAGES: Final = ("en", "fi")


def catalogue_of(language: str) -> Path:
    """Return the file that holds the words of a language."""
    return FOLDER / language / "LC_MESSAGES" / "messages.po"


@cache
def words_of(language: str) -> NullTranslations:
    """Return the translations into a language; English has none."""
    if language not in LANGUAGES[1:]:
        return NullTranslations()
    compiled = BytesIO()
    with catalogue_of(language).open("rb") as file:
        write_mo(compiled, read_po(file, locale=language))
    compiled.seek(0)
    return Translations(compiled)


class Words(Domain):  # type: ignore[misc]
    """Where Flask-Babel looks words up."""

    def get_translations(self) -> NullTranslations:
        """Return the translations into the reader's language."""
        locale = get_locale()
        return words_of(locale.language if locale else LANGUAGES[0])


def of_browser() -> str:
    """Return the language that the browser asks for, among ours."""
    asked = request.accept_languages.best_match(LANGUAGES) if has_request_context() else None
    return asked or LANGUAGES[0]


def init_app(app: Flask, language: Callable[[], Locale | str], zone: Callable[[], str] | None = None) -> None:
    """Let `app` speak the language that `language()` names, and tell the time of `zone()`."""
    babel: Any = Babel(app, locale_selector=language, timezone_selector=zone)
    babel.domain_instance = Words()
