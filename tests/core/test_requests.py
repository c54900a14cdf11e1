"""A request with a key acts once, and its answer is told again for thirty days."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from tests.cast import Cast
from workshop.core import background, clock, requests
from workshop.core.db import db
from workshop.core.requests import KEPT_FOR, KeyReused, Request
from workshop.parts.models import Supplier

NEW = {"code": "ONCE", "name": "Once Parts"}


def test_an_answer_is_kept_with_its_caller_and_its_request(app: Flask) -> None:
    requests.keep("p1", "k", "mark", {"title": "Done"}, clock.now())
    assert requests.find("p1", "k", "mark") == {"title": "Done"}
    assert requests.find("p2", "k", "mark") is None
    with pytest.raises(KeyReused):
        requests.find("p1", "k", "another")


def test_what_made_something_makes_it_once_and_says_the_same_again(api_of: Any) -> None:
    call = api_of("parts")
    first, again = (call("POST", "/suppliers/add-supplier", NEW, Idempotency_Key="k1") for _ in range(2))
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json["ref"] == again.json["ref"] == "ONCE"
    assert [s.name for s in db.session.scalars(select(Supplier).where(Supplier.code == "ONCE"))] == ["Once Parts"]
    other = call("POST", "/suppliers/add-supplier", NEW | {"code": "TWICE"}, Idempotency_Key="k1")
    assert (other.status_code, other.json["field"]) == (422, "key")


@pytest.mark.parametrize(("age", "there"), [(KEPT_FOR - timedelta(minutes=1), True), (KEPT_FOR, False)])
def test_answers_are_let_go_after_thirty_days(cast: Cast, age: timedelta, there: bool) -> None:
    now = clock.now()
    requests.keep("p1", "old", "mark", {}, now - age - timedelta(seconds=1))
    requests.keep("p1", "new", "mark", {}, now)
    assert requests.forget(now) == (not there)
    assert (requests.find("p1", "old", "mark") is not None) == there
    assert requests.find("p1", "new", "mark") is not None


def test_the_worker_lets_them_go(app: Flask) -> None:
    requests.keep("p1", "old", "mark", {}, clock.now() - timedelta(days=31))
    assert background.prune(None) is None  # type: ignore[arg-type]
    assert db.session.scalars(select(Request.key).where(Request.key == "old")).all() == []
