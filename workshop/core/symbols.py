"""Codes as black and white modules: Code 128 by python-barcode, QR and Data Matrix by zxing-cpp.

A symbol is a list of black rectangles on a grid of whole modules. Whoever draws it multiplies by a whole
number of dots or pixels, so that a bar never comes out between two of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import Any, Literal
from xml.sax.saxutils import escape

import zxingcpp
from barcode.codex import Code128
from flask_babel import lazy_gettext as _l

from workshop.core.errors import Refused

QUIET_MODULES = 10
"""White that a Code 128 needs on either side, in modules (ISO/IEC 15417)."""

LONGEST_CODE = 80

Box = tuple[int, int, int, int]
"""x, y, width and height."""

MatrixKind = Literal["QRCode", "DataMatrix"]


class UnprintableCode(Refused, ValueError):
    """A code that Code 128 cannot hold, or that is too long for the place where it would stand."""

    kind = "unprintable-code"


@dataclass(frozen=True)
class Symbol:
    """A drawn code: `boxes` are black, all else within `width` and `height` modules is white."""

    width: int
    height: int
    boxes: tuple[Box, ...]


def printable(code: str) -> str:
    """Return `code` if every character of it prints in Code 128 and reads back the same.

    Raises UnprintableCode naming the first character that does not.
    """
    if not code or code != code.strip():
        raise UnprintableCode(_l("A code cannot be empty or begin or end with a space."), field="code")
    if strange := next((c for c in code if not " " <= c <= "~"), None):
        raise UnprintableCode(
            _l("%(character)s cannot be printed as a bar code.", character=ascii(strange)),
            _l("Use capitals, digits and the signs of a plain keyboard."),
            field="code",
        )
    if len(code) > LONGEST_CODE:
        raise UnprintableCode(_l("A code has at most %(count)s characters.", count=LONGEST_CODE), field="code")
    return code


class _Bars(Code128):  # type: ignore[misc]
    """Code 128 without python-barcode's loss of a leading pair 99.

    Its optimisation takes the pair of digits 99, with which some IMEIs begin, for a change to set C and drops it.
    """

    def _try_to_optimize(self, encoded: list[int]) -> list[int]:
        return encoded if self.code[:2].isdigit() else super()._try_to_optimize(encoded)


@lru_cache(maxsize=1024)
def code128(code: str) -> Symbol:
    """Return the bars of `code`, one module high, without the quiet zone."""
    bars, modules = _Bars(printable(code)).build()[0], []
    x = 0
    for bar, run in groupby(bars):
        width = len(list(run))
        if bar == "1":
            modules.append((x, 0, width, 1))
        x += width
    return Symbol(x, 1, tuple(modules))


@lru_cache(maxsize=1024)
def matrix(text: str, kind: MatrixKind = "QRCode") -> Symbol:
    """Return `text` as a QR code or Data Matrix, without the quiet zone."""
    try:
        code = zxingcpp.create_barcode(text, getattr(zxingcpp.BarcodeFormat, kind))
    except ValueError as error:
        raise UnprintableCode(_l("This text is too long for a square code."), field="qr") from error
    image: Any = code.to_image(scale=1, add_quiet_zones=False)
    pixels = memoryview(image)
    height, width = pixels.shape or (0, 0)
    rows = ([pixels[y, x] == 0 for x in range(width)] for y in range(height))
    return Symbol(width, height, tuple(box for y, row in enumerate(rows) for box in _runs(row, y)))


def _runs(row: list[bool], y: int) -> list[Box]:
    found: list[Box] = []
    x = 0
    for black, run in groupby(row):
        width = len(list(run))
        if black:
            found.append((x, y, width, 1))
        x += width
    return found


def code128_svg(code: str, *, module_px: int = 2, height_px: int = 64) -> bytes:
    """Return `code` as an SVG picture for an `<img>`: whole pixels, black on white in both themes."""
    symbol = code128(code)
    width = (symbol.width + 2 * QUIET_MODULES) * module_px
    bars = "".join(
        f"M{(x + QUIET_MODULES) * module_px} 0h{w * module_px}v{height_px}h-{w * module_px}z"
        for x, _, w, _ in symbol.boxes
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height_px}" '
        f'viewBox="0 0 {width} {height_px}" shape-rendering="crispEdges" role="img">'
        f"<title>{escape(code)}</title>"
        f'<rect width="{width}" height="{height_px}" fill="#fff"/><path fill="#000" d="{bars}"/></svg>'
    ).encode()
