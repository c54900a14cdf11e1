"""The JSON API, made of the actions that the rooms declare, with its OpenAPI document and its problems."""

from __future__ import annotations

from typing import Any, Final

from flask import Flask, Response, jsonify, request
from flask_babel import force_locale
from flask_babel import gettext as _
from flask_openapi import APIBlueprint, Info, OpenAPI
from flask_openapi import Response as Described
from flask_wtf.csrf import CSRFProtect
from pydantic import BaseModel, Field, ValidationError

from workshop.core.actions import Action, Kind, perform
from workshop.core.actor import EVERYONE
from workshop.core.arguments import NoArguments, sentence
from workshop.core.db import db
from workshop.core.errors import BadArguments, BadRequest, NotFound, Refused
from workshop.core.house import house
from workshop.core.web import current_actor, problem, request_key

PREFIX: Final = "/api/v1"
JSON: Final = "application/json"
PROBLEM: Final[dict[str, Any]] = {
    "description": "Nothing was changed; `title` says what, `detail` what to do, `field` where.",
    "content": {
        "application/problem+json": {
            "schema": {
                "type": "object",
                "required": ["type", "title", "status"],
                "properties": {
                    "type": {"type": "string"},
                    "title": {"type": "string"},
                    "status": {"type": "integer"},
                    "detail": {"type": "string"},
                    "field": {"type": "string"},
                    "errors": {"type": "array", "items": {"type": "object"}},
                },
            }
        }
    },
}
# One for all: to read it anew for each answer of each endpoint took half of what the document took.
_PROBLEM: Final = Described(**PROBLEM)
RESPONSES: Final[dict[Any, Any]] = {
    code: _PROBLEM for code in ("400", "401", "403", "404", "409", "413", "415", "422", "429")
}


class Unsupported(Refused):
    """The body is not JSON by its own word."""

    status = 415
    kind = "unsupported-media-type"


class Target(BaseModel):
    """The thing that an action is done to."""

    ref: str = Field(max_length=80, description="Any code of it: for a unit its label, IMEI or serial")


class Api(OpenAPI):
    """The app, whose API is described when somebody first asks for its document: that takes as long as all the rest."""

    def generate_spec_json(self) -> None:
        """Write the document."""
        described = _actions_blueprint(self, doc_ui=True)
        self.paths.update(described.paths)
        self.components_schemas.update(described.components_schemas)
        super().generate_spec_json()  # type: ignore[no-untyped-call]


def openapi_options() -> dict[str, Any]:
    """Return how the app describes its API."""
    return {
        "info": Info(title="Workshop", version="1"),
        "doc_prefix": PREFIX,
        "doc_url": "/openapi.json",
        "doc_ui": True,
        "security_schemes": {"bearer": {"type": "http", "scheme": "bearer"}},
        "validation_error_callback": _invalid,
    }


def _invalid(wrong: ValidationError, *_more: Any) -> Response:
    db.session.rollback()
    fields = {".".join(str(p) for p in e["loc"]) or "body": sentence(e) for e in wrong.errors()}
    first = next(iter(fields.items()))
    return problem(BadArguments(f"{first[0]}: {first[1]}", _("Send it again with that put right."), fields=fields))


def new_blueprint(name: str, import_name: str, *, doc_ui: bool = True) -> APIBlueprint:
    """Return a blueprint under /api/v1 that wants a token and a readable body first."""
    bp = APIBlueprint(
        name,
        import_name,
        url_prefix=PREFIX,
        abp_responses=RESPONSES,
        abp_security=[{"bearer": []}],
        doc_ui=doc_ui,
    )
    bp.before_request(_read_body)
    return bp


def _read_body() -> None:
    if request.method not in ("POST", "PUT", "PATCH"):
        return
    if request.mimetype == JSON and request.get_json(silent=True) is not None:
        return
    if request.content_length and request.mimetype != JSON:
        raise Unsupported(_("This is not declared as JSON."), _("Send it as application/json."))
    if request.get_data(cache=True).strip() and request.get_json(silent=True) is None:
        raise BadRequest(_("This is not JSON."), _("Check quotes, commas and braces."), field="body")
    if not request.get_data(cache=True).strip():
        request._cached_json = ({}, {})  # an action without arguments needs no body


