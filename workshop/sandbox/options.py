"""What the sandbox can be told: its limits, and habits that the marketplace's papers do not admit."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from typing import Any

QUIRKS = {
    "any_user_agent": "answers clients whose User-Agent is not BM-Company-Integration;mail@company",
    "address_after_acceptance": "leaves the buyer's address incomplete until a line is accepted",
    "camel_case_addresses": "names address fields as the schema does: firstName, postalCode, phoneNumber",
    "comment_optional": "puts a listing without a comment online",
    "dates_with_offset": "writes +00:00 instead of Z",
    "html_when_throttled": "answers 429 with the firewall's HTML page",
    "lenient_locale": "takes a malformed Accept-Language for the default market",
    "line_price_is_total": "prices an order line of two as the sum of both",
    "max_price_number": "gives max_price as a JSON number",
    "orders_answer_401": "answers a wrong token with 401 on orders too",
    "revive_old_listing": "creates by reviving a sold-out listing of the same product and grade",
}
LIMITS = frozenset(
    {"calls", "calls_seconds", "blocked_seconds", "catalogue_calls", "lines_per_hour", "lines_per_file"}
    | {"task_seconds"}
)


def utc_now() -> datetime:
    """Return the time as the marketplace's clock has it."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Options:
    """How this sandbox behaves; the limits are the published ones."""

    token: str
    calls: int = 200
    calls_seconds: float = 10
    blocked_seconds: float = 10
    catalogue_calls: int = 20
    lines_per_hour: int = 2_000
    lines_per_file: int = 15_000
    task_seconds: float = 1.0
    default_locale: str = "fr-fr"
    auto_products: bool = True
    quirks: frozenset[str] = frozenset()
    clock: Callable[[], datetime] = utc_now

    def __post_init__(self) -> None:
        if unknown := set(self.quirks) - set(QUIRKS):
            raise ValueError(f"no such quirk: {', '.join(sorted(unknown))}; known: {', '.join(QUIRKS)}")

    def limits(self) -> dict[str, float]:
        """Return the limits in force, by name."""
        return {field.name: getattr(self, field.name) for field in fields(self) if field.name in LIMITS}


def in_force(tx: sqlite3.Connection, options: Options) -> Options:
    """Return `options` with what was changed while running."""
    changed: dict[str, Any] = {
        name: json.loads(value) for name, value in tx.execute("SELECT name, value FROM settings")
    }
    if "quirks" in changed:
        changed["quirks"] = frozenset(changed["quirks"])
    return replace(options, **changed)


def change(tx: sqlite3.Connection, limits: Mapping[str, Any], quirks: Iterable[str] | None) -> None:
    """Keep other limits and quirks than those the sandbox was started with."""
    for name, value in limits.items():
        if name not in LIMITS:
            raise ValueError(f"no such limit: {name}; known: {', '.join(sorted(LIMITS))}")
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1e9:
            raise ValueError(f"limit {name} must be a number, not {value!r}")
        _keep(tx, name, value)
    if quirks is not None:
        Options(token="", quirks=frozenset(quirks))
        _keep(tx, "quirks", sorted(quirks))


def _keep(tx: sqlite3.Connection, name: str, value: Any) -> None:
    tx.execute("INSERT OR REPLACE INTO settings (name, value) VALUES (?, ?)", (name, json.dumps(value)))
