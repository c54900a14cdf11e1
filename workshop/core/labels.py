"""Labels and command cards: PDF, PNG and SVG by typst, ZPL for label printers.

Two benches may print at once: one typst compiler serves all threads under a lock, since a label takes some
milliseconds. Typst keeps threads of its own, so render in the process that serves, never before it forks.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any, Literal

import typst
from flask_babel import gettext as _

from workshop.core.label_layout import SIZES, Label, Mark, Size, dots, layout, plain
from workshop.core.symbols import QUIET_MODULES, UnprintableCode, code128, code128_svg
from workshop.core.zpl import FONTS, zpl_label

__all__ = [
    "SIZES",
    "Format",
    "Label",
    "Size",
    "UnprintableCode",
    "code128_svg",
    "command_card",
    "command_card_pages",
    "render",
]

Format = Literal["pdf", "png", "svg", "zpl"]
CardItem = tuple[str, str, str | None]
"""A word, the code scanned for it, and the name of its icon or None."""

CardGroup = tuple[str, str, Sequence[CardItem]]
"""A heading, a hint at its right, and what stands below."""

TEMPLATES = Path(__file__).parent / "label_templates"
ICONS = frozenset(path.stem for path in (TEMPLATES / "icons").glob("*.svg"))
SANS = (
    "Atkinson Hyperlegible Next", "Noto Sans", "Noto Sans Arabic", "Noto Sans Hebrew", "Noto Sans Devanagari",
    "Noto Sans Bengali", "Noto Sans Tamil", "Noto Sans Thai", "Noto Sans Armenian", "Noto Sans Georgian",
)  # fmt: skip
MONO = ("Atkinson Hyperlegible Mono", *SANS[1:])
CARD_DPI = 300
# A card's width without its margins, and how many dots a narrow bar takes: four, if the code is not too long for it.
CARD_MM = 191
CARD_DOTS = 4
CARD_COLUMNS = (5, 4, 3)
CARD_BARS_MM = 10
_one_at_a_time = Lock()


def render(labels: Sequence[Label], *, size: str, format: Format, dpi: int = 203, skip: int = 0) -> bytes:
    """Return `labels` ready to print on a printer of `dpi`.

    A PDF has a page a label, or as many A4 sheets as it takes, the first `skip` places of which are left
    empty. PNG and SVG show the same pages in one picture, one beneath the other. ZPL is one `^XA` to `^XZ` a
    label; a sheet has none.

    Raises UnprintableCode for a code that cannot stand on this label, KeyError for a size not in SIZES.
    """
    chosen = SIZES[size]
    drawn = [layout(label, chosen, dpi) for label in labels]
    if not drawn:
        raise ValueError("there is no label to print")
    if format == "zpl":
        return _zpl(drawn, chosen, dpi)
    width, height, pages = _sheets(drawn, chosen, dpi, skip) if chosen.sheet else _roll(drawn, chosen, dpi)
    if format != "pdf":
        pages, height = [_beneath_each_other(pages, height)], height * len(pages)
    data = {"dpi": dpi, "width": width, "height": height, "pages": pages}
    return _typeset("labels.typ", data, format, ppi=dpi)


def command_card(title: str, subtitle: str, groups: Iterable[CardGroup]) -> bytes:
    """Return an A4 PDF of codes to scan instead of pressing keys, three columns in `groups`, more of short codes.

    An icon that is not among ICONS is left out: the word always stands. So is a group without codes.
    """
    return _typeset("card.typ", _card(title, subtitle, groups), "pdf")


def command_card_pages(title: str, subtitle: str, groups: Iterable[CardGroup], dpi: int = 110) -> list[bytes]:
    """Return the pages of a command card as PNG, to be looked at on a screen."""
    return _typeset_pages("card.typ", _card(title, subtitle, groups), dpi)


def _card(title: str, subtitle: str, groups: Iterable[CardGroup]) -> dict[str, Any]:
    return {
        "dpi": CARD_DPI,
        "title": plain(title),
        "subtitle": plain(subtitle),
        "pages": _("page %(page)s of %(pages)s", page="{page}", pages="{pages}"),
        "bars": dots(CARD_BARS_MM, CARD_DPI),
        "groups": [_card_group(*group) for group in groups if group[2]],
    }


def _card_group(heading: str, hint: str, items: Sequence[CardItem]) -> dict[str, Any]:
    """Return a part of the card: as many codes in a row as there can be without a bar becoming finer by it."""
    wide = (n for n in CARD_COLUMNS if all(_card_dots(code, n) == CARD_DOTS for _word, code, _icon in items))
    columns = next(wide, CARD_COLUMNS[-1])
    drawn = [_card_item(*item, columns=columns) for item in items]
    return {"heading": plain(heading), "hint": plain(hint), "columns": columns, "items": drawn}


def _card_dots(code: str, columns: int) -> int:
    """Return how many dots a narrow bar takes where so many codes stand in a row, with their quiet zone between."""
    column = dots(CARD_MM / columns, CARD_DPI)
    return min(CARD_DOTS, column // (code128(code).width + QUIET_MODULES))


def _zpl(drawn: Sequence[Sequence[Mark]], size: Size, dpi: int) -> bytes:
    if size.sheet:
        raise ValueError(f"{size.key} is a sheet for an office printer: take a PDF")
    width, height = dots(size.width_mm, dpi), dots(size.height_mm, dpi)
    return "".join(zpl_label(marks, width=width, height=height) for marks in drawn).encode("ascii")


def _roll(drawn: Sequence[Sequence[Mark]], size: Size, dpi: int) -> tuple[int, int, list[Any]]:
    pages = [_placed(marks, 0, 0) for marks in drawn]
    return dots(size.width_mm, dpi), dots(size.height_mm, dpi), pages


def _sheets(drawn: Sequence[Sequence[Mark]], size: Size, dpi: int, skip: int) -> tuple[int, int, list[Any]]:
    sheet = size.sheet
    assert sheet is not None
    pages: list[Any] = []
    for number, marks in enumerate(drawn, start=skip % sheet.places):
        page, place = divmod(number, sheet.places)
        row, column = divmod(place, sheet.columns)
        if page == len(pages):
            pages.append([])
        x = dots(sheet.left_mm + column * sheet.pitch_x_mm, dpi)
        pages[page] += _placed(marks, x, dots(sheet.top_mm + row * sheet.pitch_y_mm, dpi))
    return dots(sheet.width_mm, dpi), dots(sheet.height_mm, dpi), pages


def _placed(marks: Sequence[Mark], x: int, y: int) -> list[dict[str, Any]]:
    return [asdict(mark) | {"kind": type(mark).__name__.lower(), "x": mark.x + x, "y": mark.y + y} for mark in marks]


def _beneath_each_other(pages: Sequence[Any], height: int) -> list[dict[str, Any]]:
    return [mark | {"y": mark["y"] + number * height} for number, page in enumerate(pages) for mark in page]


def _card_item(word: str, code: str, icon: str | None, *, columns: int) -> dict[str, Any]:
    module = _card_dots(code, columns)
    if module < 2:
        raise UnprintableCode(_("%(code)s is too long for the command card.", code=code), field="code")
    height = dots(CARD_BARS_MM, CARD_DPI)
    return {
        "word": plain(word),
        "code": code,
        "icon": icon if icon in ICONS else None,
        "boxes": [(x * module, 0, width * module, height) for x, _y, width, _h in code128(code).boxes],
    }


def _typeset(
    template: str, data: dict[str, Any], format: Literal["pdf", "png", "svg"], ppi: int | None = None
) -> bytes:
    written = _compiled(template, data, format, ppi)
    assert isinstance(written, bytes)
    return written


def _typeset_pages(template: str, data: dict[str, Any], ppi: int) -> list[bytes]:
    written = _compiled(template, data, "png", ppi)
    return [written] if isinstance(written, bytes) else written


def _compiled(
    template: str, data: dict[str, Any], format: Literal["pdf", "png", "svg"], ppi: int | None
) -> bytes | list[bytes]:
    """Compile `template` with `data`, which it can only read: what a person typed is never template code."""
    inputs = {"data": json.dumps(data | {"fonts": SANS, "mono": MONO})}
    with _one_at_a_time:
        written = _compiler(template).compile(format=format, ppi=ppi, sys_inputs=inputs)
    assert written is not None
    return written


@cache
def _compiler(template: str) -> typst.Compiler:
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS])
    return typst.Compiler(TEMPLATES / template, root=TEMPLATES, font_paths=fonts)
