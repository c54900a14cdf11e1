"""The sandbox marketplace as a Flask application over one store."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from flask import Flask, Response, current_app, g, request
from werkzeug.exceptions import HTTPException

from workshop import translations
from workshop.sandbox import answers, control, documents, pages, ws_care, ws_listings, ws_orders
from workshop.sandbox.answers import Refusal
from workshop.sandbox.front import Front
from workshop.sandbox.markets import MARKETS, Market
from workshop.sandbox.options import Options, in_force
from workshop.sandbox.store import Store

USER_AGENT = re.compile(r"BM-[^-;\s][^-;]*-[^;]+;\s*\S+@\S+")
LOCALE = re.compile(r"[a-z]{2}-[a-z]{2}")
LARGEST_BODY = 40_000_000
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self';"
    " form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)


def create_sandbox(store: str | Path, *, token: str, **opts: Any) -> Flask:
    """Make the marketplace over the file `store`; `opts` are the fields of `Options`."""
    if "quirks" in opts:
        opts["quirks"] = frozenset(opts["quirks"])
    app = Flask(__name__)
    app.url_map.strict_slashes = False
    app.config.update(MAX_CONTENT_LENGTH=LARGEST_BODY)
    translations.init_app(app, translations.of_browser)
    opened, options = Store(store), Options(token=token, **opts)
    front = Front(app.wsgi_app, opened, options)
    app.extensions["sandbox"] = {"store": opened, "options": options, "front": front}
    app.wsgi_app = front  # type: ignore[method-assign]
    for room in (ws_listings, ws_orders, ws_care, documents, control, pages):
        app.register_blueprint(room.bp)
    app.register_blueprint(pages.fonts)
    app.before_request(_open)
    app.after_request(_settle)
    app.teardown_request(_undo)
    app.register_error_handler(Refusal, _refused)
    app.register_error_handler(HTTPException, _http_error)
    return app


def _open() -> Response | None:
    request.get_data()  # Before the turn is taken: a slow sender holds up nobody.
    sandbox = current_app.extensions["sandbox"]
    g.store = sandbox["store"]
    g.tx = g.store.begin()
    g.open = True
    g.options = in_force(g.tx, sandbox["options"])
    g.market = MARKETS[g.options.default_locale]
    if request.path.startswith("/ws/") and request.endpoint:
        return _stranger() or _choose_market()
    if request.method == "POST" and request.headers.get("Sec-Fetch-Site") in {"cross-site", "same-site"}:
        return answers.problem(403, "Only the sandbox's own page may post here from a browser.")
    return None


def _stranger() -> Response | None:
    """Refuse who does not say who they are, and who has no key."""
    named = USER_AGENT.fullmatch(request.headers.get("User-Agent", ""))
    if not named and "any_user_agent" not in g.options.quirks:
        return answers.v1(403, "The User-Agent must look like BM-Company-Integration;mail@company")
    if request.headers.get("Authorization", "") == f"Basic {g.options.token}":
        return None
    only_403 = request.path.startswith("/ws/order") and "orders_answer_401" not in g.options.quirks
    return answers.v1(403 if only_403 else 401, "Authentication credentials were not provided or are wrong")


def _choose_market() -> Response | None:
    locale = request.headers.get("Accept-Language", g.options.default_locale)
    if not LOCALE.fullmatch(locale) and "lenient_locale" not in g.options.quirks:
        return answers.v1(400, f"Accept-Language {locale} is not of the form fr-fr", "Accept-Language")
    g.market = market_of(locale, g.market)
    return None


def market_of(locale: str, default: Market) -> Market:
    """Return the market of a locale; one that is not served gets the default, wrong prices and all."""
    return MARKETS.get(locale, default)


def _settle(response: Response) -> Response:
    """Keep what a successful call wrote before its answer leaves; a refused call keeps nothing."""
    if g.get("open"):
        g.open = False
        if response.status_code < 400:
            g.store.commit()
        else:
            g.store.rollback()
    response.headers.setdefault("Content-Security-Policy", POLICY)
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    return response


def _undo(error: BaseException | None) -> None:
    if g.get("open"):
        g.open = False
        g.store.rollback()


def _refused(refusal: Refusal) -> Response:
    return refusal.response


def _http_error(error: HTTPException) -> Response:
    """Unknown paths and methods are answered in HTML, as there; the control answers JSON."""
    if request.path.startswith("/_control/") and error.code:
        return answers.problem(error.code, error.description or error.name)
    response = error.get_response()
    return Response(response.get_data(), response.status, response.headers)
