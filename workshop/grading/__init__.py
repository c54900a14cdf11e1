"""The grading room: evidence of erasure, zones, and a grade that says what decided it."""

from __future__ import annotations

from flask import Flask
from flask_babel import lazy_gettext as _l

from workshop.core.actor import AT_BENCH
from workshop.core.house import Panel, house
from workshop.grading import actions, bench, cards, gates, page, views
from workshop.jobs import bench as jobs_bench
from workshop.jobs import gates as jobs_gates
from workshop.jobs import scan

EVIDENCE = ("answer", "record_report", "record_reading", "replace_battery", "fit_part", "remove_part", "undo")


def init_app(app: Flask) -> None:
    """Bring the room into the house."""
    app.register_blueprint(views.bp)
    with app.app_context():
        rooms = house()
        rooms.add_actions(actions.ACTIONS)
        jobs_gates.add(gates.GATES)
        for name in EVIDENCE:
            rooms.after(name, actions.evidence_changed)
        rooms.after("move", actions.sent_back)
        for meaning in (cards.erasure_card, cards.seen_card, cards.zone_card, cards.grade_card):
            scan.on_card(meaning)
        scan.on_word("*NEXT*", cards.go_on)
        scan.on_word("*ERASED*", cards.erased, face=scan.Face(_l("Erased, as the last one"), "eraser", AT_BENCH))
        rooms.extensions.setdefault("card_groups", []).extend(cards.GROUPS)
        jobs_bench.add(bench.WORK)
        rooms.panels.append(Panel("grade", "grading/_panel.html", page.panel, order=20))
        rooms.extensions.setdefault("head", []).append(page.head)
        rooms.extensions.setdefault("unit_json", {}).update(grade=page.grade_json, erasure=page.erasure_json)
        rooms.explain(
            "ux_grades_one_standing_per_job",
            _l("Somebody else graded this unit at the same moment."),
            _l("Look at the grade, then change it if you must."),
        )
