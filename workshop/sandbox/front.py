"""What stands before the marketplace: faults set on purpose, the throttle, tasks that have come due."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections import deque
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from flask import Response

from workshop.sandbox import answers, batches, faults
from workshop.sandbox.options import Options, in_force
from workshop.sandbox.store import Store

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


class Throttle:
    """Counts calls in a sliding window; one call too many and everything is refused for a while."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._calls: deque[float] = deque()
        self._blocked_until = 0.0

    def admits(self, now: float, calls: float, seconds: float, blocked: float) -> bool:
        """Count this call and say whether it may pass."""
        with self._turn:
            if now < self._blocked_until:
                return False
            while self._calls and self._calls[0] <= now - seconds:
                self._calls.popleft()
            if len(self._calls) >= calls:
                self._blocked_until = now + blocked
                return False
            self._calls.append(now)
            return True

    def forget(self) -> None:
        """Begin anew."""
        with self._turn:
            self._calls.clear()
            self._blocked_until = 0.0


class Front:
    """The WSGI layer every call passes first."""

    def __init__(self, app: WSGIApplication, store: Store, options: Options) -> None:
        self.app, self.store, self.options = app, store, options
        self.all_calls, self.catalogue_calls = Throttle(), Throttle()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        method, path = environ["REQUEST_METHOD"], environ.get("PATH_INFO", "")
        marketplace = path.startswith("/ws/")
        with self.store.transaction() as tx:
            options = in_force(tx, self.options)
            batches.run_due(tx, options)
            struck = faults.take(tx, method, path) if marketplace else {}
        if "slow" in struck:
            time.sleep(struck["slow"].value)
        if "down" in struck:
            hang_up(environ)
        canned = self._canned(struck, method, path, options) if marketplace else None
        if canned is not None:
            return canned(environ, start_response)
        answer = self.app(environ, start_response)
        if "lose_answer" in struck:
            hang_up(environ)
        return answer

    def forget(self) -> None:
        """Forget all calls counted."""
        self.all_calls.forget()
        self.catalogue_calls.forget()

    def _canned(self, struck: dict[str, faults.Fault], method: str, path: str, options: Options) -> Response | None:
        if not self._admits(method, path, options):
            plain = answers.v1(429, "Too many requests. Client has been rate limited.")
            return answers.firewall(429) if "html_when_throttled" in options.quirks else plain
        if "html" in struck:
            status = struck["html"].value
            return answers.firewall(403 if status is True else int(status))
        if "challenge" in struck:
            return answers.challenge()
        if "status" in struck:
            return answers.v1(int(struck["status"].value), "Answered so on purpose")
        if "import_off" in struck:
            return answers.v1(403, "This ingestion channel is disabled for the merchant")
        return None

    def _admits(self, method: str, path: str, options: Options) -> bool:
        now = options.clock().timestamp()
        window = (options.calls_seconds, options.blocked_seconds)
        if not self.all_calls.admits(now, options.calls, *window):
            return False
        catalogue = method == "POST" and path.rstrip("/") == "/ws/listings"
        return not catalogue or self.catalogue_calls.admits(now, options.catalogue_calls, *window)


def hang_up(environ: dict[str, Any]) -> None:
    """Drop the connection without an answer, as a dead server does."""
    connection = environ.get("werkzeug.socket") or environ.get("gunicorn.socket")
    if isinstance(connection, socket.socket):
        with contextlib.suppress(OSError):
            connection.shutdown(socket.SHUT_RDWR)
    raise ConnectionAbortedError("hung up on purpose")
