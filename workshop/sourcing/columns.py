"""Which column of a supplier's file holds what: proposed from its heading in many languages, and from its content."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from flask_babel import lazy_gettext as _l

from workshop.catalogue.identifiers import looks_like_imei
from workshop.sourcing.reading import Row

FIELDS: Final[dict[str, Any]] = {
    "imei": _l("IMEI"),
    "imei2": _l("Second IMEI"),
    "serial": _l("Serial number"),
    "model": _l("Model"),
    "storage_gb": _l("Storage"),
    "colour": _l("Colour"),
    "condition": _l("Condition quoted"),
    "price": _l("Price"),
    "vat_regime": _l("VAT regime"),
    "lot": _l("Lot"),
    "shop": _l("Shop"),
    "source": _l("Source"),
}
_WORDS: Final = tomllib.loads((Path(__file__).parent / "data" / "words.toml").read_text("utf-8"))
_MEANING: Final[dict[str, str]] = {words: field for field, every in _WORDS["headings"].items() for words in every}
BESIDE: Final = frozenset(word for every in _WORDS["beside"].values() for word in every)
_LOOKED_AT: Final = 10
_SAMPLE: Final = 40


def plain(heading: str) -> str:
    """Return a heading without accents, signs, case and what stands in brackets."""
    bare = unicodedata.normalize("NFKD", re.sub(r"\([^)]*\)|\[[^]]*\]", " ", heading))
    letters = "".join(each for each in bare if not unicodedata.combining(each)).casefold()
    return " ".join(re.findall(r"[^\W_]+", letters))


def meaning(heading: str, remembered: Mapping[str, str]) -> str:
    """Return the field that a heading names: as this supplier's last file had it, else as words go; or nothing."""
    words = plain(heading)
    if words in remembered:
        return remembered[words] if remembered[words] in FIELDS else ""
    return _MEANING.get(words, "")


def proposed_heading(rows: Sequence[Row], remembered: Mapping[str, str]) -> int:
    """Return the number of the line that names the columns: the last of those that do; 0 where none does."""
    found = 0
    for number, cells in rows[:_LOOKED_AT]:
        known = {meaning(cell, remembered) for cell in cells} - {""}
        if len(known) >= 2:
            found = number
        elif found:
            break
    return found or _line_above_numbers(rows[:2])


def _line_above_numbers(rows: Sequence[Row]) -> int:
    """Return the first line where its words stand above an IMEI, in a language that is not known here."""
    if len(rows) < 2:
        return 0
    above = [cell for cell, below in zip(rows[0][1], rows[1][1], strict=False) if looks_like_imei(below)]
    return rows[0][0] if above and not any(map(looks_like_imei, rows[0][1])) else 0


def proposed_columns(headings: Sequence[str], body: Iterable[Row], remembered: Mapping[str, str]) -> list[str]:
    """Return the field of each column, empty for one that is not used. No field is proposed twice."""
    sample = [cells for _number, cells in list(body)[:_SAMPLE]]
    width = max([len(headings), *(len(cells) for cells in sample)], default=0)
    taken: list[str] = []
    for place in range(width):
        field = meaning(headings[place], remembered) if place < len(headings) else ""
        taken.append(_free(field, taken))
    for place in range(width):
        if not taken[place] and _holds_imeis([cells[place] for cells in sample if place < len(cells)]):
            taken[place] = _free("imei", taken)
    return taken


def _free(field: str, taken: Sequence[str]) -> str:
    if field not in taken:
        return field
    return "imei2" if field == "imei" and "imei2" not in taken else ""


def _holds_imeis(cells: Sequence[str]) -> bool:
    filled = [cell for cell in cells if cell]
    return bool(filled) and sum(map(looks_like_imei, filled)) * 2 > len(filled)
