"""The pages that people read: every path, link, command, setting and code in them is real, and none is left out."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final

import click
import pytest
from flask import Flask

from workshop import cli
from workshop.catalogue.reference import load_checklists, load_faults
from workshop.grading.erasure_ways import load_ways
from workshop.jobs.bench import TRIAGE_CODES
from workshop.jobs.hold_rules import RULES
from workshop.jobs.scan import words
from workshop.jobs.stages import Stage
from workshop.sandbox import faults

ROOT: Final = Path(__file__).parent.parent
PAGES: Final = (
    *(ROOT / name for name in ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md")),
    *sorted((ROOT / "docs").glob("*.md")),
)
SETTING: Final = re.compile(r"\b(?:WORKSHOP|BACKMARKET)_[A-Z_]+\b|\bDATABASE_URL\b|\bSECRET_KEY\b")
FOR_TESTS: Final = {"WORKSHOP_PG_BIN", "WORKSHOP_CHROMIUM"}
SERVING: Final = ("workshop/config.py", "workshop/gunicorn_conf.py")

pytestmark = pytest.mark.drawn
each_page = pytest.mark.parametrize("document", PAGES, ids=lambda p: str(p.relative_to(ROOT)))


def prose(document: Path) -> str:
    return document.read_text(encoding="utf-8")


def settings_in(text: str) -> set[str]:
    return set(SETTING.findall(text))


def settings_of_the_program() -> set[str]:
    return set().union(*(settings_in((ROOT / path).read_text()) for path in SERVING))


def anchors(document: Path) -> set[str]:
    """The anchors that a page's headings make."""
    headings = re.findall(r"^#+ (.+)$", prose(document), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", h).strip().lower().replace(" ", "-") for h in headings}


def code_words(document: Path) -> list[str]:
    """What stands between backquotes, and the indented blocks, line by line."""
    text = prose(document)
    return [
        *re.findall(r"`([^`\n]+)`", text),
        *re.findall(r"^(?: {4,}|\s*ExecStart=\S*/bin/)(\S.*)$", text, re.MULTILINE),
    ]


@each_page
def test_every_link_leads_somewhere(document: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", prose(document)):
        if target.startswith("http"):
            continue
        path, _hash, anchor = target.partition("#")
        found = (document.parent / path).resolve() if path else document
        assert found.exists(), target
        assert not anchor or anchor in anchors(found), target


@pytest.mark.parametrize("name", ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md"])
def test_every_path_named_is_there(name: str) -> None:
    for word in code_words(ROOT / name):
        for path in re.findall(r"(?<![\w/.-])(?:workshop|tests|templates|migrations|bench|tools)/[\w./-]*\w", word):
            assert (ROOT / path).exists(), path


@each_page
def test_every_make_target_is_one(document: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for word in code_words(document):
        named = re.match(r"make ([a-z]+)\b", word)
        assert named is None or named[1] in targets, word


def options_of(command: click.Command) -> set[str]:
    """The options of a command; the sandbox reads its own."""
    if command is cli.sandbox:
        return set(re.findall(r'"(--[a-z-]+)"', (ROOT / "workshop/sandbox/__main__.py").read_text()))
    return {option for parameter in command.params for option in parameter.opts}


def command_named(parts: list[str], app: Flask) -> click.Command | None:
    """Follow the words of a command line down to the command that they name."""
    found: Any = click.Group("workshop", {**cli.cli.commands, **app.cli.commands})
    for part in parts:
        if not isinstance(found, click.Group) or part.startswith("-"):
            break
        found = found.commands.get(part)
    return found


@each_page
def test_every_command_and_option_is_real(document: Path, app: Flask) -> None:
    for word in code_words(document):
        for line in re.findall(r"(?:^|\bpython )(?:\S*bin/)?workshop ((?:[a-z]|--)[^#&|]*)", word):
            parts = [p for p in line.split() if p]
            found = command_named(parts, app)
            assert found is not None, line
            known = options_of(found)
            given = {p.split("=")[0] for p in parts if p.startswith("--")}
            assert given <= known, line


def leaves(found: click.Command, path: str = "workshop") -> list[str]:
    """Every command that does something, as it is typed."""
    if not isinstance(found, click.Group):
        return [path]
    return [leaf for name, command in found.commands.items() for leaf in leaves(command, f"{path} {name}")]


def test_every_command_is_told_of(app: Flask) -> None:
    told = "".join(prose(document) for document in PAGES)
    every = leaves(click.Group("workshop", {**cli.cli.commands, **app.cli.commands}))
    assert [command for command in every if command not in told] == []


@each_page
def test_every_setting_named_is_read(document: Path) -> None:
    assert settings_in(prose(document)) <= settings_of_the_program() | FOR_TESTS


def test_every_setting_stands_in_the_readme_and_in_the_example() -> None:
    rows = set(re.findall(r"^\| `([A-Z_]+)` \|", prose(ROOT / "README.md"), re.MULTILINE))
    example = set(re.findall(r"^#?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    assert rows == settings_of_the_program() == example


def test_every_room_stands_on_the_map() -> None:
    rooms = {p.name for p in (ROOT / "workshop").iterdir() if (p / "__init__.py").exists()}
    for name in ("README.md", "ARCHITECTURE.md"):
        assert {r for r in rooms if f"workshop/{r}/" in prose(ROOT / name)} == rooms


def codes_in(document: Path) -> set[str]:
    return set(re.findall(r"\*[A-Z]+\*|\b[A-Z]-[A-Z0-9]+(?:-[0-9]+)?[+-]?(?=`)", prose(document)))


def test_every_command_code_is_explained_to_the_technician(app: Flask) -> None:
    named = {c for c in codes_in(ROOT / "docs/technician.md") if c.startswith("*")}
    assert named == {f"*{word}*" for word in words()}


def test_every_hold_and_triage_code_is_explained_with_what_it_bars(app: Flask) -> None:
    text = prose(ROOT / "docs/technician.md")
    for rule in RULES.values():
        row = next(line for line in text.splitlines() if line.startswith(f"| `{rule.code}`"))
        bars = row.split("|")[3]
        listed = {s for s in Stage if s.value in bars}
        assert "every" in bars if rule.bars == frozenset(Stage) else listed == rule.bars, row
        assert {r for r in ("technician", "parts manager", "refurbisher") if r in row.split("|")[4]} == {
            r.replace("_", " ") for r in rule.lifters
        }, row
    assert set(TRIAGE_CODES) <= codes_in(ROOT / "docs/technician.md")


def test_the_cards_codes_are_real() -> None:
    known = {c.code for checks in load_checklists().values() for c in checks} | set(load_faults())
    known |= set(TRIAGE_CODES) | {r.code for r in RULES.values()}
    known |= {said for way in load_ways() for said in (way, f"{way}-FAIL")}
    for code in codes_in(ROOT / "docs/technician.md"):
        assert code.startswith(("*", "G-", "Z-")) or code.rstrip("+-") in known, code


def test_every_role_and_every_stage_is_explained(app: Flask) -> None:
    from workshop.core.actor import ROLES

    admin, technician = prose(ROOT / "docs/admin.md"), prose(ROOT / "docs/technician.md")
    assert all(f"| {role} |" in admin for role in ROLES)
    assert all(f"| {stage.value} |" in technician for stage in Stage if stage is not Stage.CLOSED)


def test_every_path_of_the_api_in_its_page_is_served(app: Flask) -> None:
    served = {re.sub(r"<[^>]+>", "{}", str(rule)) for rule in app.url_map.iter_rules()}
    text = prose(ROOT / "docs/api.md")
    for path in re.findall(r"\$URL(/[\w/-]+)", text):
        assert "/api/v1" + re.sub(r"/[0-9]{15}", "/{}", path) in served, path
    for path in re.findall(r"`(/[a-z-]+(?:/\{\w+\})?)(?:\?[^`]*)?`", text.split("## Reading")[1].split("##")[0]):
        assert "/api/v1" + re.sub(r"\{\w+\}", "{}", path) in served, path


def test_every_problem_kind_is_listed() -> None:
    text = "".join(path.read_text() for path in (ROOT / "workshop").rglob("*.py") if "sandbox" not in path.parts)
    kinds = set(re.findall(r'^    kind = "([a-z-]+)"$', text, re.MULTILINE))
    listed = set(re.findall(r"`([a-z-]+)`", prose(ROOT / "docs/api.md").split("## Errors")[1].split("## Reading")[0]))
    assert kinds <= listed


def test_every_fault_and_control_of_the_sandbox_is_explained() -> None:
    text = prose(ROOT / "docs/sandbox.md")
    named = set(re.findall(r"`([a-z_]+)`", text.split("| fault |")[1].split("`times`")[0]))
    assert named == set(faults.KINDS)
    routes = re.findall(r'@bp\.(?:get|post)\("(/[a-z]+)"\)', (ROOT / "workshop/sandbox/control.py").read_text())
    assert set(re.findall(r"/_control(/[a-z]+)", text)) == set(routes)


def test_each_picture_is_small_and_shown() -> None:
    shown = "".join(prose(document) for document in PAGES)
    for picture in (ROOT / "docs/pictures").iterdir():
        assert picture.name in shown
        assert picture.stat().st_size < 200_000
