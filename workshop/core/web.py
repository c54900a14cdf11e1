"""What every page shares: who asks, what it may see, fragments, headers, and how a refusal looks."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final, TypeVar
from urllib.parse import urlsplit

from flask import Flask, Request, Response, current_app, g, render_template, request, session, url_for
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import refresh
from flask_wtf.csrf import CSRFError, generate_csrf
from werkzeug.exceptions import HTTPException

from workshop.core import clock
from workshop.core import db as database
from workshop.core.actor import EVERYONE, Actor
from workshop.core.errors import BadArguments, Forbidden, NotSignedIn, Refused
from workshop.core.spoken import roles as spoken_roles

View = TypeVar("View", bound=Callable[..., Any])
PUBLIC: Final[frozenset[str]] = frozenset({"*"})
STYLESHEET: Final = "stylesheet"
SCRIPT: Final = "script"
FILES: Final = {"static", STYLESHEET, SCRIPT}
FONTS: Final = "fonts/"  # another font has another name
CSP: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
# A worker's policy is its own: only the camera's decoder compiles WebAssembly.
DECODER: Final = "js/decoder.js"
DECODER_CSP: Final = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'"
HEADERS: Final = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=()",
}


def allow(*roles: str) -> Callable[[View], View]:
    """Declare who may see a page. Every route must: one without is refused, and fails a test."""

    def mark(view: View) -> View:
        view.allowed = frozenset(roles) or EVERYONE  # type: ignore[attr-defined]
        return view

    return mark


def public(view: View) -> View:
    """Declare that a page needs nobody to be signed in."""
    view.allowed = PUBLIC  # type: ignore[attr-defined]
    return view


def current_actor() -> Actor:
    """Return who asks. Raises NotSignedIn."""
    actor: Actor | None = g.get("actor")
    if actor is None:
        actor = current_app.extensions["who"]()
        g.actor = actor
        refresh()  # the words of who was not known yet were those of the browser
    return actor


def day_here() -> date:
    """Return the day that it is now where the person who asks is. Raises NotSignedIn."""
    return current_actor().day(clock.now())


def actor_or_none() -> Actor | None:
    """Return who asks, or None where nobody is signed in."""
    try:
        return current_actor()
    except NotSignedIn:
        return None


def may_open(endpoint: str) -> bool:
    """Say whether who looks at a page may open another one, so that no link leads to a refusal."""
    actor = actor_or_none()
    allowed: frozenset[str] = getattr(current_app.view_functions[endpoint], "allowed", frozenset())
    return actor is not None and actor.has(*allowed, "admin")


def request_key() -> str | None:
    """Return the key under which this request acts once: a header, or a hidden field of the form."""
    key = request.headers.get("Idempotency-Key") or request.form.get("request_key") or None
    if key is not None and len(key) > 80:
        raise Refused(_("The request key is too long."), _("Use at most 80 characters."), field="request_key")
    return key


def fragments(
    first: str, *others: str, status: int = 200, headers: dict[str, str] | None = None, **context: Any
) -> Response:
    """Render the first fragment for the target, and the others to be swapped in beside it."""
    parts = [render_template(first, **context), *(render_template(o, oob=True, **context) for o in others)]
    return Response("\n".join(parts), status=status, headers=headers, mimetype="text/html")


def is_htmx() -> bool:
    """Say whether htmx asks, for a part of a page."""
    return request.headers.get("HX-Request") == "true"


def is_api() -> bool:
    """Say whether a program asks."""
    return request.path.startswith("/api/")


def tell(tone: str, title: Any, detail: Any = "", undo_url: str = "") -> None:
    """Leave a message for the next page this person sees."""
    session["told"] = {"tone": tone, "title": str(title), "detail": str(detail), "undo_url": undo_url}


def told() -> dict[str, str] | None:
    """Return the message left for this page, once; a page that only freshens itself leaves it for the next."""
    if request.headers.get("X-Live"):
        return None
    found: dict[str, str] | None = session.pop("told", None)
    return found


def safe_next(fallback: str) -> str:
    """Return where to go next: only ever to a path of our own."""
    wanted = request.form.get("next") or request.args.get("next") or ""
    parts = urlsplit(wanted)
    ours = wanted.startswith("/") and not wanted.startswith(("//", "/\\")) and not parts.netloc and not parts.scheme
    return wanted if ours else fallback


# --- refusals -------------------------------------------------------------------------------------------------


def problem(refused: Refused) -> Response:
    """Return a refusal as problem+json (RFC 9457)."""
    body: dict[str, Any] = {
        "type": f"/api/v1/problems/{refused.kind}",
        "title": str(refused.what),
        "status": refused.status,
        "detail": str(refused.remedy),
    }
    if refused.field:
        body["field"] = refused.field
    if isinstance(refused, BadArguments):
        body["errors"] = [{"field": f, "detail": s} for f, s in refused.fields.items()]
    body |= {k: v for k, v in refused.more.items() if k not in body}
    response = Response(json.dumps(body, default=str), refused.status, mimetype="application/problem+json")
    if refused.status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def refusal(refused: Refused) -> Response:
    """Return a refusal in the form that the asker understands."""
    database.db.session.rollback()
    if is_api():
        response = problem(refused)
    elif is_htmx():
        response = fragments("_ui/refusal.html", status=refused.status, refused=refused)
        response.headers["HX-Retarget"] = "#strip"
        response.headers["HX-Reswap"] = "outerHTML"
    elif isinstance(refused, NotSignedIn) and request.method in ("GET", "HEAD"):
        return Response("", 303, headers={"Location": url_for("accounts.sign_in", next=request.full_path.rstrip("?"))})
    else:
        page = render_template("_ui/refused_page.html", refused=refused, kept=kept_input())
        response = Response(page, refused.status, mimetype="text/html")
    if "retry_after" in refused.more:
        response.headers["Retry-After"] = str(refused.more["retry_after"])
    return response


def kept_input() -> list[tuple[str, str]]:
    """Return what was typed, so that an expired session costs nobody their words; nothing where it can't be read."""
    secret = {"csrf_token", "password", "request_key", "pin"}
    try:
        typed = request.form.items(multi=True)
    except HTTPException:  # it was too large to be read
        return []
    return [(k, v) for k, v in typed if k not in secret and v][:60]


