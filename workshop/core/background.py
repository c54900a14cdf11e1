"""Background work of the workshop itself: sealing what happened, and letting go of what nobody needs any more."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from flask import Flask
from flask_babel import lazy_gettext as _l
from sqlalchemy import delete

from workshop.core import clock, requests, seals
from workshop.core.db import db
from workshop.core.house import house
from workshop.core.work import Again, Task, Worker

DONE_KEPT_FOR: Final = timedelta(days=7)


def seal(_task: Task) -> Again | None:
    """Seal what changed in the last minute."""
    seals.seal(clock.now())
    return None


def prune(_task: Task) -> Again | None:
    """Delete finished tasks after a week and answers to requests after 30 days."""
    now = clock.now()
    requests.forget(now)
    db.session.execute(delete(Task).where(Task.finished_at < now - DONE_KEPT_FOR))
    db.session.commit()
    return None


def init_app(app: Flask) -> None:
    """Bring the workers into the house."""
    with app.app_context():
        for worker in (
            Worker("core.seal", _l("Seal what happened"), seal, every=timedelta(minutes=1)),
            Worker("core.prune", _l("Let go of old answers"), prune, every=timedelta(hours=1)),
        ):
            house().workers[worker.kind] = worker
