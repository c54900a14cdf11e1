"""Labels, read back from the rendered picture as a scanner would."""

from __future__ import annotations

import io
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import groupby

import pypdfium2
import pytest
import typst
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from workshop.core.errors import Refused
from workshop.core.label_layout import MOST_TEXT, Ink, Text, layout, plain
from workshop.core.labels import SIZES, Label, UnprintableCode, code128_svg, command_card, render
from workshop.core.symbols import code128
from workshop.core.zpl import FONTS

UNIT = Label("iPhone 12, 128 GB, blue", "U0004127K", ("IMEI 35 309711 043218 3", "in 18 Nov", "job 1"))
IMEI = "356938035643809"
ROLLS = [key for key, size in SIZES.items() if not size.sheet]
HOSTILE = [
    "#emph[x] {{7*7}} <b>bold</b> *strong* $x$ @ref // no",
    "^XA^FDowned^FS^XZ ~JA _41 \\&",
    '"); #read("/etc/passwd") #include "x"',
    "<script>alert(1)</script>",
    "x" * 10_000,
    "مرحبا بالعالم هذا نص طويل جدا لا يتسع له الملصق أبدا",
    "\u202eevil \u0000 \ud800 \r\n\t tab",
    "",
]


def picture(png: bytes) -> Image.Image:
    return Image.open(io.BytesIO(png)).convert("L")


def read(image: Image.Image) -> list[str]:
    return sorted(found.text for found in zxingcpp.read_barcodes(image))


def runs(image: Image.Image, row: int) -> list[tuple[int, int]]:
    """Return (shade, width) along `row`."""
    shades = [image.getpixel((x, row)) for x in range(image.width)]
    return [(shade, len(list(run))) for shade, run in groupby(shades)]


def bars_of(label: Label, size: str, dpi: int) -> tuple[Ink, int]:
    """Return where the bars stand and how many dots a narrow one takes."""
    bars = next(mark for mark in layout(label, SIZES[size], dpi) if isinstance(mark, Ink))
    return bars, bars.width // code128(label.code).width


@pytest.mark.parametrize("dpi", [203, 300])
@pytest.mark.parametrize("code", ["U0001234X", IMEI])
@pytest.mark.parametrize("size", SIZES)
def test_every_size_reads_back_at_every_resolution(size, code, dpi):
    label = replace(UNIT, code=code)
    assert read(picture(render([label], size=size, format="png", dpi=dpi))) == [code]


