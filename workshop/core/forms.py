"""Forms, made of the typed arguments of an action. A form only parses; the door validates and does."""

from __future__ import annotations

import types
from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal, Union, get_args, get_origin

from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from pydantic.fields import FieldInfo
from wtforms import (
    BooleanField,
    DecimalField,
    Field,
    HiddenField,
    IntegerField,
    PasswordField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional

from workshop.core.actions import Action
from workshop.core.arguments import Ask
from workshop.core.spoken import capital, spoken

# What WTForms itself says of a field, looked up among our words: its own Finnish is another's, and has gaps.
SAID_BY_FIELDS: Final = (
    _l("This field is required."),
    _l("Not a valid choice."),
    _l("Invalid Choice: could not coerce."),
    _l("Not a valid integer value."),
    _l("Not a valid decimal value."),
)


class _Words:
    """The words of fields and validators, in the reader's language."""

    def gettext(self, sentence: str) -> str:
        return str(gettext(sentence))

    def ngettext(self, one: str, many: str, number: int) -> str:
        return str(ngettext(one, many, number))


class Form(FlaskForm):
    """A form, which speaks the reader's language wherever its sentences come from."""

    class Meta(FlaskForm.Meta):
        """How forms are made."""

        def get_translations(self, _form: FlaskForm) -> _Words:
            return _Words()


def ask_of(info: FieldInfo) -> Ask | None:
    """Return how a form asks for this argument, or None for one that no person types."""
    return next((m for m in info.metadata if isinstance(m, Ask)), None)


def _plain_type(annotation: Any) -> Any:
    """Return the type without its `| None`."""
    if get_origin(annotation) in (Union, types.UnionType):
        return next(a for a in get_args(annotation) if a is not type(None))
    return annotation


def _choices(kind: Any, ask: Ask, target: Any) -> Sequence[tuple[str, Any]] | None:
    if ask.choices is not None:
        return list(ask.choices(target))
    if get_origin(kind) is Literal:
        return [(str(v), capital(spoken(str(v)))) for v in get_args(kind)]
    return None


def _marks(ask: Ask) -> dict[str, str]:
    """Return what the scripts of the page find the field by; a model is chosen from the list that is typed into."""
    marks = {"data-kind": ask.kind} if ask.kind else {}
    return marks | ({"list": "models"} if ask.kind == "model" else {})


def _nothing_chosen(info: FieldInfo) -> Any:
    """Return the words of a choice that is not made: nobody must give what only stood first in a list."""
    return _l("Choose one") if info.is_required() else _l("Not given")


def field_for(info: FieldInfo, ask: Ask, target: Any) -> Field:
    """Return the field that asks for one argument."""
    kind = _plain_type(info.annotation)
    given: dict[str, Any] = {
        "label": ask.label,
        "description": ask.hint,
        "validators": [InputRequired() if info.is_required() else Optional()],
        "default": None if info.is_required() else info.default,
        "render_kw": _marks(ask),
    }
    choices = _choices(kind, ask, target)
    if choices is not None:
        blank = [("", _nothing_chosen(info))] if len(choices) > 1 or not info.is_required() else []
        offered = [SelectChoice(value, label) for value, label in [*blank, *choices]]
        return SelectField(choices=offered, validate_choice=False, **given)
    if kind is bool:
        given["validators"] = []
        return BooleanField(**given)
    if ask.kind == "photo":
        return FileField(**given)
    if ask.kind == "password":
        return PasswordField(**given)
    if ask.kind == "long":
        return TextAreaField(**given)
    simple = {int: IntegerField, float: DecimalField}
    return simple.get(kind, StringField)(**given)


def form_for(action: Action, target: Any, **fixed: Any) -> Form:
    """Return the form of an action, filled from the request where there is one.

    `fixed` gives values to begin with.
    """
    fields: dict[str, Any] = {"request_key": HiddenField(), "version": HiddenField(), "next": HiddenField()}
    for name, info in action.arguments.model_fields.items():
        ask = ask_of(info)
        if ask is not None:
            fields[name] = field_for(info, ask, target)
    form: Form = type("ActionForm", (Form,), fields)(data=fixed or None)
    return form


def chosen_again(action: Action, given: Mapping[str, Any]) -> dict[str, str]:
    """Return what of this a person need not choose once more the next time."""
    asked = {name: ask_of(info) for name, info in action.arguments.model_fields.items()}
    return {name: given[name] for name, ask in asked.items() if ask is not None and ask.again and name in given}


def given_in(form: Form, action: Action) -> dict[str, Any]:
    """Return what was typed, as raw arguments for the door; what was left empty is left out."""
    given = {name: _typed(form[name]) for name in action.arguments.model_fields if name in form}
    return {name: value for name, value in given.items() if value not in (None, "")}


def _typed(field: Field) -> Any:
    """Return what a field holds; a number that is none as it was typed, so that the door says so."""
    if field.data is None and field.raw_data:
        return field.raw_data[0]
    return field.data
