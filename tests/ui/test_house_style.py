"""What keeps the kit one kit: layers, no inline styles, icons that exist, tokens that exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.ui.conftest import ROOT

STATIC = ROOT / "workshop/static"
SHEETS = sorted((STATIC / "css").rglob("*.css"))
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
SCRIPTS = sorted((STATIC / "js").glob("*.js"))
ICONS = set(re.findall(r'<symbol id="([\w-]+)"', (STATIC / "icons.svg").read_text()))
COMMENT = re.compile(r"/\*.*?\*/", re.S)


def top_level(css: str) -> list[str]:
    """Return what stands before each block of the outermost level, and each outermost statement."""
    heads, depth, start = [], 0, 0
    for at, letter in enumerate(css):
        if letter == "{":
            if depth == 0:
                heads.append(css[start:at].strip())
            depth += 1
        elif letter in "};":
            depth -= letter == "}"
            if depth == 0:
                heads.extend([css[start:at].strip()] if letter == ";" else [])
                start = at + 1
    return heads


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda p: p.name)
def test_every_rule_sits_in_a_layer(sheet: Path) -> None:
    assert [head for head in top_level(COMMENT.sub("", sheet.read_text())) if not head.startswith("@layer ")] == []


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda p: p.name)
def test_every_block_is_closed_where_it_was_opened(sheet: Path) -> None:
    css = COMMENT.sub("", sheet.read_text())
    assert css.count("{") == css.count("}"), "all are sent as one: what follows would lie in this block"


@pytest.mark.parametrize("sheet", [s for s in SHEETS if s.name != "tokens.css"], ids=lambda p: p.name)
def test_colours_come_from_the_tokens(sheet: Path) -> None:
    css = re.sub(r"linear-gradient\(#000.*", "", COMMENT.sub("", sheet.read_text()))
    assert re.findall(r"#[0-9a-fA-F]{3,8}\b(?=[;,) ])", css) == []


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda p: p.name)
def test_every_token_used_is_defined(sheet: Path) -> None:
    everything = "".join(s.read_text() for s in SHEETS)
    defined = set(re.findall(r"(--[\w-]+):", everything))
    assert set(re.findall(r"var\((--[\w-]+)\)", sheet.read_text())) - defined == set()


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda p: str(p.relative_to(ROOT / "templates")))
def test_no_template_holds_a_style_or_a_script(template: Path) -> None:
    html = re.sub(r"\{#.*?#\}", "", template.read_text(), flags=re.S)
    assert re.findall(r'<style|\sstyle=|\son\w+="|<script(?![^>]*\ssrc=)', html) == []


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda p: str(p.relative_to(ROOT / "templates")))
def test_every_icon_named_is_in_the_sprite(template: Path) -> None:
    named = re.findall(r"""(?:\bicon|draw)\(\s*'([\w-]+)'""", template.read_text())
    named += re.findall(r"""icon=\s*'([\w-]+)'""", template.read_text())
    assert set(named) - ICONS == set()


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda p: p.name)
def test_no_script_builds_markup_or_code_from_text(script: Path) -> None:
    assert re.findall(r"innerHTML|insertAdjacentHTML|\beval\(|new Function|document\.write", script.read_text()) == []


def test_licences_lie_beside_what_they_cover() -> None:
    for name in (
        "fonts/OFL.txt",
        "icons.LICENSE.txt",
        "vendor/htmx.LICENSE.txt",
        "vendor/idb.LICENSE.txt",
        "vendor/zxing.LICENSE.txt",
    ):
        assert (STATIC / name).stat().st_size > 300
