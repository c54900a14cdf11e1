"""Find anything: by code and by words, within one's own sites and rights, and never by reading a whole table."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, text

from tests.conftest import Walk
from tests.pages import Pages
from workshop.core.db import db


@pytest.fixture
def found(client_of: Callable[[str], Any]) -> Callable[..., str]:
    """What the dialog shows this person."""

    def ask(username: str, q: str, at: str = "/units") -> str:
        answer = client_of(username).get("/find", query_string={"q": q, "at": at}, headers={"HX-Request": "true"})
        assert answer.status_code == 200
        return str(answer.text)

    return ask


def test_a_unit_is_found_by_the_begin_of_each_of_its_codes(walk: Walk, found: Callable[..., str]) -> None:
    unit = walk.taken_in(serial="F17ABC123XYZ")
    for typed in (unit.code[:8], str(unit.imei)[:14], "f17abc1", str(unit.imei)):
        assert f"/units/{unit.code}" in found("technician", typed), typed


def test_a_unit_is_found_by_words_of_its_model_colour_and_size(walk: Walk, found: Callable[..., str]) -> None:
    blue, green = walk.taken_in(), walk.taken_in(colour="green")
    shown = found("technician", "iphone 12 blue 128")
    assert (blue.code in shown, green.code in shown) == (True, False)


def test_another_sites_unit_is_not_found(walk: Walk, found: Callable[..., str]) -> None:
    assert walk.taken_in().code not in found("stranger", "iphone 12")


def test_pages_and_actions_are_those_of_ones_role(found: Callable[..., str]) -> None:
    assert "/short" in found("parts", "short")
    assert "/short" not in found("technician", "short")
    assert "/do/take_in" in found("technician", "take in")


def test_what_can_be_done_to_the_unit_at_hand_is_offered(walk: Walk, found: Callable[..., str]) -> None:
    unit = walk.in_diagnosis()
    assert f"/do/hold/{unit.code}" in found("technician", "hold", f"/units/{unit.code}")
    assert "/do/hold" not in found("stranger", "hold", f"/units/{unit.code}")


def test_people_are_found_by_those_who_manage_them(found: Callable[..., str]) -> None:
    assert "q=technician" in found("admin", "technician")
    assert "q=technician" not in found("auditor", "technician")


def test_a_pasted_list_gives_the_units_and_says_what_is_not_known(walk: Walk, found: Callable[..., str]) -> None:
    units = [walk.taken_in() for _ in range(2)]
    shown = found("technician", "\n".join([*(str(u.imei) for u in units), "490154203237518"]))
    assert "Show 2 units" in shown
    assert "1 code is not known" in shown


@pytest.mark.parametrize("q", ["", "%", "_", "'; --", "\x00", "🙂" * 200, "экран", "*NEXT*", "\u202e12", "a" * 9000])
def test_whatever_is_typed_is_answered(q: str, pages_of: Callable[[str], Pages]) -> None:
    pages_of("admin").get("/find", query_string={"q": q})


def test_no_finder_reads_a_table_that_grows(app: Flask, walk: Walk, client_of: Callable[[str], Any]) -> None:
    unit = walk.taken_in()
    asked: list[tuple[str, Any]] = []

    def listen(_connection: Any, _cursor: Any, sql: str, given: Any, _context: Any, _many: bool) -> None:
        asked.append((sql, given))

    client = client_of("admin")
    event.listen(db.engine, "before_cursor_execute", listen)
    try:
        for q in (unit.code[:6], str(unit.imei)[:9], "iphone 12 blue", "P000", "blue"):
            client.get("/find", query_string={"q": q}, headers={"HX-Request": "true"})
    finally:
        event.remove(db.engine, "before_cursor_execute", listen)
    assert [line for sql, given in asked if sql.startswith("SELECT") for line in read_whole(sql, given)] == []


GROWING = ("barcodes", "units", "jobs", "batches", "sales_orders", "purchase_orders", "listings", "events")


def read_whole(sql: str, given: Any) -> list[str]:
    """Return the steps of a statement's plan that read all of a table that grows."""
    connection = db.session.connection()
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL enable_seqscan = off"))
        lines = [str(r[0]) for r in connection.exec_driver_sql(f"EXPLAIN {sql}", given)]
        return [line for line in lines for t in GROWING if f"Seq Scan on {t} " in line]
    lines = [str(r[3]) for r in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", given)]
    return [line for line in lines for t in GROWING if line.startswith(f"SCAN {t}")]
