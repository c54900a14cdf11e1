"""Forms are made of an action's typed arguments: each argument has its field, and what was typed reaches the door."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal

import pytest
from flask import Flask
from pydantic import Field
from wtforms import BooleanField, IntegerField, PasswordField, SelectField, StringField, TextAreaField

from workshop.core.actions import Action, Outcome
from workshop.core.arguments import Arguments, Ask, read
from workshop.core.errors import BadArguments
from workshop.core.forms import chosen_again, form_for, given_in


class Everything(Arguments):
    """One argument of each kind."""

    name: Annotated[str, Field(max_length=5), Ask("Name", "A hint.")]
    pieces: Annotated[int, Field(ge=1), Ask("Pieces")] = 1
    days: Annotated[int | None, Ask("Days")] = None
    tone: Annotated[Literal["yes", "not_yet"], Ask("Tone")] = "yes"
    shelf: Annotated[str, Ask("Shelf", choices=lambda target: [(target, f"{target}!")])]
    colour: Annotated[Literal["red", "blue"], Ask("Colour", again=True)]
    sure: Annotated[bool, Ask("Sure")] = False
    why: Annotated[str, Ask("Why", kind="long")] = ""
    word: Annotated[str, Ask("Word", kind="password")] = ""
    model: Annotated[str, Ask("Model", kind="model")] = ""
    site: int | None = None


def nothing(_target: Any, _given: Any, _act: Any) -> Outcome:
    return Outcome()


ACTION = Action("x", "X", "unit", nothing, frozenset(), "X", arguments=Everything)


@pytest.fixture
def sent(app: Flask) -> Iterator[Any]:
    """Make the form as it is when these fields were sent."""
    contexts = []

    def send(**fields: str) -> Any:
        contexts.append(app.test_request_context("/", method="POST", data=fields))
        contexts[-1].push()
        return form_for(ACTION, "A-1")

    yield send
    for context in reversed(contexts):
        context.pop()


def test_each_argument_has_the_field_of_its_kind_and_what_nobody_types_has_none(sent: Any) -> None:
    form = sent()
    kinds = {
        "name": StringField,
        "pieces": IntegerField,
        "days": IntegerField,
        "tone": SelectField,
        "shelf": SelectField,
        "sure": BooleanField,
        "why": TextAreaField,
        "word": PasswordField,
    }
    assert {n: type(form[n]) for n in kinds} == kinds
    assert "site" not in form
    assert form["model"].render_kw["list"] == "models"


def test_what_may_be_left_out_may_be_chosen_to_be_left_out(sent: Any) -> None:
    form = sent()
    assert [value for value, _label, *_more in form["shelf"].iter_choices()] == ["A-1"]
    assert [value for value, _label, *_more in form["tone"].iter_choices()] == ["", "yes", "not_yet"]
    assert (form["name"].flags.required, form["pieces"].flags.required) == (True, None)


def test_what_only_stands_first_of_several_is_not_chosen(sent: Any) -> None:
    form = sent()
    assert [value for value, _label, *_more in form["colour"].iter_choices()] == ["", "red", "blue"]
    assert [form[name].flags.required for name in ("shelf", "colour")] == [True, True]


def test_only_what_is_to_be_chosen_again_is_kept_for_the_next_time() -> None:
    assert chosen_again(ACTION, {"name": "Ada", "colour": "red"}) == {"colour": "red"}
    assert chosen_again(ACTION, {"name": "Ada"}) == {}


def test_what_was_left_empty_is_left_out(sent: Any) -> None:
    given = given_in(sent(name="Ada", pieces="3", days="", tone="", shelf="A-1", colour="", why=""), ACTION)
    assert given == {"name": "Ada", "pieces": 3, "shelf": "A-1", "sure": False}


@pytest.mark.parametrize("typed", ["two", "1.5", "1e3", "٣x"])
def test_a_number_that_is_none_is_said_and_never_taken_for_what_is_usual(sent: Any, typed: str) -> None:
    given = given_in(sent(name="Ada", shelf="A-1", colour="red", pieces=typed), ACTION)
    with pytest.raises(BadArguments) as wrong:
        read(Everything, given)
    assert wrong.value.fields == {"pieces": "This is no whole number. Give digits only."}


def test_a_form_may_begin_with_what_is_there(app: Flask) -> None:
    with app.test_request_context("/"):
        form = form_for(ACTION, "A-1", name="Ada", pieces=7, sure=True)
        assert (form["name"].data, form["pieces"].data, form["sure"].data) == ("Ada", 7, True)
