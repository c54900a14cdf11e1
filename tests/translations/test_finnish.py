"""Finnish says the same as English, and is what a person who chose it reads."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po
from flask import Flask
from sqlalchemy import update
from wtforms.i18n import messages_path

from tests.cast import Cast
from tests.conftest import Walk
from tests.pages import Page
from workshop.accounts.actions import Preferences
from workshop.accounts.models import Person
from workshop.accounts.views import MeForm
from workshop.core.actor import ROLES
from workshop.core.db import db
from workshop.core.forms import ask_of
from workshop.core.language import FORMS
from workshop.core.spoken import CODES
from workshop.translations import LANGUAGES, catalogue_of, words_of
from workshop.translations.extract import messages

# Which words are shown does not depend on the database.
pytestmark = pytest.mark.drawn
NO_PAGES = ("/api", "/static", "/sign", "/readyz", "/healthz", "/metrics")
HOLES = re.compile(r"%\(\w+\)[sd]|%%")
TRANSLATED = LANGUAGES[1:]


@pytest.fixture(scope="module")
def now() -> Catalog:
    """Every message of the program as it is."""
    return messages()


def translations(language: str) -> list[Message]:
    with catalogue_of(language).open("rb") as file:
        return [message for message in read_po(file, locale=language) if message.id]


def texts(given: Any) -> list[str]:
    return list(given) if isinstance(given, tuple | list) else [given]


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_word_is_translated_and_none_is_left_over(language: str, now: Catalog) -> None:
    known = {m.id: m for m in translations(language)}
    wanted = {m.id for m in now if m.id}
    assert {i for i in wanted if i not in known or not all(texts(known[i].string))} == set(), (
        "run make words, translate"
    )
    assert set(known) - wanted == set(), "run make words"
    assert [m.id for m in known.values() if m.fuzzy] == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_puts_in_what_the_sentence_does(language: str) -> None:
    differing = [
        (message.id, said)
        for message in translations(language)
        for said in texts(message.string)
        if said and set(HOLES.findall(said)) != set(HOLES.findall(texts(message.id)[-1]))
    ]
    assert differing == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_ends_and_begins_as_the_sentence_does(language: str) -> None:
    odd = [m.id for m in translations(language) if isinstance(m.id, str) and m.string != m.string.strip()]
    assert odd == []


def test_each_language_can_be_chosen_and_has_its_forms(app: Flask) -> None:
    with app.test_request_context():
        offered = [choice.value for choice in MeForm(bench="").language.choices or []]
    assert tuple(offered) == LANGUAGES == get_args(Preferences.model_fields["language"].annotation) == tuple(FORMS)


def test_each_kind_role_and_choice_has_a_word(app: Flask) -> None:
    house = app.extensions["house"]
    fields = [i for action in house.actions.values() for i in action.arguments.model_fields.values()]
    asked = [info for info in fields if (ask := ask_of(info)) is not None and ask.choices is None]
    choices = {c for info in asked if "Literal" in str(info.annotation) for c in _choices(info.annotation)}
    unspoken = {c for c in (*house.kinds, *ROLES, *choices) if c.islower() and c not in CODES}
    assert unspoken == set()


def _choices(annotation: Any) -> list[str]:
    return [c for each in get_args(annotation) for c in ([each] if isinstance(each, str) else _choices(each))]


@pytest.fixture
def finnish(app: Flask, pages_of: Callable[[str], Any]) -> Callable[[str], Any]:
    """A client of somebody of the cast who chose Finnish."""

    def reader(username: str) -> Any:
        db.session.execute(update(Person).where(Person.username == username).values(language="fi"))
        db.session.commit()
        return pages_of(username)

    return reader


# Sentences of two words and more without a hole: found in a page, they were not looked up where it was made.
ENGLISH = [
    m.id
    for m in translations("fi")
    if isinstance(m.id, str) and len(m.id) > 10 and " " in m.id and "%" not in m.id and m.string not in ("", m.id)
]


def english_in(words: str) -> list[str]:
    there = [sentence for sentence in ENGLISH if sentence in words]
    return [sentence for sentence in there if re.search(rf"(?<![\w'-]){re.escape(sentence)}(?![\w'-])", words)]


def pages_without_a_name(app: Flask) -> list[str]:
    """The addresses of the pages that need nothing but a person."""
    opened = [r.rule for r in app.url_map.iter_rules() if not r.arguments and "GET" in (r.methods or ())]
    return sorted(path for path in opened if not path.startswith(NO_PAGES))


def test_every_page_is_finnish_from_top_to_bottom(app: Flask, finnish: Any, walk: Walk) -> None:
    walk.in_diagnosis()
    reader = finnish("admin")
    for path in pages_without_a_name(app):
        answer = reader.client.get(path)
        assert answer.status_code < 500, path
        if answer.status_code == 200 and answer.mimetype == "text/html" and "<html" in answer.text:
            page = reader.looked_at(answer, 200)
            assert page.all("html")[0]["lang"] == "fi", path
            assert english_in(page.words) == [], path


def test_the_bench_and_the_story_are_finnish(finnish: Any, walk: Walk) -> None:
    unit = walk.in_diagnosis()
    walk.do("answer", unit, {"outcome": "pass"})
    walk.do("record_fault", unit, {"fault": "F-DISP-1"})
    walk.do("hold", unit, {"kind": "owner_dispute", "reason": "Matti soittaa"})
    reader = finnish("technician")
    walk.do("scan", unit)
    for path in ("/bench", f"/units/{unit.code}", f"/do/waive_fault/{unit.code}", f"/do/lift_hold/{unit.code}"):
        words = reader.get(path).words
        assert english_in(words) == [], path
    told = reader.get(f"/units/{unit.code}").words
    for said in ("Käynnistyy: kunnossa", "Vika: Näyttö särkynyt", "Estetty: Omistajariita"):
        assert said in told


def test_what_a_finn_did_is_told_in_english_to_who_reads_english(finnish: Any, walk: Walk, pages_of: Any) -> None:
    unit = walk.in_diagnosis()
    reader = finnish("technician")
    reader.post(f"/do/hold/{unit.code}", {"kind": "owner_dispute", "reason": "Matti soittaa"})
    assert "On hold: Owner dispute" in pages_of("auditor").get(f"/units/{unit.code}").words


def test_a_refusal_is_finnish(finnish: Any) -> None:
    refused = finnish("technician").get("/people", status=403).words
    assert "Tämä sivu ei kuulu oikeuksiisi." in refused
    assert "ylläpitäjä" in refused


def said_by_libraries() -> set[str]:
    """The English sentences that WTForms and pydantic have for what does not fit."""
    with Path(messages_path(), "wtforms.pot").open("rb") as file:
        fields = {text.split("%")[0].rstrip(" '") for m in read_po(file) if m.id for text in texts(m.id)}
    return {said for said in fields if len(said) > 10} | {
        "should be",
        "should have",
        "Value error",
        "Unable to",
        "valid ",
    }


LIBRARIES = sorted(said_by_libraries())


def assert_finnish(words: str) -> None:
    """Fail where a page that was sent back has a sentence of ours, or of a library, in English."""
    assert english_in(words) == []
    assert [said for said in LIBRARIES if said in words] == []


def test_a_sign_in_that_lacks_something_is_refused_in_finnish(app: Flask) -> None:
    client, finnish = app.test_client(), {"Accept-Language": "fi"}
    token = Page(client.get("/sign-in", headers=finnish).text).forms[0].fields["csrf_token"]
    answer = client.post("/sign-in", data={"csrf_token": token}, headers=finnish)
    assert answer.status_code == 422
    assert "Tämä on pakollinen." in Page(answer.text).words
    assert_finnish(Page(answer.text).words)


def test_a_choice_that_is_not_offered_is_refused_in_finnish(finnish: Any) -> None:
    answer = finnish("technician").post("/me", {"bench": "x", "language": "xx", "theme": "no"}, 422)
    assert "Tämä ei ole mikään vaihtoehdoista." in Page(answer.text).words
    assert_finnish(Page(answer.text).words)


def test_words_too_long_are_refused_in_finnish(finnish: Any, cast: Cast) -> None:
    path = f"/people/{cast.person('technician').id}/token"
    answer = finnish("admin").post(path, {"label": "x" * 81, "roles": "x", "bench_id": "x"}, 422)
    assert "Tämä on liian pitkä. Enintään 80 merkkiä." in Page(answer.text).words
    assert_finnish(Page(answer.text).words)


def test_a_page_that_is_not_there_and_one_open_too_long_are_finnish(finnish: Any) -> None:
    reader = finnish("technician")
    assert_finnish(reader.get("/nowhere", status=404).words)
    assert_finnish(Page(reader.client.post("/me", data={"language": "fi"}).text).words)


@pytest.mark.parametrize("typed", ["", "?", "x" * 5000])
def test_every_form_sent_back_is_finnish(app: Flask, finnish: Any, typed: str) -> None:
    reader = finnish("admin")
    for action in app.extensions["house"].actions.values():
        if not action.creates or action.hidden:
            continue
        asked = [name for name, info in action.arguments.model_fields.items() if ask_of(info) is not None]
        answer = reader.client.post(
            f"/do/{action.name}", data={"csrf_token": reader.token(), **dict.fromkeys(asked, typed)}
        )
        assert answer.status_code in (303, 400, 403, 404, 409, 422), (action.name, answer.status_code)
        words = Page(answer.text).words.replace(typed, "") if typed else Page(answer.text).words
        assert english_in(words) == [], action.name
        assert [said for said in LIBRARIES if said in words] == [], action.name


@pytest.mark.parametrize(
    ("asked", "lang", "word"), [("fi-FI,fi;q=0.9,en;q=0.5", "fi", "Salasana"), ("de", "en", "Password")]
)
def test_who_is_not_signed_in_reads_as_the_browser_asks(app: Flask, asked: str, lang: str, word: str) -> None:
    page = app.test_client().get("/sign-in", headers={"Accept-Language": asked}).text
    assert f'<html lang="{lang}"' in page
    assert word in page


def test_who_is_signed_in_reads_as_chosen_whatever_the_browser_asks(pages_of: Any) -> None:
    reader = pages_of("technician")
    assert "My choices" in reader.get("/me", headers={"Accept-Language": "fi"}).words
    reader.post("/me", {"bench": "", "language": "fi", "theme": "dark"})
    page = reader.get("/me")
    assert page.all("html")[0]["lang"] == "fi"
    assert "Omat valinnat" in page.words


def test_a_language_that_is_none_of_ours_is_english() -> None:
    assert words_of("xx").gettext("Sign out") == "Sign out"
