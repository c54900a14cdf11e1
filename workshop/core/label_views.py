"""Codes as pictures, for the screen."""

from __future__ import annotations

from flask import Blueprint, Response
from flask.typing import ResponseReturnValue

from workshop.core import labels
from workshop.core.web import allow

bp = Blueprint("labels", __name__)


@bp.get("/codes/<path:code>.svg")
@allow()
def code(code: str) -> ResponseReturnValue:
    """A code as bars, two pixels a module, black on white in both themes."""
    picture = labels.code128_svg(code.upper(), module_px=2, height_px=64)
    return Response(picture, mimetype="image/svg+xml", headers={"Cache-Control": "private, max-age=86400"})
