"""What every page loads, each in one piece: the stylesheet and the script, put together from their small parts.

A page of thirty small files asks for each of them anew whenever it is opened; these two are kept for ever.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from flask import Flask, Response, current_app, url_for

from workshop.core.web import SCRIPT, STYLESHEET, fingerprint, public

_FIRST_STYLES: Final = ("layers.css", "tokens.css", "base.css")
_LAST_SCRIPT: Final = "workshop.js"
_IMPORT: Final = re.compile(r'^import (\{ [\w, ]+ \}) from "\./([\w-]+)\.js";$', re.MULTILINE)
_EXPORT: Final = re.compile(r"^export (?=(?:async function|function|const|class) (\w+))", re.MULTILINE)
_NEITHER: Final = re.compile(r"^(?:import|export)\b.*", re.MULTILINE)


def styles(folder: Path) -> str:
    """Return the stylesheet: layers first, then what the kit and the rooms bring."""
    first = [folder / name for name in _FIRST_STYLES]
    parts = [*first, *sorted(folder.glob("components/*.css")), *sorted(folder.glob("rooms/*.css"))]
    return "\n".join(part.read_text() for part in parts)


def scripts(folder: Path) -> str:
    """Return the script: each module in a function of its own, after all that it imports.

    Raises ValueError where two modules import each other, or where an import or export is written in another way
    than `import { a, b } from "./c.js";` and `export function`, `const` or `class`.
    """
    parts: dict[str, str] = {}
    _add(folder, _LAST_SCRIPT, parts, ())
    return "\n".join(parts.values())


def _add(folder: Path, name: str, parts: dict[str, str], above: tuple[str, ...]) -> None:
    if name in above:
        raise ValueError(f"{name} and {above[-1]} import each other")
    if name in parts:
        return
    text = (folder / name).read_text()
    for _names, other in _IMPORT.findall(text):
        _add(folder, f"{other}.js", parts, (*above, name))
    parts[name] = _module(name, text)


def _module(name: str, text: str) -> str:
    given = _EXPORT.findall(text)
    text = _EXPORT.sub("", _IMPORT.sub(lambda found: f"const {found[1]} = {_variable(found[2])};", text))
    if other := _NEITHER.search(text):
        raise ValueError(f"{name}: this way to import or export is not known: {other[0]}")
    return f"const {_variable(name.removesuffix('.js'))} = (() => {{\n{text}\nreturn {{ {', '.join(given)} }};\n}})();"


def _variable(module: str) -> str:
    return f"_{module.replace('-', '_')}"


@dataclass(frozen=True)
class Bundle:
    """One file for many. It lies where its parts lie, so that what they name beside them (fonts) is found."""

    endpoint: str
    name: str
    mimetype: str
    put_together: Callable[[Path], str]

    @property
    def rule(self) -> str:
        """Return its address, without the hash."""
        return f"/static/{self.name}"

    def content(self) -> tuple[bytes, str]:
        """Return the text and its hash."""
        return _content(self.put_together, (Path(str(current_app.static_folder)) / self.name).parent)

    def address(self) -> str:
        """Return where it is, with its content's hash, so that it may be cached for ever."""
        return url_for(self.endpoint, v=self.content()[1])


@cache
def _content(put_together: Callable[[Path], str], folder: Path) -> tuple[bytes, str]:
    text = put_together(folder).encode()
    return text, fingerprint(text)


BUNDLES: Final = (
    Bundle(STYLESHEET, "css/workshop.css", "text/css", styles),
    Bundle(SCRIPT, "js/all.js", "text/javascript", scripts),
)


def _view_of(bundle: Bundle) -> Callable[[], Response]:
    @public
    def send() -> Response:
        return Response(bundle.content()[0], mimetype=bundle.mimetype)

    return send


def init_app(app: Flask) -> None:
    """Serve them, and tell the templates where: `stylesheet()`, `script()`."""
    for bundle in BUNDLES:
        app.add_url_rule(bundle.rule, bundle.endpoint, _view_of(bundle))
        app.jinja_env.globals[bundle.endpoint] = bundle.address
