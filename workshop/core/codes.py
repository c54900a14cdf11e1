"""What a scanner sends, made into the code that was printed.

A scan passes four steps: noise is taken off, what another keyboard layout did is undone where that can be
proved, two codes glued together are told apart, and half a code is refused. The rest stays as it came.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

from workshop.core.check_digits import gtin_holds, luhn_holds
from workshop.core.errors import Refused
from workshop.core.own_codes import (
    ALPHABET,
    DIGITS,
    OwnCode,
    check_character,
    has_own_shape,
    own_code,
    read_own_code,
)

__all__ = [
    "ALPHABET",
    "BadCode",
    "Cleaned",
    "OwnCode",
    "check_character",
    "clean",
    "own_code",
    "read_own_code",
]

LONGEST_SCAN = 128
KINDS_IN_USE = "UPBQRTCW"
NO_COMMANDS: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A scan as it was printed. `notes` say what was repaired; `own` is set for one of our own codes."""

    text: str
    notes: tuple[Any, ...] = ()
    own: OwnCode | None = None

    @property
    def command(self) -> str | None:
        """The word of a command code (`NEXT` of `*NEXT*`), or None."""
        return self.text[1:-1] if _COMMAND.fullmatch(self.text) else None


class BadCode(Refused):
    """A scan that no code can be read from. `reason` is empty, too-long, glued, half or misread."""

    kind = "bad-code"

    def __init__(self, reason: str, what: Any, remedy: Any) -> None:
        super().__init__(what, remedy, field="code")
        self.reason = reason


def clean(raw: str, *, commands: Collection[str] = NO_COMMANDS, kinds: str = KINDS_IN_USE) -> Cleaned:
    """Return the code that was printed, with a note for each repair; raise BadCode when there is none.

    `commands` are the words that stand between asterisks on the command card. Given them, a word is read as a
    command whatever stands in the asterisks' place; without them only signs are, not letters or digits.
    `kinds` are the letters in use for own codes: a wrong check character behind one of them is a misread.
    """
    if raw.isascii() and _stands_alone(raw):
        return Cleaned(raw, (), read_own_code(raw))
    notes: list[Any] = []
    text = _without_noise(raw[: LONGEST_SCAN * 4], notes)
    _refuse_by_length(text)
    text = _as_printed(text, notes, commands)
    text = _only_one(text, notes, commands)
    _refuse_half(text, commands, kinds)
    _refuse_misread(text, kinds)
    return Cleaned(text, tuple(notes), read_own_code(text))


# --- noise ----------------------------------------------------------------------------------------

_AIM = re.compile(r"^(?:\][A-Za-z][0-9A-Za-z])+")
_GS = re.compile("\x1d|<GS>|\\{GS\\}|\\{FNC1\\}|<FNC1>", re.IGNORECASE)
_SPACED_DIGITS = re.compile(r"(?:[0-9] ?){11,}")  # an IMEI, EID or GTIN; "74 912" stays two figures


def _without_noise(raw: str, notes: list[Any]) -> str:
    text = _GS.sub("", unicodedata.normalize("NFC", raw))
    visible = "".join(_plain(each) for each in text)
    visible = " ".join(visible.split())
    bare = _AIM.sub("", visible).strip()
    if _SPACED_DIGITS.fullmatch(bare):
        bare = bare.replace(" ", "")
    if bare != raw.rstrip("\r\n"):
        notes.append(_l("Scanner signs and spaces were left out."))
    return bare


def _plain(each: str) -> str:
    """Return one character as the label has it: hidden ones vanish, every script's digits become 0 to 9."""
    if each in "\t\r\n" or unicodedata.category(each) in ("Zs", "Zl", "Zp"):
        return " "
    if unicodedata.category(each) in ("Cc", "Cf", "Co", "Cn", "Cs") or unicodedata.category(each)[0] == "M":
        return ""
    if (digit := unicodedata.decimal(each, None)) is not None:
        return str(digit)
    return chr(ord(each) - 0xFEE0) if "！" <= each <= "～" else each


def _refuse_by_length(text: str) -> None:
    if not text:
        raise BadCode("empty", _l("Nothing was read."), _l("Scan again, nearer and straight on."))
    if len(text) > LONGEST_SCAN:
        what = _l("That is %(count)s characters: no code is this long.", count=len(text))
        raise BadCode("too-long", what, _l("Scan one code at a time."))


# --- keyboard layouts -----------------------------------------------------------------------------

_COMMAND = re.compile(r"\*[A-Z][A-Z0-9-]{1,24}\*")
_COMMAND_LIKE = re.compile(r"(.)([A-Z][A-Z0-9-]{1,24})(.)")
_CARD = re.compile(
    r"G-[0-4]|F-[A-Z]{2,8}-[0-9]{1,2}|C-[A-Z]{2,8}[0-9]{0,2}|L-[A-Z]{1,6}[0-9]{0,5}|E-[A-Z]{3,10}(?:-FAIL)?"
)
_DASHES = "‐‑‒–—―−ß+/)'_?"  # what a dash becomes when scanner and computer disagree (German, Finnish, French)
_CARD_LIKE = re.compile(rf"([CEFGL])([{re.escape(_DASHES)}])([A-Z0-9]+)(?:\2([A-Z0-9]+))?")
_DIGIT_ROWS = {"AZERTY": "&é\"'(-è_çà", "QWERTZ (cz)": "+ěščřžýáíé"}
_DIGIT_ROW_TABLES = {
    layout: str.maketrans(row + row.upper(), ("1234567890" * 2)[: len(row + row.upper())])
    for layout, row in _DIGIT_ROWS.items()
}
_QWERTZ = str.maketrans("YZ", "ZY")
_AZERTY_LETTERS = str.maketrans("AQWZ?", "QAZWM")


