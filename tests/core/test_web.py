"""What every page shares: who may see it, its headers, and that nothing typed is lost."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from tests.cast import Cast
from tests.conftest import Walk
from tests.pages import HEADERS, Page
from workshop.core.db import db
from workshop.core.house import house
from workshop.core.web import CSP

ROLES = ("technician", "parts", "refurbisher", "admin", "auditor")
OURS = ("accounts.", "jobs.", "do.", "help.")


def addresses(app: Flask, unit: Any, *, of: tuple[str, ...] = OURS) -> list[str]:
    """Every page that answers a GET, filled with a unit's code, and the page of each action on units."""
    known = {"ref": unit.code, "form": "pdf", "photo_id": 1}
    pages = [
        r.rule.replace("<ref>", unit.code).replace("<form>", "pdf").replace("<int:photo_id>", "1")
        for r in app.url_map.iter_rules()
        if "GET" in (r.methods or ()) and r.endpoint.startswith(of) and r.arguments <= known.keys()
    ]
    acts = [a for a in house().actions.values() if not a.hidden]
    asked = [f"/do/{a.name}" if a.creates else f"/do/{a.name}/{unit.code}" for a in acts if a.creates or a.on == "unit"]
    return sorted({*pages, *asked})


@pytest.mark.drawn
def test_every_stylesheet_is_sent_in_one_that_is_kept_for_ever(app: Flask) -> None:
    sheets = sorted((Path(str(app.static_folder)) / "css").rglob("*.css"))
    client = app.test_client()
    address = re.findall(r'rel="stylesheet" href="([^"]+)"', client.get("/sign-in").text)
    answer = client.get(*address)
    assert answer.text.startswith("/* Every rule sits in one of these")
    assert [sheet.name for sheet in sheets if sheet.read_text() not in answer.text] == []
    assert "immutable" in answer.headers["Cache-Control"]


@pytest.mark.drawn
def test_a_page_loads_nothing_that_its_browser_asks_for_again(app: Flask) -> None:
    client = app.test_client()
    page = client.get("/sign-in").text
    loaded = re.findall(r'<(?:link|script)[^>]+(?:href|src)="(/static/[^"]+)"', page)
    assert len(loaded) >= 8
    for address in loaded:
        with client.get(address) as answer:
            assert "immutable" in answer.headers["Cache-Control"], address


def test_every_route_says_who_may_see_it(app: Flask) -> None:
    public = app.extensions["public_endpoints"] | {"static"}
    silent = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if rule.endpoint not in public and getattr(app.view_functions[rule.endpoint], "allowed", None) is None
    }
    assert silent == set()


@pytest.mark.parametrize("username", ROLES)
def test_every_page_is_whole_for_whom_may_see_it(app: Flask, walk: Walk, client_of: Any, username: str) -> None:
    from tests.pages import complaints

    unit, client, found = walk.in_diagnosis(), client_of(username), {}
    for address in addresses(app, unit):
        answer = client.get(address)
        assert answer.status_code in (200, 303, 403, 404), (address, answer.status_code)
        assert [h for h in HEADERS if h not in answer.headers] == [], address
        if answer.mimetype == "text/html" and "<html" in answer.text and (wrong := complaints(Page(answer.text))):
            found[address] = wrong
    assert found == {}


