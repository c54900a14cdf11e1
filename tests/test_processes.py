"""Real processes: what was acknowledged is kept, whatever is killed and when."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx2
import pytest
from sqlalchemy import select

from tests.cast import Cast
from tests.conftest import Walk, settings_for
from tests.e2e.running import HTTP
from workshop import create_app
from workshop.core import seals
from workshop.core.db import db
from workshop.core.events import Event

ROOT = Path(__file__).parents[1]
pytestmark = pytest.mark.slow


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def served(database: str, folder: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """Serve the app under gunicorn on a free port, as a process group of its own."""
    port = free_port()
    env = os.environ | {
        "DATABASE_URL": database,
        "SECRET_KEY": "tests-only-tests-only",
        "WORKSHOP_INSTANCE": str(folder),
        "WORKSHOP_BIND": f"127.0.0.1:{port}",
        "WORKSHOP_REPEAT_SECONDS": "0",
    }
    command = [sys.executable, "-m", "gunicorn", "-c", "python:workshop.gunicorn_conf", "wsgi:app"]
    with (folder / "gunicorn.log").open("ab") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=log, stderr=log, start_new_session=True)
    try:
        _wait_until_ready(f"http://127.0.0.1:{port}", process, folder)
        yield f"http://127.0.0.1:{port}", process
    finally:
        kill(process)


def kill(process: subprocess.Popen[bytes]) -> None:
    """Kill the server and all its workers with no chance to tidy up."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(10)


def _wait_until_ready(url: str, process: subprocess.Popen[bytes], folder: Path) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        assert process.poll() is None, (folder / "gunicorn.log").read_text()[-2000:]
        try:
            if HTTP.get(f"{url}/readyz").status_code == 200:
                return
        except httpx2.HTTPError:
            pass
        time.sleep(0.1)
    raise AssertionError((folder / "gunicorn.log").read_text()[-2000:])


@pytest.fixture
def shop(copied_database: Callable[[], str], tmp_path: Path) -> tuple[str, Path, str, list[str]]:
    """A database with eight units, its folder, a token and the units' codes."""
    url = copied_database()
    app = create_app(settings_for(url, tmp_path))
    with app.app_context():
        walk = Walk(Cast().actor("technician"))
        codes = [walk.taken_in().code for _ in range(8)]
        token = Cast().token_of("technician")
        db.session.remove()
        db.engine.dispose()
    return url, tmp_path, token, codes


def scan_until_it_dies(url: str, token: str, code: str, name: str, kept: list[tuple[str, str]]) -> None:
    """Scan one unit again and again, and note each hash that was acknowledged."""
    with httpx2.Client(headers={"Authorization": f"Bearer {token}"}, timeout=10) as client:
        for number in range(10_000):
            try:
                answer = client.post(
                    f"{url}/api/v1/scans", json={"code": code}, headers={"Idempotency-Key": f"{name}-{number}"}
                )
            except httpx2.HTTPError:
                return
            if answer.status_code == 200:
                kept.append((answer.json()["unit"]["code"], f"{name}-{number}"))


def acknowledged_until_killed(url: str, process: Any, token: str, codes: list[str]) -> list[tuple[str, str]]:
    kept: list[tuple[str, str]] = []
    threads = [
        threading.Thread(target=scan_until_it_dies, args=(url, token, code, f"t{i}", kept))
        for i, code in enumerate(codes)
    ]
    for thread in threads:
        thread.start()
    while len(kept) < 60:
        time.sleep(0.02)
    kill(process)
    for thread in threads:
        thread.join(20)
    return kept


def test_after_kill_9_every_acknowledged_scan_is_there(shop: tuple[str, Path, str, list[str]]) -> None:
    database, folder, token, codes = shop
    with served(database, folder) as (url, process):
        kept = acknowledged_until_killed(url, process, token, codes)
    with served(database, folder) as (url, _process):
        headers = {"Authorization": f"Bearer {token}"}
        again = [
            HTTP.post(f"{url}/api/v1/scans", json={"code": code}, headers=headers | {"Idempotency-Key": key})
            for code, key in kept[-8:]
        ]
        assert {a.json()["result"] for a in again} == {"repeated"}
    assert scans_kept(database, folder) >= len(kept)


def scans_kept(database: str, folder: Path) -> int:
    """Return how many scans the database holds, having verified every chain."""
    app = create_app(settings_for(database, folder))
    with app.app_context():
        assert list(seals.verify()) == []
        kept = len(db.session.scalars(select(Event.id).where(Event.action == "scan")).all())
        db.session.remove()
        db.engine.dispose()
    return kept
