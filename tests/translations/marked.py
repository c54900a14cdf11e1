"""What stands in a template or a module for people to read without being marked for translation."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Final

from jinja2 import Environment, nodes

# What a page says to its worker.
BETWEEN_SCRIPTS: Final = frozenset({"take me along"})
# Names that are the same in every language, and signs.
SAME_EVERYWHERE: Final = frozenset(
    {"Workshop", "IMEI", "EAN", "SHA", "mAh", "GB", "POST", "api", "Ctrl", "bench", "unit tray"}
)
KEYS: Final = frozenset(
    {"Enter", "Tab", "Escape", "Backspace", "Shift", "Control", "Alt", "Meta", "Home", "End", "Space"}
)
READ_ALOUD: Final = frozenset({"placeholder", "title", "aria-label", "aria-description", "alt", "label", "content"})
MARKS: Final = frozenset({"_", "gettext", "ngettext"})
WORD: Final = re.compile(r"[^\W\d_]{2,}")
SENTENCE: Final = re.compile(r"[A-Z][a-z]+(?: .*)?|[^\W\d_]+,? [^\W\d_].*")
COMMAND: Final = re.compile(r"\*[A-Z]+\*|&[a-z]+;")
HOLE: Final = "\x00"


def in_template(environment: Environment, source: str) -> list[str]:
    """Return the words of a template that are not marked: its text, what is read aloud, what a macro is handed."""
    tree = environment.parse(source)
    found = _Texts("".join(_written(tree))).found
    return [*found, *(text for text in _constants(tree) if SENTENCE.fullmatch(text) and text not in SAME_EVERYWHERE)]


def _written(tree: nodes.Node) -> Iterator[str]:
    """Yield what the template writes, with a hole where a value goes in."""
    for output in tree.find_all(nodes.Output):
        for part in output.nodes:
            yield part.data if isinstance(part, nodes.TemplateData) else HOLE


def _constants(node: nodes.Node) -> Iterator[str]:
    """Yield the texts that stand in expressions, but for those that are marked."""
    if isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name) and node.node.name in MARKS:
        for given in (*node.args[len([a for a in node.args if isinstance(a, nodes.Const)]) :], *node.kwargs):
            yield from _constants(given)
        return
    if isinstance(node, nodes.Const) and isinstance(node.value, str):
        yield node.value
    for child in node.iter_child_nodes():
        yield from _constants(child)


class _Texts(HTMLParser):
    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=False)
        self.found: list[str] = []
        self._hidden = 0
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._hidden += tag in ("script", "style")
        names = {value for name, value in attrs if name == "name"}
        for name, value in attrs:
            if name in READ_ALOUD and not (name == "content" and names & {"viewport", "color-scheme", "htmx-config"}):
                self._look(value or "")

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in ("script", "style")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self._look(data)

    def _look(self, text: str) -> None:
        if set(WORD.findall(COMMAND.sub("", text))) - SAME_EVERYWHERE:
            self.found.append(text.replace(HOLE, "…").strip())


REFUSALS: Final = (
    *("Refused", "BadRequest", "NotFound", "Conflict", "Forbidden", "NotSignedIn"),
    *("Ambiguous", "TooMany", "Unknown", "BadAmount", "BadObservation"),
)
# What is shown of each: the places of its arguments.
SHOWN: Final = {
    **dict.fromkeys(REFUSALS, (0, 1)),
    **dict.fromkeys(("Outcome", "Missing", "Ask"), (0, 1)),
    "BadCode": (1, 2),
    "tell": (1, 2),
    "Link": (1,),
    "Gate": (2,),
    "Action": (1, 5),
    "HoldRule": (1,),
}


def in_module(path: Path) -> list[str]:
    """Return the texts that a module shows to people without marking them."""
    found = []
    for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(call, ast.Call):
            continue
        name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
        shown = [call.args[place] for place in SHOWN.get(name, ()) if place < len(call.args)]
        shown += [k.value for k in call.keywords if name in SHOWN and k.arg in ("title", "detail", "remedy", "help")]
        found += [f"{path.name}:{each.lineno} {text}" for each in shown for text in _literal(each)]
    return found


def _literal(node: ast.expr) -> Iterator[str]:
    """Yield the words of a text that is written out, in either branch of a choice."""
    if isinstance(node, ast.IfExp):
        yield from _literal(node.body)
        yield from _literal(node.orelse)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str) and WORD.search(node.value):
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        texts = [part.value for part in node.values if isinstance(part, ast.Constant)]
        yield from (text for text in texts if isinstance(text, str) and WORD.search(text))


# What reads like words for people: a capital in front and more behind, or three words in a row.
_SPEECH: Final = re.compile(r"[A-Z][a-z]+(?: [a-z].*|[.:])|[A-Za-z]+(?: [a-z]+){2,}\.?")
_QUOTED: Final = re.compile(r"\"((?:[^\"\\\n]|\\.)*)\"|'((?:[^'\\\n]|\\.)*)'|`([^`]*)`")


def in_script(source: str) -> list[str]:
    """Return the texts of a script that read like words for people; the names of keys are none."""
    code = re.sub(r"(?<!:)//.*", "", re.sub(r"/\*.*?\*/", "", source, flags=re.DOTALL))
    texts = [text for found in _QUOTED.findall(code) for text in found]
    return [text for text in texts if _SPEECH.fullmatch(text) and text not in KEYS | BETWEEN_SCRIPTS]