@pytest.mark.parametrize("dpi", [203, 300])
@pytest.mark.parametrize("size", ["unit", "part", "quarantine", "a4-24", "a4-65"])
def test_each_bar_is_a_whole_number_of_dots_and_never_grey(size, dpi):
    bars, module = bars_of(UNIT, size, dpi)
    image = picture(render([UNIT], size=size, format="png", dpi=dpi))
    sheet = SIZES[size].sheet
    left, top = (round(mm * dpi / 25.4) for mm in (sheet.left_mm, sheet.top_mm)) if sheet else (0, 0)
    found = runs(image.crop((left, 0, left + bars.x + bars.width, image.height)), top + bars.y + bars.height // 2)
    assert {shade for shade, _ in found} == {0, 255}
    assert {width for _, width in found[1:]} == {module, 2 * module, 3 * module, 4 * module}


@pytest.mark.parametrize("dpi", [203, 300])
@pytest.mark.parametrize("size", ["unit", "part", "quarantine", "a4-24", "a4-65"])
@pytest.mark.parametrize("qr", [None, "U0004127K"])
def test_ten_bars_of_quiet_stand_on_either_side(size, dpi, qr):
    label = replace(UNIT, qr=qr)
    bars, module = bars_of(label, size, dpi)
    squares = [mark for mark in layout(label, SIZES[size], dpi)[1:] if isinstance(mark, Ink) and mark != bars]
    right = squares[0].x if squares else round(SIZES[size].width_mm * dpi / 25.4)
    assert bars.x >= 10 * module
    assert right - bars.x - bars.width >= 10 * module


def test_a_unit_label_has_three_dots_a_bar_and_two_beside_a_square_code():
    assert bars_of(UNIT, "unit", 203)[1] == 3
    assert bars_of(replace(UNIT, qr="U0004127K"), "unit", 203)[1] == 2


@pytest.mark.parametrize("size", ["unit", "part", "quarantine", "a4-24"])
def test_the_square_code_beside_the_bars_reads_back_too(size):
    label = replace(UNIT, qr="https://workshop.example/p/7f3k-22ab")
    assert read(picture(render([label], size=size, format="png"))) == sorted([label.code, label.qr])


def test_a_place_label_carries_a_data_matrix_of_its_code():
    image = picture(render([Label("B-04-2", "L-B042")], size="place", format="png"))
    [found] = zxingcpp.read_barcodes(image)
    assert (found.format, found.text) == (zxingcpp.BarcodeFormat.DataMatrix, "L-B042")


@pytest.mark.parametrize(("size", "width", "height"), [("unit", 62, 29), ("place", 25, 10), ("a4-24", 210, 297)])
def test_a_pdf_page_is_as_large_as_the_paper(size, width, height):
    page = pypdfium2.PdfDocument(render([UNIT], size=size, format="pdf", dpi=600))[0]
    assert [length * 25.4 / 72 for length in page.get_size()] == pytest.approx([width, height], abs=0.05)


@pytest.mark.parametrize("size", SIZES)
def test_a_pdf_reads_back(size):
    page = pypdfium2.PdfDocument(render([UNIT], size=size, format="pdf", dpi=300))[0]
    assert read(page.render(scale=300 / 72).to_pil()) == [UNIT.code]


def test_a_roll_has_a_page_a_label():
    labels = [replace(UNIT, code=f"U000{n}X") for n in range(3)]
    pages = pypdfium2.PdfDocument(render(labels, size="unit", format="pdf"))
    assert [read(page.render(scale=4).to_pil()) for page in pages] == [[label.code] for label in labels]


def test_a_picture_shows_all_labels_one_beneath_the_other():
    labels = [replace(UNIT, code=f"U000{n}X") for n in range(3)]
    assert read(picture(render(labels, size="part", format="png"))) == [label.code for label in labels]


@pytest.mark.parametrize(("size", "places"), [("a4-24", 24), ("a4-65", 65)])
def test_a_full_sheet_reads_back_and_one_more_begins_the_next(size, places):
    labels = [replace(UNIT, code=f"U{n:07}X") for n in range(places + 1)]
    first, second = pypdfium2.PdfDocument(render(labels, size=size, format="pdf", dpi=300))
    assert read(first.render(scale=300 / 72).to_pil()) == [label.code for label in labels[:-1]]
    assert read(second.render(scale=300 / 72).to_pil()) == [labels[-1].code]


def test_a_sheet_begun_before_is_used_from_the_next_free_place():
    image = picture(render([UNIT], size="a4-24", format="png", skip=4))
    [found] = zxingcpp.read_barcodes(image)
    column, row = (
        found.position.top_left.x // (image.width // 3),
        found.position.top_left.y // (image.height // 8),
    )
    assert (column, row) == (1, 1)


def test_hazard_bands_hatch_the_upper_and_the_lower_edge():
    image = picture(render([UNIT], size="quarantine", format="png"))
    for row in (8, image.height - 8):
        assert len([1 for shade, width in runs(image, row) if shade == 0 and width > 8]) >= 10
    assert layout(UNIT, SIZES["quarantine"], 203) == layout(replace(UNIT, hazard=True), SIZES["quarantine"], 203)


@pytest.mark.parametrize("format", ["png", "zpl"])
@pytest.mark.parametrize("text", HOSTILE)
def test_what_a_person_typed_is_text_and_the_code_still_reads(text, format):
    label = Label(text, "U0004127K", (text, text, text))
    written = render([label], size="unit", format=format)
    image = picture(written) if format == "png" else drawn(written.decode("ascii"), 496, 232)
    assert read(image) == ["U0004127K"]


@pytest.mark.parametrize("text", HOSTILE[:4])
def test_a_pdf_shows_the_very_characters_typed(text):
    page = pypdfium2.PdfDocument(render([Label("", "U1X", (text[:36],))], size="unit", format="pdf"))[0]
    assert "".join(text[:36].split()) in "".join(page.get_textpage().get_text_bounded().split())


def test_a_long_title_ends_in_an_ellipsis_and_stays_on_the_label():
    page = pypdfium2.PdfDocument(render([replace(UNIT, title="Galaxy " * 90)], size="unit", format="pdf"))[0]
    words = page.get_textpage().get_text_bounded()
    assert words.splitlines()[0].endswith("Galaxy…")
    image = picture(render([replace(UNIT, title="Galaxy " * 90)], size="unit", format="png"))
    assert image.crop((image.width - 20, 0, image.width, image.height)).getextrema() == (255, 255)


@pytest.mark.parametrize("size", SIZES)
def test_the_code_in_letters_is_never_cut(size):
    code = "L-WAREHOUSE-04"
    page = pypdfium2.PdfDocument(render([Label("x" * 99, code)], size=size, format="pdf", dpi=600))[0]
    assert code in page.get_textpage().get_text_bounded().split()


def test_ten_kilobytes_are_not_measured_letter_by_letter():
    assert len(plain("x" * 10_000)) == MOST_TEXT
    assert plain("a\r\n\tb\x00c\ud800") == "a b c\N{REPLACEMENT CHARACTER}"


def test_text_to_the_left_has_its_ellipsis_at_the_left():
    marks = layout(Label("שלום", "U1X", ("12 ab",)), SIZES["unit"], 203)
    assert [mark.rtl for mark in marks if isinstance(mark, Text)] == [True, False, False]


def test_the_fonts_bundled_have_the_letters_of_these_scripts():
    """A letter that no font has comes out as a box, without an error: here that of Chinese."""
    box = render([Label("漢", "U1X")], size="unit", format="png")
    assert render([Label("語", "U1X")], size="unit", format="png") == box
    for letter in "ÅÖ€łşЖщΩαابשלहমதไԱქ…":
        assert render([Label(letter, "U1X")], size="unit", format="png") != box, letter


def test_the_fonts_come_with_their_licence_and_stay_small():
    assert "SIL OPEN FONT LICENSE" in (FONTS / "OFL.txt").read_text()
    assert sum(font.stat().st_size for font in FONTS.glob("*.ttf")) < 4_000_000


@pytest.mark.parametrize("code", ["", " U1", "U1 ", "Ä1", "U1\n", "U\x001", "漢", "U" * 81])
def test_a_code_that_code_128_cannot_hold_is_refused(code):
    for attempt in (lambda: render([Label("x", code)], size="unit", format="png"), lambda: code128_svg(code)):
        with pytest.raises(UnprintableCode) as refused:
            attempt()
        assert isinstance(refused.value, Refused)
        assert refused.value.field == "code"


def test_a_code_wider_than_its_label_is_refused_rather_than_cut():
    with pytest.raises(UnprintableCode, match="too long for this label"):
        render([Label("x", "WAREHOUSE-04-SHELF-17-BOX-3")], size="a4-65", format="png")
    with pytest.raises(UnprintableCode, match="too long"):
        render([replace(UNIT, qr="x" * 3000)], size="unit", format="png")
    with pytest.raises(UnprintableCode, match="too long"):
        render([replace(UNIT, qr="x" * 9000)], size="unit", format="png")


def test_no_label_and_a_sheet_in_zpl_are_refused():
    with pytest.raises(ValueError, match="no label"):
        render([], size="unit", format="pdf")
    with pytest.raises(ValueError, match="take a PDF"):
        render([UNIT], size="a4-24", format="zpl")


def drawn(zpl: str, width: int, height: int) -> Image.Image:
    """Draw the bitmaps of one label of ZPL, as a printer does."""
    image = Image.new("L", (width, height), 255)
    for x, y, row_bytes, data in re.findall(r"\^FO(\d+),(\d+)\^GFA,\d+,\d+,(\d+),([0-9A-F:]+)\^FS", zpl):
        rows: list[str] = []
        for part in re.findall(rf"[0-9A-F]{{{2 * int(row_bytes)}}}|:", data):
            rows.append(rows[-1] if part == ":" else part)
        for down, row in enumerate(rows):
            for across, bit in enumerate(f"{int(row, 16):0{8 * int(row_bytes)}b}"):
                if bit == "1":
                    image.putpixel((int(x) + across, int(y) + down), 0)
    return image


@pytest.mark.parametrize("size", ROLLS)
@pytest.mark.parametrize("dpi", [203, 300])
def test_zpl_draws_the_same_dots_as_the_picture(size, dpi):
    label = replace(UNIT, title="", lines=(), qr="U0004127K")
    png = picture(render([label], size=size, format="png", dpi=dpi))
    zpl = drawn(render([label], size=size, format="zpl", dpi=dpi).decode("ascii"), *png.size)
    for ink in (mark for mark in layout(label, SIZES[size], dpi) if isinstance(mark, Ink)):
        box = (ink.x, ink.y, ink.x + ink.width, ink.y + ink.height)
        assert zpl.crop(box).tobytes() == png.crop(box).tobytes()


def test_zpl_holds_no_command_that_a_person_typed():
    zpl = render([Label(text, "U0004127K", (text,)) for text in HOSTILE], size="unit", format="zpl").decode("ascii")
    assert zpl.count("^XA") == zpl.count("^XZ") == zpl.count("^CI28") == len(HOSTILE)
    assert "~" not in zpl
    assert set(re.findall(r"\^FD([^^]*)\^FS", zpl)) == set(re.findall(r"\^FD((?:[A-Za-z0-9]|_[0-9A-F]{2})*)\^FS", zpl))


def test_an_on_screen_code_keeps_to_whole_pixels():
    svg = code128_svg("U0004127K", module_px=2, height_px=64)
    pixels = picture(typst.compile(svg_page(286, 64), format="png", ppi=72, sys_inputs={"svg": svg.decode()}))
    assert read(pixels) == ["U0004127K"]
    found = runs(pixels, 32)
    assert found[0] == found[-1] == (255, 20)
    assert {width for _, width in found[1:-1]} <= {2, 4, 6, 8}


def svg_page(width: int, height: int) -> bytes:
    return (
        f"#set page(width: {width}pt, height: {height}pt, margin: 0pt, fill: white)\n"
        f"#image(bytes(sys.inputs.svg), width: {width}pt)"
    ).encode()


def test_an_on_screen_code_styles_nothing_inline_and_escapes_its_name():
    svg = code128_svg("<&>").decode()
    assert "<title>&lt;&amp;&gt;</title>" in svg
    assert "style=" not in svg


def test_an_imei_that_begins_with_99_keeps_these_digits_in_its_bars():
    code = "990004879321840"
    assert read(picture(render([Label("x", code)], size="unit", format="png"))) == [code]


@settings(max_examples=40)
@given(st.one_of(st.from_regex(r"[A-Z][0-9]{7}[0-9A-Z]", fullmatch=True), st.from_regex(r"[0-9]{15}", fullmatch=True)))
def test_any_label_code_and_any_imei_reads_back(code):
    assert read(picture(render([Label("x", code)], size="unit", format="png"))) == [code]


@settings(max_examples=60)
@given(st.text(max_size=300), st.lists(st.text(max_size=80), max_size=4))
def test_any_text_at_all_prints_and_leaves_the_code_readable(title, lines):
    label = Label(title, "U0004127K", tuple(lines))
    assert read(picture(render([label], size="unit", format="png"))) == ["U0004127K"]
    assert render([label], size="unit", format="zpl").count(b"^XZ") == 1


def test_many_benches_print_at_once():
    labels = [replace(UNIT, code=f"U{n:07}X") for n in range(40)]
    with ThreadPoolExecutor(8) as benches:
        printed = list(benches.map(lambda label: render([label], size="unit", format="png"), labels))
    assert [read(picture(png)) for png in printed] == [[label.code] for label in labels]


def test_the_same_labels_make_the_same_bytes():
    assert render([UNIT], size="unit", format="pdf") == render([UNIT], size="unit", format="pdf")


def test_a_label_as_svg_is_one_picture():
    svg = render([UNIT, UNIT], size="unit", format="svg", dpi=203)
    assert svg.startswith(b"<svg")
    assert b"<script" not in svg


GROUPS = [
    ("Do", "", [("Next", "*NEXT*", "arrow-right"), ("Swollen", "*SWOLLEN*", "battery-warning")]),
    ("Faults", "scan the unit, then the fault", [(f"Fault {n}", f"F-DISP-{n}", None) for n in range(10)]),
    ("Nothing here", "", []),
]


def test_every_code_of_a_command_card_reads_back():
    card = pypdfium2.PdfDocument(command_card("Bench T2", "Technician", GROUPS))
    codes = sorted(code for _, _, items in GROUPS for _, code, _ in items)
    assert read(card[0].render(scale=300 / 72).to_pil()) == codes
    assert "page 1 of 1" in card[0].get_textpage().get_text_bounded()


def test_a_card_that_is_too_long_goes_on_overleaf():
    group = ("Faults", "", [(f"Fault {n}", f"F-{n}", None) for n in range(100)])
    pages = pypdfium2.PdfDocument(command_card("Bench", "", [group]))
    found = [code for page in pages for code in read(page.render(scale=300 / 72).to_pil())]
    assert sorted(found) == sorted(f"F-{n}" for n in range(100))
    assert f"page 2 of {len(pages)}" in pages[1].get_textpage().get_text_bounded()


def test_nothing_on_a_card_stands_within_eight_millimetres_of_the_edge():
    groups = [*GROUPS, ("#emph[x]" * 900, "y" * 900, [("w" * 900, "*NEXT*", "../../secret")])]
    image = pypdfium2.PdfDocument(command_card("t" * 900, "s" * 900, groups))[0].render(scale=4).to_pil()
    edge, image = round(8 / 25.4 * 72 * 4), image.convert("L")
    for box in ((0, 0, edge, image.height), (image.width - edge, 0, image.width, image.height)):
        assert image.crop(box).getextrema() == (255, 255)


def test_a_code_too_long_for_the_card_is_refused():
    with pytest.raises(UnprintableCode, match="too long for the command card"):
        command_card("Bench", "", [("Do", "", [("Next", "N" * 60, None)])])
