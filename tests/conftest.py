"""What all tests share: a real database of each engine, a cast of people, and makers that walk through the door."""

from __future__ import annotations

import base64
import gc
import io
import itertools
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, g, request_started
from hypothesis import settings
from jinja2 import FileSystemBytecodeCache
from PIL import Image
from sqlalchemy import select
from sqlalchemy.engine import make_url
from xdist.scheduler import LoadScopeScheduling

from tests import postgres
from tests.cast import Cast, load_cast
from tests.chromium import chromium  # noqa: F401
from tests.pages import Pages
from workshop import ROOMS, create_app
from workshop.catalogue.identifiers import imei_check_digit
from workshop.config import Settings
from workshop.core.actions import Done, perform
from workshop.core.actor import Actor
from workshop.core.db import db
from workshop.core.house import house
from workshop.jobs import diagnosis, target
from workshop.jobs.target import OpenUnit

ENGINES = ("sqlite", "postgresql")
COMPILED = Path(__file__).parents[1] / ".pytest_cache" / "templates"
# No test is timed: a busy machine is slow at anything.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


def pytest_collection_finish() -> None:
    """Look for rubbish among what the tests make only: the tests themselves are there to stay."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[postgres.Server]:
    """A real PostgreSQL that the suite starts by itself: one a worker.

    Nothing is counted behind a test's back: tables counted in the middle of its transaction pass for empty, and a
    catalogue of thousands of parts is then joined row by row, for minutes.
    """
    with postgres.running(tmp_path_factory.mktemp("pg"), autovacuum="off") as server:
        yield server


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run every test that asks for the app on both databases, but for what is the same on each.

    In a browser each house has a worker of its own: `drawn` says at which one, so that they end at the same time.
    """
    if "engine_name" in metafunc.fixturenames:
        drawn = metafunc.definition.get_closest_marker("drawn")
        metafunc.parametrize("engine_name", drawn.args or ENGINES[:1] if drawn else ENGINES, scope="session")


