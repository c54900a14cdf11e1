"""The address that an open page asks once a second, and the mark of each page that is kept fresh."""

from __future__ import annotations

from flask import Blueprint, Flask, Response, g, jsonify, request
from flask.typing import ResponseReturnValue

from workshop.core import live
from workshop.core.web import allow, is_htmx

bp = Blueprint("live", __name__)


def _begin() -> None:
    """Mark a page before its view reads anything, so that what is committed meanwhile is told as new."""
    begun = live.begun(request.endpoint) if request.method == "GET" and not is_htmx() else None
    if begun is not None:
        g.live_mark, g.live_of = begun


@bp.get("/live")
@allow()
def look() -> ResponseReturnValue:
    """204 with the page's new mark, or 200 where it has to be fetched anew."""
    shown = [name for text in request.args.getlist("of") for name in text[:400].split()][:40]
    news, mark = live.changed(live.read_mark(request.args.get("mark", "")), shown)
    if news or live.has_moved(shown):
        return jsonify({"changed": True})
    return Response(status=204, headers={"Live-Mark": str(mark)})


def init_app(app: Flask) -> None:
    """Wire the address, and the mark of each page that declares what it shows."""
    app.register_blueprint(bp)
    app.before_request(_begin)
    app.context_processor(lambda: {"live_mark": g.get("live_mark", ""), "live_of": g.get("live_of", "")})
