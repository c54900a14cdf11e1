"""From single answers to the figures that are held against the targets."""

from __future__ import annotations

import os
import platform
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any

from bench.load import Answers
from workshop.core import sqlite


@dataclass(frozen=True)
class Round:
    """What one measurement gave, in milliseconds."""

    answers: int
    per_second: float
    p50: float
    p95: float
    p99: float
    failed: int


def percentile(values: list[float], share: float) -> float:
    """Return the value that `share` of the values do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def of(answers: Answers) -> Round:
    """Sum up one measurement."""
    took = answers.milliseconds
    return Round(
        len(took),
        round(answers.per_second, 1),
        *(round(percentile(took, share), 3) for share in (0.5, 0.95, 0.99)),
        len(answers.failures),
    )


def spread(values: list[float]) -> dict[str, float]:
    """Return median and range."""
    return {"median": round(median(values), 3), "low": round(min(values), 3), "high": round(max(values), 3)}


def cell(app: list[Round], bare: list[Round]) -> dict[str, Any]:
    """Compare app and bare handler, round by round."""
    pairs = list(zip(app, bare, strict=True))
    return {
        "ratio": spread([a.per_second / b.per_second for a, b in pairs]),
        "app_adds_ms": spread([a.p50 - b.p50 for a, b in pairs]),
        "app": _medians(app),
        "bare": _medians(bare),
        "rounds": [{"app": asdict(a), "bare": asdict(b)} for a, b in pairs],
    }


def _medians(rounds: list[Round]) -> dict[str, float]:
    return {k: round(median(getattr(r, k) for r in rounds), 3) for k in ("per_second", "p50", "p95", "p99", "failed")}


def engine(taken: dict[Any, list[Round]], sizes: list[int], clients: list[int]) -> dict[str, Any]:
    """Return the cells of one engine, and how it grows with units and clients."""
    small, large, one, many = sizes[0], sizes[-1], clients[0], clients[-1]
    return {
        "cells": {
            f"{n} units, {c} clients": cell(taken[n, c, "app"], taken[n, c, "bare"]) for n in sizes for c in clients
        },
        "large_to_small": {
            f"{share}, {c} clients": _between(taken[large, c, "app"], taken[small, c, "app"], share)
            for c in clients
            for share in ("p95", "p99")
        },
        "many_to_one_p95": {f"{n} units": _between(taken[n, many, "app"], taken[n, one, "app"], "p95") for n in sizes},
    }


def _between(upper: list[Round], lower: list[Round], share: str) -> dict[str, float]:
    return spread([getattr(u, share) / getattr(b, share) for u, b in zip(upper, lower, strict=True)])


def machine() -> dict[str, Any]:
    """Return what it was measured on."""
    return {
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "system": platform.platform(),
        "sqlite": ".".join(map(str, sqlite.version())),
        "load_before": os.getloadavg()[0],
    }


# --- what is printed ------------------------------------------------------------------------------------------


def report(found: dict[str, Any]) -> str:
    """Return the figures as a page of text, each with its target."""
    return "\n".join(line for name, one in found.items() for line in _engine_lines(name, one))


def _engine_lines(name: str, one: dict[str, Any]) -> list[str]:
    lines = [f"\n{name}: app against bare", f"{'':28}{'ratio (range), target >= 0.5':34}{'app /s':>8}{'bare /s':>9}"
             f"{'app p50 / p95 / p99 ms':>28}{'bare p50 / p95 / p99 ms':>28}{'adds ms':>9}"]  # fmt: skip
    lines += [_cell_line(title, made) for title, made in one["cells"].items()]
    lines += [f"  {k}, large to small: {_range(v)}" for k, v in one["large_to_small"].items()]
    lines += [f"  p95 with many clients to one, {k}: {_range(v)}" for k, v in one["many_to_one_p95"].items()]
    if "commits_per_wal_fsync" in one:
        lines.append(f"  commits per WAL fsync: {one['commits_per_wal_fsync']} (target >= 1.5)")
    lines.append(f"  SQL statements a scan: {one['statements_per_scan']} (target <= 6)")
    lines.append(f"  queue page p95, large to small: {_range(one['queue_page']['large_to_small'])} (target <= 1.5)")
    lines += [f"  queue page, full scan: {line}" for line in one["queue_page"]["full_scans"]] or [
        "  queue page: no full scan"
    ]
    lines.append(f"  from answer to paint at the bench: {_paint(one['paint'])}")
    return lines


def _paint(found: dict[str, Any] | str) -> str:
    return found if isinstance(found, str) else f"{_range(found['ms'])} ms, p95 {found['p95_ms']} (target <= 100)"


def _cell_line(title: str, made: dict[str, Any]) -> str:
    app, bare = made["app"], made["bare"]
    return (
        f"  {title:26}{_range(made['ratio']):34}{app['per_second']:>8}{bare['per_second']:>9}"
        f"{_three(app):>28}{_three(bare):>28}{made['app_adds_ms']['median']:>9}"
    )


def _three(one: dict[str, float]) -> str:
    return " / ".join(f"{one[k]:.2f}" for k in ("p50", "p95", "p99"))


def _range(found: dict[str, float]) -> str:
    return f"{found['median']:.2f} ({found['low']:.2f} to {found['high']:.2f})"
