"""Rows and days, put into the shape that the templates draw."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from workshop.core import clock
from workshop.core.language import clock_text, local, weekday_text
from workshop.jobs.queue import Row
from workshop.jobs.show import Entry
from workshop.jobs.stages import LABELS, WAY

HELD = frozenset({"hold"})
MOVES = frozenset({"advance", "move", "skip"})
ANSWER = "answer"
# Fewer answers than this are told one by one.
MANY = 3
SHOWN_AT_ONCE = 14


def stage_label(stage: str, capital: bool = False) -> str:
    """Return the word for a stage, as within a sentence or on its own."""
    word: str = str(LABELS[stage])
    return word if capital else word.lower()


def stages_shown() -> list[str]:
    """Return the stages of the way, by name."""
    return [s.value for s in WAY]


def age_text(days: int) -> str:
    """Return an age, as 6 days."""
    return str(_("today") if days == 0 else ngettext("%(num)s day", "%(num)s days", days))


def queue_rows(rows: list[Row]) -> list[dict[str, Any]]:
    """Return the rows of a queue, its first one marked as next."""
    now = clock.now()
    return [
        {
            "url": url_for("jobs.unit", ref=row.unit.code),
            "category": row.unit.category,
            "title": row.unit.title,
            "code": row.unit.code,
            "why": row.why,
            "rail": row.rail,
            "stage_label": stage_label(row.unit.stage, capital=True),
            "pill": {"text": row.pill, "tone": row.tone, "icon": row.icon},
            "age_text": age_text((now - row.unit.opened_at).days),
            "next": number == 0,
        }
        for number, row in enumerate(rows)
    ]


def days(entries: list[Entry]) -> list[dict[str, Any]]:
    """Return a story by days, newest first; the answers of one round on a day are one line."""
    found = []
    for day, group in groupby(entries, key=lambda e: local(e.at).date()):
        found.append({"label": _day_label(day), "entries": _folded(list(group))})
    return found


def recent(story: list[dict[str, Any]]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return the days that are shown at once, the newest ones, and those that are folded away."""
    shown = 0
    for place, day in enumerate(story):
        if shown and shown + len(day["entries"]) > SHOWN_AT_ONCE:
            return story[:place], story[place:]
        shown += len(day["entries"])
    return story, []


def _folded(entries: list[Entry]) -> list[dict[str, Any]]:
    """Put the answers between two moves into the place of the newest of them, where they are many."""
    runs: dict[int, list[Entry]] = {}
    stretch = 0
    for entry in entries:
        stretch += entry.action in MOVES
        if entry.action == ANSWER:
            runs.setdefault(stretch, []).append(entry)
    many = [run for run in runs.values() if len(run) >= MANY]
    heads, inside = {id(run[0]): run for run in many}, {id(e) for run in many for e in run}
    return [
        _answers(heads[id(e)]) if id(e) in heads else _entry(e)
        for e in entries
        if id(e) in heads or id(e) not in inside
    ]


def _answers(run: list[Entry]) -> dict[str, Any]:
    failed = sum(1 for e in run if (e.data or {}).get("outcome") == "fail")
    what = ngettext("%(num)s check answered", "%(num)s checks answered", len(run))
    return _entry(run[0]) | {
        "what": what,
        "detail": ngettext("%(num)s failed", "%(num)s failed", failed) if failed else _("none failed"),
        "then": "",
        "minutes": 6,
        "rows": [e.what for e in reversed(run)],
    }


def _day_label(day: Any) -> str:
    text = weekday_text(day)
    return _("Today, %(day)s", day=text) if day == local(clock.now()).date() else text


def _entry(entry: Entry) -> dict[str, Any]:
    state = "refused" if entry.refused else "held" if entry.action in HELD else "done"
    photo = (entry.data or {}).get("photo")
    return {
        "time": clock_text(entry.at),
        "state": state,
        "minutes": entry.minutes,
        "what": entry.what,
        "detail": "",
        "then": entry.detail,
        "who": ", ".join(filter(None, (entry.who, entry.where))),
        "photos": [{"url": url_for("jobs.photo", photo_id=photo), "alt": entry.what}] if photo else [],
    }