def _as_printed(text: str, notes: list[Any], commands: Collection[str]) -> str:
    """Undo what another keyboard layout did, where the outcome proves itself."""
    capitals = "".join(each if each == "ß" else each.upper() for each in text)
    for reading in (_as_command, _as_own, _as_digits, _as_card):
        found = reading(capitals, commands)
        if found is not None:
            if found != capitals:
                notes.append(_l("Read as %(code)s: scanner and computer differ in keyboard layout.", code=found))
            return found
    return capitals


def _as_command(text: str, commands: Collection[str]) -> str | None:
    if _COMMAND.fullmatch(text) or text in commands:
        return f"*{text.strip('*')}*"
    match = _COMMAND_LIKE.fullmatch(text)
    if match is None:
        return None
    before, word, after = match.groups()
    if not commands:
        return f"*{word}*" if before == after and not before.isalnum() else None
    return _known_command(before, word, after, commands)


def _known_command(before: str, word: str, after: str, commands: Collection[str]) -> str | None:
    if before != after and (before.isalnum() or after.isalnum()):
        return None
    for guess in (word, word.translate(_QWERTZ), word.translate(_AZERTY_LETTERS)):
        if guess in commands:
            return f"*{guess}*"
    return None


def _as_own(text: str, _commands: Collection[str]) -> str | None:
    """Only a check character that holds proves a swapped layout or a dash between the parts."""
    joined = re.sub(rf"[ \-.{re.escape(_DASHES)}]", "", text)
    for guess in (text, joined, *_other_layouts(text), *_other_layouts(joined)):
        if read_own_code(guess):
            return guess
    return None


def _other_layouts(text: str) -> Iterator[str]:
    yield text.translate(_QWERTZ)
    for digits in _DIGIT_ROW_TABLES.values():
        yield text.translate(digits)
        yield text.translate(digits).translate(_AZERTY_LETTERS)


def _as_digits(text: str, _commands: Collection[str]) -> str | None:
    """Six signs or more, all of them from one layout's row of digits, are digits."""
    for table in _DIGIT_ROW_TABLES.values():
        if len(text) >= 6 and all(ord(each) in table for each in text):
            return text.translate(table)
    return None


def _as_card(text: str, _commands: Collection[str]) -> str | None:
    match = _CARD_LIKE.fullmatch(text)
    if match is None:
        return None
    family, _dash, *parts = match.groups()
    guess = "-".join([family, *(part for part in parts if part)])
    return guess if _CARD.fullmatch(guess) else None


# --- glued and cut --------------------------------------------------------------------------------


def _only_one(text: str, notes: list[Any], commands: Collection[str]) -> str:
    """Return the one code in `text`; the same code twice counts as one, two different ones are refused."""
    codes = _glued(text, commands)
    if len(codes) < 2:
        return text
    if len(set(codes)) > 1:
        what = _l("Two codes arrived as one: %(codes)s.", codes=", ".join(codes))
        raise BadCode("glued", what, _l("Nothing was done. Scan them one after the other."))
    notes.append(_l("The same code arrived twice and was read once."))
    return codes[0]


def _glued(text: str, commands: Collection[str]) -> list[str]:
    """Return the codes that stand in `text` without a gap; empty when it is not made of several."""
    half = len(text) // 2
    if text[:half] == text[half:] and half >= 8 and not text.isdigit():
        return [text[:half]] * 2
    if _stands_alone(text):
        return []
    return _parts(text) or []


def _parts(text: str) -> list[str] | None:
    if _stands_alone(text):
        return [text]
    for end in range(len(text) - 3, 2, -1):
        if _stands_alone(text[:end]) and (rest := _parts(text[end:].lstrip())):
            return [text[:end], *rest]
    return None


def _stands_alone(text: str) -> bool:
    """True for what proves itself to be one whole code."""
    if text.isdigit():
        return (len(text) == 15 and luhn_holds(text)) or (len(text) == 13 and gtin_holds(text))
    return bool(read_own_code(text) or _COMMAND.fullmatch(text) or _CARD.fullmatch(text))


_HEAD = re.compile(rf"([{ALPHABET}])(0[0-9]{{2,{DIGITS - 2}}}|[0-9]{{{DIGITS}}})")
_TAIL = re.compile(rf"0[0-9]{{2,{DIGITS - 1}}}[{ALPHABET}]")


def _refuse_half(text: str, commands: Collection[str], kinds: str) -> None:
    head = _HEAD.fullmatch(text)
    own_half = (head is not None and head[1] in kinds) or _TAIL.fullmatch(text)
    if own_half or _is_half_command(text, commands):
        what = _l("Only half a code arrived: %(code)s.", code=text)
        raise BadCode("half", what, _l("Nothing was done. Scan the whole code again."))


def _is_half_command(text: str, commands: Collection[str]) -> bool:
    if len(text) > 2 and (text[0] == "*") != (text[-1] == "*"):
        return True
    if len(text) > 2 and not text[0].isalnum() and text[1:].isalpha():
        return any(word.startswith(text[1:]) for word in commands)
    if len(text) > 2 and not text[-1].isalnum() and text[:-1].isalpha():
        return any(word.endswith(text[:-1]) for word in commands)
    return False


def _refuse_misread(text: str, kinds: str) -> None:
    if has_own_shape(text) and text[0] in kinds and read_own_code(text) is None:
        what = _l("%(code)s was misread: its last letter does not fit.", code=text)
        raise BadCode("misread", what, _l("Scan again, or type the code as it is printed."))
