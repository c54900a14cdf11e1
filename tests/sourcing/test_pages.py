"""The pages of deliveries: the file that is looked at, the scans, the report."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.conftest import count, next_imei
from tests.pages import Page, Pages, typed_in
from tests.sourcing.files import HEAD, announced, csv_file, expected, phones, workbook
from workshop.core.actions import perform
from workshop.core.actor import Actor
from workshop.core.db import db
from workshop.jobs.models import Unit
from workshop.sourcing.models import Consignment, ConsignmentLine

PagesOf = Callable[[str], Pages]
HTMX = {"HX-Request": "true"}


def words(page: Page) -> str:
    return " ".join(page.words.split())


def sent(pages: Pages, data: bytes, **more: Any) -> str:
    given = {"source": "COUNTER", "file": (io.BytesIO(data), "lista.csv"), "reference": "T-12", **more}
    path: str = pages.post("/deliveries/new", given, content_type="multipart/form-data").headers["Location"]
    return path


@pytest.fixture
def desk(pages_of: PagesOf) -> Pages:
    return pages_of("refurbisher")


def test_a_file_is_sent_looked_at_and_expected(desk: Pages) -> None:
    path = sent(desk, csv_file(*phones(12)))
    page = desk.get(path)
    assert "12 devices can be expected." in words(page)
    assert "grün" in words(page)
    assert len([a for a in page.all("select") if a["name"].startswith("column-")]) == 6
    desk.post(f"{path}/import", {})
    assert "12 still to come" in words(desk.get(path))


def test_who_does_not_decide_how_a_file_is_read_is_offered_nothing_to_press(desk: Pages, pages_of: PagesOf) -> None:
    path = sent(desk, csv_file(*phones(2)))
    page = pages_of("technician").get(path)
    assert "A parts manager or a refurbisher says whether it is read right." in words(page)
    assert f"{path}/import" not in [form.action for form in page.forms]


def test_the_reading_is_changed_on_the_page(desk: Pages) -> None:
    path = sent(desk, csv_file(f"{next_imei()};iPhone 12;9", head="Kennung;Was;Wert"))
    assert "No column holds: Model, Price." in words(desk.get(path))
    chosen = {"column-0": "imei", "column-1": "model", "column-2": "price", "heading": "1", "heading_was": "1"}
    desk.post(f"{path}/reading", chosen)
    assert "1 device can be expected." in words(desk.get(path))


def test_another_heading_line_proposes_the_columns_anew(desk: Pages) -> None:
    path = sent(desk, csv_file("Lieferung 7;;;;;", HEAD, *phones(1), head="a;b;c;d;e;f"))
    desk.post(f"{path}/reading", {"heading": "1", "heading_was": "3", "column-0": "serial"})
    assert "No column holds: IMEI, Model, Price." in words(desk.get(path))


def test_a_model_that_nobody_knows_is_explained_once(desk: Pages) -> None:
    path = sent(desk, csv_file(*phones(2, model="IP-12 blau")))
    assert "IP-12 blau 2 lines" in words(desk.get(path))
    desk.post(f"{path}/reading", {"words-0": "IP-12 blau", "model-0": "iPhone 12"})
    assert "2 devices can be expected." in words(desk.get(path))


def test_an_encoding_that_does_not_fit_leaves_the_choice_open(desk: Pages) -> None:
    path = sent(desk, csv_file("\x81;1;1;1;1;1", encoding="utf-8"))
    desk.post(f"{path}/reading", {"encoding": "cp1252", "separator": ";"}, 422)
    page = desk.get(path)
    assert [a for a in page.all("select") if a["name"] == "encoding"]


@pytest.mark.parametrize(
    ("data", "says"), [(b"%PDF-1.7", "no table"), (b"", "empty"), (b"x;y\n" * 30_000, "30,000 lines")]
)
def test_a_file_that_can_t_be_read_is_refused_in_a_sentence(desk: Pages, data: bytes, says: str) -> None:
    given = {"source": "COUNTER", "file": (io.BytesIO(data), "x.csv")}
    response = desk.post("/deliveries/new", given, 422, content_type="multipart/form-data")
    assert says in response.text
    assert count(Consignment) == 0


def test_the_lines_left_out_are_a_list_and_a_file_that_runs_no_formula(desk: Pages) -> None:
    path = sent(desk, csv_file(*phones(1), "=cmd|' /C calc'!A0;iPhone 12;128;blue;B;82", ";iPhone 12;1;x;B;1"))
    assert "2 lines are left out" in words(desk.get(f"{path}/left-out"))
    told = desk.client.get(f"{path}/left-out?format=csv").text
    assert "'=cmd|" in told
    assert "neither an IMEI nor a serial" in told


def test_a_workbook_is_previewed_without_encoding_and_separator(desk: Pages) -> None:
    path = sent(desk, workbook([["IMEI", "Model", "Price"], [next_imei(), "iPhone 12", 80]]))
    page = desk.get(path)
    assert not [a for a in page.all("select") if a["name"] == "encoding"]
    assert "1 device can be expected." in words(page)


def test_a_long_file_shows_how_far_it_is(desk: Pages, refurbisher: Actor) -> None:
    made = announced(refurbisher, csv_file(*phones(3)))
    perform("import_delivery", made.code, {}, by=refurbisher)
    assert "0 of 3" in words(desk.get(f"/deliveries/{made.code}"))
    assert "0 of 3" in desk.client.get(f"/deliveries/{made.code}/progress", headers=HTMX).text


def test_each_scan_is_answered_on_the_page(pages_of: PagesOf, refurbisher: Actor) -> None:
    made, bench = expected(refurbisher, csv_file(*phones(3))), pages_of("technician")
    imei = db.session.query(ConsignmentLine.imei).order_by(ConsignmentLine.id).first()[0]
    path = f"/deliveries/{made.code}"
    answers = [
        bench.post(f"{path}/scan", {"code": code, "request_key": str(n)}, status, headers=HTMX).text
        for n, (code, status) in enumerate([(imei, 200), (imei, 409), (next_imei(), 200), ("353097110432180", 422)])
    ]
    tones = [re.search(r'class="strip"[^>]*data-tone="(\w+)"', text)[1] for text in answers]  # type: ignore[index]
    assert tones == ["yes", "look", "look", "no"]
    assert "Found: iPhone 12." in answers[0]
    assert "1 / 3" in words(bench.get(path))


def test_a_device_scanned_at_the_bench_is_checked_in(pages_of: PagesOf, refurbisher: Actor) -> None:
    expected(refurbisher, csv_file(*phones(1)), site="TMP")
    imei = db.session.query(ConsignmentLine.imei).first()[0]
    bench = pages_of("technician")
    bench.post("/bench/scan", {"code": imei}, 303)
    assert "Found: iPhone 12." in words(bench.get("/bench"))
    assert count(Unit) == 1


def test_the_report_counts_and_lists_what_differs(desk: Pages, refurbisher: Actor, technician: Actor) -> None:
    made = expected(refurbisher, csv_file(*phones(3)), reference="T-12")
    imeis = [imei for (imei,) in db.session.query(ConsignmentLine.imei).order_by(ConsignmentLine.id)]
    for code in (imeis[0], next_imei()):
        perform("check_in", made.code, {"code": code}, by=technician)
    perform("count_delivery", made.code, {}, by=technician)
    page = words(desk.get(f"/deliveries/{made.code}"))
    assert "1 of 3 are here, 3 differ" in page
    assert imeis[2] in page
    told = desk.client.get(f"/deliveries/{made.code}/report.txt").text
    assert f"- {imeis[1]}, line 3: iPhone 12" in told
    assert "2 missing" in told
    desk.post(f"/do/report_delivery/{made.code}", {"note": "by e-mail"})
    assert "Reported" in words(desk.get("/deliveries"))


def test_the_devices_are_a_list_by_state(desk: Pages, refurbisher: Actor) -> None:
    made = expected(refurbisher, csv_file(*phones(3)))
    assert "3 devices were announced." in words(desk.get(f"/deliveries/{made.code}/devices?state=expected"))
    assert desk.client.get(f"/deliveries/{made.code}/devices?format=csv").text.count("iPhone 12") == 3


def test_the_delivery_s_label_opens_it(pages_of: PagesOf, refurbisher: Actor) -> None:
    made, bench = expected(refurbisher, csv_file(*phones(1))), pages_of("technician")
    assert bench.post("/bench/scan", {"code": made.code}, 303).headers["Location"] == f"/deliveries/{made.code}"
    assert bench.client.get(f"/deliveries/{made.code}/label.png").mimetype == "image/png"


def test_another_site_s_delivery_is_not_there(pages_of: PagesOf, refurbisher: Actor) -> None:
    made = expected(refurbisher, csv_file(*phones(1)), site="TMP")
    pages_of("stranger").get(f"/deliveries/{made.code}", 404)


def test_what_presses_is_counted_in_the_navigation(desk: Pages, refurbisher: Actor) -> None:
    announced(refurbisher, csv_file(*phones(1)))
    assert re.search(r"Deliveries\s*1", words(desk.get("/deliveries")))


def test_the_terms_of_a_partner_stay_where_the_form_is_sent_as_it_is_shown(desk: Pages) -> None:
    terms = {"kind": "programme", "claim_days": "30", "answer_days": "9", "email": "p@partner.example"}
    desk.post("/do/set_partner_terms/COUNTER", terms)
    shown = desk.get("/do/set_partner_terms/COUNTER")
    assert {name: typed_in(shown)[name] for name in ("claim_days", "answer_days", "email")} == {
        name: terms[name] for name in ("claim_days", "answer_days", "email")
    }
    assert [option["value"] for option in shown.all("option") if "selected" in option] == ["programme"]
