"""The batteries room: readings, replacement by how the battery is held, quarantine, traceability."""

from __future__ import annotations

from flask import Flask

from workshop.batteries import gates, page, reading_actions
from workshop.core.house import Panel, house
from workshop.jobs import gates as jobs_gates
from workshop.jobs import scan


def init_app(app: Flask) -> None:
    """Bring the room into the house."""
    with app.app_context():
        rooms = house()
        rooms.add_actions(reading_actions.ACTIONS)
        jobs_gates.add(gates.GATES)
        rooms.after("answer", reading_actions.answered)
        rooms.after("undo", reading_actions.taken_back)
        scan.on_card(reading_actions.reading_card)
        rooms.panels.append(Panel("battery", "batteries/_panel.html", page.panel, order=10))
        rooms.extensions.setdefault("head", []).append(page.head)
        rooms.extensions.setdefault("unit_json", {}).update(battery=page.battery_json)
