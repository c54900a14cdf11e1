"""What a browser kept while the network was away: done as it was meant, or put aside, once and never both."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from tests.cast import Cast
from tests.conftest import Walk, count, picture
from tests.pages import Pages
from workshop.core import clock, events
from workshop.core.actions import perform
from workshop.core.db import db
from workshop.core.errors import Conflict, Refused
from workshop.jobs import carried, diagnosis
from workshop.jobs.carried import BELIEVED_FOR, believed
from workshop.jobs.models import ScanAside
from workshop.jobs.target import OpenUnit

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


@pytest.fixture
def send(client_of: Callable[[str], Any], app: Any) -> Callable[..., dict[str, Any]]:
    """A function that sends one kept scan as the technician's browser does, and returns the receipt."""
    app.config["WTF_CSRF_ENABLED"] = False
    clients: dict[str, Any] = {}

    def post(code: str, key: str, *, who: str = "technician", path: str = "/bench/kept", **fields: Any) -> Any:
        client = clients.setdefault(who, client_of(who))
        answer = client.post(path, data={"code": code, "request_key": key, "again": "1", **fields})
        assert answer.status_code == 200, answer.text
        return answer.get_json()

    yield post
    app.config["WTF_CSRF_ENABLED"] = True


def asides() -> list[ScanAside]:
    return list(db.session.scalars(select(ScanAside).order_by(ScanAside.id)))


def story(unit: OpenUnit) -> list[str]:
    return [e.action for e in reversed(events.story("unit", unit.id))]


def test_kept_scans_are_done_in_their_order(walk: Walk, send: Any) -> None:
    unit = walk.in_diagnosis()
    before = len(story(unit))
    results = [send(code, f"k{n}")["result"] for n, code in enumerate((unit.code, "C-PWR1+", "*HOLD*"))]
    assert results == ["done", "done", "done"]
    assert story(unit)[before:] == ["scan", "answer", "hold"]


def test_a_receipt_tells_what_lies_at_the_bench_now(walk: Walk, send: Any) -> None:
    unit = walk.in_diagnosis()
    receipt = send(unit.code, "k")
    assert (receipt["unit"], receipt["version"]) == (unit.code, walk.fresh(unit).version)


def test_the_same_scan_sent_again_is_done_once(walk: Walk, send: Any) -> None:
    unit = walk.in_diagnosis()
    send(unit.code, "a")
    first, second = send("*PASS*", "b"), send("*PASS*", "b")
    assert first["title"] == second["title"]
    assert story(unit).count("answer") == 1


def test_a_command_whose_meaning_moved_on_is_still_the_same_scan(walk: Walk, send: Any) -> None:
    unit = walk.taken_in()
    walk.do("add_photo", unit, {"image": picture()})
    send(unit.code, "a")
    assert send("*NEXT*", "b")["result"] == send("*NEXT*", "b")["result"] == "done"
    assert walk.fresh(unit).stage == "diagnosis"


def test_a_command_does_not_fall_on_another_unit(walk: Walk, send: Any) -> None:
    meant, other = walk.in_diagnosis(), walk.in_diagnosis()
    send(other.code, "a")
    assert send("*PASS*", "b", unit=meant.code)["result"] == "aside"
    assert "answer" not in story(other)
    assert meant.code in asides()[0].what


def test_a_unit_that_was_changed_meanwhile_is_left_alone(walk: Walk, send: Any) -> None:
    unit = walk.in_diagnosis()
    seen = send(unit.code, "a")["version"]
    walk.do("hold", unit, {"kind": "waiting_person"}, by=Cast().actor("refurbisher"))
    assert send("*PASS*", "b", unit=unit.code, version=seen)["result"] == "aside"
    assert "Mikael Lindqvist" in asides()[0].what


def test_what_follows_a_scan_put_aside_is_put_aside_until_the_next_unit(walk: Walk, send: Any) -> None:
    unit = walk.in_diagnosis()
    send(unit.code, "a")
    assert send("C-PWR1+", "b", after_aside="1")["result"] == "aside"
    assert send(unit.code, "c", after_aside="1")["result"] == "done"


def test_a_scan_is_put_aside_once_however_often_it_is_sent(walk: Walk, send: Any) -> None:
    assert [send("*FLY*", "k")["result"] for _ in range(3)] == ["aside"] * 3
    assert [(a.code, a.bench_code, a.settled_as) for a in asides()] == [("*FLY*", "T2", None)]


def test_a_scan_that_is_half_a_code_is_put_aside_as_it_came(send: Any) -> None:
    assert send("*NE", "k")["result"] == "aside"
    assert asides()[0].code == "*NE"