def _http(error: HTTPException) -> ResponseReturnValue:
    actor_or_none()  # nobody may have asked yet who this is, and so in which language to answer
    words = {
        404: (_("There is no such page."), _("Scan or search for what you need.")),
        405: (_("This address does not take that method."), _("The help page shows how it is called.")),
        413: (
            _("This is too large."),
            _("Send at most %(mb)s MB.", mb=current_app.config["MAX_CONTENT_LENGTH"] // 2**20),
        ),
        400: (_("The request could not be read."), _("Check that it is well formed JSON or a form.")),
        415: (_("This kind of content is not taken."), _("Send it as application/json.")),
    }
    what, remedy = words.get(error.code or 500, (error.name, ""))
    refused = Refused(what, remedy)
    refused.status = error.code or 500
    refused.kind = error.name.lower().replace(" ", "-")
    response = refusal(refused)
    for header, value in error.get_headers(request.environ):
        if header in ("Allow", "WWW-Authenticate", "Retry-After"):
            response.headers[header] = value
    return response


def _broken(error: Exception) -> ResponseReturnValue:
    database.db.session.rollback()
    current_app.logger.exception("unexpected")
    refused = Refused(
        _("Something went wrong on our side, and it is not known whether this was kept."),
        _("Do the same again: it is kept once at most. It has been written down for the admin."),
    )
    refused.status, refused.kind = 500, "unexpected"
    return refusal(refused)


def _csrf(error: CSRFError) -> ResponseReturnValue:
    actor_or_none()
    refused = Refused(
        _("This page was open too long, or your session ended. Nothing was changed."),
        _("What you typed stands below. Sign in, open the page again and send it once more."),
    )
    refused.status, refused.kind = 400, "stale-page"
    return refusal(refused)


# --- wiring ---------------------------------------------------------------------------------------------------


class PageSessions(SecureCookieSessionInterface):
    """Sessions in a signed cookie, for pages only: a program sends its token with each call."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        return self.session_class() if request.path.startswith("/api/") else super().open_session(app, request)


def fingerprint(content: bytes) -> str:
    """Return what tells one content of a file from another in its address."""
    return hashlib.sha256(content).hexdigest()[:10]


@cache
def _fingerprint_of(path: str) -> str:
    return fingerprint(Path(path).read_bytes())


def asset(name: str) -> str:
    """Return the address of a static file, with its content's hash, so that it may be cached for ever.

    It is asked for by each icon, so a page finds out each address once.
    """
    known: dict[str, str] = g.setdefault("assets", {})
    if name not in known:
        path = Path(str(current_app.static_folder)) / name
        known[name] = url_for("static", filename=name, v=_fingerprint_of(str(path)))
    return known[name]


def _enforce() -> None:
    database.only_read(request.method in ("GET", "HEAD"))
    endpoint = request.endpoint
    if endpoint is None or endpoint == "static":
        return
    if endpoint in current_app.extensions.get("public_endpoints", ()):
        return
    allowed: frozenset[str] | None = getattr(current_app.view_functions[endpoint], "allowed", None)
    if allowed is None:
        raise Forbidden(_("This page has no permission declared, so nobody may open it."), "")
    if allowed is PUBLIC:
        return
    if not current_actor().has(*allowed, "admin"):
        raise Forbidden(
            _("This page is not among your rights."),
            _("It takes one of these roles: %(roles)s.", roles=spoken_roles(allowed)),
            roles=sorted(allowed),
        )


def _secure(response: Response) -> Response:
    is_file, filename = request.endpoint in FILES, (request.view_args or {}).get("filename", "")
    if is_file and filename == DECODER:
        response.headers["Content-Security-Policy"] = DECODER_CSP
    given = {name.lower() for name in response.headers.keys()}  # noqa: SIM118 - pairs are what iterating gives
    response.headers.extend([(name, value) for name, value in HEADERS.items() if name.lower() not in given])
    if is_file and ("v" in request.args or filename.startswith(FONTS)):
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    elif not is_file:
        response.headers.setdefault("Cache-Control", "no-store")
    return response


def init_app(app: Flask) -> None:
    """Wire pages: permissions, headers, refusals, template globals."""
    app.session_interface = PageSessions()
    app.before_request(_enforce)
    app.after_request(_secure)
    app.register_error_handler(Refused, refusal)
    app.register_error_handler(CSRFError, _csrf)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _broken)
    app.jinja_env.globals.update(
        asset=asset,
        oob=False,
        csrf_token=generate_csrf,
        told=told,
        actor_or_none=actor_or_none,
        may_open=may_open,
        repeat_ms=round(app.extensions["settings"].repeat_seconds * 1000),
    )
