"""Servers for a measurement: gunicorn in one set-up for both variants, and when each is ready."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def gunicorn(module: str, config: str, environment: dict[str, str], log: Path) -> Iterator[int]:
    """Serve `module` on a free port, which is given, and stop it at the end."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "-c", config, "-b", f"127.0.0.1:{port}", module]
    with log.open("a") as out:
        server = subprocess.Popen(command, env=os.environ | environment, stdout=out, stderr=out)
    try:
        _wait(port, server, log)
        yield port
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(30)


def _wait(port: int, server: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(400):
        if server.poll() is not None:
            raise RuntimeError(f"the server ended: {log.read_text()[-2000:]}")
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            time.sleep(0.5)
            return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError("the server did not answer within twenty seconds")
