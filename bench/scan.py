"""How fast a scan is: the app against a bare handler that does the same in the database.

    python -m bench.scan             everything, about a quarter of an hour, most of it at a million units
    python -m bench.scan --quick     small and short: to see that it runs, not what it says

In each round every combination of size, clients and variant has its turn, app and bare next to each other and in
changing order, so that whatever else the machine does falls on both. What counts is the ratio within a round.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

from flask import Flask

from bench import data, figures, paint, plan, queue_page, servers, statements
from bench.load import Answers, Clients, Order, Walk
from tests import postgres
from workshop import create_app
from workshop.config import Settings
from workshop.core import migrate, seals
from workshop.core.db import db

# As docs/admin.md recommends: a commit waits a moment for others, so that one flush of the log serves several.
SERVER: Final = {"commit_delay": "4000", "commit_siblings": "2"}
OUT: Final = Path(__file__).parent / "out"
SECRET: Final = "for-measurements-only-0123456789"
VARIANTS: Final = ("app", "bare")


class Failed(RuntimeError):
    """More than one answer in a hundred was not 2xx: then nothing was measured."""


@dataclass
class Site:
    """One filled database, and the two servers in front of it."""

    engine: str
    units: int
    app: Flask
    tokens: list[tuple[str, str]]
    ports: dict[str, int] = field(default_factory=dict)
    places: dict[str, int] = field(default_factory=lambda: dict.fromkeys(VARIANTS, 0))

    def orders(self, variant: str, clients: int, seconds: float) -> list[Order]:
        """Return what each client is to do: units that no measurement before has touched."""
        walk, first = Walk(self.units, VARIANTS.index(variant)), self.places[variant]
        return [Order(self.ports[variant], *self.tokens[c], walk, first + c, clients, seconds) for c in range(clients)]

    def measure(self, crew: Clients, variant: str, clients: int, seconds: float) -> Answers:
        """Let `clients` scan for a while. Raises Failed."""
        answers = crew.go(self.orders(variant, clients, seconds))
        self.places[variant] += len(answers.milliseconds) + 64 * clients
        if len(answers.failures) * 100 > len(answers.milliseconds):
            raise Failed(f"{len(answers.failures)} of {len(answers.milliseconds)} failed: {answers.failures[0]}")
        return answers


def fill(engine: str, url: str, units: int) -> Site:
    """Make and fill a database, and see that the audit accepts it."""
    say(f"{engine}: writing {units:,} units")
    app = create_app(Settings(database_url=url, secret_key=SECRET))
    with app.app_context():
        migrate.upgrade()
        tokens = data.people()
        data.fill(units)
        broken = next(seals.verify(), None)
        db.session.remove()
    if broken is not None:
        raise Failed(f"the audit does not accept what was written: {broken}")
    return Site(engine, units, app, tokens)


@contextmanager
def served(site: Site, folder: Path) -> Iterator[None]:
    """Serve app and bare handler in front of one database, in the same set-up."""
    with site.app.app_context():
        url = db.engine.url.render_as_string(hide_password=False)
        (folder / "plan.json").write_text(json.dumps(plan.plan()))
        db.engine.dispose()
    environment = {"DATABASE_URL": url, "SECRET_KEY": SECRET, "BENCH_PLAN": str(folder / "plan.json")}
    app = servers.gunicorn("wsgi:app", "workshop/gunicorn_conf.py", environment, folder.with_suffix(".app.log"))
    bare = servers.gunicorn("bench.bare:app", "bench/gunicorn_bare.py", environment, folder.with_suffix(".bare.log"))
    with app as app_port, bare as bare_port:
        site.ports = {"app": app_port, "bare": bare_port}
        yield


Key = tuple[int, int, str]


def rounds(sites: list[Site], options: argparse.Namespace, crew: Clients) -> dict[Key, list[figures.Round]]:
    """Measure every combination in each round and return the rounds by (units, clients, variant)."""
    taken: dict[Key, list[figures.Round]] = {}
    for number in range(-1, options.rounds):
        for site in sites:
            for clients in options.clients:
                for variant in VARIANTS if number % 2 else reversed(VARIANTS):
                    seconds = options.seconds if number >= 0 else min(1.0, options.seconds)
                    one = figures.of(site.measure(crew, variant, clients, seconds))
                    if number >= 0:  # the round before the first only warms up
                        taken.setdefault((site.units, clients, variant), []).append(one)
        say(f"{sites[0].engine}: round {number + 1} of {options.rounds}")
    return taken


def measure_engine(
    engine: str, url_of: Any, folder: Path, options: argparse.Namespace, crew: Clients
) -> dict[str, Any]:
    """Return everything measured on one database engine."""
    sites = [fill(engine, url_of(units), units) for units in options.units]
    folders = [folder / f"{engine}-{units}" for units in options.units]
    for each in folders:
        each.mkdir()
    small, large = sites[0], sites[-1]
    with served(small, folders[0]), served(large, folders[-1]) if large is not small else nothing():
        taken = rounds(sites, options, crew)
        found = figures.engine(taken, options.units, options.clients)
        if engine == "postgresql":
            found["commits_per_wal_fsync"] = commits_per_fsync(small, crew, max(options.clients), options.seconds)
        found["paint"] = paint.measure(small.app, small.ports["app"], 40)
        found["queue_page"] = queue_page.measure([(s.units, s.app, s.ports["app"]) for s in sites], options.rounds)
    found["statements_per_scan"] = statements.of_a_scan(small.app, *small.tokens[0])
    return found


@contextmanager
def nothing() -> Iterator[None]:
    """Serve nothing more."""
    yield


def commits_per_fsync(site: Site, crew: Clients, clients: int, seconds: float) -> float:
    """Return how many scans of several writers one flush of PostgreSQL's log makes durable."""
    with site.app.app_context():
        before = statements.wal_syncs()
        answers = site.measure(crew, "app", clients, max(seconds, 3.0))
        return round(len(answers.milliseconds) / max(1, statements.wal_syncs() - before), 2)