def test_two_scans_of_the_same_code_count_by_when_they_were_scanned(own_app: Any) -> None:
    app = own_app(repeat_seconds=1.0)
    app.config["WTF_CSRF_ENABLED"] = False
    with app.app_context():
        unit = Walk(Cast().actor("technician")).in_diagnosis()
        secret = Cast().session_of("technician")
    client = app.test_client()
    with client.session_transaction() as session:
        session["sid"] = secret
    gaps = [("u", unit.code, ""), ("a", "*PASS*", 86_400_000), ("b", "*PASS*", 4000), ("c", "*PASS*", 300)]
    fields = [{"code": code, "request_key": key, "gap_ms": gap, "again": "1"} for key, code, gap in gaps]
    results = [client.post("/bench/kept", data=each).get_json()["result"] for each in fields]
    assert results == ["done", "done", "done", "repeat"]


def test_when_it_was_scanned_is_kept_beside_when_it_came(walk: Walk, send: Any) -> None:
    unit = walk.in_diagnosis()
    at = (clock.now() - timedelta(minutes=5)).isoformat()
    send(unit.code, "k", scanned_at=at)
    event = events.story("unit", unit.id)[0]
    assert event.data["scanned_at"][:19] == at[:19]
    assert event.at - clock.now() < timedelta(minutes=1)


@pytest.mark.parametrize("days", [-3650, -8, 1, 3650])
def test_a_clock_that_is_years_off_changes_nothing(walk: Walk, send: Any, days: int) -> None:
    unit = walk.in_diagnosis()
    at = (clock.now() + timedelta(days=days)).isoformat()
    assert send(unit.code, "k", scanned_at=at)["result"] == "done"
    assert "scanned_at" not in events.story("unit", unit.id)[0].data


@given(
    st.one_of(
        st.text("0123456789-:T+Z. x", max_size=40),
        st.datetimes().map(str),
        st.datetimes(timezones=st.just(UTC)).map(str),
    )
)
def test_a_time_is_believed_only_within_the_last_week(said: str) -> None:
    found = believed(said, NOON)
    assert found is None or NOON - BELIEVED_FOR <= found <= NOON


@given(
    st.dictionaries(
        st.sampled_from(["unit", "version", "gap_ms", "scanned_at", "again"]),
        st.text("0123456789-:T+Z. x", max_size=30),
    )
)
def test_whatever_a_form_carries_can_be_read(fields: dict[str, str]) -> None:
    read = carried.read(fields, NOON)
    assert read.version is None or read.version >= 0


def test_one_person_s_scans_are_never_sent_in_another_s_name(walk: Walk, client_of: Any, app: Any) -> None:
    unit = walk.in_diagnosis()
    app.config["WTF_CSRF_ENABLED"] = False
    fields = {"code": unit.code, "request_key": "k", "person": Cast().person("technician").id}
    for path in ("/bench/kept", "/bench/scan"):
        assert client_of("colleague").post(path, data=fields).status_code == 401
    app.config["WTF_CSRF_ENABLED"] = True
    assert story(unit)[-1] != "scan"


def test_what_the_server_fails_at_each_time_is_put_aside(walk: Walk, send: Any) -> None:
    unit = walk.in_diagnosis()
    before = story(unit)
    assert send("*HOLD*", "k", unit=unit.code, failed="1")["result"] == "aside"
    assert ("failed at it each time" in asides()[0].what, story(unit)) == (True, before)


def test_what_was_done_before_the_answer_failed_is_not_put_aside(walk: Walk, send: Any) -> None:
    unit = walk.in_diagnosis()
    send(unit.code, "k0")
    send("*HOLD*", "k1", unit=unit.code)
    assert (send("*HOLD*", "k1", unit=unit.code, failed="1")["result"], count(ScanAside)) == ("done", 0)


def test_what_somebody_locked_out_scanned_is_handed_in_to_be_looked_at(walk: Walk, send: Any) -> None:
    unit, owner = walk.in_diagnosis(), Cast().person("technician")
    before = story(unit)
    fields = {"person": owner.id, "unit": unit.code}
    for _ in range(2):
        assert send("*NEXT*", "k", who="colleague", path="/bench/hand-in", **fields)["result"] == "aside"
    row = asides()[0]
    assert (count(ScanAside), row.scanned_by, row.put_by) == (1, owner.id, Cast().person("colleague").id)
    assert story(unit) == before


