"""Finding every word that a person sees: in the program, in the templates, and in the data of the catalogue.

`make words` brings each language's file up to date with them. What is new stands there without a translation: nothing
is guessed from a similar sentence, and what is not used any more goes.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import IO, Any, Final

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po, write_po

from workshop.translations import LANGUAGES, catalogue_of

ROOT: Final = Path(__file__).parents[2]
HERE: Final = "workshop.translations.extract"
WHERE: Final = [
    ("workshop/**.py", "python"),
    ("templates/**.html", "jinja2"),
    ("workshop/sandbox/templates/**.html", "jinja2"),
    ("workshop/catalogue/data/**.toml", f"{HERE}:words_in_data"),
]
KEYWORDS: Final = DEFAULT_KEYWORDS | {"_l": None, "lazy_gettext": None, "lazy_ngettext": (1, 2)}
# The fields of the data that are read by people. Everything else there is a code, a number or a name of a law.
READ_BY_PEOPLE: Final = frozenset(
    {"title", "instruction", "text", "article", "tools", "hazards", "breaks", "question", "note"}
)

# What would differ each time although no word did.
NOISE: Final = re.compile(
    r'^"(?:Project-Id-Version|POT-Creation-Date|PO-Revision-Date|Generated-By|Last-Translator|Report-Msgid).*\n', re.M
)

Message = tuple[int, str, str, list[str]]


def words_in_data(file: IO[bytes], _keywords: Any, _tags: Any, options: Any) -> Iterator[Message]:
    """Yield the words of a TOML file, as Babel's extractors do: line, function, message, comments."""
    for text in _texts(tomllib.loads(file.read().decode())):
        yield 0, "_", text, []


def _texts(node: Any, field: str = "") -> Iterator[str]:
    if isinstance(node, str):
        if field in READ_BY_PEOPLE and re.search(r"[^\W\d_]", node):
            yield node
    elif isinstance(node, dict):
        for name, value in node.items():
            yield from _texts(value, name)
    elif isinstance(node, list):
        for value in node:
            yield from _texts(value, field)


def messages() -> Catalog:
    """Return every message of the program as it is now, without translations."""
    found = Catalog(charset="utf-8")
    for folder in ("workshop", "templates"):
        where = [(pattern.removeprefix(f"{folder}/"), how) for pattern, how in WHERE if pattern.startswith(folder)]
        words = extract_from_dir(ROOT / folder, where, keywords=KEYWORDS, directory_filter=lambda _path: True)
        for _file, _line, message, comments, context in words:
            found.add(message, None, auto_comments=comments, context=context)
    return found


def updated(language: str, now: Catalog) -> str:
    """Return the file of a language as it must be: what stays keeps its translation, in the order of the words."""
    with catalogue_of(language).open("rb") as file:
        known = read_po(file, locale=language)
    known.update(now, no_fuzzy_matching=True, update_creation_date=False)
    written = BytesIO()
    write_po(written, known, width=0, no_location=True, sort_output=True, ignore_obsolete=True)
    return NOISE.sub("", written.getvalue().decode())


def main() -> None:
    """Bring the files of all languages up to date, and say what is left to translate."""
    now = messages()
    for language in LANGUAGES[1:]:
        text = updated(language, now)
        catalogue_of(language).write_text(text, encoding="utf-8")
        left = text.count('\nmsgstr ""\n\n') + text.count('\nmsgstr[0] ""\n')
        print(f"{language}: {len(now)} messages, {left} without a translation")
