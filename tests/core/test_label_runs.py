"""Labels are chosen, looked at and printed; each print is told in the story of its thing."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
import zxingcpp
from PIL import Image

from tests.conftest import Walk
from workshop.core import events, label_kinds
from workshop.core.actions import Act, find, perform
from workshop.core.actor import Actor
from workshop.core.clock import now
from workshop.core.errors import Forbidden, NotFound, Refused
from workshop.jobs import refusals
from workshop.jobs.target import OpenUnit
from workshop.parts import stock

HOSTILE = '\u202e{{ 7*7 }} #read("/etc/passwd") ^XA^FDowned^FS <script>x</script> مرحبا ' + "x" * 10_000


@pytest.fixture
def printed(walk: Walk) -> Callable[..., Any]:
    """A function that prints labels as the technician."""
    return lambda **given: perform("print_labels", None, given, by=walk.by)


def read(png: bytes) -> list[str]:
    return sorted({found.text for found in zxingcpp.read_barcodes(Image.open(BytesIO(png)))})


@pytest.fixture
def a_thing_of_each_kind(walk: Walk, parts_manager: Actor) -> dict[str, str]:
    """A thing of every kind that has a label, by its code."""
    unit = walk.taken_in()
    swollen = walk.taken_in()
    place = stock.add_location("B-04-2", "shelf", walk.by.site_id)
    stock.add_location("Q-01", "quarantine", walk.by.site_id)
    walk.do("hold", swollen, {"kind": "battery_swollen"})
    walk.do("lay_in_quarantine", swollen, {"place": "Q-01"})
    tray = perform("add_tray", None, {"name": "Blue 3"}, by=walk.by).target
    return {"unit": unit.code, "tray": tray.code, "place": place.barcode, "quarantine": swollen.code}


@pytest.mark.drawn
def test_each_kind_reads_back_in_each_of_its_sizes_at_both_resolutions(
    walk: Walk, a_thing_of_each_kind: dict[str, str]
) -> None:
    from workshop.core.label_runs import render

    act = Act(find("print_labels"), walk.by, now())
    for name, code in a_thing_of_each_kind.items():
        kind = label_kinds.kind_named(name)
        found = label_kinds.things(kind, [code], act)
        for size in kind.sizes:
            for dpi in (203, 300):
                how = {"size": size, "form": "png", "dpi": dpi, "start": 1}
                assert read(render(kind, found, how)) == [code], (name, size, dpi)


def test_a_print_and_a_reprint_are_told_in_the_units_story(walk: Walk, printed: Callable[..., Any]) -> None:
    unit = walk.taken_in()
    printed(kind="unit", codes=unit.code)
    again = printed(kind="unit", codes=unit.code, reason="the first one was torn")
    assert "2. time" in again.detail
    told = [e.data for e in events.story("unit", unit.id) if e.action == "unit_label_printed"]
    assert [each["times"] for each in told] == [2, 1]
    assert told[0]["reason"] == "the first one was torn"


def test_a_selection_and_a_range_are_printed_together(walk: Walk, printed: Callable[..., Any]) -> None:
    units = [walk.taken_in() for _n in range(4)]
    assert printed(kind="unit", codes=f"{units[0].code}, {units[2].code}\n{units[0].code}").more["run"]
    done = printed(kind="unit", first=units[1].code, last=units[3].code)
    assert done.target.codes == [u.code for u in units[1:]]


def test_a_range_leaves_out_what_is_of_another_site(walk: Walk, stranger: Actor, printed: Callable[..., Any]) -> None:
    first, other, last = walk.taken_in(), Walk(stranger).taken_in(), walk.taken_in()
    assert printed(kind="unit", first=first.code, last=last.code).target.codes == [first.code, last.code]
    with pytest.raises(NotFound, match=other.code):
        printed(kind="unit", codes=other.code)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"kind": "nothing", "codes": "U0000001X"}, "kind"),
        ({"kind": "unit"}, "codes"),
        ({"kind": "unit", "codes": "U0009999X"}, "codes"),
        ({"kind": "unit", "codes": "x", "size": "place"}, "codes"),
        ({"kind": "unit", "first": "U0000009T", "last": "U0000002W"}, "last"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(printed: Callable[..., Any], given: dict[str, Any], field: str) -> None:
    with pytest.raises(Refused) as refused:
        printed(**given)
    assert refused.value.field == field


def test_a_sheet_is_no_zpl(walk: Walk, printed: Callable[..., Any]) -> None:
    with pytest.raises(Refused, match="reads no ZPL"):
        printed(kind="unit", codes=walk.taken_in().code, size="a4-24", form="zpl")


def test_an_auditor_prints_nothing(walk: Walk, cast: Any) -> None:
    with pytest.raises(Forbidden):
        perform("print_labels", None, {"kind": "unit", "codes": walk.taken_in().code}, by=cast.actor("auditor"))


def test_a_bench_prints_the_next_one_alike(walk: Walk, printed: Callable[..., Any]) -> None:
    unit = walk.taken_in()
    printed(kind="unit", codes=unit.code, size="part", form="zpl", dpi="300")
    again = printed(kind="unit", codes=unit.code).target
    assert (again.size, again.form, again.dpi) == ("part", "zpl", 300)


def test_one_word_prints_what_lies_here(walk: Walk) -> None:
    unit = walk.taken_in()

    def scan(code: str) -> Any:
        return refusals.scan_or_note(code, walk.by, request_key=None, repeat_seconds=0)

    scan(unit.code)
    done = scan("*LABEL*").done
    assert done.target.codes == [unit.code]
    scan("*TRAY*"), scan(unit.code), scan(walk.taken_in().code)
    assert len(scan("*LABEL*").done.target.codes) == 2


@pytest.mark.parametrize("form", ["png", "zpl"])
def test_what_somebody_typed_is_never_run(walk: Walk, pages_of: Callable[[str], Any], form: str) -> None:
    unit: OpenUnit = walk.taken_in(colour=HOSTILE[:40])
    page = pages_of("technician")
    answer = page.post("/labels", {"kind": "unit", "codes": unit.code, "form": form})
    got = page.client.get(answer.location)
    assert got.status_code == 200
    if form == "zpl":
        assert got.text.count("^XA") == 1
        assert "<script>" not in got.text
    else:
        assert read(got.data) == [unit.code]


def test_the_page_shows_what_will_be_printed(walk: Walk, pages_of: Callable[[str], Any]) -> None:
    unit = walk.taken_in()
    page = pages_of("technician")
    assert unit.code in page.get("/labels").words
    shown = page.post("/labels", {"kind": "unit", "code": [unit.code], "size": "a4-24", "start": "5", "do": "show"})
    assert "1 label" in page.get(shown.location).words
    picture = page.client.get(shown.location.replace("/labels?", "/labels/preview.png?"))
    assert read(picture.data) == [unit.code]
    assert "no unit with the code" in page.get("/labels?kind=unit&codes=NOTHING", status=404).words


def test_a_print_of_another_site_is_not_there(walk: Walk, printed: Callable[..., Any], pages_of: Any) -> None:
    done = printed(kind="unit", codes=walk.taken_in().code)
    assert pages_of("stranger").client.get(done.more["file"]).status_code == 404
