"""A network that loses answers: what is sent to the app arrives, and what the app says comes back only sometimes."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread


class Lossy(ThreadingHTTPServer):
    """A proxy before one app. `lost` counts the answers that it dropped, `passed` those to scans that came through."""

    daemon_threads = True

    def __init__(self, port: int, share: float) -> None:
        super().__init__(("127.0.0.1", 0), Through)
        self.app_port, self.share, self.chance = port, share, random.Random(7)
        self.lost = self.passed = 0

    @property
    def url(self) -> str:
        """The address that the browser is given."""
        return f"http://127.0.0.1:{self.server_port}"

    def handle_error(self, request: object, client_address: object) -> None:
        """A browser that is killed leaves its connections: nothing to tell."""


class Through(BaseHTTPRequestHandler):
    """Hands one request on, and its answer back unless it is lost."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # head and body go out one by one: the second would wait 40 ms for the first
    server: Lossy

    def do_GET(self) -> None:
        """Hand on what is read."""
        self._hand_on()

    def do_POST(self) -> None:
        """Hand on what is sent; the answer to a scan may be lost."""
        self._hand_on(may_lose=self.path.startswith("/bench/"))

    def _hand_on(self, *, may_lose: bool = False) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        app = HTTPConnection("127.0.0.1", self.server.app_port, timeout=20)
        try:
            app.request(self.command, self.path, body, dict(self.headers))
            answer = app.getresponse()
            text = answer.read()
        except (OSError, HTTPException):
            return self._drop()
        finally:
            app.close()
        if may_lose and self.server.chance.random() < self.server.share:
            self.server.lost += 1
            return self._drop()
        self.server.passed += may_lose
        self.send_response_only(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in ("connection", "content-length", "transfer-encoding", "keep-alive"):
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def _drop(self) -> None:
        self.close_connection = True

    def log_message(self, *_given: object) -> None:
        """Say nothing."""


@contextmanager
def losing(port: int, share: float) -> Iterator[Lossy]:
    """Put the proxy before the app on this port for a while."""
    server = Lossy(port, share)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
