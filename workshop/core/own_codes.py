"""The workshop's own codes: a letter for the kind, at least seven digits, a check character (`U0001234X`).

The check character is the sum of the characters, each times its weight, modulo 23. Twenty-three is prime
and the weights are powers of 5, a primitive root of 23, so all are different and none is 0: one wrong
character is always seen, and so are two neighbours that changed places. The 23 letters leave out I and O,
which look like 1 and 0, and Z, which looks like 2 and trades places with Y on a German keyboard. The sum
starts at 5, so that U0001234X, the code in every document of ours, is a true one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXY"
DIGITS = 7
LONGEST = 15

_SHAPE = re.compile(rf"([{ALPHABET}])([0-9]{{{DIGITS},{LONGEST}}})([{ALPHABET}])")
_VALUES = {letter: value for value, letter in enumerate(ALPHABET)} | {str(digit): digit for digit in range(10)}
_START = 5
_WEIGHTS = [pow(5, place + 1, len(ALPHABET)) for place in range(LONGEST + 1)]


@dataclass(frozen=True, slots=True)
class OwnCode:
    """One of our own codes, read and proved."""

    kind: str
    number: int
    text: str


def own_code(kind: str, number: int) -> str:
    """Return the printed code of thing `number` of this `kind` (one letter of ALPHABET)."""
    if kind not in ALPHABET or len(kind) != 1:
        raise ValueError(f"a kind is one letter of {ALPHABET}, not {kind!r}")
    if not 0 <= number < 10**LONGEST:
        raise ValueError(f"a number has 1 to {LONGEST} digits, not {number}")
    body = f"{kind}{number:0{DIGITS}d}"
    return body + check_character(body)


def check_character(body: str) -> str:
    """Return the check character of a letter and its digits."""
    total = sum(_VALUES[each] * weight for each, weight in zip(reversed(body), _WEIGHTS, strict=False))
    return ALPHABET[(_START + total) % len(ALPHABET)]


def read_own_code(text: str) -> OwnCode | None:
    """Read one of our own codes exactly as printed; None for anything else, a wrong check character too."""
    match = _SHAPE.fullmatch(text)
    if match is None or check_character(text[:-1]) != text[-1]:
        return None
    kind, digits, _check = match.groups()
    if len(digits) > DIGITS and digits[0] == "0":
        return None
    return OwnCode(kind, int(digits), text)


def has_own_shape(text: str) -> bool:
    """True for what is built like an own code, whether its check character holds or not."""
    return _SHAPE.fullmatch(text) is not None
