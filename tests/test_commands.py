"""The commands of the shell: people, tokens, seals, and a copy of everything with its way back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select

from tests import postgres
from tests.cast import Cast
from tests.conftest import Walk
from workshop import cli
from workshop.accounts import authenticate
from workshop.accounts.models import Person
from workshop.core import clock, seals
from workshop.core.db import db
from workshop.core.errors import Refused
from workshop.jobs.models import Unit

Run = Callable[..., Result]


def run_in(app: Flask, *words: str, typed: str = "") -> Result:
    """Run a command of the app as the console script does."""
    command: Any = app.cli.commands.get(words[0]) or cli.cli.commands[words[0]]
    return app.test_cli_runner().invoke(command, list(words[1:]), input=typed, obj=app)


@pytest.fixture
def run(app: Flask) -> Run:
    return lambda *words, **more: run_in(app, *words, **more)


NEW = ("user", "add", "aino", "--email", "Aino@x.example", "--name", "Aino Aalto", "--role", "technician")


def test_a_person_is_added_who_may_then_sign_in(run: Run) -> None:
    done = run(*NEW, "--site", "TMP", typed="twelve signs!\ntwelve signs!\n")
    assert (done.exit_code, "Aino Aalto may sign in now." in done.output) == (0, True)
    assert "twelve signs!" not in done.output
    assert authenticate.sign_in("aino@x.example", "twelve signs!", clock.now()).name == "Aino Aalto"


@pytest.mark.parametrize(
    ("more", "password", "words"),
    [((), "short", "too short"), (("--site", "XX"), "twelve signs!", "There is no site XX.")],
)
def test_a_person_who_cannot_be_is_refused_in_words(run: Run, more: tuple[str, ...], password: str, words: str) -> None:
    refused = run(*NEW, *more, typed=f"{password}\n{password}\n").exception
    assert isinstance(refused, Refused)
    assert words in str(refused.what)
    assert db.session.scalars(select(Person).where(Person.username == "aino")).all() == []


def test_a_token_is_printed_alone_and_works(run: Run) -> None:
    done = run("token", "create", "--user", "parts", "--label", "printer")
    assert done.output.count("\n") == 1
    assert authenticate.actor_for(done.output.strip(), "token", clock.now()).name == "Sanna Korhonen"
    assert run("token", "create", "--user", "nobody").exit_code == 1


def test_a_seal_is_made_once_and_its_head_is_told(run: Run, walk: Walk) -> None:
    walk.taken_in()
    sealed, again, head = run("audit", "seal"), run("audit", "seal"), run("audit", "head")
    last = seals.last_seal()
    assert last is not None
    assert sealed.output.rstrip().endswith(last.hash)
    assert again.output == "Nothing changed.\n"
    assert head.output.split() == [str(last.number), last.at.isoformat(), last.hash]
    assert run("audit", "verify").output == "Every chain and every seal holds.\n"


@pytest.fixture
def on_disk(own_app: Callable[..., Flask], monkeypatch: pytest.MonkeyPatch) -> Flask:
    """An app on a database of its own, with the client programs of the server that runs."""
    monkeypatch.setenv("PATH", f"{postgres.binaries()}:/usr/bin:/bin")
    return own_app()


def taken_in(app: Flask) -> str:
    """Take a unit in and let go of the database."""
    with app.app_context():
        code: str = Walk(Cast().actor("technician")).taken_in().code
        let_go()
    return code


def let_go() -> None:
    db.session.remove()
    db.engine.dispose()


def test_what_was_kept_comes_back_and_what_came_after_is_gone(on_disk: Flask, tmp_path: Path) -> None:
    before, file = taken_in(on_disk), tmp_path / "copy"
    assert run_in(on_disk, "backup", str(file)).output == f"Kept in {file}.\n"
    taken_in(on_disk)
    done = run_in(on_disk, "restore", str(file))
    assert (done.exit_code, done.output) == (0, f"The database is as {file} holds it.\n")
    with on_disk.app_context():
        assert set(db.session.scalars(select(Unit.code))) == {before}
        assert list(seals.verify()) == []
        let_go()


def test_a_copy_is_never_overwritten_and_what_is_none_never_restored(on_disk: Flask, tmp_path: Path) -> None:
    code, file = taken_in(on_disk), tmp_path / "copy"
    file.write_text("mine")
    assert "exists already" in run_in(on_disk, "backup", str(file)).output
    assert run_in(on_disk, "restore", str(file)).exit_code == 1
    assert "There is no file" in run_in(on_disk, "restore", str(tmp_path / "none")).output
    with on_disk.app_context():
        assert list(db.session.scalars(select(Unit.code))) == [code]
        let_go()
