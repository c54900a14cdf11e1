"""One stylesheet for every page, put together from the small ones that the kit and the rooms bring."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

from flask import Flask, Response, current_app, url_for

from workshop.core.web import STYLESHEET, fingerprint, public

# It lies where its parts lay, so that what they name beside them (fonts) is found.
_RULE: Final = "/static/css/workshop.css"
_FIRST: Final = ("layers.css", "tokens.css", "base.css")


@cache
def _of(folder: Path) -> tuple[bytes, str]:
    """Return the text, layers first and then by folder, and its hash."""
    first = [folder / name for name in _FIRST]
    parts = [*first, *sorted(folder.glob("components/*.css")), *sorted(folder.glob("rooms/*.css"))]
    text = b"\n".join(part.read_bytes() for part in parts)
    return text, fingerprint(text)


def _folder() -> Path:
    return Path(str(current_app.static_folder)) / "css"


def address() -> str:
    """Return where the stylesheet is, with its content's hash, so that it may be cached for ever."""
    return url_for(STYLESHEET, v=_of(_folder())[1])


@public
def _send() -> Response:
    return Response(_of(_folder())[0], mimetype="text/css")


def init_app(app: Flask) -> None:
    """Serve it, and tell the templates where."""
    app.add_url_rule(_RULE, STYLESHEET, _send)
    app.jinja_env.globals["stylesheet"] = address
