"""What the feed's page shows: shelf against marketplace, the day's allowance, what differs and what is next."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any, Final

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import Select, func, or_, select

from workshop.core import work
from workshop.core.db import db
from workshop.core.do import may_do
from workshop.core.house import house
from workshop.core.language import clock_text, from_source
from workshop.core.language import price as shown_price
from workshop.core.work import Task
from workshop.marketplace import account as accounts
from workshop.marketplace import create, reasons, shelf
from workshop.marketplace.models import Listing, ListingPrice, SellerAccount

TABS: Final = ("differences", "refused", "in_step", "tasks")
NEEDS_PERSON: Final = ("refused", "stopped")
PERSON_SETTLES: Final = ("no_price", "no_product", "unread", "review")
LINES_PER_HOUR: Final = 2000
PILLS: Final = {
    "in_step": ("yes", "circle-check"),
    "sending": ("now", "circle-dot"),
    "waiting": ("idle", "clock"),
    "tomorrow": ("ahead", "circle-dashed"),
    "refused": ("no", "octagon-x"),
    "stopped": ("hold", "hand"),
}


def count_needing_person(_actor: Any) -> Select[int]:
    """Return the query of how many listings a person has to look at."""
    asks = or_(Listing.state.in_(NEEDS_PERSON), Listing.why_code.in_(PERSON_SETTLES))
    return select(func.count()).select_from(Listing).where(asks)


def context(tab: str, now: datetime) -> dict[str, Any]:
    """Return everything the feed's page shows."""
    free = shelf.counts()
    every = list(db.session.scalars(select(Listing).order_by(Listing.state_since.desc(), Listing.sku)))
    groups = {name: [x for x in every if _belongs(x, name, free)] for name in TABS[:3]}
    seller = accounts.account()
    return {
        "tab": tab if tab in TABS else TABS[0],
        "seller": seller,
        "summary": _summary(groups, every),
        "running": _running(seller, now),
        "figures": _figures(every, free, groups, now),
        "probation": probation(seller, now.date()),
        "queue": _queue(seller, now),
        "counts": {name: len(found) for name, found in groups.items()} | {"tasks": work.depth()},
        "rows": [row(x, free.get(x.id, 0), now) | {"place": n} for n, x in enumerate(groups.get(tab, groups[TABS[0]]))],
        "tasks": tasks(now) if tab == "tasks" else [],
    }


def _belongs(listing: Listing, tab: str, free: dict[int, int]) -> bool:
    if tab == "refused":
        return listing.state == "refused"
    same = listing.state == "in_step" and not _differs(listing, free.get(listing.id, 0))
    return same if tab == "in_step" else not same


def _differs(listing: Listing, free: int) -> bool:
    quantity = shelf.wanted(listing, free) != (listing.published_quantity or 0)
    return quantity or bool(listing.marketplace_id and listing.price_minor != listing.published_price_minor)


def _summary(groups: dict[str, list[Listing]], every: list[Listing]) -> str:
    differing = groups["differences"]
    if not every:
        return str(_("No unit is ready yet: the first one with a price begins the feed."))
    if not differing:
        agree = ngettext(
            "Shelf and marketplace agree in %(num)s listing.",
            "Shelf and marketplace agree in all %(num)s listings.",
            len(every),
        )
        return str(agree)
    persons = sum(1 for x in differing if x.state in NEEDS_PERSON or x.why_code in PERSON_SETTLES)
    return str(
        _("Shelf and marketplace differ in %(n)s of %(all)s listings. %(own)s settle by themselves, %(you)s need you.",
          n=len(differing), all=len(every), own=len(differing) - persons, you=persons)
    )  # fmt: skip


