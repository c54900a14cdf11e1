"""Where everything stands on a label, in whole printer dots.

`layout` answers with marks: ink (bars and squares), text and hazard bands. Typst and ZPL both draw these
marks, so a label looks the same from either and no bar can fall between two dots.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field

from flask_babel import lazy_gettext as _l

from workshop.core.symbols import QUIET_MODULES, Box, MatrixKind, Symbol, UnprintableCode, code128, matrix

MODULE_MM = (0.12, 0.5)
"""A narrow bar: scanners stop reading below the first, and above the second it only wastes paper."""

MOST_TEXT = 240
"""Characters of a title or line looked at: more than fit on any label, so that 10 kB cost nothing."""


@dataclass(frozen=True)
class Label:
    """What one label says. `qr` is a second, square code; `hazard` adds hatched bands above and below."""

    title: str
    code: str
    lines: tuple[str, ...] = ()
    qr: str | None = None
    hazard: bool = False


@dataclass(frozen=True)
class Sheet:
    """A page of labels for an office printer. Lengths in millimetres; A4 unless given."""

    columns: int
    rows: int
    left_mm: float
    top_mm: float
    pitch_x_mm: float
    pitch_y_mm: float
    width_mm: float = 210
    height_mm: float = 297

    @property
    def places(self) -> int:
        """How many labels a page holds."""
        return self.columns * self.rows


@dataclass(frozen=True)
class Size:
    """A size of label as data. Lengths in millimetres; text by the height of its line."""

    key: str
    width_mm: float
    height_mm: float
    margin_mm: float
    top_mm: float
    title_mm: float
    code_mm: float
    line_mm: float
    lines_above: int = 0
    lines_below: int = 1
    matrix_mm: float = 0
    matrix_kind: MatrixKind = "QRCode"
    bars: bool = True
    hazard: bool = False
    sheet: Sheet | None = None


SIZES: dict[str, Size] = {
    size.key: size
    for size in (
        Size("unit", 62, 29, 3, 2.4, title_mm=3.7, code_mm=3.5, line_mm=2.3, matrix_mm=12.6),
        Size("part", 57, 32, 3, 2.4, title_mm=3.3, code_mm=3.3, line_mm=2.3, lines_above=1, matrix_mm=12.6),
        Size(
            "quarantine", 57, 32, 3, 1.4, title_mm=3.9, code_mm=3.3, line_mm=2.4,
            lines_above=1, lines_below=0, matrix_mm=12.6, hazard=True,
        ),
        # Data Matrix: where a QR code has room for squares of two dots, this one has four.
        Size(
            "place", 25, 10, 1, 1.9, title_mm=3.2, code_mm=2.4, line_mm=0,
            matrix_mm=8, matrix_kind="DataMatrix", bars=False,
        ),
        Size(
            "a4-24", 70, 37, 5, 5, title_mm=3.7, code_mm=3.5, line_mm=2.4, matrix_mm=12.6,
            sheet=Sheet(3, 8, 0, 0.5, 70, 37),
        ),
        Size(
            "a4-65", 38.1, 21.2, 1.5, 2, title_mm=2.9, code_mm=2.7, line_mm=0, lines_below=0,
            sheet=Sheet(5, 13, 4.75, 10.7, 40.6, 21.2),
        ),
    )
}  # fmt: skip


@dataclass(frozen=True)
class Ink:
    """Black boxes within `width` by `height` dots at (x, y)."""

    x: int
    y: int
    width: int
    height: int
    boxes: tuple[Box, ...]


@dataclass(frozen=True)
class Text:
    """One line of text, `size` dots high, its top at `y`; an ellipsis cuts it at `width` unless `whole`."""

    x: int
    y: int
    width: int
    size: int
    text: str
    bold: bool = False
    mono: bool = False
    right: bool = False
    whole: bool = False
    rtl: bool = False


@dataclass(frozen=True)
class Hazard:
    """A hatched band."""

    x: int
    y: int
    width: int
    height: int


Mark = Ink | Text | Hazard


@dataclass
class Grid:
    """A label's measures in dots, with the marks put on it so far."""

    size: Size
    dpi: int
    hazard: bool
    marks: list[Mark] = field(default_factory=list)

    def dots(self, millimetres: float) -> int:
        """Return the nearest whole number of dots."""
        return dots(millimetres, self.dpi)

    def text(self, x: int, y: int, width: int, size: int, text: str, **style: bool) -> int:
        """Put a line of text and return where the next one may begin."""
        if text:
            self.marks.append(Text(x, y, width, size, text, rtl=_is_rtl(text), **style))
        return y + round(size * 1.22)

    @property
    def width(self) -> int:
        """The label's width in dots."""
        return self.dots(self.size.width_mm)

    @property
    def height(self) -> int:
        """The label's height in dots."""
        return self.dots(self.size.height_mm)

    @property
    def margin(self) -> int:
        """White left and right of everything."""
        return self.dots(self.size.margin_mm)

    @property
    def band(self) -> int:
        """The height of a hazard band, nought where there is none."""
        return self.dots(2.9) if self.hazard else 0


def dots(millimetres: float, dpi: int) -> int:
    """Return the nearest whole number of printer dots."""
    return round(millimetres * dpi / 25.4)


def layout(label: Label, size: Size, dpi: int) -> list[Mark]:
    """Return the marks of `label` in dots from its upper left corner.

    Raises UnprintableCode where the code, at the narrowest bar a scanner reads, is wider than the label.
    """
    grid = Grid(size, dpi, label.hazard or size.hazard)
    (_with_bars if size.bars else _square_beside_words)(grid, label)
    return grid.marks


def plain(text: str) -> str:
    """Return `text` as one line without control characters, and no longer than could ever be printed."""
    cleaned = "".join(_kept(character) for character in text[: 4 * MOST_TEXT])
    return " ".join(cleaned.split())[:MOST_TEXT]


