"""The batteries room: readings, replacement by how the battery is held, quarantine, traceability."""

from __future__ import annotations

from flask import Flask
from flask_babel import lazy_gettext as _l

from workshop.batteries import (
    bench,
    gates,
    page,
    quarantine_actions,
    quarantine_labels,
    reading_actions,
    replace_actions,
    views,
)
from workshop.core import label_runs
from workshop.core.house import Panel, house
from workshop.jobs import bench as jobs_bench
from workshop.jobs import gates as jobs_gates
from workshop.jobs import scan


def init_app(app: Flask) -> None:
    """Bring the room into the house."""
    app.register_blueprint(views.bp)
    with app.app_context():
        rooms = house()
        rooms.add_actions(reading_actions.ACTIONS)
        rooms.add_actions(quarantine_actions.ACTIONS)
        rooms.add_actions(replace_actions.ACTIONS)
        jobs_gates.add(gates.GATES)
        rooms.after("answer", reading_actions.answered)
        rooms.after("undo", reading_actions.taken_back)
        label_runs.bring(rooms, quarantine_labels.KINDS)
        _bring_scans()
        for work in bench.WORKS:
            jobs_bench.add(work)
        rooms.panels.append(Panel("battery", "batteries/_panel.html", page.panel, order=10))
        rooms.extensions.setdefault("head", []).append(page.head)
        rooms.extensions.setdefault("unit_json", {}).update(battery=page.battery_json)
        rooms.explain(
            "ux_quarantine_items_one_a_place",
            _l("Somebody laid another one there at the same moment."),
            _l("One item a place: scan another box."),
        )


def _bring_scans() -> None:
    scan.on_card(reading_actions.reading_card)
    scan.on_card(replace_actions.old_battery)
    scan.on_card(quarantine_actions.place_typed)
    scan.on_word("*SWOLLEN*", quarantine_actions.swollen, face=scan.Face(_l("Swollen"), "battery-warning"))
    scan.on_word("*PASS*", replace_actions.passed)
    known = house().extensions.setdefault("scan_kinds", {})
    scan.on_kind("location", quarantine_actions.place_scanned(known.get("location")))
    scan.on_kind("batch", replace_actions.battery_scanned(known.get("batch")))
    scan.on_kind("part", replace_actions.part_scanned(known.get("part")))
