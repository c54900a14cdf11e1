"""The jobs room: units, jobs, stages, gates, holds, intake, diagnosis, and the bench."""

from __future__ import annotations

from flask import Flask

from workshop.core.api import add_blueprint
from workshop.core.house import house
from workshop.jobs import (
    actions,
    api,
    bench,
    cards,
    commands,
    gates,
    links,
    own_gates,
    queue,
    report_actions,
    skipping,
    sources,
    views,
)
from workshop.jobs.stages import Stage
from workshop.jobs.target import UnitKind


def init_app(app: Flask) -> None:
    """Bring the room into the house."""
    app.register_blueprint(views.bp)
    add_blueprint(app, api.bp)
    commands.register(app)
    with app.app_context():
        rooms = house()
        rooms.add_kind(UnitKind())
        rooms.add_actions((*actions.ACTIONS, *report_actions.ACTIONS))
        sources.bring(rooms)
        rooms.homes |= {
            "technician": "jobs.bench_page",
            "auditor": "jobs.units_page",
            "admin": "jobs.units_page",
        }
        rooms.extensions["pages"] = {"unit": "jobs.unit"}
        rooms.extensions["morning"] = queue.morning_rail
        rooms.links.extend(links.LINKS)
        gates.add(own_gates.GATES)
        skipping.add(Stage.REPAIR, own_gates.no_fault_is_open)
        cards.bring()
        bench.bring()
        rooms.explain("ux_jobs_one_open_per_unit", actions.TWO_JOBS, actions.LOOK_AT_IT)
        for name in ("uq_units_imei", "units.imei"):
            rooms.explain(name, actions.SAME_IMEI, actions.LOOK_AT_IT)
        for name in ("uq_units_maker", "units.maker, units.serial"):
            rooms.explain(name, actions.SAME_SERIAL, actions.LOOK_AT_IT)
