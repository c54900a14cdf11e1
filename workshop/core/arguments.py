"""Typed arguments of actions: declared once, from which forms, the API and its document are made."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from pydantic import BaseModel, ConfigDict, ValidationError

from workshop.core.errors import BadArguments, BadRequest


@dataclass(frozen=True)
class Ask:
    """How a form asks for an argument: put beside its type with Annotated.

    `choices(target)` gives (value, label) pairs; `kind` may be 'long' (text area), 'photo', 'password' or 'money'.
    With `again`, what a person chose stays chosen the next time that they are asked.
    """

    label: Any
    hint: Any = ""
    choices: Callable[[Any], Sequence[tuple[str, Any]]] | None = None
    kind: str = ""
    again: bool = False


class Arguments(BaseModel):
    """The arguments of an action. Unknown ones are refused, so that a misspelt one is never dropped in silence."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


def as_they_are(model: type[Arguments], thing: Any) -> dict[str, Any]:
    """Return the arguments as a thing has them by the same names, for the form that changes it to begin with."""
    return {name: getattr(thing, name) for name in model.model_fields}


class NoArguments(Arguments):
    """An action that asks nothing."""


_SENTENCES: dict[str, Any] = {
    "missing": _l("This is missing. Fill it in."),
    "extra_forbidden": _l("This action has no such argument. Take it out."),
    "string_too_long": _l("This is too long. %(max_length)s characters fit."),
    "string_too_short": _l("This is too short. Write at least %(min_length)s characters."),
    "string_pattern_mismatch": _l("This has other signs than it may. Look at the hint, or at one that is there."),
    "too_long": _l("This is too long. %(max_length)s fit."),
    "too_short": _l("This is too short. Give at least %(min_length)s."),
    "greater_than_equal": _l("This is too small. Give %(ge)s or more."),
    "less_than_equal": _l("This is too large. Give %(le)s or less."),
    "int_parsing": _l("This is no whole number. Give digits only."),
    "int_type": _l("This is no whole number. Give digits only."),
    "int_from_float": _l("This is no whole number. Give digits only."),
    "int_parsing_size": _l("This is too large. Give fewer digits."),
    "float_parsing": _l("This is no number. Give digits, and a point before the decimals."),
    "float_type": _l("This is no number. Give digits, and a point before the decimals."),
    "bool_parsing": _l("This is neither yes nor no. Give one of them."),
    "bool_type": _l("This is neither yes nor no. Give one of them."),
    "string_type": _l("This is no text. Give it in quotes."),
    "list_type": _l("This is no list. Give it in brackets."),
    "dict_type": _l("This is no object. Give it in braces."),
    "literal_error": _l("This is none of the choices. Take one of %(expected)s."),
    "enum": _l("This is none of the choices. Take one of %(expected)s."),
}


def sentence(error: Any) -> str:
    """Return what is wrong with one argument, with the remedy, in the reader's language."""
    template = _SENTENCES.get(error["type"])
    if template is None:
        cause = (error.get("ctx") or {}).get("error")
        return str(cause or _("This does not fit here. Look at the hint."))
    context = dict(error.get("ctx") or {})
    return str(template) % context if context else str(template)


def read(model: type[Arguments], raw: Any) -> Arguments:
    """Return `raw` as the typed arguments. Raises BadArguments naming each field that does not fit."""
    if isinstance(raw, model):
        return raw
    if not isinstance(raw, dict):
        raise BadRequest(_("The arguments are no JSON object."), _("Send an object such as {}."))
    try:
        return model.model_validate(raw)
    except ValidationError as wrong:
        fields = {".".join(str(p) for p in e["loc"]): sentence(e) for e in wrong.errors()}
    first = next(iter(fields.items()))
    raise BadArguments(f"{first[0]}: {first[1]}", fields=fields)