class ByHouse(LoadScopeScheduling):
    """Keeps the tests in front of one running workshop on one worker: it takes long to open. All others go singly."""

    def _split_scope(self, nodeid: str) -> str:
        of = nodeid.rpartition("[")[2]
        return next((f"house-{name}" for name in ENGINES if "/e2e/" in nodeid and name in of), nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Share the tests in a browser out by the workshop in front of which they run."""
    return ByHouse(config, log) if config.option.dist == "loadscope" else None


Furnish = Callable[[], Any]


class Databases:
    """Makes databases of either engine: empty ones, and copies of one that is migrated and has models and people.

    What many tests find there beside these is made once, too, by a function of their own.
    """

    def __init__(self, folder: Path, server: Callable[[], postgres.Server]) -> None:
        self.folder, self.server = folder, server
        self.originals: dict[tuple[str, Furnish | None], str] = {}
        self.numbers = itertools.count(1)

    def new(self, engine: str) -> str:
        """Make an empty database and return its address."""
        return f"sqlite:///{self._file()}" if engine == "sqlite" else self.server().new_database()

    def copied(self, engine: str, furnish: Furnish | None = None) -> str:
        """Make a copy of the one that is made once, and furnished once, and return its address."""
        if (engine, furnish) not in self.originals:
            self.originals[engine, furnish] = self._original(engine, furnish)
        name = str(make_url(self.originals[engine, furnish]).database)
        if engine == "sqlite":
            return f"sqlite:///{shutil.copyfile(name, self._file())}"
        return self.server().new_database(like=name)

    def _file(self) -> Path:
        return self.folder / f"workshop{next(self.numbers)}.db"

    def _original(self, engine: str, furnish: Furnish | None) -> str:
        from workshop.core.migrate import upgrade

        steps = (upgrade, load_cast) if furnish is None else (furnish,)
        url = self.new(engine) if furnish is None else self.copied(engine)
        app = create_app(settings_for(url, self.folder))
        with app.app_context():
            for step in steps:
                step()
            db.session.commit()
            db.session.remove()
            db.engine.dispose()
        return url


@pytest.fixture(scope="session")
def databases(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Databases:
    """Where databases come from; PostgreSQL is started when the first of its is wanted."""
    return Databases(tmp_path_factory.mktemp("db"), lambda: request.getfixturevalue("postgres_server"))


@pytest.fixture
def new_database(databases: Databases, engine_name: str) -> Callable[[], str]:
    """Make an empty database of this engine and return its address."""
    return partial(databases.new, engine_name)


@pytest.fixture
def copied_database(databases: Databases, engine_name: str) -> Callable[[], str]:
    """Make a database of this engine with models and people, and return its address."""
    return partial(databases.copied, engine_name)


def settings_for(url: str, tmp: Path, **more: Any) -> Settings:
    """Settings for a test: nothing is read from the environment."""
    return Settings(database_url=url, secret_key="tests-only-tests-only", instance=tmp, repeat_seconds=0.0, **more)


def made(settings: Settings, rooms: tuple[str, ...] = ROOMS) -> Flask:
    """Make an app. Each of a hundred would compile every template anew: they share what is compiled."""
    app = create_app(settings, rooms=rooms)
    COMPILED.mkdir(parents=True, exist_ok=True)
    app.jinja_env.bytecode_cache = FileSystemBytecodeCache(str(COMPILED))
    return app


@pytest.fixture(scope="session")
def app_on(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Flask]]:
    """A function that returns the app on a database with models and people, made once for each of what it is given."""

    @cache
    def make(engine: str, rooms: tuple[str, ...] = ROOMS, furnish: Furnish | None = None) -> Flask:
        app = made(settings_for(databases.copied(engine, furnish), tmp_path_factory.mktemp("instance")), rooms)
        ends.callback(_let_go, app)
        return app

    with ExitStack() as ends:
        yield make


def _let_go(app: Flask) -> None:
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def whole_app(app_on: Callable[..., Flask], engine_name: str, request: pytest.FixtureRequest) -> Flask:
    """The app on a database of this engine, furnished as the test's mark says."""
    mark = request.node.get_closest_marker("furnished")
    return app_on(engine_name, furnish=mark.args[0] if mark else None)


def _forget(_app: Flask, **_more: Any) -> None:
    """Let each request of a test begin without what the one before it knew: they share one app context here."""
    vars(g).clear()


@pytest.fixture
def app(whole_app: Flask) -> Iterator[Flask]:
    """The app within a transaction that is rolled back at the end: each test starts from the same database."""
    with whole_app.app_context():
        engines = db._app_engines[whole_app]
        engine = engines[None]
        connection = engine.connect()
        outer = connection.begin()
        engines[None] = connection  # type: ignore[assignment]
        try:
            with request_started.connected_to(_forget, whole_app):
                yield whole_app
        finally:
            db.session.remove()
            engines[None] = engine
            outer.rollback()
            connection.close()


@pytest.fixture
def own_app(copied_database: Callable[[], str], tmp_path: Path) -> Iterator[Callable[..., Flask]]:
    """Make an app on a database of its own, where threads may meet: what is committed there stays."""
    apps: list[Flask] = []

    def make(rooms: tuple[str, ...] = ROOMS, **settings: Any) -> Flask:
        apps.append(made(replace(settings_for(copied_database(), tmp_path), **settings), rooms))
        return apps[-1]

    yield make
    for app in apps:
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


@pytest.fixture
def cast(app: Flask) -> Cast:
    """The people: technician, parts_manager, refurbisher, admin, auditor, and a stranger of another site."""
    return Cast()


@pytest.fixture
def technician(cast: Cast) -> Actor:
    return cast.actor("technician")


@pytest.fixture
def parts_manager(cast: Cast) -> Actor:
    return cast.actor("parts")


@pytest.fixture
def refurbisher(cast: Cast) -> Actor:
    return cast.actor("refurbisher")


@pytest.fixture
def stranger(cast: Cast) -> Actor:
    return cast.actor("stranger")


_imeis = itertools.count(1)


def next_imei() -> str:
    """A valid IMEI that no other test has."""
    body = f"35309711{next(_imeis):06d}"
    return body + imei_check_digit(body)


def picture(width: int = 64, height: int = 48) -> str:
    """A small photo as base64."""
    out = io.BytesIO()
    Image.new("RGB", (width, height), "#224466").save(out, "JPEG")
    return base64.b64encode(out.getvalue()).decode()


class Walk:
    """Walks units along their way through the same door as people do, so that test data can't be impossible."""

    def __init__(self, by: Actor) -> None:
        self.by = by

    def do(self, name: str, unit: OpenUnit | None, given: dict[str, Any] | None = None, **more: Any) -> Done:
        """Do one action as the technician."""
        ref = unit.id if unit is not None else None
        return perform(name, ref, given or {}, by=more.pop("by", self.by), **more)

    def fresh(self, unit: OpenUnit) -> OpenUnit:
        """The unit as it stands now."""
        found = target.by_id(unit.id)
        assert found is not None
        return found

    def taken_in(self, model: str = "iPhone 12", **more: Any) -> OpenUnit:
        """A unit in intake."""
        given = {
            "imei": next_imei(),
            "model": model,
            "source": "COUNTER",
            "price": "82.00",
            "storage_gb": 128,
            "colour": "blue",
        } | more
        done = self.do("take_in", None, given)
        return self.fresh(done.target)

    def in_diagnosis(self, **more: Any) -> OpenUnit:
        """A unit in diagnosis."""
        unit = self.taken_in(**more)
        self.do("add_photo", unit, {"image": picture()})
        self.do("advance", unit)
        return self.fresh(unit)

    def answer_all(self, unit: OpenUnit, failing: dict[str, str] | None = None) -> OpenUnit:
        """Answer every check of the round by a report; `failing` maps codes of failed ones to their reading."""
        failing = failing or {}
        reading = next(filter(None, failing.values()), "96 120")
        self.do("record_report", unit, {"tool": "Phonecheck 4.2", "failed": " ".join(failing), "reading": reading})
        if "record_reading" not in house().actions:  # without the room of batteries a reading is an answer by itself
            self._answer_reading(unit, reading, failing)
        return self.fresh(unit)

    def _answer_reading(self, unit: OpenUnit, reading: str, failing: dict[str, str]) -> None:
        for check in diagnosis.checks_of(unit, diagnosis.round_of(unit.stage)):
            if check.kind == "reading":
                outcome = "fail" if check.code in failing else "pass"
                self.do("answer", unit, {"check": check.code, "outcome": outcome, "reading": reading})


@pytest.fixture
def walk(technician: Actor) -> Walk:
    return Walk(technician)


@pytest.fixture
def client_of(app: Flask, cast: Cast) -> Callable[[str], Any]:
    """A test client signed in as one of the cast."""

    def make(username: str) -> Any:
        client = app.test_client()
        with client.session_transaction() as session:
            session["sid"] = cast.session_of(username)
        return client

    return make


@pytest.fixture
def pages_of(client_of: Callable[[str], Any]) -> Callable[[str], Pages]:
    """A client signed in as one of the cast that looks at each page it gets as a whole."""
    return lambda username: Pages(client_of(username))


@pytest.fixture
def api_of(app: Flask, cast: Cast) -> Callable[..., Any]:
    """A function that calls the API with a token of one of the cast."""

    def make(username: str, **token: Any) -> Any:
        secret = cast.token_of(username, **token)
        client = app.test_client()

        def call(method: str, path: str, json: Any = None, **headers: str) -> Any:
            sent = {"Authorization": f"Bearer {secret}", **{k.replace("_", "-"): v for k, v in headers.items()}}
            return client.open(f"/api/v1{path}", method=method, json=json, headers=sent)

        return call

    return make


def count(model: Any) -> int:
    """How many rows a table has."""
    return len(db.session.scalars(select(model)).all())
