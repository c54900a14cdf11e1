"""SKUs and practice product numbers: made of what a unit is, so that the same things always share one."""

from __future__ import annotations

import hashlib
import re
from typing import Final

from workshop.core.check_digits import gtin_digit

GRADE_LETTERS: Final = {
    "PREMIUM": "P",
    "EXCELLENT": "A",
    "VERY_GOOD": "B",
    "GOOD": "C",
    "FAIR": "D",
    "STALLONE": "E",
}
_WORDS: Final = re.compile(r"[A-Za-z]+|\d+")


def model_part(name: str) -> str:
    """Return a model's name as it begins a SKU: `iPhone 12 mini` is IP12MINI, `Galaxy S21 5G` is GAS215G."""
    first, *rest = _WORDS.findall(name) or ["X"]
    begun: str = first[:2] + "".join(word[:4] for word in rest)
    return begun.upper()[:20]


def product_code(name: str, storage_gb: int, colour: str) -> str:
    """Return what the SKUs of a product begin with: model, storage, colour."""
    shade = "".join(_WORDS.findall(colour))[:3].upper()
    return "-".join(filter(None, (model_part(name), str(storage_gb) if storage_gb else "", shade)))


def sku_of(code: str, grade: str, *, new_battery: bool) -> str:
    """Return the SKU of a product in a grade: IP12-128-BLU-B, with -NB for a new battery."""
    return "-".join(filter(None, (code, GRADE_LETTERS[grade], "NB" if new_battery else "")))


def practice_ean(maker: str, name: str, storage_gb: int, colour: str) -> str:
    """Return a valid GTIN-13 for practising: always the same for the same product.

    It begins with 29, which GS1 leaves to each company's own use, so that it is never another's product.
    """
    mark = hashlib.sha256(f"{maker}|{name}|{storage_gb}|{colour.casefold()}".encode()).hexdigest()
    body = f"29{int(mark[:12], 16) % 10**10:010d}"
    digit: str = gtin_digit(body)
    return body + digit
