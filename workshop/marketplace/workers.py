"""The kinds of background work that the feed does."""

from __future__ import annotations

from datetime import timedelta

from flask_babel import lazy_gettext as _l

from workshop.core.work import Worker
from workshop.marketplace import create, order_sync, outbox, pull, push, reconcile
from workshop.marketplace.feed import guarded


def workers(interval_seconds: float) -> list[Worker]:
    """Return the feed's workers; orders are read each interval, everything else ten times less often."""
    often, seldom = timedelta(seconds=interval_seconds), timedelta(seconds=interval_seconds * 10)
    return [
        Worker(outbox.PUSH, _l("Bring a listing in step"), guarded(push.push)),
        Worker(outbox.CREATE, _l("Send new listings"), guarded(create.create)),
        Worker(outbox.POLL, _l("Ask how a task has come on"), guarded(create.poll)),
        Worker(outbox.ORDER, _l("Tell the marketplace of an order"), guarded(order_sync.sync)),
        Worker(outbox.ORDERS, _l("Read orders"), guarded(pull.pull), every=often),
        Worker(outbox.RECONCILE, _l("Read every listing back"), guarded(reconcile.reconcile), every=seldom),
        Worker(outbox.RETURNS, _l("Read returns"), guarded(pull.pull_returns), every=seldom),
    ]
