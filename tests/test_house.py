"""The house itself: rooms come and go, rules know no request, settings are listed."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Callable
from dataclasses import fields
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from flask import Flask

from tests.cast import Cast
from tests.conftest import Walk
from workshop import ROOMS, create_app
from workshop.config import BadSetting, Settings, from_env
from workshop.core.db import db
from workshop.files import folder

ROOT = Path(__file__).parents[1]
# Where a request is read; every other module of a room is rules.
DOORS = {"views", "api", "__init__", "commands", "unit_page", "page", "show", "present", "pages"}
CORE_DOORS = {"web", "do", "forms", "here", "language", "health", "label_views", "house", "db"}
OF_A_REQUEST = {"request", "session", "g", "current_app", "redirect", "abort"}


# A page of each room that stands below the others, for whom it is.
PAGES_BELOW = {
    "jobs": ("technician", ("/bench", "/queue", "/units")),
    "parts": ("parts", ("/parts", "/stock", "/suppliers", "/spare-parts")),
    "marketplace": ("refurbisher", ("/feed", "/ready")),
}


@pytest.mark.drawn
@pytest.mark.parametrize("room", ROOMS[3:])
def test_a_room_and_those_that_stand_on_it_taken_out_leave_the_pages_of_the_rest(
    own_app: Callable[..., Flask], room: str
) -> None:
    left = ROOMS[: ROOMS.index(room)]
    app = own_app(rooms=left)
    with app.app_context():
        Walk(Cast().actor("technician")).taken_in()
        seats = {who: Cast().session_of(who) for who, _pages in PAGES_BELOW.values()}
        db.session.remove()
    assert [app.test_client().get(path).status_code for path in ("/sign-in", "/api/v1/openapi.json")] == [200, 200]
    for below, (who, pages) in PAGES_BELOW.items():
        client = app.test_client()
        with client.session_transaction() as session:
            session["sid"] = seats[who]
        assert {p: client.get(p).status_code for p in pages} == dict.fromkeys(pages, 200 if below in left else 404)


def rule_modules() -> list[Path]:
    """The modules of rooms that hold rules."""
    rooms = [ROOT / "workshop" / room for room in (*ROOMS, "core")]
    return [
        p
        for room in rooms
        for p in sorted(room.glob("*.py"))
        if p.stem not in (CORE_DOORS if room.name == "core" else DOORS)
        and not p.stem.endswith(("views", "_api", "api", "commands"))
    ]


@pytest.mark.parametrize("module", rule_modules(), ids=lambda p: f"{p.parent.name}.{p.stem}")
def test_a_rule_knows_no_request_and_no_session(module: Path) -> None:
    imported = {
        name.name
        for node in ast.walk(ast.parse(module.read_text()))
        if isinstance(node, ast.ImportFrom) and node.module == "flask"
        for name in node.names
    }
    assert imported & (OF_A_REQUEST - {"current_app"}) == set()


def test_each_setting_is_listed_and_each_listed_one_is_read() -> None:
    listed = set(re.findall(r"^#?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    sources = (ROOT / "workshop" / n for n in ("config.py", "gunicorn_conf.py"))
    read = {
        name
        for path in sources
        for name in re.findall(r'"((?:WORKSHOP|BACKMARKET|DATABASE|SECRET)_[A-Z_]+)"', path.read_text())
    }
    assert listed == read


def test_settings_are_frozen_and_keep_their_secrets_to_themselves() -> None:
    made = Settings(database_url="sqlite:///x", secret_key="s3cret", marketplace_token="t0ken")
    assert "s3cret" not in repr(made)
    assert "t0ken" not in repr(made)
    with pytest.raises(AttributeError):
        made.region = "US"  # type: ignore[misc]
    assert len(fields(made)) > 10


@pytest.mark.parametrize("secret", ["", "development-only", "short"])
def test_production_refuses_a_secret_that_is_none(secret: str) -> None:
    with pytest.raises(BadSetting, match="SECRET_KEY"):
        from_env({"WORKSHOP_ENV": "production", "SECRET_KEY": secret})


def test_a_number_that_is_none_is_named_with_its_remedy() -> None:
    with pytest.raises(BadSetting, match="WORKSHOP_REPEAT_SECONDS is 'soon'"):
        from_env({"WORKSHOP_REPEAT_SECONDS": "soon"})


def test_the_address_of_the_database_changes_the_database_alone() -> None:
    assert from_env({"DATABASE_URL": "postgresql+psycopg://h/d"}).database_url == "postgresql+psycopg://h/d"
    assert from_env({}).database_url.startswith("sqlite:///")


def test_the_app_is_made_without_connecting(app: Flask) -> None:
    made = create_app(Settings(database_url="postgresql+psycopg://nobody@127.0.0.1:1/none", secret_key="x" * 20))
    assert made.test_client().get("/healthz").status_code == 200


def test_what_the_program_reads_beside_itself_is_in_its_wheel() -> None:
    wheel = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["targets"]["wheel"]
    asked = {n for p in (ROOT / "workshop").rglob("*.py") for n in re.findall(r'\bfolder\("(\w+)"\)', p.read_text())}
    assert {name: f"workshop/{name}" for name in asked} == wheel["force-include"]
    assert all(folder(name).is_dir() for name in asked)


def test_whatever_the_program_imports_is_installed_with_it() -> None:
    locked = set(re.findall(r"^([a-z0-9][a-z0-9._-]*)==", (ROOT / "requirements.txt").read_text(), flags=re.M))
    homes = packages_distributions()
    trees = [ast.parse(path.read_text()) for path in (ROOT / "workshop").rglob("*.py")]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    names = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    names |= {str(node.module) for node in nodes if isinstance(node, ast.ImportFrom) and not node.level}
    tops = {name.partition(".")[0] for name in names} - sys.stdlib_module_names - {"workshop", "_typeshed"}
    missing = {top for top in tops if not {home.lower().replace("_", "-") for home in homes.get(top, [])} & locked}
    assert missing == set()
