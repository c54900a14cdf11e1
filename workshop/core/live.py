"""What changed since a page was made: each open page asks once a second, for the price of one indexed read.

A page carries a mark: the number of the newest event when it was begun, and which of the 64 before it were there.
Numbers are given before they are committed, so one may appear late: the mark tells it from those that were seen.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from flask_babel import gettext as _
from sqlalchemy import Select, bindparam, select

from workshop.core.db import db
from workshop.core.errors import BadRequest
from workshop.core.events import Event
from workshop.core.house import house
from workshop.core.ready import Ready

BEHIND: Final = 64
# A page that was not asked about for so long is fetched anew, whatever happened.
MOST: Final = 1000
# Looking at a unit changes nothing that a list shows.
QUIET: Final = frozenset({"scan"})

_NEWEST = Ready(select(Event.id).order_by(Event.id.desc()).limit(BEHIND))
_SINCE = Ready(
    select(Event.id, Event.chain_kind, Event.chain_id, Event.seq, Event.action)
    .where(Event.id > bindparam("after"))
    .order_by(Event.id)
    .limit(MOST)
)


@dataclass(frozen=True)
class Mark:
    """What a page has seen: the newest event, and as bits which of those right before it."""

    newest: int = 0
    seen: int = 0

    def __str__(self) -> str:
        return f"{self.newest}.{self.seen:x}"

    def has(self, number: int) -> bool:
        """Say whether the event of this number was there."""
        return number <= self.newest and bool(self.seen >> (self.newest - number) & 1)


def mark_of(ids: list[int]) -> Mark:
    """Return the mark of a page that saw these events."""
    newest = max(ids, default=0)
    return Mark(newest, sum(1 << (newest - n) for n in set(ids) if newest - n < BEHIND))


def read_mark(text: str) -> Mark:
    """Return the mark that a page sent. Raises BadRequest."""
    newest, _dot, seen = text.partition(".")
    try:
        found = Mark(int(newest), int(seen, 16))
    except ValueError as bad:
        raise BadRequest(_("This is no mark of a page."), _("Open the page again."), field="mark") from bad
    if found.newest < 0 or not 0 <= found.seen < 1 << BEHIND or found.newest >= 1 << 62:
        raise BadRequest(_("This is no mark of a page."), _("Open the page again."), field="mark")
    return found


def changed(mark: Mark, shown: list[str]) -> tuple[bool, Mark]:
    """Say whether anything that the page shows has changed since its mark, and return the mark that it has now.

    What is shown is named by the kind of a chain, by an action or the kind it acts on, or as `unit:12:40`: the unit of
    that number, whose story had 40 events.
    """
    rows = _SINCE.all({"after": mark.newest - BEHIND})
    if len(rows) == MOST:
        return True, mark
    names, things = _wanted(shown)
    new = [row for row in rows if not mark.has(row.id)]
    return any(_concerns(row, names, things) for row in new), mark_of([row.id for row in rows]) if rows else mark


def _wanted(shown: list[str]) -> tuple[set[str], dict[tuple[str, int], int]]:
    names, things = set(), {}
    for each in shown:
        kind, _colon, rest = each.partition(":")
        number, _colon, seq = rest.partition(":")
        if number.isdigit() and seq.isdigit():
            things[kind, int(number)] = int(seq)
        elif not rest:
            names.add(kind)
    return names, things


def _concerns(row: Any, names: set[str], things: dict[tuple[str, int], int]) -> bool:
    if row.seq > things.get((row.chain_kind, row.chain_id), row.seq):
        return True
    action = house().actions.get(row.action)
    about = {row.chain_kind, row.action, action.on if action else ""}
    return row.action not in QUIET and not names.isdisjoint(about)


# --- pages --------------------------------------------------------------------------------------------------------


def pages(shown: dict[str, str]) -> None:
    """Say by endpoint what a page shows; empty where its fragments say so themselves."""
    house().extensions.setdefault("live_pages", {}).update(shown)


def watch(name: str, value: Select[Any]) -> None:
    """Let `name` stand for a value that changes without an event: one more indexed read for pages that show it."""
    house().extensions.setdefault("live_watches", {})[name] = value


def _watched(name: str) -> str:
    query = house().extensions.get("live_watches", {}).get(name)
    return "" if query is None else f"{name}={str(db.session.scalar(query)).replace(' ', '_')}"


def has_moved(shown: list[str]) -> bool:
    """Say whether a watched value is another one by now than a page shows."""
    return any("=" in each and _watched(each.partition("=")[0]) != each for each in shown)


def begun(endpoint: str | None) -> tuple[str, str] | None:
    """Return the mark of a page that is about to be made and what it shows, or None where it is not kept fresh."""
    shown: dict[str, str] = house().extensions.get("live_pages", {})
    if endpoint not in shown:
        return None
    mark = mark_of([row.id for row in _NEWEST.all({})])
    return str(mark), " ".join(_watched(name) or name for name in shown[endpoint].split())
