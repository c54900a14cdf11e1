"""The app with all its rooms: made here, and nothing else."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from flask_wtf.csrf import CSRFProtect
from htmx_flask import Htmx
from jinja2 import StrictUndefined

from workshop.config import Settings
from workshop.core import (
    api,
    background,
    bundles,
    db,
    do,
    drawings,
    find_views,
    health,
    help,
    here,
    house,
    label_views,
    language,
    list_views,
    live_views,
    offline,
    web,
)
from workshop.files import folder

ROOT = Path(__file__).parent


def make(settings: Settings, rooms: tuple[str, ...]) -> api.Api:
    """Return the app, with these rooms in it. Nothing is connected or changed yet."""
    app = api.Api(
        "workshop",
        template_folder=str(folder("templates")),
        static_folder=str(ROOT / "static"),
        **api.openapi_options(),
    )
    app.config.update(
        SECRET_KEY=settings.secret_key,
        MAX_CONTENT_LENGTH=settings.max_body_bytes,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.production,
        WTF_CSRF_TIME_LIMIT=None,
    )
    app.extensions["settings"] = settings
    app.jinja_env.undefined = StrictUndefined
    app.json.sort_keys = False  # type: ignore[attr-defined]
    db.init_app(app, settings.database_url, settings.sqlite_journal)
    Htmx(app)
    csrf = CSRFProtect(app)
    language.init_app(app)
    house.init_app(app)
    web.init_app(app)
    bundles.init_app(app)
    here.init_app(app)
    live_views.init_app(app)
    offline.init_app(app)
    list_views.init_app(app)
    app.jinja_env.globals.update(drawings.GLOBALS)
    label_views.init_app(app)
    health.init_app(app)
    for room in rooms:
        import_module(f"workshop.{room}").init_app(app)
    do.init_app(app)
    help.init_app(app)
    find_views.init_app(app)
    background.init_app(app)
    api.init_app(app, csrf)
    return app
