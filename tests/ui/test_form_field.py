"""Fields are labelled, say what is wrong beside them, and keep what was typed."""

from __future__ import annotations

from typing import Any

import pytest
from flask import render_template_string
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, Form, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from tests.ui.gallery import create_gallery

FIELD = '{% from "_ui/form_field.html" import form_field %}{{ form_field(form[name]) }}'


class Intake(Form):
    code = StringField("IMEI", [InputRequired("Scan or type the IMEI.")], description="15 digits")
    note = StringField("Note")
    site = SelectField("Site", choices=[SelectChoice("t", "Tampere")])
    photo = BooleanField("Photo taken")
    held = RadioField("Held by", choices=[SelectChoice("tabs", "Tabs"), SelectChoice("glue", "Glue")])


def drawn(name: str, **typed: Any) -> str:
    """Return one field of the form as it is drawn after `typed` was sent."""
    form = Intake(MultiDict(typed))
    if typed:
        form.validate()
    with create_gallery().test_request_context():
        return render_template_string(FIELD, form=form, name=name)


def test_a_field_is_labelled_and_hinted() -> None:
    html = drawn("code")
    assert '<label for="code">IMEI</label>' in html
    assert 'aria-describedby="code-hint"' in html
    assert 'id="code-hint">15 digits' in html


def test_an_error_stands_beside_its_field_with_the_remedy() -> None:
    html = drawn("code", code="", note="x")
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="code-hint code-error"' in html
    assert "Scan or type the IMEI." in html


def test_what_was_typed_stays() -> None:
    assert 'value="cracked &lt;b&gt;"' in drawn("note", note="cracked <b>")


def test_a_field_that_may_stay_empty_says_so() -> None:
    assert "(may stay empty)" in drawn("note")


@pytest.mark.parametrize(("name", "words"), [("photo", "Photo taken"), ("held", "Glue"), ("site", "Tampere")])
def test_every_kind_of_field_is_drawn(name: str, words: str) -> None:
    assert words in drawn(name)


def test_browsers_remember_nothing_at_a_shared_bench() -> None:
    assert 'autocomplete="off"' in drawn("note")
