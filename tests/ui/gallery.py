"""A gallery of the kit: every component with sample data, on the frames that the rooms use.

`python -m tests.ui.gallery OUT` photographs its pages in both themes and sizes; the tests open them too.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Thread
from typing import Any

from flask import Flask, Response, render_template, request
from flask_babel import Babel
from flask_wtf.csrf import generate_csrf
from jinja2 import ChoiceLoader, FileSystemLoader, StrictUndefined
from werkzeug.serving import make_server

from tests.chromium import ARGUMENTS, executable
from tests.ui import samples
from workshop.core import bundles, drawings
from workshop.core.language import percent
from workshop.core.web import asset

PAGES = ("bench", "refused", "queue", "hold", "grading", "unit", "feed", "order", "signin", "forms", "kit")
SIZES = {"wide": (1280, 800), "narrow": (390, 844)}
HERE = Path(__file__).parent
ROOT = HERE.parents[1] / "workshop"


def create_gallery() -> Flask:
    """Return an app that serves the gallery, with the globals that the real one gives its templates."""
    app = Flask("gallery", static_folder=str(ROOT / "static"), template_folder=str(ROOT.parent / "templates"))
    app.config.update(SECRET_KEY="gallery", WTF_CSRF_ENABLED=False)
    Babel(app)
    app.jinja_env.undefined = StrictUndefined
    app.jinja_loader = ChoiceLoader([app.jinja_loader, FileSystemLoader(HERE / "pages")])  # type: ignore[list-item]
    app.jinja_env.filters["percent"] = percent
    app.jinja_env.globals.update(
        asset=asset,
        csrf_token=generate_csrf,
        told=lambda: None,
        repeat_ms=1000,
        oob=False,
        **drawings.GLOBALS,
    )
    bundles.init_app(app)
    app.add_url_rule(
        "/labels/<code>.svg",
        "labels.code",
        lambda code: Response(samples.bars(code), mimetype="image/svg+xml"),
    )
    app.add_url_rule(
        "/find",
        "find.page",
        lambda: render_template("find/_found.html", groups=[], q="", count=0, list=request.args["list"]),
    )
    app.add_url_rule(
        "/scan",
        "scan",
        lambda: render_template("_ui/refusal.html", refused=samples.REFUSED),
        methods=["POST"],
    )
    for page in PAGES:
        app.add_url_rule(f"/{page}", page, lambda page=page: show(page))
    return app


def show(page: str) -> str:
    """Return one page of the gallery."""
    context: dict[str, Any] = {"here": samples.here(page), **samples.CONTEXT}
    return render_template(f"{page}.html", **context)


@contextmanager
def served() -> Iterator[str]:
    """Serve the gallery, and give its address."""
    app = create_gallery()

    def whole(environ: dict[str, Any], start: Any) -> list[bytes]:
        # werkzeug leaves a file open whose browser went away in the middle of it.
        with closing(app(environ, start)) as parts:  # type: ignore[type-var]
            return [b"".join(parts)]

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server("127.0.0.1", 0, whole, threaded=True)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def photograph(out: Path, pages: tuple[str, ...] = PAGES) -> None:
    """Take a picture of each page, wide and narrow, light and dark."""
    from playwright.sync_api import sync_playwright

    out.mkdir(parents=True, exist_ok=True)
    with served() as address, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=executable(), args=[*ARGUMENTS])
        for size, (width, height) in SIZES.items():
            for theme in ("light", "dark"):
                tab = browser.new_page(viewport={"width": width, "height": height}, color_scheme=theme)  # type: ignore[arg-type]
                tab.on("console", lambda message: print("console:", message.text))
                tab.on("pageerror", lambda error: print("page error:", error))
                for page in pages:
                    tab.goto(f"{address}/{page}")
                    tab.evaluate("document.fonts.ready")
                    over = tab.evaluate("document.documentElement.scrollWidth - innerWidth")
                    if over > 0:
                        print(f"{page} {size} {theme}: {over} px too wide")
                    tab.screenshot(path=str(out / f"{page}-{size}-{theme}.png"), full_page=size == "narrow")
        browser.close()


if __name__ == "__main__":
    photograph(Path(sys.argv[1]), tuple(sys.argv[2:]) or PAGES)