def say(line: str) -> None:
    """Tell how far it has come, beside the results."""
    print(line, file=sys.stderr, flush=True)


def read_options(given: list[str] | None) -> argparse.Namespace:
    """Return the options of the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="2,000 and 10,000 units, three short rounds")
    parser.add_argument("--engines", nargs="+", default=["sqlite", "postgresql"], choices=["sqlite", "postgresql"])
    parser.add_argument("--units", nargs="+", type=int, help="sizes, the smallest first (10000 1000000)")
    parser.add_argument("--clients", nargs="+", type=int, default=[1, 8])
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--seconds", type=float, default=2.0)
    parser.add_argument("--out", type=Path, default=OUT / "scan.json")
    options = parser.parse_args(given)
    if options.quick:
        options.rounds, options.seconds = 3, 0.7
    options.units = options.units or ([2_000, 10_000] if options.quick else [10_000, 1_000_000])
    return options


def main(given: list[str] | None = None) -> int:
    """Measure, print, write the figures down."""
    options = read_options(given)
    options.out.parent.mkdir(parents=True, exist_ok=True)
    crew = Clients(max(options.clients))
    found: dict[str, Any] = {}
    try:
        with tempfile.TemporaryDirectory(prefix="workshop-bench", dir=options.out.parent) as name:
            folder = Path(name)
            for engine in options.engines:
                with new_databases(engine, folder) as url_of:
                    found[engine] = measure_engine(engine, url_of, folder, options, crew)
                print(figures.report({engine: found[engine]}), flush=True)
                kept = {"machine": figures.machine(), "engines": found}
                options.out.write_text(json.dumps(kept, indent=2, default=asdict))
    except Failed as failed:
        say(f"aborted: {failed}")
        return 1
    finally:
        crew.stop()
    return 0


@contextmanager
def new_databases(engine: str, folder: Path) -> Iterator[Callable[[int], str]]:
    """Give a function that makes an empty database for so many units and returns its address."""
    if engine == "sqlite":
        yield lambda units: f"sqlite:///{folder / f'units{units}.db'}"
        return
    with postgres.running(folder, fsync=True, **SERVER) as server:
        yield lambda _units: server.new_database()


if __name__ == "__main__":
    raise SystemExit(main())