def expected_version() -> int | None:
    """Return the version that the caller has seen, from If-Match. Raises BadRequest when it is no number."""
    text = request.headers.get("If-Match", "").strip('" ')
    if not text or text == "*":
        return None
    if not text.isdigit():
        raise BadRequest(
            _("If-Match is no version."), _("Send the version of the job, a whole number."), field="If-Match"
        )
    return int(text)


def _answer(kind: Kind[Any], done: Any) -> Response:
    body = {"result": "repeated" if done.replayed else "done", **done.answer()}
    if done.target is not None:
        body[kind.name] = kind.show(kind.load(done.ref, _Reader(current_actor())))  # type: ignore[arg-type]
    return jsonify(body)


class _Reader:
    """Stands in for an Act where something is only looked up."""

    def __init__(self, by: Any) -> None:
        self.by = by


def _view(action: Action, kind: Kind[Any]) -> Any:
    def on_target(path: Target, body: Any) -> Response:
        done = perform(
            action.name,
            path.ref,
            body,
            by=current_actor(),
            request_key=request_key(),
            expected_version=expected_version(),
        )
        return _answer(kind, done)

    def creating(body: Any) -> Response:
        done = perform(action.name, None, body, by=current_actor(), request_key=request_key())
        return _answer(kind, done)

    def on_target_plain(path: Target) -> Response:
        return on_target(path, NoArguments())

    if action.creates:
        view: Any = creating
        view.__annotations__ = {"body": action.arguments}
    elif action.arguments is NoArguments:
        view = on_target_plain
        view.__annotations__ = {"path": Target}
    else:
        view = on_target
        view.__annotations__ = {"path": Target, "body": action.arguments}
    view.__name__ = f"do_{action.name}"
    view.__doc__ = str(action.label)
    view.allowed = EVERYONE
    return view


def _endpoints(bp: APIBlueprint) -> None:
    for action in house().actions.values():
        if action.hidden:
            continue
        kind = house().kinds[action.on]
        name = action.name.replace("_", "-")
        rule = f"/{kind.plural}/{name}" if action.creates else f"/{kind.plural}/<string:ref>/{name}"
        bp.post(rule, operation_id=action.name, summary=str(action.label), description=str(action.help) or None)(
            _view(action, kind)
        )


def _looking(kind: Kind[Any]) -> Any:
    def look(path: Target) -> Response:
        actor = current_actor()
        target = kind.load(path.ref, _Reader(actor))  # type: ignore[arg-type]
        if not actor.works_at(kind.site_id(target)):
            raise NotFound(_("There is no %(kind)s with this code.", kind=kind.name), _("Look it up in the list."))
        return jsonify(kind.show(target))

    look.__annotations__ = {"path": Target}
    look.__name__ = f"look_at_{kind.name}"
    look.allowed = EVERYONE  # type: ignore[attr-defined]
    return look


def _look_ups(bp: APIBlueprint) -> None:
    """Let each kind of thing be looked at; units have a fuller page of their own."""
    for kind in house().kinds.values():
        if kind.name != "unit":
            bp.get(
                f"/{kind.plural}/<string:ref>", operation_id=f"look_at_{kind.name}", summary=kind.name.replace("_", " ")
            )(_looking(kind))


def _actions_blueprint(app: OpenAPI, *, doc_ui: bool) -> APIBlueprint:
    """Return the endpoints of every action and kind that the rooms brought, described in English or not at all."""
    bp = new_blueprint("api", __name__, doc_ui=doc_ui)
    with app.app_context(), force_locale("en"):
        _endpoints(bp)
        _look_ups(bp)
    return bp


def init_app(app: OpenAPI, csrf: CSRFProtect) -> None:
    """Make the endpoints of every action that the rooms brought."""
    bp = _actions_blueprint(app, doc_ui=False)
    app.register_api(bp)
    csrf.exempt(bp)
    for other in app.extensions.get("api_blueprints", []):
        app.register_api(other)
        csrf.exempt(other)
    # The document itself is read without a token.
    app.extensions["public_endpoints"] = {e for e in app.view_functions if e.startswith("openapi")}


def add_blueprint(app: Flask, bp: APIBlueprint) -> None:
    """Let a room bring endpoints that are no actions, such as look-ups."""
    app.extensions.setdefault("api_blueprints", []).append(bp)
