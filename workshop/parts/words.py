"""How this room says what it knows: windows, dates and needs in the words of the page."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from workshop.catalogue.window import STATE_LABELS, State, Window, WindowAnswer
from workshop.core.language import date_text, partial_text, word
from workshop.parts.models import Need, Reservation
from workshop.parts.reserve import live, live_of


def how_long(answer: WindowAnswer) -> str:
    """Return how much of a window is left, or how long ago it shut."""
    months = answer.months_left
    if months is None or answer.state is State.NOT_COVERED:
        return ""
    if answer.state is State.CLOSED:
        if months > -1:
            return str(_("this month"))
        return str(ngettext("%(num)s month ago", "%(num)s months ago", -months))
    return str(ngettext("%(num)s month", "%(num)s months", months))


def countdown(answer: WindowAnswer, *, until: bool = True) -> dict[str, Any]:
    """Return what the window's countdown shows, never without what it is counted from."""
    ends = date_text(answer.end) if answer.state is not State.NOT_COVERED else ""
    words = _("until %(day)s", day=ends) if ends and until and answer.state is not State.CLOSED else ends
    if answer.state is not State.NOT_COVERED and not ends:
        words = _("still sold new")
    return {
        "state": answer.state.value,
        "ends_on_text": words,
        "basis_text": str(answer.deciding.basis_label) if answer.deciding and ends else "",
        "how_long_text": how_long(answer),
        "ticks_filled": answer.elapsed_sevenths,
    }


def window_row(window: Window, answer: WindowAnswer) -> dict[str, Any]:
    """Return one rule's window as a row: its end, what it is counted from, its article, and what was assumed."""
    return {
        "title": word(window.policy.title),
        "state": window.state.value,
        "label": STATE_LABELS[window.state],
        "end": date_text(window.end),
        "basis": str(window.basis_label),
        "counted_from": partial_text(window.counted_from),
        "article": word(window.article),
        "assumption": str(window.assumption or ""),
        "decides": window is answer.deciding,
    }


def rules(answer: WindowAnswer) -> list[dict[str, Any]]:
    """Return every rule that speaks of a part as a row."""
    return [window_row(window, answer) for window in answer.windows]


def need_rows(needs: list[Need]) -> list[dict[str, Any]]:
    """Return where each of many needs stands, with what is set aside for all of them looked up at once."""
    held = live_of(needs)
    return [_row(n, held.get(n.id)) for n in needs]


def need_row(need: Need) -> dict[str, Any]:
    """Return where a need stands: its state in words, the code to scan and the place or the day."""
    return _row(need, live(need))


def _row(need: Need, held: Reservation | None) -> dict[str, Any]:
    code, where, tone = "", "", "look"
    if held is not None and held.batch is not None:
        code, where, tone = held.batch.code, held.batch.location.code, "yes"
    elif held is not None and held.order_line is not None:
        order = held.order_line.order
        code, where, tone = order.code, _("expected %(day)s", day=date_text(order.expected_on)), "idle"
    elif held is not None and held.donor_part is not None:
        code, where, tone = held.donor_part.unit.code, _("in a donor: harvest it"), "idle"
    labels = {
        "needed": _("Missing"),
        "ordered": _("Ordered"),
        "reserved": _("Reserved"),
        "fitted": _("Fitted"),
        "cancelled": _("Not needed"),
    }
    tones = {"fitted": "yes", "cancelled": "ahead"}
    return {
        "need": need,
        "state": need.state,
        "label": labels[need.state],
        "tone": tones.get(need.state, tone),
        "code": code,
        "where": where,
        "part": need.part,
    }
