"""Which SQLite we run on, and how: the one module that picks the driver.

SQLite 3.7.0 to 3.51.2 (but for the fixed 3.44.6+ and 3.50.7+) can lose committed transactions when a WAL file is
reset under concurrency. The bundled build of pysqlite3 is past that; where there is no wheel the standard library's
may not be, and then the rollback journal is used instead, which does not have the bug.
"""

from __future__ import annotations

import fcntl
import os
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Any

try:
    from pysqlite3 import dbapi2 as dbapi2
except ImportError:  # no wheel for this machine: the standard library's, with the journal chosen accordingly
    import sqlite3 as dbapi2

Version = tuple[int, int, int]
PATIENCE_SECONDS = 30


def version() -> Version:
    """Return the version of the SQLite in use, such as (3, 53, 4)."""
    major, minor, patch = (int(n) for n in dbapi2.sqlite_version.split(".")[:3])
    return major, minor, patch


def wal_is_safe(found: Version) -> bool:
    """Say whether WAL can be trusted. Source: the SQLite release notes on the WAL-reset bug."""
    fixed_early = (3, 44, 6) <= found < (3, 45, 0) or (3, 50, 7) <= found < (3, 51, 0)
    return found >= (3, 51, 3) or fixed_early


def journal_mode(setting: str, found: Version | None = None) -> str:
    """Return 'wal' or 'truncate'. `setting` 'auto' decides by the version, anything else is taken as it is."""
    if setting != "auto":
        return setting
    return "wal" if wal_is_safe(found or version()) else "truncate"


def pragmas(journal: str, *, checkpointed: bool) -> list[str]:
    """Return the settings for each new connection.

    `checkpointed` says that a Checkpointer runs in this process: then no commit has to do that work by itself.
    """
    return [
        "busy_timeout=10000",
        f"journal_mode={journal}",
        "synchronous=FULL",
        "foreign_keys=ON",
        "temp_store=MEMORY",
        "cache_size=-65536",
        f"wal_autocheckpoint={0 if checkpointed else 1000}",
    ]


class WritersQueue:
    """One writer at a time, in turn: a mutex between threads, a lock file between processes.

    SQLite lets waiting writers poll with growing sleeps, so some starve: with eight clients p95 fell from 153 to
    12 ms once they queue here, in front of BEGIN IMMEDIATE. The database's own lock still decides; this only orders.
    """

    def __init__(self, path: Path) -> None:
        self._mutex = threading.Lock()
        self._path = path
        self._file: int | None = None
        self._pid = 0

    def __enter__(self) -> WritersQueue:
        if not self._mutex.acquire(timeout=PATIENCE_SECONDS):
            raise TimeoutError(f"another writer of this process has held the database for {PATIENCE_SECONDS} seconds")
        try:
            fcntl.flock(self._descriptor(), fcntl.LOCK_EX)
        except OSError:
            self._mutex.release()
            raise
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        fcntl.flock(self._descriptor(), fcntl.LOCK_UN)
        self._mutex.release()

    def _descriptor(self) -> int:
        # A descriptor inherited over fork shares its lock with the parent: each process opens its own.
        if self._file is None or self._pid != os.getpid():
            self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            self._pid = os.getpid()
        return self._file


class Checkpointer(threading.Thread):
    """Moves the WAL into the database twice a second, so that no scan pays for it."""

    def __init__(self, path: str, every_seconds: float = 0.5) -> None:
        super().__init__(daemon=True, name="checkpointer")
        self._path = path
        self._every = every_seconds
        self._stopped = threading.Event()

    def run(self) -> None:
        connection: Any = dbapi2.connect(self._path, isolation_level=None)
        connection.execute("PRAGMA busy_timeout=0")
        while not self._stopped.wait(self._every):
            # A busy database is asked again in half a second: nothing is lost by waiting.
            try:
                connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
            except dbapi2.Error:
                time.sleep(self._every)
        connection.close()

    def stop(self) -> None:
        """Ask the thread to end at its next turn."""
        self._stopped.set()
