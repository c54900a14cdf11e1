"""A client that looks at each page it gets as a whole: so every page test guards every page."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any, Final

UNLABELLED: Final = {"hidden", "submit", "button", "reset", "image"}
HEADERS: Final = (
    "Content-Security-Policy",
    "X-Content-Type-Options",
    "Referrer-Policy",
    "Cross-Origin-Opener-Policy",
    "Permissions-Policy",
)


@dataclass
class Form:
    """One form of a page: where it posts to and what it sends unless somebody types."""

    action: str | None
    method: str
    fields: dict[str, str] = field(default_factory=dict)


class Page(HTMLParser):
    """A page as it was parsed: its elements, forms and text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.forms: list[Form] = []
        self.title, self.words = "", ""
        self._open: list[str] = []
        self._in_label: set[int] = set()
        self.feed(text)
        self._named = {e["for"] for e in self.all("label") if "for" in e}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {k: v or "" for k, v in attrs}
        if "label" in self._open:
            self._in_label.add(len(self.elements))
        self.elements.append((tag, found))
        if tag == "form":
            self.forms.append(Form(found.get("action", found.get("hx-post")), found.get("method", "get").lower()))
        elif tag in ("input", "textarea", "button") and "form" in self._open and found.get("name"):
            self.forms[-1].fields[found["name"]] = found.get("value", "")
        if tag in ("form", "label", "title", "script", "style"):
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self._open:
            self._open.remove(tag)

    def handle_data(self, data: str) -> None:
        self.words += data
        if "title" in self._open:
            self.title += data

    def all(self, tag: str) -> list[dict[str, str]]:
        """The attributes of every element with this name."""
        return [attributes for name, attributes in self.elements if name == tag]

    def labelled(self, place: int, found: dict[str, str]) -> bool:
        """Say whether the control at this place of the page has a name that a screen reader finds."""
        return (
            place in self._in_label
            or found.get("id") in self._named
            or bool(found.get("aria-label") or found.get("aria-labelledby"))
        )


def typed_in(page: Page) -> dict[str, str]:
    """What stands in the form of an action."""
    return next(form.fields for form in page.forms if (form.action or "").startswith("/do/"))


def complaints(page: Page) -> list[str]:
    """Return what is wrong with a page, in words; empty when nothing is."""
    return [*_outline(page), *_controls(page), *_forms(page), *_nothing_inline(page)]


def _outline(page: Page) -> list[str]:
    ids = Counter(a["id"] for _tag, a in page.elements if "id" in a)
    headings = len(page.all("h1"))
    found = [f"the id {name} is there {n} times" for name, n in ids.items() if n > 1]
    found += [] if page.title.strip() else ["it has no title"]
    found += [] if headings == 1 else [f"it has {headings} h1"]
    return found + ([] if page.all("html") and page.all("html")[0].get("lang") else ["its language is not declared"])


def _controls(page: Page) -> list[str]:
    return [
        f"the {tag} {found.get('name') or found.get('id')} has no label"
        for place, (tag, found) in enumerate(page.elements)
        if tag in ("input", "select", "textarea")
        and found.get("type") not in UNLABELLED
        and not page.labelled(place, found)
    ]


def _forms(page: Page) -> list[str]:
    bare = [f"a form that sends {sorted(f.fields)} has no action" for f in page.forms if f.action is None]
    open_ = [
        f"the form to {f.action} has no token"
        for f in page.forms
        if f.method == "post" and not f.fields.get("csrf_token")
    ]
    return bare + open_


def _nothing_inline(page: Page) -> list[str]:
    found = [f"{tag} has a style of its own" for tag, a in page.elements if tag == "style" or "style" in a]
    found += ["a script stands in the page" for a in page.all("script") if "src" not in a]
    found += [f"{tag} has {name}" for tag, a in page.elements for name in a if name.startswith(("on", "hx-on"))]
    addresses = [
        (tag, a.get(k, "")) for tag, a in page.elements for k in ("src", "href") if tag in ("script", "link", "img")
    ]
    return found + [f"{tag} is loaded from {url}" for tag, url in addresses if url.startswith(("http", "//"))]


class Pages:
    """A test client whose every page is looked at as a whole."""

    def __init__(self, client: Any) -> None:
        self.client = client
        self._token = ""

    def get(self, path: str, status: int = 200, **more: Any) -> Page:
        """Open a page, and fail where anything is wrong with it."""
        return self.looked_at(self.client.get(path, **more), status)

    def post(self, path: str, data: dict[str, Any], status: int = 303, **more: Any) -> Any:
        """Send a form with this session's token; a page that comes back is looked at."""
        response = self.client.post(path, data={"csrf_token": self.token(), **data}, **more)
        assert response.status_code == status, (path, response.status_code, Page(response.text).words[:2000])
        if response.mimetype == "text/html" and "<html" in response.text:
            self.looked_at(response, status)
        return response

    def token(self) -> str:
        """The token that forms of this session carry: the same for all of them."""
        if not self._token:
            forms = Page(self.client.get("/me").text).forms
            self._token = next(f.fields["csrf_token"] for f in forms if "csrf_token" in f.fields)
        return self._token

    @staticmethod
    def looked_at(response: Any, status: int) -> Page:
        """Return the page of an answer, and fail where anything is wrong with it."""
        text = response.text
        assert response.status_code == status, (response.request.path, response.status_code, Page(text).words[:2000])
        assert [h for h in HEADERS if h not in response.headers] == []
        page = Page(text)
        assert complaints(page) == [], response.request.path
        return page
