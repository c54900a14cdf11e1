"""Nothing is shown to people that is not marked for translation."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from tests.translations.marked import in_module, in_script, in_template

ROOT = Path(__file__).parents[2]
TEMPLATES = [*(ROOT / "templates").rglob("*.html"), *(ROOT / "workshop/sandbox/templates").rglob("*.html")]


def test_a_template_says_nothing_unmarked(app: Flask) -> None:
    found = {t.relative_to(ROOT): in_template(app.jinja_env, t.read_text(encoding="utf-8")) for t in sorted(TEMPLATES)}
    assert {name: words for name, words in found.items() if words} == {}


def test_a_refusal_an_outcome_and_a_label_say_nothing_unmarked() -> None:
    assert [words for module in sorted((ROOT / "workshop").rglob("*.py")) for words in in_module(module)] == []


def test_a_script_has_no_words_of_its_own() -> None:
    scripts = sorted((ROOT / "workshop/static/js").rglob("*.js"))
    found = {s.name: in_script(s.read_text(encoding="utf-8")) for s in scripts}
    assert {name: words for name, words in found.items() if words} == {}


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("<p>Save me</p>", ["Save me"]),
        ("<p>{{ name }} is late</p>", ["… is late"]),
        ("<input placeholder='Type here'>", ["Type here"]),
        ("{{ button('Save') }}", ["Save"]),
        ("{{ where or 'not yet' }}", ["not yet"]),
        ("{{ _('Save') }}{{ ngettext('%(num)s day', '%(num)s days', n) }}", []),
        ("<p>*NEXT* &middot; {{ code }}</p>", []),
    ],
)
def test_what_is_not_marked_is_found(app: Flask, source: str, words: list[str]) -> None:
    assert in_template(app.jinja_env, source) == words


def test_a_written_out_sentence_is_found_in_a_module(tmp_path: Path) -> None:
    module = tmp_path / "rule.py"
    module.write_text('raise Refused("It is late.", _("Go home."))\nreturn Outcome(f"{n} done" if n else _("None"))\n')
    assert in_module(module) == ["rule.py:1 It is late.", "rule.py:2  done"]


def test_a_written_out_sentence_is_found_in_a_script() -> None:
    assert in_script('strip.textContent = "Kept on this bench"; on("keydown", e => e.key === "Enter");') == [
        "Kept on this bench"
    ]
