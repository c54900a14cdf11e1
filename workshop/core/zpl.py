"""Labels for Zebra printers: marks laid out in dots, written as ZPL II.

Bars and squares go as dots (`^GFA`): the printer's own encoder may pack a code to another width than the
one laid out. What a person typed goes only through `^FH` hex escapes, so that `^XA` in a title is a title.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import groupby
from pathlib import Path

from PIL import ImageFont

from workshop.core.label_layout import Hazard, Ink, Mark, Text

FONTS = Path(__file__).parents[1] / "fonts"


def zpl_label(marks: Sequence[Mark], *, width: int, height: int) -> str:
    """Return one label of `width` by `height` dots, from `^XA` to `^XZ`."""
    body = "\n".join(_mark(mark) for mark in marks)
    return f"^XA^CI28^PW{width}^LL{height}^LH0,0\n{body}\n^XZ\n"


def _mark(mark: Mark) -> str:
    match mark:
        case Ink():
            return _ink(mark)
        case Hazard():
            return _hazard(mark)
        case Text():
            return _text(mark)


def _ink(mark: Ink) -> str:
    """Write the boxes as a bitmap; `:` repeats the row above, so bars cost one row."""
    row_bytes = (mark.width + 7) // 8
    written = []
    for row, run in groupby(_bitmap(mark, row_bytes)):
        written.append(row.hex().upper() + ":" * (len(list(run)) - 1))
    total = row_bytes * mark.height
    return f"^FO{mark.x},{mark.y}^GFA,{total},{total},{row_bytes},{''.join(written)}^FS"


def _bitmap(mark: Ink, row_bytes: int) -> list[bytes]:
    rows = [0] * mark.height
    for x, y, width, height in mark.boxes:
        run = ((1 << width) - 1) << (row_bytes * 8 - x - width)
        for line in range(y, y + height):
            rows[line] |= run
    return [row.to_bytes(row_bytes, "big") for row in rows]


def _hazard(mark: Hazard) -> str:
    step = round(mark.height * 1.28)
    starts = range(mark.x, mark.x + mark.width, step)
    return "\n".join(f"^FO{x},{mark.y}^GD{mark.height},{mark.height},{step // 2},B,R^FS" for x in starts)


def _text(mark: Text) -> str:
    text = mark.text if mark.whole else _cut(mark)
    origin = f"^FO{mark.x + mark.width},{mark.y},1" if mark.right else f"^FO{mark.x},{mark.y}"
    return f"{origin}{_font(mark)}^FH^FD{_escaped(text)}^FS"


def _font(mark: Text) -> str:
    """Font 0 scales freely; F is fixed-width, 26 by 13 dots and whole multiples of it."""
    if not mark.mono:
        return f"^A0N,{mark.size},{mark.size}"
    times = max(1, round(mark.size / 26))
    while times > 1 and len(mark.text) * 16 * times > mark.width:
        times -= 1
    return f"^AFN,{26 * times},{13 * times}"


def _escaped(text: str) -> str:
    return "".join(character if character.isascii() and character.isalnum() else _hex(character) for character in text)


def _hex(character: str) -> str:
    return "".join(f"_{byte:02X}" for byte in character.encode())


def _cut(mark: Text) -> str:
    """Cut to the label's width, measured in our own font: the printer's font 0 is narrower."""
    fits = mark.text
    while fits and _width(fits, mark.size) > mark.width:
        fits = fits[:-1]
    return fits if fits == mark.text else fits[:-1].rstrip() + "…"


def _width(text: str, size: int) -> float:
    return float(_bold(size).getlength(text))


@lru_cache(maxsize=32)
def _bold(size: int) -> ImageFont.FreeTypeFont:
    path = FONTS / "AtkinsonHyperlegibleNext_700Bold.ttf"
    return ImageFont.truetype(str(path), size, layout_engine=ImageFont.Layout.BASIC)
