"""A copy of the database in one file, and the way back."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

from sqlalchemy.engine import make_url

from workshop.core import sqlite
from workshop.core.db import is_sqlite


class BackupFailed(RuntimeError):
    """The copy could not be made or brought back; the message says why."""


def backup(url: str, file: Path) -> None:
    """Copy the database into `file`, whole and consistent while others go on writing."""
    if file.exists():
        raise BackupFailed(f"{file} exists already. Name a new file, so that no older backup is lost.")
    if not is_sqlite(url):
        _run("pg_dump", "--format=custom", f"--file={file}", _libpq(url))
        return
    source: Any = sqlite.dbapi2.connect(make_url(url).database)
    target: Any = sqlite.dbapi2.connect(str(file))
    with target:
        source.backup(target)
    source.close()
    target.close()


def restore(url: str, file: Path) -> None:
    """Put the database back to what `file` holds. Nothing may be running on it."""
    if not file.exists():
        raise BackupFailed(f"There is no file {file}.")
    if not is_sqlite(url):
        _run("pg_restore", "--clean", "--if-exists", "--no-owner", f"--dbname={_libpq(url)}", str(file))
        return
    if not _is_sound(file):
        raise BackupFailed(f"{file} is no sound backup of a workshop. The database was left as it is.")
    place = Path(str(make_url(url).database))
    fresh = place.with_suffix(".restoring")
    shutil.copyfile(file, fresh)
    for leftover in (f"{place}-wal", f"{place}-shm", f"{place}-journal"):
        Path(leftover).unlink(missing_ok=True)
    os.replace(fresh, place)


def _is_sound(file: Path) -> bool:
    try:
        connection: Any = sqlite.dbapi2.connect(f"{file}")
        sound = connection.execute("PRAGMA quick_check").fetchone()[0] == "ok"
        known = connection.execute("SELECT count(*) FROM sqlite_master WHERE name = 'events'").fetchone()[0]
        connection.close()
    except sqlite.dbapi2.Error:
        return False
    return bool(sound and known)


def _libpq(url: str) -> str:
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


def _run(program: str, *arguments: str) -> None:
    found = shutil.which(program)
    if found is None:
        raise BackupFailed(f"{program} is not installed. It comes with PostgreSQL's client programs.")
    done = subprocess.run([found, *arguments], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise BackupFailed(done.stderr.strip()[-500:])
