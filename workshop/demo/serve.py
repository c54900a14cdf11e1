"""Serving the demo: the sandbox marketplace, the app and the feed worker, each a process of its own."""

from __future__ import annotations

import contextlib
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.error import URLError
from urllib.request import urlopen

import click

from workshop.demo.__main__ import REFUSED

HOST: Final = "127.0.0.1"
PATIENCE_SECONDS: Final = 60.0
SIGN_INS: Final = ("technician", "parts", "refurbisher", "admin", "auditor")


class CannotServe(RuntimeError):
    """The demo cannot be served here; the message says why and what to do."""


@dataclass
class Child:
    """One process of the demo, started again when it ends by itself."""

    name: str
    start: Callable[[], subprocess.Popen[bytes]]
    process: subprocess.Popen[bytes] | None = None
    started: list[float] = field(default_factory=list)

    def keep_running(self) -> None:
        """Start it, or start it again. Raises CannotServe when it ends at once, again and again."""
        if self.process is not None and self.process.poll() is None:
            return
        if self.process is not None:
            click.echo(f"{self.name} ended with {self.process.returncode}: it is started again", err=True)
        recent = [t for t in self.started if t > time.monotonic() - 20]
        if len(recent) >= 5:
            raise CannotServe(f"{self.name} ends as soon as it is started. See instance/{self.name}.log")
        self.started = [*recent, time.monotonic()]
        self.process = self.start()

    def stop(self) -> None:
        """Ask it to end, and make it."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(8)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def serve(*, port: int, sandbox_port: int, reset: bool) -> None:
    """Serve the demo in the foreground until Ctrl-C or SIGTERM. Raises CannotServe."""
    instance = Path(os.environ.get("WORKSHOP_INSTANCE", "instance")).resolve()
    _prepare_folder(instance, reset)
    for number, setting in ((port, "PORT"), (sandbox_port, "SANDBOX_PORT")):
        _require_free(number, setting)
    environment = _environment(instance, port, sandbox_port)
    children: list[Child] = []
    with _signals():
        try:
            _start_all(children, instance, environment, port, sandbox_port, reset)
            _say_ready(port, sandbox_port, environment)
            while True:
                time.sleep(0.5)
                for child in children:
                    child.keep_running()
        except KeyboardInterrupt:
            click.echo("stopping")
        finally:
            for child in reversed(children):
                child.stop()


def _prepare_folder(instance: Path, reset: bool) -> None:
    try:
        instance.mkdir(parents=True, exist_ok=True)
        probe = instance / ".write"
        probe.touch()
        probe.unlink()
    except OSError as wrong:
        raise CannotServe(
            f"{instance} can't be written to ({wrong.strerror}). Set WORKSHOP_INSTANCE to a folder that can."
        ) from wrong
    if reset:
        for file in instance.glob("demo-*"):
            file.unlink()


def _require_free(port: int, setting: str) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except (OSError, OverflowError) as taken:
            raise CannotServe(
                f"port {port} is taken or not allowed. Choose another: make demo {setting}={port + 10}"
            ) from taken


def _secret(file: Path) -> str:
    """Return a secret of this demo, the same at each start, so that nobody is signed out."""
    if not file.exists():
        file.touch(0o600)
        file.write_text(secrets.token_urlsafe(32))
    return file.read_text().strip()


def _environment(instance: Path, port: int, sandbox_port: int) -> dict[str, str]:
    return {
        "WORKSHOP_WORKERS": "1",
        **os.environ,
        "WORKSHOP_INSTANCE": str(instance),
        "DATABASE_URL": os.environ.get("DATABASE_URL") or f"sqlite:///{instance / 'workshop.db'}",
        "SECRET_KEY": _secret(instance / "demo-secret"),
        "WORKSHOP_BIND": f"{HOST}:{port}",
        "BACKMARKET_BASE_URL": f"http://{HOST}:{sandbox_port}",
        "BACKMARKET_TOKEN": _secret(instance / "demo-marketplace-token"),
        "BACKMARKET_USER_AGENT": "BM-Workshop-Demo;demo@workshop.example",
        "BACKMARKET_LOCALE": "fr-fr",
    }


def _start_all(
    children: list[Child], instance: Path, environment: dict[str, str], port: int, sandbox_port: int, reset: bool
) -> None:
    def child(name: str, *arguments: str) -> Child:
        log = instance / f"demo-{name}.log"
        made = Child(name, lambda: _spawn([sys.executable, "-m", *arguments], environment, log))
        children.append(made)
        made.keep_running()
        return made

    store = str(instance / "demo-sandbox.sqlite")
    token = environment["BACKMARKET_TOKEN"]
    sandbox = child(
        "sandbox", "workshop.sandbox", "--port", str(sandbox_port), "--store", store, "--token", token,
        "--task-seconds", "0.2",
    )  # fmt: skip
    # App and sandbox start while the demo is made, which takes longer: the app says that it is not ready until then.
    app = child("app", "gunicorn", "--config", "python:workshop.gunicorn_conf", "workshop:create_app()")
    with _loading(environment, reset):
        # Started again if it ends at once: what is loaded is sold there.
        _wait_for(f"http://{HOST}:{sandbox_port}/_control/faults", sandbox)
    child("feed", "workshop", "feed", "run")
    _wait_for(f"http://{HOST}:{port}/readyz", app)


@contextlib.contextmanager
def _loading(environment: dict[str, str], reset: bool) -> Iterator[None]:
    """Load the demo's workshop, where it is not there yet, in a process of its own while the block runs."""
    command = [sys.executable, "-m", "workshop.demo", *(["--reset"] if reset else [])]
    loading = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)
    try:
        yield
        _out, said = loading.communicate()
    except BaseException:
        loading.kill()
        loading.wait()
        raise
    if loading.returncode == REFUSED:
        raise CannotServe(said.strip())
    if loading.returncode != 0:
        (Path(environment["WORKSHOP_INSTANCE"]) / "demo-load.log").write_text(said)
        raise CannotServe("the demo could not be loaded: see instance/demo-load.log. Try once more: make demo RESET=1")


def _spawn(command: list[str], environment: dict[str, str], log: Path) -> subprocess.Popen[bytes]:
    with log.open("ab") as out:
        return subprocess.Popen(
            command, env=environment, stdout=out, stderr=out, stdin=subprocess.DEVNULL, start_new_session=True
        )


def _wait_for(address: str, child: Child) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        child.keep_running()
        with contextlib.suppress(URLError, OSError), urlopen(address, timeout=2) as answer:
            if answer.status == 200:
                return
        time.sleep(0.1)
    raise CannotServe(f"{child.name} did not answer within {PATIENCE_SECONDS:.0f} seconds.")


def _say_ready(port: int, sandbox_port: int, environment: dict[str, str]) -> None:
    password = environment.get("WORKSHOP_DEMO_PASSWORD", "demo")
    click.echo(f"ready http://{HOST}:{port}")
    click.echo(f"sign in as {', '.join(SIGN_INS)}; the password of each is {password}")
    click.echo(f"the sandbox marketplace, where you are the buyer: http://{HOST}:{sandbox_port}")
    click.echo("stop with Ctrl-C; started again, it goes on from here")
    sys.stdout.flush()


@contextlib.contextmanager
def _signals() -> Iterator[None]:
    """Let SIGTERM end the demo as Ctrl-C does."""

    def stop(_number: int, _frame: Any) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
