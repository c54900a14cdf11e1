"""The jobs room: units, jobs, stages, gates, holds, intake, diagnosis, and the bench."""

from __future__ import annotations

from flask import Flask
from flask_babel import lazy_gettext as _l

from workshop.core import label_runs, live, ticking
from workshop.core.actor import AT_WORK
from workshop.core.api import add_blueprint
from workshop.core.house import house
from workshop.jobs import (
    actions,
    api,
    bench,
    card_views,
    cards,
    diagnosis_actions,
    finders,
    gates,
    hold_actions,
    intake_actions,
    kept_views,
    links,
    own_gates,
    put_aside,
    queue,
    report_actions,
    scan,
    skipping,
    sources,
    tray_actions,
    tray_scans,
    tray_views,
    unit_labels,
    views,
)
from workshop.jobs.stages import Stage
from workshop.jobs.target import UnitKind


def init_app(app: Flask) -> None:
    """Bring the room into the house."""
    app.register_blueprint(views.bp)
    app.register_blueprint(tray_views.bp)
    app.register_blueprint(kept_views.bp)
    app.register_blueprint(card_views.bp)
    add_blueprint(app, api.bp)
    with app.app_context():
        rooms = house()
        rooms.add_kind(UnitKind())
        rooms.add_kind(tray_actions.TrayKind())
        for each in (intake_actions, actions, diagnosis_actions, hold_actions, report_actions, tray_actions):
            rooms.add_actions(each.ACTIONS)
        sources.bring(rooms)
        rooms.homes |= {
            "technician": "jobs.bench_page",
            "auditor": "jobs.units_page",
            "admin": "jobs.units_page",
        }
        rooms.extensions["pages"] = {"unit": "jobs.unit", "tray": "trays.tray_page"}
        put_aside.bring(rooms)
        live.pages({"jobs.bench_page": "", "jobs.unit": "", "jobs.queue_page": "unit", "jobs.units_page": "unit"})
        live.pages({"kept.asides_page": "scan_aside", "trays.trays_page": "tray unit", "trays.tray_page": "tray unit"})
        rooms.extensions["morning"] = queue.morning_rail
        rooms.links.extend(links.LINKS)
        rooms.finders += finders.FINDERS
        gates.add(own_gates.GATES)
        skipping.add(Stage.REPAIR, own_gates.no_fault_is_open)
        cards.bring()
        label_runs.bring(rooms, unit_labels.KINDS)
        scan.on_word("*LABEL*", unit_labels.print_here, face=unit_labels.FACE, of_bench=True)
        tray_scans.bring()
        ticking.add("unit", ticking.Way(_l("Put on a tray"), "trays.choose_tray", "package", AT_WORK))
        bench.bring()
        rooms.extensions.setdefault("head", []).append(tray_views.head)
        rooms.explain(
            "ux_trays_one_open_per_person_and_bench",
            _l("A tray was laid open here at the same moment."),
            _l("Look at it, then scan again."),
        )
        rooms.explain("ux_jobs_one_open_per_unit", actions.TWO_JOBS, actions.LOOK_AT_IT)
        for name in ("uq_units_imei", "units.imei"):
            rooms.explain(name, actions.SAME_IMEI, actions.LOOK_AT_IT)
        for name in ("uq_units_maker", "units.maker, units.serial"):
            rooms.explain(name, actions.SAME_SERIAL, actions.LOOK_AT_IT)
