"""What other processes do in front of SQLite's queue of writers. They are to import no more than the queue."""

from __future__ import annotations

import time
from pathlib import Path

from workshop.core.sqlite import WritersQueue


def count(folder: Path, times: int) -> None:
    """Add one to the number in a file so often, each time at the head of the queue."""
    queue = WritersQueue(folder / "q")
    for _ in range(times):
        with queue:
            number = int((folder / "n").read_text())
            time.sleep(0.0005)
            (folder / "n").write_text(str(number + 1))


def hold_for_ever(folder: Path) -> None:
    """Stand at the head of the queue and stay there."""
    with WritersQueue(folder / "q"):
        (folder / "held").touch()
        time.sleep(60)
