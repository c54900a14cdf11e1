"""The loop of a feed worker: ask for what recurs, do what is due, sleep a little."""

from __future__ import annotations

import os
import signal
import socket
import threading
from datetime import datetime, timedelta

from sqlalchemy.exc import DBAPIError, IntegrityError

from workshop.core import clock, work
from workshop.core.db import db
from workshop.core.house import house

LONGEST_ONCE = 500


def leave_out_marketplace() -> None:
    """Do only the workshop's own work in this process; what asks the marketplace waits for a worker that can."""
    workers = house().workers
    for kind in [k for k in workers if not k.startswith("core.")]:
        del workers[kind]


def name() -> str:
    """Return who this worker is: machine and process."""
    return f"{socket.gethostname()}:{os.getpid()}"[:64]


def recur() -> datetime:
    """Ask for the recurring work whose time has come, and return when to look again. Another may have been faster."""
    try:
        return work.ask_recurring(clock.now())
    except IntegrityError:
        db.session.rollback()
        return clock.now()


def turn(who: str) -> bool:
    """Do one task; False when none is due."""
    db.session.remove()
    return work.run_one(clock.now(), who, clock.now)


def once(who: str) -> int:
    """Do the recurring work now and everything that is due, and return how many tasks that was."""
    now = clock.now()
    for worker in house().workers.values():
        if worker.every is not None:
            work.ask(worker.kind, "all", now)
    db.session.commit()
    done = 0
    while done < LONGEST_ONCE and turn(who):
        done += 1
    return done


def forever(who: str, pause: timedelta, stopped: threading.Event) -> None:
    """Work until stopped. A database that is away for a moment is asked again."""
    recurs_at = clock.now()
    while not stopped.is_set():
        try:
            if recurs_at <= clock.now():
                recurs_at = recur()
            while not stopped.is_set() and turn(who):
                pass
        except DBAPIError:
            db.session.remove()
            stopped.wait(1.0)
        stopped.wait(pause.total_seconds())


def stop_on_signals() -> threading.Event:
    """Return what is set when the process is asked to end."""
    stopped = threading.Event()
    for wanted in (signal.SIGTERM, signal.SIGINT):
        signal.signal(wanted, lambda *_given: stopped.set())
    return stopped
