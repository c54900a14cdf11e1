"""One HTTP call to a marketplace: to the configured host only, with a time limit, each way to fail named."""

from __future__ import annotations

import ipaddress
import json
import socket
import ssl
from dataclasses import dataclass
from functools import cache
from typing import Any, Final
from urllib.parse import urlsplit

import httpx2
import stamina

from workshop.marketplace.adapters.base import KeyRefused, LineRefused, Throttled, Unanswered, UnsafeAddress

SLOW_DOWN_SECONDS: Final = 10.0
LARGEST_ANSWER: Final = 20_000_000


@dataclass(frozen=True)
class Answer:
    """What came back: the JSON and its status."""

    status: int
    body: Any


class Wire:
    """Calls one host. A GET is tried twice when the connection fails; nothing that writes is tried again here."""

    def __init__(self, base_url: str, headers: dict[str, str], *, timeout: float = 10.0) -> None:
        parts = urlsplit(base_url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise UnsafeAddress(f"'{base_url}' is no address of a marketplace. Set BACKMARKET_BASE_URL.")
        self.host, self.port = parts.hostname, parts.port or (443 if parts.scheme == "https" else 80)
        self.is_loopback = _is_loopback(self.host)
        if parts.scheme == "http" and not self.is_loopback:
            raise UnsafeAddress("Over plain http a token is read by others on the way. Use https.")
        self._base = f"{parts.scheme}://{parts.netloc}"
        self._client = httpx2.Client(
            headers=headers, timeout=timeout, follow_redirects=False, trust_env=False, verify=_authorities()
        )

    def get(self, path: str, **params: Any) -> Answer:
        """Read: harmless to do again."""
        for attempt in stamina.retry_context(
            on=(httpx2.ConnectError, httpx2.RemoteProtocolError),
            attempts=2,
            timeout=5.0,
            wait_initial=0.1,
            wait_jitter=0.1,
        ):
            with attempt, _named_failures(final=attempt.num == 2):
                response = self._client.get(self._base + path, params=params)
        return _read(response)

    def send(self, method: str, path: str, body: Any) -> Answer:
        """Write, once."""
        self._only_outside()
        with _named_failures(final=True):
            response = self._client.request(method, self._base + path, json=body)
        return _read(response)

    def is_ours(self, address: str) -> bool:
        """Say whether an address that the marketplace gave us leads back to it."""
        parts = urlsplit(address)
        return (parts.hostname, parts.port or self.port) == (self.host, self.port)

    def close(self) -> None:
        """Give the connections back."""
        self._client.close()

    def _only_outside(self) -> None:
        """Refuse a name that leads into our own network: only a loopback address typed as such is let through."""
        if self.is_loopback:
            return
        try:
            found = {info[4][0] for info in socket.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM)}
        except OSError as unknown:
            raise Unanswered(f"{self.host} cannot be found: {unknown}") from unknown
        if not all(ipaddress.ip_address(address).is_global for address in found):
            raise UnsafeAddress(f"{self.host} leads into a private network. Look at BACKMARKET_BASE_URL.")


class _named_failures:
    """Turn what the client raises into our own words; a retry still sees connection errors before the last try."""

    def __init__(self, *, final: bool) -> None:
        self._final = final

    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: Any, error: BaseException | None, _trace: Any) -> None:
        if isinstance(error, httpx2.HTTPError) and (self._final or isinstance(error, httpx2.TimeoutException)):
            raise Unanswered(f"{type(error).__name__}: {error}"[:300]) from error


@cache
def _authorities() -> ssl.SSLContext:
    """Whom we trust to say who a host is: read once, since to read them takes longer than a call."""
    return httpx2.create_ssl_context(trust_env=False)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _read(response: httpx2.Response) -> Answer:
    """Return the JSON of an answer that is one; every other becomes an error with its meaning."""
    body, is_json = _json(response)
    status = response.status_code
    if status == 429 or (not is_json and status < 500):
        raise Throttled(SLOW_DOWN_SECONDS, f"{status}, {'JSON' if is_json else 'no JSON'}")
    if status >= 500:
        raise Unanswered(f"the marketplace answered {status}", status)
    if status in (401, 403):
        if "bot-need-challenge" in said_in(body):
            raise Throttled(SLOW_DOWN_SECONDS, "its firewall wants us to slow down")
        raise KeyRefused(f"{status}: {said_in(body)}"[:300])
    if status >= 400 and status != 404:
        raise LineRefused(said_in(body), status)
    return Answer(status, body)


def _json(response: httpx2.Response) -> tuple[Any, bool]:
    if len(response.content) > LARGEST_ANSWER:
        return None, False
    if response.status_code in (201, 204) and not response.content:
        return {}, True
    if response.headers.get("content-type", "").startswith("text/plain"):
        return response.text, True
    try:
        return json.loads(response.content), True
    except ValueError:
        return None, False


def said_in(body: Any) -> str:
    """Return the reason in any of the marketplace's envelopes: a bare string, V1, V2, V3 or a problem."""
    if not isinstance(body, dict):
        return str(body) if body else "no reason given"
    error = body.get("error")
    if isinstance(error, dict):
        return str(error.get("message") or error.get("code") or error)
    if isinstance(body.get("errors"), list) and body["errors"]:
        return "; ".join(_one_error(e) for e in body["errors"])
    for name in ("detail", "title", "error", "message"):
        if body.get(name):
            return str(body[name])
    return json.dumps(body)[:300]


def _one_error(error: Any) -> str:
    if isinstance(error, dict):
        return " ".join(str(error[k]) for k in ("code", "target", "title", "message") if error.get(k))
    return str(error)