def _is_rtl(text: str) -> bool:
    """Tell whether the first letter with a direction runs to the left: there the ellipsis stands left too."""
    strong = (unicodedata.bidirectional(character) for character in text)
    return next((direction for direction in strong if direction in ("L", "R", "AL")), "L") != "L"


def _kept(character: str) -> str:
    category = unicodedata.category(character)
    return {"Cc": " ", "Cs": "\N{REPLACEMENT CHARACTER}"}.get(category, character)


def _with_bars(grid: Grid, label: Label) -> None:
    """Title, lines, bars, code, lines from top to bottom; a square code stands right of the bars."""
    size, symbol = grid.size, code128(label.code)
    square, cell = _square(grid, label.qr) if label.qr and size.matrix_mm else (None, 0)
    square_x = grid.width - grid.margin - (square.width * cell if square else 0)
    room = square_x - max(0, 4 * cell - QUIET_MODULES) if square else grid.width
    module = _module(grid, symbol, room, label.code)
    left = max(grid.margin, QUIET_MODULES * module)
    lines = [plain(line) for line in label.lines]
    top = _head(grid, left, plain(label.title), lines[: size.lines_above])
    foot = _foot_height(grid)
    height = grid.height - grid.band - foot - top
    _put(grid, symbol, left, top, module, height)
    beneath = top + height + grid.dots(0.5)
    text_width = (square_x - grid.dots(1) if square else grid.width - grid.margin) - left
    after = _code(grid, left, beneath, text_width, label.code)
    below = lines[size.lines_above :]
    _lines(grid, left, after, text_width, below[: size.lines_below])
    if square:
        _put(grid, square, square_x, top, cell, cell)
        _beside(grid, square_x, max(top + square.height * cell, after - grid.dots(3.3)), below[size.lines_below :])
    _bands(grid)


def _square_beside_words(grid: Grid, label: Label) -> None:
    """A square code at the left, the title and the code at its right: for labels too small for bars."""
    code128(label.code)
    square, cell = _square(grid, label.qr or label.code)
    side = square.height * cell
    _put(grid, square, grid.margin, (grid.height - side) // 2, cell, cell)
    left = grid.margin + square.width * cell + max(grid.margin, 2 * cell)
    width = grid.width - grid.margin - left
    top = grid.band + grid.dots(grid.size.top_mm)
    beneath = grid.text(left, top, width, grid.dots(grid.size.title_mm), plain(label.title), bold=True)
    _code(grid, left, beneath, width, label.code, bold=False)


def _square(grid: Grid, text: str) -> tuple[Symbol, int]:
    """Return the square code for `text` and how many dots one of its cells takes."""
    symbol = matrix(text, grid.size.matrix_kind)
    cell = grid.dots(grid.size.matrix_mm) // symbol.height
    if cell < 2:
        raise UnprintableCode(_l("This text is too long for the square code of this label."), field="qr")
    return symbol, cell


def _module(grid: Grid, symbol: Symbol, room: int, code: str) -> int:
    """Return the widest bar, in dots, with which `symbol` and its quiet zones fit into `room`."""
    narrowest, widest = (limit * grid.dpi / 25.4 for limit in MODULE_MM)
    for module in range(max(1, int(widest)), 0, -1):
        left = max(grid.margin, QUIET_MODULES * module)
        if module >= narrowest and left + (symbol.width + QUIET_MODULES) * module <= room:
            return module
    raise UnprintableCode(
        _l("%(code)s is too long for this label.", code=code),
        _l("Take a larger label or a printer with finer dots."),
        field="code",
    )


def _head(grid: Grid, left: int, title: str, lines: Sequence[str]) -> int:
    width = grid.width - grid.margin - left
    y = grid.band + grid.dots(grid.size.top_mm)
    y = grid.text(left, y, width, grid.dots(grid.size.title_mm), title, bold=True)
    return _lines(grid, left, y, width, lines) + grid.dots(0.6)


def _foot_height(grid: Grid) -> int:
    size = grid.size
    lines = size.lines_below * size.line_mm * 1.22
    return grid.dots(0.5 + size.code_mm * 1.22 + lines + size.top_mm * 0.7)


def _lines(grid: Grid, x: int, y: int, width: int, lines: Sequence[str]) -> int:
    for line in lines:
        y = grid.text(x, y, width, grid.dots(grid.size.line_mm), line)
    return y


def _beside(grid: Grid, x: int, y: int, lines: Sequence[str]) -> None:
    """Put `lines` beneath the square code, as many as there is room for."""
    height, gap = grid.dots(grid.size.line_mm), grid.dots(0.7)
    for line in lines:
        if y + gap + height > grid.height - grid.band - grid.dots(0.8):
            return
        y = grid.text(x, y + gap, grid.width - grid.margin - x, height, line, right=True)


def _code(grid: Grid, x: int, y: int, width: int, code: str, *, bold: bool = True) -> int:
    """Put the code in letters. It is never cut: a long one is set smaller."""
    size = min(grid.dots(grid.size.code_mm), int(width / (0.68 * len(code))))
    return grid.text(x, y, width, size, code, bold=bold, mono=True, whole=True)


def _put(grid: Grid, symbol: Symbol, x: int, y: int, across: int, down: int) -> None:
    boxes = tuple((bx * across, by * down, bw * across, bh * down) for bx, by, bw, bh in symbol.boxes)
    grid.marks.append(Ink(x, y, symbol.width * across, symbol.height * down, boxes))


def _bands(grid: Grid) -> None:
    if grid.band:
        for y in (0, grid.height - grid.band):
            grid.marks.append(Hazard(0, y, grid.width, grid.band))
