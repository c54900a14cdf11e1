"""The JSON API: made of the declared actions, refusing as problem+json."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.cast import Cast
from tests.conftest import Walk, next_imei
from workshop.core.house import house

NEW = {"model": "iPhone 12", "source": "COUNTER", "price": "82"}


def test_every_action_that_people_have_is_in_the_document(app: Flask) -> None:
    document = app.test_client().get("/api/v1/openapi.json").get_json()
    told = {op["operationId"] for path in document["paths"].values() for op in path.values()}
    assert {a.name for a in house().actions.values() if not a.hidden} <= told
    assert {"scan", "unit", "units"} <= told


@pytest.mark.drawn
def test_the_document_is_the_same_for_readers_of_every_language(own_app: Callable[..., Flask]) -> None:
    """It is made for whoever asks first."""
    document = own_app().test_client().get("/api/v1/openapi.json", headers={"Accept-Language": "fi"}).get_json()
    assert document["paths"]["/api/v1/units/{ref}/hold"]["post"]["summary"] == "Hold"


def test_without_a_token_the_answer_says_how_to_bring_one(app: Flask) -> None:
    answer = app.test_client().post("/api/v1/scans", json={"code": "X"})
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")
    assert answer.mimetype == "application/problem+json"


@pytest.mark.parametrize("sent", ["Basic abc", "Bearer ", "Bearer wrong", "bearer"])
def test_a_wrong_token_is_no_token(app: Flask, sent: str) -> None:
    assert app.test_client().get("/api/v1/units", headers={"Authorization": sent}).status_code == 401


def test_a_browser_session_opens_no_api(client_of: Any) -> None:
    assert client_of("admin").get("/api/v1/units").status_code == 401


def test_a_token_may_be_narrowed(walk: Walk, api_of: Any) -> None:
    answer = api_of("technician", roles="auditor")("POST", f"/units/{walk.taken_in().code}/hold", {})
    assert answer.status_code == 403
    assert "technician" in answer.get_json()["detail"]


def test_an_unknown_address_is_a_problem_too(api_of: Any) -> None:
    answer = api_of("technician")("GET", "/nowhere")
    assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")


def test_a_wrong_method_is_told_the_right_one(api_of: Any) -> None:
    answer = api_of("technician")("DELETE", "/scans")
    assert (answer.status_code, answer.mimetype) == (405, "application/problem+json")
    assert "POST" in answer.headers["Allow"]


def test_every_wrong_field_is_listed(api_of: Any) -> None:
    body = api_of("technician")("POST", "/units/take-in", {"imei": next_imei(), "weight": 3}).get_json()
    assert {e["field"] for e in body["errors"]} == {"model", "source", "price", "weight"}


def test_the_same_key_is_done_once_and_repeated(api_of: Any) -> None:
    api, new = api_of("technician"), NEW | {"imei": next_imei()}
    first, again = (api("POST", "/units/take-in", new, Idempotency_Key="k1").get_json() for _ in range(2))
    assert (first["result"], again["result"]) == ("done", "repeated")
    assert (first["ref"], first["hash"]) == (again["ref"], again["hash"])


def test_a_key_of_another_request_is_refused(api_of: Any) -> None:
    api = api_of("technician")
    api("POST", "/units/take-in", NEW | {"imei": next_imei()}, Idempotency_Key="k1")
    answer = api("POST", "/units/take-in", NEW | {"imei": next_imei()}, Idempotency_Key="k1")
    assert (answer.status_code, answer.get_json()["field"]) == (422, "key")


def test_a_key_that_is_too_long_is_refused(api_of: Any) -> None:
    answer = api_of("technician")("POST", "/units/take-in", NEW | {"imei": next_imei()}, Idempotency_Key="k" * 81)
    assert answer.status_code == 422


def test_a_version_that_was_overtaken_is_a_conflict_with_who_and_when(walk: Walk, api_of: Any) -> None:
    unit, api = walk.taken_in(), api_of("technician")
    walk.do("hold", unit, {"kind": "owner_dispute"})
    answer = api("POST", f"/units/{unit.code}/hold", {"kind": "waiting_person"}, If_Match=f'"{unit.version}"')
    assert answer.status_code == 409
    assert answer.get_json()["who"] == "Aino Virtanen"
    assert answer.get_json()["when"]


@pytest.mark.parametrize("version", ["abc", "-1", "1.5"])
def test_a_version_that_is_no_number_is_refused(walk: Walk, api_of: Any, version: str) -> None:
    answer = api_of("technician")("POST", f"/units/{walk.taken_in().code}/hold", {}, If_Match=version)
    assert (answer.status_code, answer.get_json()["field"]) == (400, "If-Match")


@pytest.mark.parametrize("by", ["code", "imei"])
def test_a_unit_is_found_by_any_of_its_codes(walk: Walk, api_of: Any, by: str) -> None:
    unit = walk.in_diagnosis()
    told = api_of("auditor")("GET", f"/units/{getattr(unit, by)}").get_json()
    assert told["code"] == unit.code
    assert told["events"][0]["hash"] == told["chain"]["head"]
    assert told["job"]["version"] == unit.version


def test_units_come_page_by_page(walk: Walk, api_of: Any) -> None:
    codes, api = [walk.taken_in().code for _ in range(3)], api_of("technician")
    first = api("GET", "/units?limit=2").get_json()
    second = api("GET", f"/units?limit=2&after={first['after'].replace('+', '%2B')}").get_json()
    assert [u["code"] for u in first["units"] + second["units"]] == codes
    assert second["after"] is None


@pytest.mark.parametrize("query", ["limit=0", "limit=999", "limit=x", "stage=moon", "after=never"])
def test_a_list_that_cannot_be_is_refused(api_of: Any, query: str) -> None:
    assert api_of("technician")("GET", f"/units?{query}").status_code in (400, 422)


def test_whatever_is_sent_the_server_never_breaks(app: Flask, cast: Cast, walk: Walk) -> None:
    walk.in_diagnosis()
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)
    headers = {"Authorization": f"Bearer {cast.token_of('admin')}"}
    operations = [o.ok() for o in schema.get_all_operations()]
    cases = st.one_of([o.as_strategy() for o in operations])

    @settings(
        max_examples=120,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(cases)
    def send(case: Any) -> None:
        answer = case.call(headers=headers)
        assert answer.status_code < 500, (case.method, case.formatted_path, case.body, answer.text)

    send()
