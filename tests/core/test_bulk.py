"""Many rows in one statement, on either database."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from workshop.core.bulk import insert_rows, update_rows
from workshop.core.db import db
from workshop.core.requests import Request
from workshop.jobs.models import Source

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


def answers(*keys: str) -> list[dict[str, Any]]:
    return [{"caller": "p1", "key": key, "mark": "m", "answer": f"{{ä;'{key}'}}", "at": NOON} for key in keys]


def test_rows_come_back_as_they_were_given(app: object) -> None:
    insert_rows(Request, answers("a", "b", "c"))
    found = db.session.query(Request).order_by(Request.key).all()
    assert [{name: getattr(each, name) for name in answers("a")[0]} for each in found] == answers("a", "b", "c")


def test_what_is_left_out_is_as_the_table_says(app: object) -> None:
    source = db.session.query(Source).order_by(Source.id).first()
    assert source is not None
    insert_rows(Source, [{"code": f"NEW-{n}", "name": f"New {n}"} for n in range(2)])
    made = db.session.query(Source).filter(Source.code.startswith("NEW-")).order_by(Source.code).all()
    assert [each.name for each in made] == ["New 0", "New 1"]
    assert {each.vat_regime for each in made} == {Source.__table__.c.vat_regime.default.arg}


def test_no_rows_at_all_are_none(app: object) -> None:
    insert_rows(Request, [])
    assert (db.session.query(Request).count(), update_rows(Request, [], [])) == (0, 0)


def test_only_the_row_that_still_has_its_key_is_changed(app: object) -> None:
    insert_rows(Request, answers("a", "b", "c"))
    keys = [{"key": "a", "mark": "m"}, {"key": "b", "mark": "overtaken"}, {"key": "c", "mark": "m"}]
    assert update_rows(Request, keys, [{"mark": f"now {n}", "answer": "{}"} for n in range(3)]) == 2
    assert [each.mark for each in db.session.query(Request).order_by(Request.key)] == ["now 0", "m", "now 2"]
