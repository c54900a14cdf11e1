"""Pages without a network: the browser's own keeper of what was last seen, and the page it shows for all the rest."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, Flask, Response, current_app, render_template
from flask.typing import ResponseReturnValue

from workshop.core.web import public

bp = Blueprint("offline", __name__)


@bp.get("/sw.js")
@public
def keeper() -> ResponseReturnValue:
    """The service worker: at the root, because it may only keep what lies below its own address."""
    script = (Path(str(current_app.static_folder)) / "js" / "sw.js").read_bytes()
    return Response(script, mimetype="text/javascript", headers={"Cache-Control": "no-cache"})


@bp.get("/offline")
@public
def not_kept() -> ResponseReturnValue:
    """What is shown for a page that was not opened before the network went."""
    return render_template("_ui/offline_page.html")


def init_app(app: Flask) -> None:
    """Wire the addresses."""
    app.register_blueprint(bp)
