"""What an admin does: places, passwords, tokens, and who may come in."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from tests.cast import Cast
from workshop.accounts import authenticate
from workshop.accounts.models import Bench, Credential, Membership, Person, Site
from workshop.core import clock
from workshop.core.actions import perform
from workshop.core.actor import Actor
from workshop.core.db import db
from workshop.core.errors import BadArguments, Forbidden, NotSignedIn, Refused
from workshop.core.events import Event
from workshop.core.requests import Request
from workshop.jobs.models import Source

OULU = {"code": "oul", "name": "Oulu", "zone": "Europe/Helsinki", "country": "fi"}


@pytest.fixture
def admin(cast: Cast) -> Actor:
    return cast.actor("admin")


@pytest.fixture
def local_admin(cast: Cast) -> Actor:
    """The parts manager of Tampere, made admin there and nowhere else."""
    place = db.session.scalars(select(Site).where(Site.code == "TMP")).one()
    db.session.add(Membership(person_id=cast.person("parts").id, role="admin", site_id=place.id))
    db.session.commit()
    return cast.actor("parts")


def test_a_site_and_a_bench_are_added_by_forms(pages_of: Any) -> None:
    pages = pages_of("admin")
    assert pages.post("/do/add_site", OULU).status_code == 303
    assert pages.post("/do/add_bench", {"site": "OUL", "code": "o1"}).status_code == 303
    bench = db.session.scalars(select(Bench).where(Bench.code == "O1")).one()
    assert (bench.site.code, bench.site.country) == ("OUL", "FI")


@pytest.mark.parametrize("zone", ["Europe", "Mars/Olympus", "../etc/passwd"])
def test_a_site_has_a_real_time_zone(admin: Actor, zone: str) -> None:
    with pytest.raises(BadArguments) as wrong:
        perform("add_site", None, OULU | {"zone": zone}, by=admin)
    assert wrong.value.fields["zone"] == "There is no such time zone. Write it as in Europe/Helsinki."


def test_a_code_is_given_once(admin: Actor) -> None:
    for name, given in (
        ("add_site", OULU | {"code": "TMP"}),
        ("add_bench", {"site": "TMP", "code": "T2"}),
        ("add_source", {"code": "COUNTER", "name": "x", "vat_regime": "margin"}),
    ):
        with pytest.raises(Refused) as refused:
            perform(name, None, given, by=admin)
        assert refused.value.field == "code"


def test_devices_may_come_from_a_new_source(api_of: Any) -> None:
    given = {"code": "schools", "name": "Schools", "vat_regime": "regular"}
    assert api_of("refurbisher")("POST", "/sources/add-source", given).status_code == 403
    assert api_of("admin")("POST", "/sources/add-source", given).get_json()["source"]["code"] == "SCHOOLS"
    assert db.session.scalars(select(Source.vat_regime).where(Source.code == "SCHOOLS")).one() == "regular"


def test_a_new_password_ends_sessions_and_leaves_tokens(cast: Cast, admin: Actor) -> None:
    session, token = cast.session_of("technician"), cast.token_of("technician")
    perform("set_password", cast.person("technician").id, {"password": "quite another one"}, by=admin)
    assert authenticate.sign_in("technician", "quite another one", clock.now()).username == "technician"
    with pytest.raises(NotSignedIn):
        authenticate.actor_for(session, "session", clock.now())
    assert authenticate.actor_for(token, "token", clock.now()).name == "Aino Virtanen"


def test_a_password_stands_in_no_event_and_no_kept_answer(cast: Cast, admin: Actor) -> None:
    for key, word in (("k1", "a-secret-word"), ("k2", "a-secret-word")):
        perform("set_password", cast.person("parts").id, {"password": word}, by=admin, request_key=key)
    kept = db.session.scalars(select(Request).where(Request.key == "k1")).one()
    story = "".join(e.body for e in db.session.scalars(select(Event)))
    assert "a-secret-word" not in kept.answer + story


def test_who_is_shut_out_is_out_everywhere_until_let_in(cast: Cast, admin: Actor) -> None:
    token, person = cast.token_of("technician"), cast.person("technician")
    perform("close_person", person.id, {}, by=admin)
    perform("open_person", person.id, {}, by=admin)
    with pytest.raises(NotSignedIn):
        authenticate.actor_for(token, "token", clock.now())
    assert person.is_active


def test_nobody_shuts_themselves_out(cast: Cast, admin: Actor) -> None:
    with pytest.raises(Refused, match="yourself"):
        perform("close_person", cast.person("admin").id, {}, by=admin)


@pytest.mark.parametrize("name", ["close_person", "set_password", "issue_token"])
def test_an_admin_of_one_site_has_no_power_over_others(cast: Cast, local_admin: Actor, name: str) -> None:
    given = {"set_password": {"password": "mine from now on"}, "issue_token": {"digest": "a" * 64}}.get(name, {})
    for who in ("admin", "stranger"):
        with pytest.raises(Forbidden):
            perform(name, cast.person(who).id, given, by=local_admin)
    perform(name, cast.person("technician").id, given, by=local_admin)


def test_an_admin_of_one_site_adds_people_and_benches_there_only(local_admin: Actor) -> None:
    new = {"username": "new", "email": "n@x.example", "name": "New", "role": "admin", "password": "long enough now"}
    for name, given in (("add_person", new), ("add_site", OULU), ("add_bench", {"site": "HEL", "code": "H9"})):
        with pytest.raises(Forbidden):
            perform(name, None, given, by=local_admin)
    perform("add_person", None, new | {"site": "TMP"}, by=local_admin)


def made_token(page: Any) -> str:
    return re.findall(r"wk_[\w-]{43}", page.text)[0]


def test_a_token_is_shown_once_works_and_can_be_ended(app: Flask, cast: Cast, pages_of: Any) -> None:
    pages, person = pages_of("admin"), cast.person("technician")
    answer = pages.post(f"/people/{person.id}/token", {"label": "printer", "roles": "", "bench_id": ""}, 200)
    secret = made_token(answer)
    assert authenticate.actor_for(secret, "token", clock.now()).person_id == person.id
    assert "printer" in pages.get("/people").words
    assert secret not in pages.get("/people").words
    pages.post(f"/do/revoke_token/{authenticate.digest(secret)[:16]}", {"next": "/people"})
    with pytest.raises(NotSignedIn):
        authenticate.actor_for(secret, "token", clock.now())


def test_a_token_that_was_made_stands_nowhere(cast: Cast, pages_of: Any) -> None:
    path, given = f"/people/{cast.person('parts').id}/token", {"label": "", "roles": "", "bench_id": ""}
    secret = made_token(pages_of("admin").post(path, given, 200))
    assert not any(secret in body for body in db.session.scalars(select(Event.body)))
    assert not any(secret in answer for answer in db.session.scalars(select(Request.answer)))
    assert authenticate.digest(secret) in {c.hash for c in db.session.scalars(select(Credential))}


def test_who_is_shut_out_gets_no_token(cast: Cast, admin: Actor) -> None:
    perform("close_person", cast.person("parts").id, {}, by=admin)
    with pytest.raises(Refused, match="shut out"):
        perform("issue_token", cast.person("parts").id, {"digest": "b" * 64}, by=admin)


def test_the_page_is_the_admins(client_of: Any, pages_of: Any) -> None:
    assert client_of("technician").get("/people").status_code == 403
    words = pages_of("admin").get("/people").words
    assert [p.name for p in db.session.scalars(select(Person)) if p.name not in words] == []


def test_a_person_is_named_by_user_name_or_number(api_of: Any, cast: Cast) -> None:
    admin = api_of("admin")
    assert admin("POST", f"/people/{cast.person('parts').id}/close-person", {}).get_json()["ref"] == "parts"
    assert admin("POST", "/people/parts/open-person", {}).status_code == 200


@pytest.mark.parametrize("password", ["short", "elevensigns"])
def test_a_password_has_at_least_twelve_signs(cast: Cast, admin: Actor, password: str) -> None:
    with pytest.raises(BadArguments) as wrong:
        perform("set_password", cast.person("parts").id, {"password": password}, by=admin)
    assert wrong.value.fields["password"] == "This is too short. Give at least 12."


def test_roles_follow_at_once_where_a_person_is_signed_in(pages_of: Any, client_of: Any, api_of: Any) -> None:
    theirs, token, pages = client_of("technician"), api_of("technician"), pages_of("admin")
    assert theirs.get("/parts").status_code == 403
    pages.post("/do/give_role/technician", {"role": "parts_manager", "site": "TMP"})
    assert theirs.get("/parts").status_code == 200
    assert token("POST", "/suppliers/add-supplier", {"code": "N1", "name": "New"}).status_code == 200
    pages.post("/do/take_role/technician", {"held": "parts_manager@TMP"})
    assert theirs.get("/parts").status_code == 403
    assert token("POST", "/suppliers/add-supplier", {"code": "N2", "name": "New"}).status_code == 403


def test_somebody_is_always_admin_of_all_sites(cast: Cast, admin: Actor) -> None:
    perform("give_role", "admin", {"role": "auditor"}, by=admin)
    with pytest.raises(Refused, match="last admin"):
        perform("take_role", "admin", {"held": "admin@"}, by=admin)
    perform("give_role", "parts", {"role": "admin"}, by=admin)
    perform("take_role", "admin", {"held": "admin@"}, by=admin)
    with pytest.raises(Refused, match="last admin"):
        perform("take_role", "parts", {"held": "admin@"}, by=cast.actor("parts"))


@pytest.mark.parametrize(
    ("name", "given", "words"),
    [
        ("take_role", {"held": "technician@TMP"}, "only role"),
        ("take_role", {"held": "refurbisher@"}, "no such role"),
        ("take_role", {"held": "technician@XX"}, "no site"),
        ("give_role", {"role": "technician", "site": "TMP"}, "already"),
    ],
)
def test_a_role_that_cannot_be_given_or_taken_is_named(admin: Actor, name: str, given: Any, words: str) -> None:
    with pytest.raises(Refused, match=words):
        perform(name, "technician", given, by=admin)


def test_an_admin_of_one_site_gives_roles_there_only(local_admin: Actor) -> None:
    perform("give_role", "technician", {"role": "admin", "site": "TMP"}, by=local_admin)
    for given in ({"role": "admin"}, {"role": "technician", "site": "HEL"}):
        with pytest.raises(Forbidden):
            perform("give_role", "technician", given, by=local_admin)


def test_whoever_may_not_is_told_who_may(client_of: Any, api_of: Any) -> None:
    told = api_of("auditor")("POST", "/scans", {"code": "*NEXT*"})
    assert (told.status_code, "technician" in told.json["roles"]) == (403, True)
    assert "parts manager" in client_of("technician").get("/parts").text
