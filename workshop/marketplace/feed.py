"""How the feed works: every call to the marketplace under a lease, and every way to fail ends in words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from flask import current_app
from flask_babel import gettext as _

from workshop.core import clock, work
from workshop.core.actions import perform
from workshop.core.actor import Actor, worker
from workshop.core.db import db
from workshop.core.work import Again, Task
from workshop.marketplace import account as accounts
from workshop.marketplace import standing
from workshop.marketplace.adapters.backmarket import BackMarket
from workshop.marketplace.adapters.base import (
    KeyRefused,
    Marketplace,
    MarketplaceError,
    Throttled,
    Unanswered,
)
from workshop.marketplace.outbox import PUSH
from workshop.marketplace.reasons import words

FEED: Final[Actor] = worker("Feed")
STOPPED: Final = timedelta(seconds=30)
BROKEN: Final = timedelta(seconds=30)


class LeaseLost(Exception):
    """Another worker has taken the task over: nothing may be sent on its behalf any more."""


@dataclass(frozen=True)
class Errand:
    """One doing of a task: what it is about, and with which marketplace."""

    task_id: int
    token: int
    subject: str
    attempts: int
    market: Marketplace

    def before_sending(self) -> None:
        """Keep what was planned, and prove that the lease still holds. Raises LeaseLost."""
        db.session.commit()
        holds = work.holds_lease(self.task_id, self.token)
        db.session.commit()
        if not holds:
            raise LeaseLost(self.subject)


Run = Callable[[Errand], Again | None]


def marketplace() -> Marketplace | None:
    """Return the marketplace that the settings name, or None where they name none."""
    if "marketplace" not in current_app.extensions:
        settings = current_app.extensions["settings"]
        current_app.extensions["marketplace"] = (
            BackMarket(
                settings.marketplace_url,
                settings.marketplace_token,
                agent=settings.marketplace_agent,
                locale=settings.marketplace_locale,
            )
            if settings.marketplace_url
            else None
        )
    found: Marketplace | None = current_app.extensions["marketplace"]
    return found


def guarded(run: Run) -> Callable[[Task], Again | None]:
    """Let `run` do a task, unless nobody may call now; turn every failure into when to come back and why."""

    def guarded_run(task: Task) -> Again | None:
        task_id, token, subject, kind, attempts = task.id, task.token, task.subject, task.kind, task.attempts
        db.session.expire_all()
        market, now = marketplace(), clock.now()
        if market is None:
            return Again(timedelta(minutes=5), _("No marketplace is set: give BACKMARKET_BASE_URL."))
        barred = _barred(kind, subject, now)
        db.session.commit()
        if barred is not None:
            return barred
        try:
            return run(Errand(task_id, token, subject, attempts, market))
        except MarketplaceError as failed:
            db.session.rollback()
            return _failed(failed, kind, subject, attempts)
        except LeaseLost:
            db.session.rollback()
            return None
        finally:
            db.session.commit()

    return guarded_run


def _barred(kind: str, subject: str, now: datetime) -> Again | None:
    """Return why nobody may call now: the feed is stopped or paused, or the marketplace wants us to wait."""
    seller = accounts.account()
    wait = accounts.wait_left(seller, now)
    if seller.stopped_at is not None or seller.paused_at is not None:
        why = "stopped" if seller.stopped_at is not None else "paused"
        return _note(kind, subject, "stopped", why, STOPPED, now)
    return _note(kind, subject, "waiting", "throttled", wait, now) if wait is not None else None


def _failed(failed: MarketplaceError, kind: str, subject: str, attempts: int) -> Again:
    now = clock.now()
    if isinstance(failed, Throttled):
        pause = timedelta(seconds=failed.seconds)
        accounts.block(now + pause)
        return _note(kind, subject, "waiting", "throttled", pause, now)
    if isinstance(failed, KeyRefused):
        perform("stop_feed", "feed", {"why": str(failed)}, by=FEED)
        return _note(kind, subject, "stopped", "key", STOPPED, now)
    if isinstance(failed, Unanswered):
        broken = failed.status >= 500
        pause = BROKEN if broken else work.backoff(attempts)
        return _note(kind, subject, "waiting", "broken" if broken else "silent", pause, now, status=failed.status)
    return _note(kind, subject, "refused", "line", work.backoff(9), now, said=str(failed))


def _note(kind: str, subject: str, state: str, why: str, pause: timedelta, now: datetime, **data: Any) -> Again:
    """Say on the listing why it waits, keep that, and return when to come back."""
    listing = standing.locked(subject) if kind == PUSH else None
    if listing is not None:
        standing.stand(listing, state, why, now, again=pause, **data)
    db.session.commit()
    return Again(pause, words(why, data)[0])
