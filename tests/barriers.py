"""What shuts somebody out of a page, as axe finds it: each rule once a page, each combination of colours once."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

BAD: Final = {"serious", "critical"}
# What axe answers with; it need not load the stylesheets once more.
BRIEFLY: Final = {"resultTypes": ["violations"], "preload": False}
BUT_COLOURS: Final = {"color-contrast": {"enabled": False}}
# No more than moderate, and half of the work: is there a region around everything?
NOR_REGIONS: Final = {**BUT_COLOURS, "region": {"enabled": False}}
ONLY_COLOURS: Final = {**BRIEFLY, "runOnly": {"type": "rule", "values": ["color-contrast"]}}
COLOURS: Final = (Path(__file__).parent / "colours.js").read_text()
RUN: Final = "([context, options]) => axe.run(context, options).then(found => found.violations)"


def bring_axe(page: Page) -> None:
    """Load axe into a page that was opened."""
    page.evaluate(Axe().axe_script)


def unreadable(page: Page, colours: list[str]) -> list[str]:
    """Return what cannot be read among the combinations of colours that are new, and add those to the ones seen."""
    answer = page.evaluate(COLOURS, [ONLY_COLOURS, colours])
    colours[:] = answer["seen"]
    return _said(answer["violations"])


def barriers(page: Page, but_for: Sequence[list[str]] = (), *, strictly: bool = False) -> list[str]:
    """Return what else axe finds, outside of what `but_for` selects; `strictly` also what is no more than moderate."""
    options = {**BRIEFLY, "rules": BUT_COLOURS if strictly else NOR_REGIONS}
    found = page.evaluate(RUN, [{"include": [["html"]], "exclude": [*but_for]}, options])
    return _said(found, everything=strictly)


def _said(violations: list[dict[str, Any]], *, everything: bool = True) -> list[str]:
    wrong = [v for v in violations if everything or v["impact"] in BAD]
    return [f"{v['id']}: {v['nodes'][0]['html'][:160]}" for v in wrong]