def test_two_colleagues_hand_in_the_same_scan_once(send: Any) -> None:
    for who in ("colleague", "refurbisher"):
        answer = send("*NEXT*", "k", who=who, path="/bench/hand-in", person=Cast().person("technician").id)
        assert answer["result"] == "aside"
    assert count(ScanAside) == 1


def test_what_its_person_still_sent_is_not_handed_in_again(walk: Walk, send: Any) -> None:
    unit = walk.in_diagnosis()
    send(unit.code, "k")
    fields = {"person": Cast().person("technician").id}
    assert send(unit.code, "k", who="colleague", path="/bench/hand-in", **fields)["result"] == "done"
    assert count(ScanAside) == 0


def test_a_scan_put_aside_is_done_later_to_its_own_unit(walk: Walk, send: Any) -> None:
    meant, other = walk.in_diagnosis(), walk.in_diagnosis()
    send(other.code, "a")
    send("*HOLD*", "b", unit=meant.code)
    perform("do_scan_now", asides()[0].id, {}, by=Cast().actor("colleague"))
    assert (story(meant)[-1], "hold" in story(other)) == ("hold", False)
    assert asides()[0].settled_as == "done"


def test_what_was_done_of_a_scan_put_aside_is_taken_back_by_whoever_did_it(
    walk: Walk, send: Any, pages_of: Callable[[str], Pages]
) -> None:
    unit = walk.in_diagnosis()
    send("C-PWR1+", "k", unit=unit.code, after_aside="1")
    colleague = pages_of("colleague")
    colleague.post(f"/do/do_scan_now/{asides()[0].id}", {"next": "/scans-to-look-at"})
    (form,) = [f for f in colleague.get("/scans-to-look-at").forms if f.action.startswith(f"/do/undo/{unit.code}")]
    colleague.post(form.action, form.fields)
    assert diagnosis.answers_of(unit.job_id, "diagnosis") == {}
    assert story(unit)[-2:] == ["answer", "undo"]


def test_a_scan_put_aside_without_a_unit_falls_on_nobody_s_bench(walk: Walk, send: Any) -> None:
    lying = walk.in_diagnosis()
    send("*HOLD*", "a", after_aside="1")
    send(lying.code, "b")
    with pytest.raises(Refused, match="No unit lies here"):
        perform("do_scan_now", asides()[0].id, {}, by=Cast().actor("technician"))
    assert (asides()[0].settled_at, "hold" in story(lying)) == (None, False)


def test_what_is_dismissed_says_why_and_is_settled_once(send: Any) -> None:
    send("*FLY*", "k")
    perform("dismiss_scan", asides()[0].id, {"reason": "A misprint"}, by=Cast().actor("technician"))
    assert (asides()[0].settled_as, asides()[0].settled_reason) == ("dismissed", "A misprint")
    with pytest.raises(Conflict, match="settled this scan already"):
        perform("do_scan_now", asides()[0].id, {}, by=Cast().actor("technician"))


def test_a_right_that_the_scan_needs_is_needed_to_do_it_later(walk: Walk, send: Any) -> None:
    unit = walk.in_diagnosis()
    send("C-PWR1+", "k", unit=unit.code, after_aside="1")
    with pytest.raises(Refused, match="not among your rights"):
        perform("do_scan_now", asides()[0].id, {}, by=Cast().actor("parts"))


def test_the_page_lists_what_waits_and_the_navigation_counts_it(send: Any, pages_of: Callable[[str], Pages]) -> None:
    send("*FLY*", "k", unit="U0000001Y")
    page = pages_of("technician").get("/scans-to-look-at")
    assert "There is no command" in page.words
    assert "Aino Virtanen, T2" in page.words
    assert "*FLY*" not in pages_of("stranger").get("/scans-to-look-at").words


def test_nothing_put_aside_says_so(pages_of: Callable[[str], Pages]) -> None:
    assert "every kept scan was done" in pages_of("technician").get("/scans-to-look-at").words


def test_a_scan_that_was_settled_is_found_among_those(send: Any, pages_of: Callable[[str], Pages]) -> None:
    send("*FLY*", "k")
    perform("dismiss_scan", asides()[0].id, {"reason": "A misprint"}, by=Cast().actor("technician"))
    pages = pages_of("technician")
    assert "*FLY*" not in pages.get("/scans-to-look-at").words
    settled = pages.get("/scans-to-look-at?state=dismissed")
    assert "A misprint" in settled.words
    assert not any("dismiss_scan" in a.get("href", "") for a in settled.all("a"))


def test_an_open_page_hears_who_is_signed_in_now(client_of: Any) -> None:
    said = client_of("technician").get("/here").get_json()
    assert said["person"] == Cast().person("technician").id
    assert said["token"]