def _running(seller: SellerAccount, now: datetime) -> tuple[str, str]:
    """Return the feed's own state, as words and tone."""
    if seller.stopped_at is not None:
        return str(_("Stopped: %(why)s", why=seller.stopped_why)), "hold"
    if seller.paused_at is not None:
        return str(_("Paused since %(at)s", at=clock_text(seller.paused_at))), "look"
    if seller.looked_at is None:
        return str(_("Not run yet")), "idle"
    seconds = int((now - seller.looked_at).total_seconds())
    if seconds > 600:
        return str(_("Silent for %(n)s minutes", n=seconds // 60)), "look"
    return str(_("Running, looked %(n)s s ago", n=max(0, seconds))), "yes"


def _in_listings(n: int) -> str:
    return str(ngettext("ready, in %(num)s listing", "ready, in %(num)s listings", n))


def _figures(
    every: list[Listing], free: dict[int, int], groups: dict[str, list[Listing]], now: datetime
) -> list[dict[str, Any]]:
    shown = [x for x in every if x.published_quantity]
    refused = groups["refused"]
    since = min((x.state_since for x in refused), default=None)
    hour = now - timedelta(hours=1)
    sent = db.session.scalar(
        select(func.count()).select_from(Task).where(Task.kind == "feed.push", Task.finished_at >= hour)
    )
    return [
        {"label": _("On the shelf"), "number": sum(free.values()),
         "context": _in_listings(sum(1 for n in free.values() if n))},
        {"label": _("Published"), "number": sum(x.published_quantity or 0 for x in shown),
         "context": ngettext(
             "in %(num)s listing, never over the shelf", "in %(num)s listings, never over the shelf", len(shown))},
        {"label": _("Refused"), "number": len(refused), "url": url_for("marketplace.feed", tab="refused"),
         "context": _("since %(at)s", at=clock_text(since)) if since else _("nothing to put right")},
        {"label": _("Looked at this hour"), "number": sent or 0,
         "context": _("of %(n)s SKU lines", n=LINES_PER_HOUR)},
    ]  # fmt: skip


def probation(seller: SellerAccount, today: date) -> dict[str, Any] | None:
    """Return the probation as columns of blocks, or None where there is none any more."""
    allowed = accounts.allowance_on(today)
    if allowed.left is None:
        return None
    first = seller.started_on or today
    used = accounts.used_by_day(first)
    days = []
    for n in range(allowed.days):
        day = first + timedelta(days=n)
        state = "today" if day == today else "past" if day < today else "ahead"
        days.append({"used": used.get(day, 0), "of": allowed.per_day, "state": state})
    return {
        "days": days,
        "day": max(1, allowed.day),
        "of_days": allowed.days,
        "per_day": allowed.per_day,
        "used": allowed.used,
        "paused": allowed.paused,
        "first": first,
        "last": first + timedelta(days=allowed.days - 1),
    }


def _queue(seller: SellerAccount, now: datetime) -> list[dict[str, Any]]:
    """Return the new listings that wait, the best earner first, and which of them go today."""
    left = accounts.allowance_on(now.date()).left
    waiting = [x for x in create.waiting_listings() if shelf.free_count(x)][:8]
    return [
        {
            "title": f"{x.product.title}, {x.sku.removeprefix(x.product.code + '-')}",
            "sku": x.sku,
            "earns": shown_price(create.earns(x), x.currency),
            "today": left is None or place < left,
        }
        for place, x in enumerate(waiting)
    ]


def row(listing: Listing, free: int, now: datetime) -> dict[str, Any]:
    """Return a listing as a row that sets what is published against what is wanted."""
    what, then = reasons.words(listing.why_code, listing.why_data)
    tone, icon = PILLS[listing.state]
    published = listing.published_price_minor
    return {
        "title": f"{listing.product.title}, {listing.sku.removeprefix(listing.product.code + '-')}",
        "sku": listing.sku,
        "url": url_for("marketplace.listing_page", ref=listing.sku),
        "quantity": str(shelf.wanted(listing, free)),
        "quantity_old": str(listing.published_quantity or 0),
        "price": shown_price(listing.price_minor, listing.currency),
        "price_old": shown_price(published, listing.currency) if published else str(_("new")),
        "pill": {"text": pill_words(listing, now), "tone": tone, "icon": icon},
        "what": what or _("Shelf and marketplace agree"),
        "then": then,
        "button": button(listing),
    }


def pill_words(listing: Listing, now: datetime) -> str:
    """Return a state in a word or two, with the seconds where it waits."""
    if listing.state == "waiting" and listing.again_at and listing.again_at > now:
        return str(_("Waits %(n)s s", n=int((listing.again_at - now).total_seconds()) + 1))
    words = {
        "in_step": _("In step"),
        "sending": _("Sending"),
        "waiting": _("Waiting"),
        "tomorrow": _("Tomorrow"),
        "refused": _("Refused"),
        "stopped": _("Stopped"),
    }
    return str(words[listing.state])


def button(listing: Listing) -> dict[str, str] | None:
    """Return what a person has to do, where one is needed and who looks may do it."""
    asks = {
        "too_dear": ("reprice", listing.sku, _("Set %(most)s", most=from_source(listing.why_data.get("most", "")))),
        "no_comment": ("word_listing", listing.sku, _("Edit")),
        "unread": ("confirm_shelf", listing.sku, _("Confirm")),
        "no_price": ("reprice", listing.sku, _("Set the price")),
        "no_product": ("set_product", listing.product.code, _("Give its EAN")),
    }
    asked = asks.get(listing.why_code)
    if asked is None and listing.state == "refused":
        asked = ("send_again", listing.sku, _("Send again"))
    if asked is None or not may_do(asked[0]):
        return None
    name, ref, label = asked
    back = url_for("marketplace.feed")
    return {"label": str(label), "url": url_for("do.ask", name=name, ref=ref, next=back)}


def tasks(now: datetime) -> list[dict[str, Any]]:
    """Return the background work that waits: what, since when, why, and when it is tried again."""
    return [task_row(task, now) for task in work.waiting()]


def task_kinds() -> dict[str, Any]:
    """Return what background work does, by kind."""
    return {kind: worker.label for kind, worker in house().workers.items()}


def task_row(task: Task, now: datetime) -> dict[str, Any]:
    """Return a task as a row."""
    return {
        "what": str(task_kinds().get(task.kind, task.kind)),
        "subject": task.subject,
        "since": task.asked_at,
        "due": task.due_at,
        "late": task.due_at < now - timedelta(minutes=5),
        "attempts": task.attempts,
        "why": task.note,
        "by": task.leased_by or "",
    }


def history(listing: Listing) -> list[ListingPrice]:
    """Return the prices that a listing had, the newest first."""
    query = select(ListingPrice).where(ListingPrice.listing_id == listing.id).order_by(ListingPrice.id.desc())
    return list(db.session.scalars(query.limit(20)))
