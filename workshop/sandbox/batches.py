"""A catalogue sent as CSV: queued as a task, worked off line by line, each line on its own."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

from workshop.sandbox import checks, listings, products
from workshop.sandbox.faults import take_one
from workshop.sandbox.markets import MARKETS, Market
from workshop.sandbox.offers import read_changes, read_grade
from workshop.sandbox.options import Options

WAITING, RUNNING, FAILED, DONE = 0, 2, 8, 9
SENT = ("catalog", "quotechar", "delimiter")
REQUIRED = ("price", "quantity")


class Failed(Exception):
    """The whole file cannot be worked on."""


def submit(tx: sqlite3.Connection, body: dict[str, Any], market: Market, options: Options) -> int:
    """Queue a catalogue; returns the task's number."""
    now = options.clock()
    due = now + timedelta(seconds=options.task_seconds)
    return int(
        tx.execute(
            "INSERT INTO tasks (at, due, locale, catalog, quotechar, delimiter) VALUES (?, ?, ?, ?, ?, ?)",
            (checks.stamp(now), checks.stamp(due), market.locale, *(body[name] for name in SENT)),
        ).lastrowid
        or 0
    )


def run_due(tx: sqlite3.Connection, options: Options) -> None:
    """Work off every task whose time has come, in the order they came.

    Called before each request is answered: nobody can look in between, so no clockwork is needed.
    """
    waiting = tx.execute(
        "SELECT * FROM tasks WHERE done IS NULL AND due <= ? ORDER BY task_id",
        (checks.stamp(options.clock()),),
    ).fetchall()
    for task in waiting:
        _finish(tx, task, *_outcome(tx, task, options))


def line_count(catalog: str) -> int:
    """Lines of data, without the row of column names."""
    return max(0, len([line for line in catalog.splitlines() if line.strip()]) - 1)


def task_answer(task: sqlite3.Row, now: datetime) -> dict[str, Any]:
    """Describe a task as the marketplace answers it."""
    return {
        "task_id": task["task_id"],
        "action_status": _status(task, now),
        "last_action_error": task["error"],
        "result": json.loads(task["result"] or "{}"),
        "statuscode": 200,
    }


def _status(task: sqlite3.Row, now: datetime) -> int:
    if task["done"] is not None:
        return int(task["done"])
    start, due = checks.moment("at", task["at"]), checks.moment("due", task["due"])
    return RUNNING if now - start > (due - start) / 2 else WAITING


def _outcome(tx: sqlite3.Connection, task: sqlite3.Row, options: Options) -> tuple[int, str | None, dict[str, Any]]:
    try:
        if fault := take_one(tx, "task_fails"):
            raise Failed(fault.value if isinstance(fault.value, str) else "Task has been interrupted.")
        return DONE, None, _work(tx, task, options)
    except Failed as reason:
        return FAILED, str(reason), {}


def _finish(tx: sqlite3.Connection, task: sqlite3.Row, status: int, error: str | None, result: dict[str, Any]) -> None:
    tx.execute(
        "UPDATE tasks SET done = ?, error = ?, result = ? WHERE task_id = ?",
        (status, error, json.dumps(result), task["task_id"]),
    )


def _work(tx: sqlite3.Connection, task: sqlite3.Row, options: Options) -> dict[str, Any]:
    success: dict[str, Any] = {}
    errors: dict[str, list[str]] = {}
    for number, row in enumerate(_rows(task), start=2):
        name = row.get("sku") or f"(line {number})"
        try:
            success[name] = _take_row(tx, row, task, options)
            errors.pop(name, None)
        except ValueError as reason:
            errors[name] = list(reason.args)
    return {"product_success": success, "product_errors": errors}


def _rows(task: sqlite3.Row) -> Iterator[dict[str, str]]:
    """Give the rows by column name; empty cells and those under no name are left out."""
    text = io.StringIO(task["catalog"].replace("\r\n", "\n"), newline="")
    try:
        table = list(csv.reader(text, delimiter=task["delimiter"], quotechar=task["quotechar"], strict=True))
    except (csv.Error, TypeError, ValueError) as reason:
        raise Failed(f"The catalog cannot be read: {reason}") from reason
    names = [name.strip().lower() for name in table[0]] if table else []
    if "sku" not in names:
        raise Failed("Column sku not found in the catalog.")
    for cells in table[1:]:
        row = {name: cell.strip() for name, cell in zip(names, cells, strict=False) if name and cell.strip()}
        if row:
            yield row


def _take_row(tx: sqlite3.Connection, row: dict[str, str], task: sqlite3.Row, options: Options) -> dict[str, Any]:
    if "sku" not in row:
        raise ValueError("sku: this field is required")
    checks.text("sku", row["sku"], longest=200)
    market = MARKETS[task["locale"]]
    changes = read_changes(row, market)
    known = listings.by_sku(tx, row["sku"])
    wrong = changes.wrong + changes.wrong_shippings
    if known is None:
        wrong += [f"{name}: required to create a listing" for name in REQUIRED if name not in row]
    grade = _read(lambda: _grade(known, row), wrong)
    product: Any = None if known else _read(lambda: int(products.named_in(tx, row, options)["backmarket_id"]), wrong)
    if wrong:
        raise ValueError(*wrong)
    listing = known or _create(tx, row["sku"], product, grade, options)
    listings.apply(tx, listing, changes, market, checks.moment("due", task["due"]), f"task {task['task_id']}")
    return _success(tx, listing["sku"], market, options)


def _read(read: Callable[[], Any], wrong: list[str]) -> Any:
    """Return what was read, or note why it was not."""
    try:
        return read()
    except ValueError as reason:
        wrong.append(str(reason))
        return None


def _grade(known: sqlite3.Row | None, row: dict[str, str]) -> str:
    """A listing keeps its grade for life."""
    grade = read_grade(row) if known is None or "grade" in row else str(known["grade"])
    if known is not None and grade != known["grade"]:
        raise ValueError(f"grade: cannot be changed from {known['grade']}; create another listing")
    return grade


def _create(tx: sqlite3.Connection, sku: str, product: int, grade: str, options: Options) -> sqlite3.Row:
    if "revive_old_listing" in options.quirks and (old := listings.sold_out_twin(tx, product, grade)):
        return old
    return listings.create(tx, sku, product, grade)


def _success(tx: sqlite3.Connection, sku: str, market: Market, options: Options) -> dict[str, Any]:
    listing = listings.by_sku(tx, sku)
    assert listing is not None
    state = listings.publication_state(listing, listings.offer(tx, listing, market), options)
    names = ("sku", "backmarket_id", "listing_id", "ean")
    return {name: listing[name] for name in names} | {"publication_state": state}