def test_no_page_changes_anything_by_being_looked_at(app: Flask, walk: Walk, client_of: Any) -> None:
    unit, client, written = walk.in_diagnosis(), client_of("technician"), []

    def note(_c: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if statement.lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE")):
            written.append(statement)

    engine = db.session.connection().engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        for address in addresses(app, unit):
            client.get(address)
    finally:
        event.remove(engine, "before_cursor_execute", note)
    assert written == []


@pytest.mark.parametrize("path", ["/nowhere", "/units/U0000000", "/do/fly", "/photos/999999"])
def test_an_error_page_is_as_whole_and_as_guarded_as_any_other(pages_of: Any, path: str) -> None:
    page = pages_of("technician").get(path, 404)
    assert page.title


def test_a_page_of_another_role_names_the_roles_that_may(pages_of: Any) -> None:
    assert "technician" in pages_of("auditor").get("/bench", 403).words


def test_nothing_inline_and_nothing_from_elsewhere_is_allowed() -> None:
    assert "unsafe" not in CSP
    assert "http" not in CSP
    assert CSP.startswith("default-src 'none'")


def test_another_sites_unit_has_no_page(walk: Walk, pages_of: Any) -> None:
    pages_of("stranger").get(f"/units/{walk.taken_in().code}", 404)


def test_without_signing_in_a_page_leads_to_the_door_and_back(app: Flask) -> None:
    answer = app.test_client().get("/units?stage=repair")
    assert (answer.status_code, answer.location) == (303, "/sign-in?next=/units?stage%3Drepair")


def test_a_form_without_its_token_is_refused_and_keeps_what_was_typed(walk: Walk, client_of: Any) -> None:
    unit = walk.in_diagnosis()
    answer = client_of("technician").post(f"/do/waive_fault/{unit.code}", data={"reason": "as agreed with Sanna"})
    assert answer.status_code == 400
    assert "as agreed with Sanna" in answer.text
    assert [h for h in HEADERS if h not in answer.headers] == []


def test_a_session_that_ended_in_mid_form_keeps_what_was_typed(app: Flask, walk: Walk, pages_of: Any) -> None:
    pages, unit = pages_of("technician"), walk.in_diagnosis()
    token = pages.token()
    with pages.client.session_transaction() as session:
        session["sid"] = "gone"
    sent = {"csrf_token": token, "reason": "as agreed with Sanna", "fault": "F-DISP-1"}
    answer = pages.client.post(f"/do/waive_fault/{unit.code}", data=sent)
    assert answer.status_code == 401
    assert "as agreed with Sanna" in answer.text
    assert token not in Page(answer.text).words


def test_a_session_that_ended_under_htmx_is_told_in_the_strip(walk: Walk, pages_of: Any) -> None:
    pages = pages_of("technician")
    token = pages.token()
    with pages.client.session_transaction() as session:
        session["sid"] = "gone"
    answer = pages.client.post("/bench/scan", data={"csrf_token": token, "code": "X"}, headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["HX-Retarget"]) == (401, "#strip")
    assert 'id="strip"' in answer.text
    assert "<html" not in answer.text


@pytest.mark.parametrize(
    "to", ["//evil.example", "https://evil.example/", "/\\evil.example", "javascript:alert(1)", "evil"]
)
def test_nobody_is_sent_elsewhere_after_a_form(walk: Walk, pages_of: Any, to: str) -> None:
    unit = walk.in_diagnosis()
    answer = pages_of("technician").post(f"/do/hold/{unit.code}", {"kind": "waiting_person", "next": to})
    assert answer.location == f"/units/{unit.code}"


def test_a_path_of_our_own_is_gone_on_to(walk: Walk, pages_of: Any) -> None:
    unit = walk.in_diagnosis()
    sent = {"kind": "waiting_person", "next": "/queue?stage=repair"}
    assert pages_of("technician").post(f"/do/hold/{unit.code}", sent).location == "/queue?stage=repair"


def test_a_form_that_does_not_fit_comes_back_with_what_was_typed(pages_of: Any) -> None:
    sent = {"imei": "123", "model": "iPhone 12", "source": "COUNTER", "price": "82,00"}
    answer = pages_of("technician").post("/do/take_in", sent, 422)
    assert 'value="82,00"' in answer.text
    assert "15 digits" in answer.text


def test_a_form_sent_twice_acts_once(walk: Walk, pages_of: Any) -> None:
    unit, pages = walk.in_diagnosis(), pages_of("technician")
    for _ in range(2):
        pages.post(f"/do/hold/{unit.code}", {"kind": "waiting_person", "request_key": "the-same"})
    assert walk.fresh(unit).chain_length == unit.chain_length + 1


def test_a_form_opened_before_somebody_else_acted_is_told_so(walk: Walk, pages_of: Any, cast: Cast) -> None:
    unit, pages = walk.in_diagnosis(), pages_of("technician")
    walk.do("hold", unit, {"kind": "owner_dispute"}, by=cast.actor("colleague"))
    answer = pages.post(f"/do/hold/{unit.code}", {"kind": "waiting_person", "version": str(unit.version)}, 409)
    assert "Jari Niemi" in answer.text


def test_what_changes_is_never_kept_by_the_browser(pages_of: Any) -> None:
    assert pages_of("technician").client.get("/queue").headers["Cache-Control"] == "no-store"
