"""An open page hears within a second of what others change, for the price of one read."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.statements import noted
from tests.cast import Cast
from tests.conftest import Walk
from workshop.core import live
from workshop.core.errors import BadRequest
from workshop.core.live import BEHIND, Mark, mark_of, read_mark

numbers = st.lists(st.integers(1, 10_000), max_size=80)


@given(numbers)
def test_a_mark_knows_exactly_what_was_seen_of_the_last_ones(ids: list[int]) -> None:
    mark = read_mark(str(mark_of(ids)))
    newest = max(ids, default=0)
    assert {n for n in range(newest - BEHIND + 1, newest + 1) if mark.has(n)} == {n for n in ids if n > newest - BEHIND}


@given(st.text("0123456789abcdef.-x", max_size=30))
def test_a_mark_is_read_or_refused(text: str) -> None:
    with suppress(BadRequest):
        assert read_mark(text).newest >= 0


def standing() -> Mark:
    return live.changed(Mark(), [])[1]


def test_a_unit_s_page_hears_of_its_unit_only(walk: Walk) -> None:
    mine, other = walk.in_diagnosis(), walk.in_diagnosis()
    before, shown = standing(), [f"unit:{mine.id}:{mine.chain_length}"]
    walk.do("hold", other, {"kind": "waiting_person"})
    assert not live.changed(before, shown)[0]
    walk.do("hold", mine, {"kind": "waiting_person"})
    assert live.changed(before, shown)[0]


def test_what_a_page_shows_already_is_no_news(walk: Walk) -> None:
    before, unit = standing(), walk.in_diagnosis()
    assert not live.changed(before, [f"unit:{unit.id}:{unit.chain_length}"])[0]


def test_a_list_hears_of_moves_and_not_of_looks(walk: Walk) -> None:
    unit = walk.in_diagnosis()
    before = standing()
    walk.do("scan", unit)
    assert not live.changed(before, ["unit"])[0]
    walk.do("hold", unit, {"kind": "waiting_person"})
    assert live.changed(before, ["unit"])[0]
    assert live.changed(before, ["hold"])[0]
    assert not live.changed(before, ["purchase_order"])[0]


def test_an_event_that_was_committed_late_is_news(walk: Walk) -> None:
    walk.do("hold", walk.in_diagnosis(), {"kind": "waiting_person"})
    seen = standing()
    assert not live.changed(seen, ["unit"])[0]
    without_the_last = Mark(seen.newest + 1, (seen.seen << 1 | 1) & ~0b10)  # a later number was seen before it
    assert live.changed(without_the_last, ["unit"])[0]


def test_nothing_new_costs_one_read_and_who_asks(client_of: Callable[[str], Any]) -> None:
    client = client_of("technician")
    first = client.get("/live?mark=0.0&of=unit")
    assert first.status_code in (200, 204)
    mark = str(standing())
    with noted() as sent:
        answer = client.get(f"/live?mark={mark}&of=unit&of=purchase_order")
    assert (answer.status_code, answer.data) == (204, b"")
    asked = [statement for statement, _given in sent if "SAVEPOINT" not in statement]
    assert len(asked) == 2, asked


def test_a_change_is_told(client_of: Callable[[str], Any], walk: Walk) -> None:
    unit, mark = walk.in_diagnosis(), str(standing())
    walk.do("hold", unit, {"kind": "waiting_person"}, by=Cast().actor("colleague"))
    assert client_of("technician").get(f"/live?mark={mark}&of=unit").status_code == 200


@pytest.mark.parametrize("mark", ["", "x", "1", "-1.0", "1.zz", "1." + "f" * 40])
def test_a_mark_that_is_none_is_refused(client_of: Callable[[str], Any], mark: str) -> None:
    assert client_of("technician").get(f"/live?mark={mark}&of=unit").status_code == 400


@pytest.mark.parametrize("page", ["/bench", "/queue", "/units", "/scans-to-look-at"])
def test_a_page_says_what_it_shows(client_of: Callable[[str], Any], page: str) -> None:
    text = client_of("technician").get(page).text
    assert 'data-live="' in text
    assert "data-live-of=" in text


def test_a_page_that_freshens_itself_takes_no_message_away(client_of: Callable[[str], Any]) -> None:
    client = client_of("technician")
    with client.session_transaction() as session:
        session["told"] = {"tone": "yes", "title": "It was told", "detail": "", "undo_url": ""}
    assert "It was told" not in client.get("/queue", headers={"X-Live": "1"}).text
    assert "It was told" in client.get("/queue").text


def test_the_keeper_of_pages_is_served_from_the_root(client_of: Callable[[str], Any]) -> None:
    answer = client_of("technician").get("/sw.js")
    assert (answer.status_code, answer.mimetype) == (200, "text/javascript")
    assert client_of("technician").get("/offline").status_code == 200
