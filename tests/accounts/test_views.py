"""Signing in and out, and one's own choices."""

from __future__ import annotations

from datetime import timedelta
from statistics import median
from time import perf_counter
from typing import Any

import pytest
from argon2 import extract_parameters
from flask import Flask
from sqlalchemy import select

from tests.cast import Cast
from tests.pages import Page, Pages
from workshop.accounts import authenticate
from workshop.accounts.models import Credential, SignInAttempt
from workshop.core import clock
from workshop.core.db import db
from workshop.core.errors import NotSignedIn


@pytest.fixture
def door(app: Flask, cast: Cast) -> Any:
    """A function that tries to sign in and returns the answer; the technician's password is `demo`."""
    cast.person("technician").password_hash = authenticate.hash_password("demo")
    db.session.commit()
    client = app.test_client()

    def enter(who: str = "technician", password: str = "demo", **more: str) -> Any:
        page = Pages.looked_at(client.get("/sign-in"), 200)
        token = page.forms[0].fields["csrf_token"]
        return client.post("/sign-in", data={"csrf_token": token, "who": who, "password": password} | more)

    enter.client = client  # type: ignore[attr-defined]
    return enter


def test_who_signs_in_comes_home(door: Any) -> None:
    assert (door().status_code, door.client.get("/").location) == (303, "/bench")


def test_an_address_is_as_good_as_a_name_in_any_case(door: Any) -> None:
    assert door("Technician@Tampere.example").status_code == 303


@pytest.mark.parametrize("to", ["//evil.example", "https://evil.example", "/\\evil.example"])
def test_signing_in_never_leads_elsewhere(door: Any, to: str) -> None:
    assert door(next=to).location == "/"


def test_signing_in_leads_back_to_the_page_that_was_asked_for(door: Any) -> None:
    assert door(next="/units?stage=repair").location == "/units?stage=repair"


def test_a_wrong_password_and_an_unknown_name_look_alike(door: Any) -> None:
    wrong, unknown = door(password="no"), door(who="nobody")
    assert (wrong.status_code, unknown.status_code) == (401, 401)
    sentence = "This password does not fit this name."
    assert sentence in Page(wrong.text).words
    assert sentence in Page(unknown.text).words


def test_an_unknown_name_takes_as_long_as_a_known_one(door: Any, cast: Cast) -> None:
    def took(who: str) -> float:
        person = cast.person(who) if who == "technician" else None
        started = perf_counter()
        authenticate.check_password(person, "wrong")
        return perf_counter() - started

    known, unknown = (median(took(who) for _ in range(3)) for who in ("technician", "nobody"))
    assert 0.2 < unknown / known < 5


def test_after_ten_failures_the_door_stays_shut_and_says_until_when(door: Any) -> None:
    db.session.add_all(SignInAttempt(who="technician", at=clock.now()) for _ in range(10))
    db.session.commit()
    answer = door()
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "600"


def test_after_ten_minutes_it_opens_again(door: Any) -> None:
    db.session.add_all(SignInAttempt(who="technician", at=clock.now() - timedelta(minutes=11)) for _ in range(10))
    db.session.commit()
    assert door().status_code == 303


def test_each_failure_is_counted_by_the_name_that_was_typed(door: Any) -> None:
    door(who="NoBody", password="x")
    assert [a.who for a in db.session.scalars(select(SignInAttempt))] == ["nobody"]


def test_signing_out_ends_the_session_at_once(door: Any) -> None:
    door()
    with door.client.session_transaction() as session:
        secret = session["sid"]
    assert Pages(door.client).post("/sign-out", {}).status_code == 303
    with pytest.raises(NotSignedIn):
        authenticate.actor_for(secret, "session", clock.now())


def test_a_session_ends_after_its_hours(cast: Cast) -> None:
    secret = cast.session_of("technician")
    with pytest.raises(NotSignedIn):
        authenticate.actor_for(secret, "session", clock.now() + timedelta(hours=13))


def test_who_left_the_workshop_is_out_at_once(cast: Cast) -> None:
    secret = cast.token_of("technician")
    cast.person("technician").is_active = False
    db.session.flush()
    with pytest.raises(NotSignedIn):
        authenticate.actor_for(secret, "token", clock.now())


def test_who_signs_in_again_is_the_same_to_all_that_is_kept_for_them(cast: Cast) -> None:
    before, again = (authenticate.actor_for(cast.session_of("admin"), "session", clock.now()) for _ in range(2))
    assert before.session_id != again.session_id
    assert (before, hash(before)) == (again, hash(again))


def test_a_session_is_no_token_and_a_token_no_session(cast: Cast) -> None:
    with pytest.raises(NotSignedIn):
        authenticate.actor_for(cast.session_of("technician"), "token", clock.now())


def test_only_the_hash_of_a_secret_is_kept(cast: Cast) -> None:
    secret = cast.token_of("technician")
    assert secret not in {c.hash for c in db.session.scalars(select(Credential))}
    assert authenticate.digest(secret) in {c.hash for c in db.session.scalars(select(Credential))}


def test_one_chooses_bench_language_and_colours(pages_of: Any, cast: Cast) -> None:
    pages_of("technician").post("/me", {"bench": "", "language": "fi", "theme": "dark"})
    db.session.expire_all()
    assert (cast.person("technician").language, cast.person("technician").theme) == ("fi", "dark")


def test_a_bench_of_another_site_is_no_choice(pages_of: Any, cast: Cast) -> None:
    elsewhere = cast.person("stranger").bench_id
    pages_of("technician").post("/me", {"bench": str(elsewhere), "language": "en", "theme": "dark"}, 422)


def test_only_an_admin_adds_people(api_of: Any) -> None:
    new = {
        "username": "new",
        "email": "new@x.example",
        "name": "New",
        "role": "technician",
        "password": "long enough now",
    }
    assert api_of("technician")("POST", "/people/add-person", new).status_code == 403
    assert api_of("admin")("POST", "/people/add-person", new).status_code == 200
    assert api_of("admin")("POST", "/people/add-person", new).get_json()["field"] == "username"


def test_a_name_that_nobody_has_is_checked_as_long_as_any_other() -> None:
    ours = extract_parameters(authenticate.hash_password("a longer password"))
    assert extract_parameters(authenticate.NOBODY) == ours
