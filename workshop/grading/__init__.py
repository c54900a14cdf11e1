"""The grading room: evidence of erasure, zones, and a grade that says what decided it."""

from __future__ import annotations

from flask import Flask
from flask_babel import lazy_gettext as _l

from workshop.core.house import house
from workshop.grading import actions, cards, gates
from workshop.jobs import gates as jobs_gates
from workshop.jobs import scan

EVIDENCE = ("answer", "record_reading", "undo")


def init_app(app: Flask) -> None:
    """Bring the room into the house."""
    with app.app_context():
        rooms = house()
        rooms.add_actions(actions.ACTIONS)
        jobs_gates.add(gates.GATES)
        for name in EVIDENCE:
            rooms.after(name, actions.evidence_changed)
        for meaning in (cards.seen_card, cards.zone_card):
            scan.on_card(meaning)
        scan.on_word("*NEXT*", cards.go_on)
        rooms.explain(
            "ux_grades_one_standing_per_job",
            _l("Somebody else graded this unit at the same moment."),
            _l("Look at the grade, then change it if you must."),
        )
