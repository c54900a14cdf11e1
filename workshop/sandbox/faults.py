"""Making the marketplace fail on purpose: what, for which calls, how often."""

from __future__ import annotations

import json
import random
import sqlite3
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

KINDS = {
    "down": "closes the connection; nothing is done",
    "slow": "waits this many seconds before doing anything",
    "status": "answers this status; nothing is done",
    "html": "answers with the firewall's HTML page and cf-ray (403, or the status given); nothing is done",
    "challenge": "answers 403 bot-need-challenge; nothing is done",
    "lose_answer": "does the work, keeps it, then drops the connection without an answer",
    "import_off": "refuses listing writes with 403, as when imports are switched off for the seller",
    "task_fails": "lets the next tasks fail as a whole, with this text when one is given",
}
COUNTED = frozenset({"lose_answer", "task_fails", "html", "down", "challenge", "import_off"})


@dataclass(frozen=True)
class Fault:
    """One way to fail; `times` None means until cleared, `path` is a beginning of the path."""

    kind: str
    value: Any = True
    times: int | None = None
    rate: float | None = None
    path: str | None = None
    method: str | None = None

    def concerns(self, method: str, path: str) -> bool:
        """Whether a call is one of those meant."""
        return path.startswith(self.path or "") and (self.method or method).upper() == method


def set_faults(tx: sqlite3.Connection, wishes: Mapping[str, Any]) -> None:
    """Set or clear faults: each kind is given as a value, as an object, or as null or false to clear it."""
    common = {name: wishes[name] for name in ("times", "rate", "path", "method") if name in wishes}
    if wishes.get("clear"):
        tx.execute("DELETE FROM faults")
    for kind, wish in wishes.items():
        if kind in common or kind == "clear":
            continue
        if kind not in KINDS:
            raise ValueError(f"no such fault: {kind}; known: {', '.join(KINDS)}")
        _set(tx, kind, wish, common)


def current(tx: sqlite3.Connection) -> dict[str, dict[str, Any]]:
    """The faults in force, by kind."""
    return {fault.kind: asdict(fault) for fault in _all(tx)}


def take(tx: sqlite3.Connection, method: str, path: str) -> dict[str, Fault]:
    """Return the faults that strike this call, counting down those that are counted."""
    struck = {}
    for fault in _all(tx):
        if fault.kind == "task_fails" or not fault.concerns(method, path):
            continue
        if fault.kind == "import_off" and not (method == "POST" and path.startswith("/ws/listings")):
            continue
        if fault.rate is None or random.random() < fault.rate:
            struck[fault.kind] = fault
            _count_down(tx, fault)
    return struck


def take_one(tx: sqlite3.Connection, kind: str) -> Fault | None:
    """Return one fault if it is set, counting it down."""
    found = [fault for fault in _all(tx) if fault.kind == kind]
    for fault in found:
        _count_down(tx, fault)
    return found[0] if found else None


def _all(tx: sqlite3.Connection) -> list[Fault]:
    return [Fault(**json.loads(row["fault"])) for row in tx.execute("SELECT fault FROM faults ORDER BY kind")]


def _set(tx: sqlite3.Connection, kind: str, wish: Any, common: Mapping[str, Any]) -> None:
    tx.execute("DELETE FROM faults WHERE kind = ?", (kind,))
    if wish is None or wish is False or wish == 0:
        return
    given = dict(wish) if isinstance(wish, Mapping) else _short(kind, wish)
    try:
        fault = Fault(kind, **{**common, **given})
    except TypeError as reason:
        raise ValueError(f"{kind}: takes value, times, rate, path and method") from reason
    _check(fault)
    tx.execute("INSERT INTO faults (kind, fault) VALUES (?, ?)", (kind, json.dumps(asdict(fault))))


def _short(kind: str, wish: Any) -> dict[str, Any]:
    """A bare number counts calls where the kind needs no value: `lose_answer: 2`; `slow: 2` is seconds."""
    number = isinstance(wish, int) and not isinstance(wish, bool)
    if kind in COUNTED and number and not (kind == "html" and wish >= 200):
        return {"times": wish}
    return {"value": wish}


def _check(fault: Fault) -> None:
    number = isinstance(fault.value, int | float) and not isinstance(fault.value, bool)
    if fault.kind == "slow" and not (number and 0 < fault.value <= 300):
        raise ValueError("slow: seconds, at most 300")
    status = fault.kind == "status" or (fault.kind == "html" and fault.value is not True)
    if status and not (number and 200 <= fault.value <= 599):
        raise ValueError(f"{fault.kind}: an HTTP status")
    if fault.times is not None and (not isinstance(fault.times, int) or fault.times < 1):
        raise ValueError(f"{fault.kind}: times must be a whole number from 1")
    if fault.rate is not None and not (isinstance(fault.rate, int | float) and 0 <= fault.rate <= 1):
        raise ValueError(f"{fault.kind}: rate lies between 0 and 1")
    if not all(isinstance(text, str | None) for text in (fault.path, fault.method)):
        raise ValueError(f"{fault.kind}: path and method are texts")


def _count_down(tx: sqlite3.Connection, fault: Fault) -> None:
    if fault.times == 1:
        tx.execute("DELETE FROM faults WHERE kind = ?", (fault.kind,))
    elif fault.times is not None:
        left = json.dumps(asdict(replace(fault, times=fault.times - 1)))
        tx.execute("UPDATE faults SET fault = ? WHERE kind = ?", (left, fault.kind))
