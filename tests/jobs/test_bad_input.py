"""Bad input: the answer names the field and the remedy, and nothing changes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.cast import Cast
from tests.conftest import Walk, next_imei
from tests.pages import Pages
from workshop.core.db import Base, db
from workshop.core.events import Event
from workshop.jobs.target import by_id

Api = Callable[..., Any]


def kept() -> dict[str, int]:
    """How many rows each table has, but for the notes of refused tries, which are made on purpose."""
    tables = [t for t in Base.metadata.sorted_tables if t.name not in ("refusals", "credentials")]
    return {t.name: db.session.scalar(select(func.count()).select_from(t)) or 0 for t in tables}


def given(**more: Any) -> dict[str, Any]:
    """What a good intake sends, with something changed."""
    return {"imei": next_imei(), "model": "iPhone 12", "source": "COUNTER", "price": "82.00"} | more


def refused(answer: Any, status: int, field: str | None, before: dict[str, int]) -> dict[str, Any]:
    """Check what every refusal tells, and that nothing was changed."""
    body: dict[str, Any] = answer.get_json()
    assert answer.status_code == status, body
    assert answer.mimetype == "application/problem+json"
    assert body["title"]
    assert body["detail"]
    assert body.get("field") == field
    assert kept() == before
    return body


def flipped(imei: str) -> str:
    return imei[:14] + str((int(imei[14]) + 1) % 10)


MISREAD: Final = [
    (flipped, "misread"),
    (lambda imei: imei[:14], "14"),
    (lambda imei: imei + "1", "16 digits"),
    (lambda imei: imei + "12", "17 digits"),
]


@pytest.mark.parametrize(("spoil", "word"), [*MISREAD, (lambda imei: imei[:7] + "O" + imei[8:], "not a digit")])
def test_an_imei_that_cannot_be_is_refused_with_its_reason(api_of: Any, spoil: Any, word: str) -> None:
    api, before = api_of("technician"), None
    before = kept()
    body = refused(api("POST", "/units/take-in", given(imei=spoil(next_imei()))), 422, "imei", before)
    assert word in body["title"]


@pytest.mark.parametrize(("spoil", "word"), MISREAD)
def test_a_scan_that_is_nearly_an_imei_says_what_is_wrong_with_it(api_of: Any, spoil: Any, word: str) -> None:
    body = refused(api_of("technician")("POST", "/scans", {"code": spoil(next_imei())}), 404, "code", kept())
    assert word in body["title"]
    assert "If it is a serial number, scan *NEXT*." in body["detail"]


def test_an_imei_in_the_serial_field_is_refused(api_of: Any) -> None:
    api, before = api_of("technician"), kept()
    body = refused(api("POST", "/units/take-in", given(imei="", serial=next_imei())), 422, "serial", before)
    assert "IMEI field" in body["detail"]


def test_a_device_without_any_number_is_refused(api_of: Any) -> None:
    refused(api_of("technician")("POST", "/units/take-in", given(imei="")), 422, "imei", kept())


@pytest.mark.parametrize("price", ["-5", "-0.01", "abc", "", "1e9", "99999999999999", "12.345", "NaN", "1,2,3"])
def test_a_price_that_cannot_be_is_refused(api_of: Any, price: str) -> None:
    refused(api_of("technician")("POST", "/units/take-in", given(price=price)), 422, "price", kept())


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"model": "Phone 99"}, "model"),
        ({"source": "MOON"}, "source"),
        ({"storage_gb": 0}, "storage_gb"),
        ({"vat_regime": "none"}, "vat_regime"),
        ({"colour": "x" * 41}, "colour"),
        ({"weight": 3}, "weight"),
    ],
)
def test_each_wrong_field_is_named(api_of: Any, change: dict[str, Any], field: str) -> None:
    refused(api_of("technician")("POST", "/units/take-in", given(**change)), 422, field, kept())


def test_two_imeis_that_are_one_are_refused(api_of: Any) -> None:
    imei = next_imei()
    refused(api_of("technician")("POST", "/units/take-in", given(imei=imei, imei2=imei)), 422, "imei2", kept())


def test_a_device_already_open_leads_to_it(walk: Walk, api_of: Any) -> None:
    unit = walk.taken_in()
    body = refused(api_of("technician")("POST", "/units/take-in", given(imei=unit.imei)), 409, "imei", kept())
    assert body["unit"] == unit.code


@pytest.mark.parametrize("noise", ["{}\r", "{}\n", "\t{}\r\n", "{}\t", "]C0{}\r", "  {}  ", "\x02{}\x03"])
def test_scanner_noise_around_a_code_is_normal(walk: Walk, api_of: Any, noise: str) -> None:
    unit = walk.taken_in()
    answer = api_of("technician")("POST", "/scans", {"code": noise.format(unit.code)})
    assert answer.get_json()["unit"]["code"] == unit.code


def test_a_code_in_small_letters_is_the_same_code(walk: Walk, api_of: Any) -> None:
    unit = walk.taken_in()
    assert api_of("technician")("POST", "/scans", {"code": unit.code.lower()}).status_code == 200


def test_the_digits_of_a_french_keyboard_are_read(walk: Walk, api_of: Any) -> None:
    unit = walk.taken_in()
    typed = str(unit.imei).translate(str.maketrans("1234567890", "&é\"'(-è_çà"))
    assert api_of("technician")("POST", "/scans", {"code": typed}).get_json()["unit"]["imei"] == unit.imei


def test_a_command_of_another_keyboard_is_read(walk: Walk, api_of: Any) -> None:
    unit, api = walk.in_diagnosis(), api_of("technician")
    api("POST", "/scans", {"code": unit.code})
    assert api("POST", "/scans", {"code": "(PASS("}).get_json()["action"] == "answer"


def test_an_unknown_code_says_how_to_take_it_in(api_of: Any) -> None:
    body = refused(api_of("technician")("POST", "/scans", {"code": next_imei()}), 404, "code", kept())
    assert "*NEXT*" in body["detail"]


@pytest.mark.parametrize("code", ["*FLY*", "U0000001A", "   ", "*NE", "\r\n"])
def test_a_code_that_cannot_be_is_refused(api_of: Any, code: str) -> None:
    before = kept()
    answer = api_of("technician")("POST", "/scans", {"code": code})
    assert answer.status_code in (404, 422)
    assert answer.get_json()["field"] == "code"
    assert kept() == before


def test_a_move_along_an_edge_that_is_not_there_is_refused(walk: Walk, api_of: Any) -> None:
    unit = walk.in_diagnosis()
    ask = {"to": "intake", "reason": "wrong way"}
    body = refused(api_of("technician")("POST", f"/units/{unit.code}/move", ask), 422, "to", kept())
    assert "next stage" in body["detail"]


def test_past_an_unmet_gate_nothing_goes(walk: Walk, api_of: Any) -> None:
    unit = walk.taken_in()
    body = refused(api_of("technician")("POST", f"/units/{unit.code}/advance"), 409, "stage", kept())
    assert body["missing"]


def test_a_token_without_the_right_is_refused(walk: Walk, api_of: Any) -> None:
    unit = walk.in_diagnosis()
    api = api_of("technician", roles="auditor")
    body = refused(api("POST", f"/units/{unit.code}/answer", {"outcome": "pass"}), 403, None, kept())
    assert "technician" in body["detail"]


def test_another_sites_unit_is_not_there(walk: Walk, api_of: Any) -> None:
    unit, api = walk.in_diagnosis(), api_of("stranger")
    before = kept()
    for answer in (
        api("GET", f"/units/{unit.code}"),
        api("POST", f"/units/{unit.code}/answer", {"outcome": "pass"}),
        api("POST", "/scans", {"code": unit.code}),
    ):
        refused(answer, 404, None, before)


def test_a_bench_that_is_not_at_ones_site_is_refused(walk: Walk, api_of: Any) -> None:
    unit = walk.taken_in()
    refused(api_of("technician")("POST", "/scans", {"code": unit.code, "bench": "T1"}), 422, "bench", kept())


def send(app: Flask, cast: Cast, body: bytes, mimetype: str = "application/json") -> Any:
    headers = {"Authorization": f"Bearer {cast.token_of('technician')}"}
    return app.test_client().post("/api/v1/scans", data=body, content_type=mimetype, headers=headers)


@pytest.mark.parametrize("body", [b"{", b"not json", b'{"code": }', b"\xff\xfe", b"nul"])
def test_json_that_is_not_is_refused(app: Flask, cast: Cast, body: bytes) -> None:
    refused(send(app, cast, body), 400, "body", kept())


@pytest.mark.parametrize("body", [b"[]", b"1", b'"code"'])
def test_json_that_is_no_object_is_refused(app: Flask, cast: Cast, body: bytes) -> None:
    refused(send(app, cast, body), 422, "body", kept())


def test_ten_megabytes_are_too_many(app: Flask, cast: Cast) -> None:
    before = kept()
    answer = send(app, cast, b'{"code": "' + b"x" * 10 * 2**20 + b'"}')
    assert answer.status_code == 413
    assert answer.get_json()["detail"] == "Send at most 8 MB."
    assert kept() == before


def test_a_file_of_ten_megabytes_is_too_large_for_a_page_too(walk: Walk, pages_of: Callable[[str], Pages]) -> None:
    unit, client = walk.taken_in(), pages_of("technician").client
    before, head = kept(), b'--x\r\nContent-Disposition: form-data; name="image"; filename="photo.jpg"\r\n\r\n'
    body = head + b"x" * 10 * 2**20 + b"\r\n--x--\r\n"
    answer = client.post(f"/do/add_photo/{unit.code}", data=body, content_type="multipart/form-data; boundary=x")
    assert answer.status_code == 413
    assert "Send at most 8 MB." in answer.text
    assert kept() == before


def test_a_form_is_not_json(app: Flask, cast: Cast) -> None:
    refused(send(app, cast, b"code=U1", "application/x-www-form-urlencoded"), 415, None, kept())


def test_the_same_scan_twice_within_a_second_acts_once(own_app: Callable[..., Flask]) -> None:
    app = own_app(repeat_seconds=5.0)
    with app.app_context():
        unit = Walk(Cast().actor("technician")).taken_in()
        headers = {"Authorization": f"Bearer {Cast().token_of('technician')}"}
        db.session.remove()
    client = app.test_client()
    first, second = (client.post("/api/v1/scans", json={"code": unit.code}, headers=headers) for _ in range(2))
    assert (first.get_json()["result"], second.get_json()["result"]) == ("done", "repeat")
    assert second.get_json()["tone"] == "look"
    with app.app_context():
        assert by_id(unit.id).chain_length == unit.chain_length + 1  # type: ignore[union-attr]


def test_a_refused_try_is_noted_beside_the_story_but_not_in_it(walk: Walk, api_of: Any) -> None:
    unit, api = walk.taken_in(), api_of("technician")
    api("POST", "/scans", {"code": unit.code})
    events = db.session.scalar(select(func.count()).select_from(Event))
    api("POST", "/scans", {"code": "*NEXT*"})
    told = api("GET", f"/units/{unit.code}").get_json()
    assert told["refusals"][0]["code"] == "*NEXT*"
    assert db.session.scalar(select(func.count()).select_from(Event)) == events
