"""The marketplace's own store: one SQLite file, written durably before anything is acknowledged."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

TABLES = """
CREATE TABLE IF NOT EXISTS products (
    backmarket_id INTEGER PRIMARY KEY AUTOINCREMENT, product_id TEXT NOT NULL UNIQUE,
    ean TEXT NOT NULL UNIQUE, title TEXT NOT NULL, brand TEXT NOT NULL, max_price TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS listings (
    listing_id INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, sku TEXT NOT NULL,
    sku_key TEXT NOT NULL UNIQUE, backmarket_id INTEGER NOT NULL REFERENCES products, grade TEXT NOT NULL,
    quantity INTEGER NOT NULL CHECK (quantity >= 0), new_battery INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS offers (
    listing_id INTEGER NOT NULL REFERENCES listings, locale TEXT NOT NULL, currency TEXT NOT NULL, price TEXT,
    comment TEXT, warranty_delay INTEGER NOT NULL DEFAULT 12 CHECK (warranty_delay >= 12), min_price TEXT,
    shippings TEXT NOT NULL DEFAULT '{}', PRIMARY KEY (listing_id, locale));
CREATE TABLE IF NOT EXISTS history (
    id INTEGER PRIMARY KEY AUTOINCREMENT, sku_key TEXT NOT NULL, at TEXT NOT NULL, field TEXT NOT NULL,
    locale TEXT, old TEXT, new TEXT, cause TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS ix_history_sku ON history (sku_key);
CREATE TABLE IF NOT EXISTS tasks (
    task_id INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, due TEXT NOT NULL, locale TEXT NOT NULL,
    catalog TEXT NOT NULL, quotechar TEXT NOT NULL, delimiter TEXT NOT NULL, done INTEGER,
    error TEXT, result TEXT);
CREATE INDEX IF NOT EXISTS ix_tasks_waiting ON tasks (due) WHERE done IS NULL;
CREATE TABLE IF NOT EXISTS sku_lines (at REAL NOT NULL, lines INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS ix_sku_lines_at ON sku_lines (at);
CREATE TABLE IF NOT EXISTS orders (
    order_id INTEGER PRIMARY KEY AUTOINCREMENT, state INTEGER NOT NULL, locale TEXT NOT NULL,
    currency TEXT NOT NULL, address TEXT NOT NULL, created TEXT NOT NULL, modified TEXT NOT NULL, paid TEXT,
    shipped TEXT, shipper TEXT NOT NULL DEFAULT '', tracking_number TEXT NOT NULL DEFAULT '',
    tracking_url TEXT NOT NULL DEFAULT '', vat_type TEXT NOT NULL DEFAULT 'REGULAR');
CREATE INDEX IF NOT EXISTS ix_orders_modified ON orders (modified);
CREATE TABLE IF NOT EXISTS order_lines (
    id INTEGER PRIMARY KEY AUTOINCREMENT, order_id INTEGER NOT NULL REFERENCES orders,
    listing_id INTEGER NOT NULL REFERENCES listings, sku TEXT NOT NULL, quantity INTEGER NOT NULL,
    price TEXT NOT NULL, state INTEGER NOT NULL, return_reason INTEGER NOT NULL DEFAULT 0,
    return_message TEXT NOT NULL DEFAULT '', refunded TEXT);
CREATE INDEX IF NOT EXISTS ix_order_lines_order ON order_lines (order_id);
CREATE TABLE IF NOT EXISTS identifiers (
    line_id INTEGER NOT NULL REFERENCES order_lines, kind TEXT NOT NULL, value TEXT NOT NULL,
    at TEXT NOT NULL, PRIMARY KEY (line_id, kind, value)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS invoices (order_id INTEGER NOT NULL, name TEXT NOT NULL, bytes INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS folders (
    id INTEGER PRIMARY KEY AUTOINCREMENT, line_id INTEGER NOT NULL REFERENCES order_lines,
    state INTEGER NOT NULL DEFAULT 0, created TEXT NOT NULL, modified TEXT NOT NULL, last_message TEXT,
    closed TEXT, issue TEXT NOT NULL, resolution TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS messages (
    id INTEGER PRIMARY KEY AUTOINCREMENT, folder_id INTEGER NOT NULL REFERENCES folders, at TEXT NOT NULL,
    initiator TEXT NOT NULL, message TEXT NOT NULL, attachments TEXT NOT NULL DEFAULT '[]');
CREATE TABLE IF NOT EXISTS transfers (
    tracking_number TEXT PRIMARY KEY, folder_id INTEGER NOT NULL, shipper TEXT NOT NULL,
    action TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS faults (kind TEXT PRIMARY KEY, fault TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""
FIRST_NUMBERS = {
    "products": 3000,
    "listings": 10000,
    "tasks": 1011000,
    "orders": 50000,
    "order_lines": 70000,
    "folders": 5000,
}


class Store:
    """One connection, one transaction at a time: a marketplace is slower than this anyway."""

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._turn = threading.RLock()
        self._connection = sqlite3.connect(self.path, isolation_level=None, check_same_thread=False, timeout=30)
        self._connection.row_factory = sqlite3.Row
        # Not WAL: many SQLite builds that come with Python still have the WAL-reset bug.
        self._connection.execute("PRAGMA journal_mode=TRUNCATE")
        self._connection.execute("PRAGMA synchronous=FULL")
        self._connection.execute("PRAGMA foreign_keys=ON")
        self._lay_out()

    def begin(self) -> sqlite3.Connection:
        """Wait for the turn and open a transaction; ends with `commit` or `rollback`."""
        self._turn.acquire()
        try:
            self._connection.execute("BEGIN IMMEDIATE")
        except BaseException:
            self._turn.release()
            raise
        return self._connection

    def commit(self) -> None:
        """Make what was written durable."""
        self._end("COMMIT")

    def rollback(self) -> None:
        """Undo what was written."""
        self._end("ROLLBACK")

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Commit at the end, or nothing."""
        tx = self.begin()
        try:
            yield tx
        except BaseException:
            self.rollback()
            raise
        self.commit()

    def close(self) -> None:
        """Let go of the file."""
        with self._turn:
            self._connection.close()

    def _end(self, statement: str) -> None:
        try:
            self._connection.execute(statement)
        finally:
            self._turn.release()

    def _lay_out(self) -> None:
        with self.transaction() as tx:
            for statement in TABLES.split(";"):
                tx.execute(statement)
            for table, number in FIRST_NUMBERS.items():
                if not tx.execute("SELECT 1 FROM sqlite_sequence WHERE name = ?", (table,)).fetchone():
                    tx.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", (table, number))


def empty(tx: sqlite3.Connection) -> None:
    """Remove everything but the number counters: an id once used never means something else."""
    names = [
        name
        for (name,) in tx.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    ]
    tx.execute("PRAGMA defer_foreign_keys=ON")
    for name in names:
        tx.execute(f"DELETE FROM {name}")
