"""How fast a supplier's file is read in: 10,000 lines expected as one delivery, and 10,000 taken in at once.

    python -m bench.intake            on SQLite and PostgreSQL, about two minutes
    python -m bench.intake --lines 1000 --engines sqlite

The audit must accept what was written. It stops with exit code 1 where a file took a minute or longer.
"""

from __future__ import annotations

import argparse
import base64
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from tests import postgres
from tests.cast import Cast, load_cast
from workshop import create_app
from workshop.catalogue.identifiers import imei_check_digit
from workshop.config import Settings
from workshop.core import migrate, seals
from workshop.core.actions import perform
from workshop.core.actor import Actor
from workshop.core.db import db
from workshop.sourcing import direct, importing

MODELS: Final = ("iPhone 12", "iPhone 11", "Galaxy S21", "Pixel 6a", "iPhone 13")
MOST_SECONDS: Final = 60.0


def manifest(lines: int, tac: str) -> bytes:
    """Return a file of that many phones, as suppliers send them: cp1252, semicolons, a comma in the price."""
    rows = ["IMEI;Gerät;Speicher;Farbe;Source;Preis;Zustand"]
    for number in range(lines):
        body = f"{tac}{number:06d}"
        imei = body + imei_check_digit(body)
        rows.append(f"{imei};{MODELS[number % len(MODELS)]};128 GB;grün;COUNTER;{60 + number % 90},50;B")
    return "\n".join(rows).encode("cp1252")


def expect(lines: int, by: Actor) -> int:
    """Announce a delivery, and read every device of it in."""
    content = base64.b64encode(manifest(lines, "35309711")).decode()
    made = perform("announce_delivery", None, {"source": "COUNTER", "content": content, "name": "b.csv"}, by=by).target
    perform("import_delivery", made.code, {}, by=by)
    return importing.go_on(made.code, by).expected


def take_in(lines: int, by: Actor) -> int:
    """Take every device in at once."""
    return sum(line.taken for line in direct.take_in(manifest(lines, "35325807"), by, dry_run=False))


def timed(engine: str, what: str, lines: int, do: Callable[[int, Actor], int], by: Actor) -> float:
    """Do it, say how long it took, and return the seconds."""
    begun, worked = time.perf_counter(), time.process_time()
    done = do(lines, by)
    seconds, worked = time.perf_counter() - begun, time.process_time() - worked
    if done != lines:
        raise RuntimeError(f"{engine}: {done} of {lines} lines {what}")
    print(
        f"{engine:<11} {lines:>7,} lines {what:<9} {seconds:>6.1f} s, {worked:>5.1f} s of it at work here: "
        f"{lines / seconds:>6,.0f} lines a second"
    )
    return seconds


def measure(engine: str, url: str, lines: int) -> float:
    """Measure both ways on one database, and return the slower one's seconds."""
    app = create_app(Settings(database_url=url, secret_key="for-measurements-only-0123456789"))
    with app.app_context():
        migrate.upgrade()
        load_cast()
        db.session.commit()
        by = Cast().actor("technician")
        slowest = max(
            timed(engine, "expected", lines, expect, Cast().actor("refurbisher")),
            timed(engine, "taken in", lines, take_in, by),
        )
        broken = list(seals.verify())
        db.session.remove()
        db.engine.dispose()
    if broken:
        raise RuntimeError(f"{engine}: the audit found {broken[0]}")
    return slowest


def main() -> None:
    """Measure what was asked for."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    options.add_argument("--lines", type=int, default=10_000)
    options.add_argument("--engines", nargs="+", default=["sqlite", "postgresql"])
    asked = options.parse_args()
    slowest = 0.0
    with tempfile.TemporaryDirectory() as folder:
        if "sqlite" in asked.engines:
            slowest = measure("sqlite", f"sqlite:///{folder}/intake.db", asked.lines)
        if "postgresql" in asked.engines:
            with postgres.running(Path(folder)) as server:
                slowest = max(slowest, measure("postgresql", server.new_database(), asked.lines))
    sys.exit(1 if slowest >= MOST_SECONDS else 0)


if __name__ == "__main__":
    main()
