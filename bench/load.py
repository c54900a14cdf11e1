"""The clients: each a process of its own with one kept connection, raw sockets and nothing else to do.

On two cores they share the processor with the server and its database, as both variants do alike.
"""

from __future__ import annotations

import socket
import time
import uuid
from dataclasses import dataclass, field
from multiprocessing import get_context
from typing import Any, Final

from workshop.core.own_codes import own_code

LEAP: Final = 314_159  # prime, so that a walk comes back only when it has been everywhere


@dataclass
class Answers:
    """What came back: how long each took, and what was not 2xx."""

    milliseconds: list[float] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def per_second(self) -> float:
        """Answers a second."""
        return len(self.milliseconds) / self.seconds if self.seconds else 0.0


def ask(connection: socket.socket, message: bytes) -> tuple[int, bytes]:
    """Send one request and return the status and body of its answer."""
    connection.sendall(message)
    received = connection.recv(65536)
    while (end := received.find(b"\r\n\r\n")) < 0:
        received += _more(connection)
    head = received[:end].lower()
    at = head.find(b"content-length:")
    length = int(head[at + 15 :].split(b"\r\n", 1)[0])
    while len(received) < end + 4 + length:
        received += _more(connection)
    return int(received[9:12]), received[end + 4 :]


def _more(connection: socket.socket) -> bytes:
    part = connection.recv(262144)
    if not part:
        raise ConnectionError("the server hung up")
    return part


@dataclass(frozen=True)
class Order:
    """One client's share of a measurement: whom to ask, as whom, and which units, every `step`th of a walk."""

    port: int
    token: str
    bench: str
    walk: Walk
    first: int
    step: int
    seconds: float
    most: int = 4000

    def messages(self) -> list[bytes]:
        """Return the requests, made before the clock runs."""
        return [self._message(self.walk.unit(self.first + n * self.step)) for n in range(self.most)]

    def _message(self, number: int) -> bytes:
        body = f'{{"code":"{own_code("U", number)}","bench":"{self.bench}"}}'
        return (
            f"POST /api/v1/scans HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {self.token}\r\n"
            f"Idempotency-Key: {uuid.uuid4().hex}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n\r\n{body}"
        ).encode()


@dataclass(frozen=True)
class Walk:
    """Visits each unit of one variant once before any of them again, in leaps over the whole table."""

    units: int
    variant: int
    variants: int = 2

    def unit(self, place: int) -> int:
        """Return the number of the unit at a place of the walk."""
        own = self.units // self.variants
        return (place * LEAP % own) * self.variants + self.variant + 1


def _client(pipe: Any) -> None:
    """Carry out orders until told None."""
    while (order := pipe.recv()) is not None:
        messages = order.messages()
        with socket.create_connection(("127.0.0.1", order.port)) as connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connection.settimeout(30)
            pipe.send("ready")
            pipe.recv()
            pipe.send(_round(connection, messages, order.seconds))


def _round(connection: socket.socket, messages: list[bytes], seconds: float) -> Answers:
    answers = Answers()
    began = time.perf_counter()
    for message in messages:
        before = time.perf_counter()
        if before - began > seconds:
            break
        status, body = ask(connection, message)
        answers.milliseconds.append((time.perf_counter() - before) * 1000)
        if not 200 <= status < 300:
            answers.failures.append(f"{status} {body[:300]!r}")
    answers.seconds = time.perf_counter() - began
    return answers


class Clients:
    """A number of client processes that work at the same time."""

    def __init__(self, number: int) -> None:
        context = get_context("spawn")
        self._pairs = [context.Pipe() for _ in range(number)]
        self._processes = [context.Process(target=_client, args=(theirs,), daemon=True) for _, theirs in self._pairs]
        for process in self._processes:
            process.start()

    def go(self, orders: list[Order]) -> Answers:
        """Let as many clients as there are orders begin in the same moment, and return all their answers."""
        pipes = [mine for mine, _ in self._pairs[: len(orders)]]
        for pipe, order in zip(pipes, orders, strict=True):
            pipe.send(order)
        for pipe in pipes:
            pipe.recv()
        for pipe in pipes:
            pipe.send("go")
        return together([pipe.recv() for pipe in pipes])

    def stop(self) -> None:
        """Send the clients home."""
        for mine, _ in self._pairs:
            mine.send(None)
        for process in self._processes:
            process.join(5)


def together(parts: list[Answers]) -> Answers:
    """Return the answers of clients that worked at the same time."""
    return Answers(
        [m for part in parts for m in part.milliseconds],
        [f for part in parts for f in part.failures],
        max(part.seconds for part in parts),
    )
