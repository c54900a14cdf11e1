"""Follows the links of a person's pages, without a browser: which kinds of page there are, and where one of each is."""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Final
from urllib.parse import urljoin, urlsplit

from flask import Flask, template_rendered
from jinja2 import Template
from werkzeug.exceptions import HTTPException

from tests.pages import Page, complaints
from workshop.files import folder

ACTION: Final = "do/action.html"
CONTROLS: Final = {"input", "select", "textarea"}
# What looks different each time: the state of a delivery, what is next for the unit at a bench, the sides of the feed.
MORE_OF: Final = {"sourcing.delivery_page": 4, "jobs.bench_page": 12, "marketplace.feed": 4}
# What stands by for the scripts is no link yet.
STANDING_BY: Final = re.compile(r"<template.*?</template>", re.DOTALL)


def pages_on_disk() -> set[str]:
    """Return every template that is a page of its own: one that extends another, and is extended by none."""
    root = folder("templates")
    texts = {str(path.relative_to(root)): path.read_text() for path in root.rglob("*.html")}
    return {name for name, text in texts.items() if "{% extends" in text and not name.endswith("base.html")}


class Links:
    """One person's way over the links of their pages: each kind of page is opened once, and a few of some.

    `kinds` says where one of each kind is, `templates` which ones were rendered, `wrong` what is wrong with which page.
    """

    def __init__(self, app: Flask, client: Any) -> None:
        self.app, self.client = app, client
        self.addresses = app.url_map.bind("localhost")
        self.kinds: dict[str, str] = {}
        self.templates: set[str] = set()
        self.wrong: dict[str, Any] = {}

    def follow(self, first: Iterable[str]) -> None:
        """Open these pages, and whatever they lead to."""
        left = deque(first)
        seen, opened = set(left), Counter[str]()
        while left:
            path = left.popleft()
            name = self.name_of(path)
            if name is None or opened[name] >= MORE_OF.get(name, 1):
                continue
            opened[name] += 1
            new = [link for link in self.open(path) if link not in seen]
            seen.update(new)
            left.extend(new)

    def name_of(self, path: str) -> str | None:
        """Return what stands behind an address, each action by itself, or None where that is no page of ours."""
        parts = urlsplit(path)
        if parts.netloc or not parts.path.startswith("/") or "format=" in parts.query:
            return None
        try:
            endpoint, given = self.addresses.match(parts.path, method="GET")
        except HTTPException:
            self.wrong[path] = "nothing is there"
            return None
        return f"{endpoint} {given['name']}" if endpoint == "do.ask" else str(endpoint)

    def open(self, path: str) -> list[str]:
        """Open a page, note what kind it is and what is wrong with it, and return its links."""
        with rendered(self.app) as names:
            answer = self.client.get(path, follow_redirects=True)
        if answer.status_code != 200:
            self.wrong[path] = answer.status_code
            return []
        if answer.mimetype != "text/html" or "<html" not in answer.text:
            return []
        page = Page(STANDING_BY.sub("", answer.text))
        self.templates.update(names)
        self.kinds.setdefault(kind_of(names[-1], page, path), path)
        if wrong := complaints(page):
            self.wrong[path] = wrong
        return [urljoin(path, a["href"]).partition("#")[0] for a in page.all("a") if a.get("href")]


def kind_of(template: str, page: Page, path: str) -> str:
    """Return what kind of page this is: forms with the same sorts of fields are one, each bench shows another work."""
    if template == ACTION:
        sorts = {a.get("type", "text") if tag == "input" else tag for tag, a in page.elements if tag in CONTROLS}
        return f"{template} {' '.join(sorted(sorts))}"
    return path if template == "jobs/bench.html" else template


@contextmanager
def rendered(app: Flask) -> Iterator[list[str]]:
    """Note the templates that are rendered meanwhile."""
    names: list[str] = []

    def note(_app: Flask, template: Template, **_more: Any) -> None:
        names.append(str(template.name))

    with template_rendered.connected_to(note, app):
        yield names
