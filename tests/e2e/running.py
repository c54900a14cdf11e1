"""A whole workshop as it is really run: the app, the feed worker and the sandbox, each a process of its own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import httpx2

from tests.conftest import picture

TOKEN: Final = "end-to-end-token"
PASSWORD: Final = "a longer password"
SECONDS: Final = 90.0
# One for all: a client reads the certificates of the whole web when it is made.
HTTP: Final = httpx2.Client(timeout=20, limits=httpx2.Limits(max_keepalive_connections=0))


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until(what: str, ask: Callable[[], Any], seconds: float = SECONDS) -> Any:
    """Ask until there is an answer."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = ask()
        if found:
            return found
        time.sleep(0.1)
    raise AssertionError(f"waited {seconds:.0f} s for {what}")


@dataclass
class Running:
    """The processes of one workshop, and a way to ask its API and the sandbox.

    `pieces` are batteries in stock by model, `announced` is the IMEI of a device that is expected.
    """

    folder: Path
    database_url: str
    token: str
    pieces: dict[str, str]
    announced: str
    port: int = field(default_factory=free_port)
    sandbox_port: int = field(default_factory=free_port)
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def picture(self) -> str:
        """A small photo as base64."""
        return picture()

    @property
    def url(self) -> str:
        """The address of the app."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def sandbox_url(self) -> str:
        """The address of the sandbox marketplace."""
        return f"http://127.0.0.1:{self.sandbox_port}"

    def start(self) -> None:
        """Start all three and wait until they answer."""
        sandbox = ["-m", "workshop.sandbox", "--port", str(self.sandbox_port), "--token", TOKEN]
        self.spawn("sandbox", [*sandbox, "--store", str(self.folder / "sandbox.sqlite"), "--task-seconds", "0.2"])
        self.spawn("feed", ["-m", "workshop", "feed", "run"])
        self.start_app()
        until("the sandbox", lambda: self.answers(f"{self.sandbox_url}/_control/listings"))

    def start_app(self) -> None:
        """Start the app and wait until it is ready."""
        self.spawn("app", ["-m", "gunicorn", "-c", "python:workshop.gunicorn_conf", "wsgi:app"])
        until("the app", lambda: self.answers(f"{self.url}/readyz"))

    def spawn(self, name: str, command: list[str]) -> None:
        """Start one process in a group of its own, its output in a file."""
        environment = os.environ | {
            "DATABASE_URL": self.database_url,
            "SECRET_KEY": "tests-only-tests-only",
            "WORKSHOP_INSTANCE": str(self.folder),
            "WORKSHOP_BIND": f"127.0.0.1:{self.port}",
            "WORKSHOP_WORKERS": "1",
            "WORKSHOP_REPEAT_SECONDS": "0.2",
            "WORKSHOP_FEED_INTERVAL_SECONDS": "1",
            "BACKMARKET_BASE_URL": self.sandbox_url,
            "BACKMARKET_TOKEN": TOKEN,
        }
        with (self.folder / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                [sys.executable, *command], env=environment, stdout=log, stderr=log, start_new_session=True
            )

    def kill(self, name: str) -> None:
        """Kill a process and its children at once, as a power cut does."""
        process = self.processes.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)

    def stop(self) -> None:
        """End everything that was started."""
        for name in list(self.processes):
            self.kill(name)

    @staticmethod
    def answers(url: str) -> bool:
        """Say whether this address answers."""
        try:
            return HTTP.get(url, timeout=2).status_code == 200
        except httpx2.HTTPError:
            return False

    def get(self, path: str) -> Any:
        """Read something by the API."""
        answer = HTTP.get(f"{self.url}/api/v1{path}", headers={"Authorization": f"Bearer {self.token}"})
        assert answer.status_code == 200, answer.text
        return answer.json()

    def do(self, path: str, body: dict[str, Any]) -> Any:
        """Do an action by the API: for what a test only needs to be so."""
        headers = {"Authorization": f"Bearer {self.token}"}
        answer = HTTP.post(f"{self.url}/api/v1{path}", json=body, headers=headers)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def unit(self, code: str) -> Any:
        """Read a unit by the API."""
        return self.get(f"/units/{code}")

    def quantity(self, sku: str) -> int:
        """Ask the sandbox itself how many of a SKU it shows."""
        rows = HTTP.get(f"{self.sandbox_url}/_control/listings").json()["results"]
        return next((int(r["quantity"]) for r in rows if r["sku"].lower() == sku.lower()), 0)
