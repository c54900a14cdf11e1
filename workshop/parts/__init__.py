"""The parts room: spare parts, the stock ledger, suppliers, orders, the spare-part window and donors."""

from __future__ import annotations

from flask import Flask
from flask_babel import lazy_gettext as _l

from workshop.core import label_runs, live
from workshop.core.api import add_blueprint
from workshop.core.house import Panel, house
from workshop.jobs import gates, skipping
from workshop.jobs.stages import Stage
from workshop.parts import (
    api,
    assortment_actions,
    bench,
    donor_actions,
    finders,
    fit_actions,
    fits,
    kinds,
    links,
    listeners,
    need_actions,
    order_actions,
    page,
    part_gates,
    places,
    scans,
    stock_actions,
    stock_labels,
    supply_actions,
    supply_views,
    today_views,
    triage_view,
    views,
)

ACTIONS = (
    need_actions,
    fit_actions,
    order_actions,
    places,
    stock_actions,
    donor_actions,
    assortment_actions,
    supply_actions,
)


def init_app(app: Flask) -> None:
    """Bring the room into the house."""
    app.jinja_env.filters.update(part_word=fits.kind_word, part_name=fits.part_name)
    app.register_blueprint(views.bp)
    add_blueprint(app, api.bp)
    with app.app_context():
        rooms = house()
        for kind in kinds.KINDS:
            rooms.add_kind(kind)
        for each in ACTIONS:
            rooms.add_actions(each.ACTIONS)
        gates.add(part_gates.GATES)
        for stage in (Stage.PARTS, Stage.REPAIR):
            skipping.add(stage, part_gates.no_part_is_needed)
        listeners.listen(rooms)
        scans.bring()
        label_runs.bring(rooms, stock_labels.KINDS)
        bench.bring()
        rooms.homes["parts_manager"] = today_views.HOME
        rooms.links.extend(links.LINKS)
        live.pages(dict.fromkeys((f"parts.{page}" for page in views.LIVE), views.CHANGES))
        rooms.finders += finders.FINDERS
        rooms.panels.append(Panel("parts", "parts/_panel_parts.html", page.parts_panel, 20))
        rooms.panels.append(Panel("window", "parts/_panel_window.html", page.window_panel, 40))
        rooms.extensions.setdefault("head", []).append(page.head)
        rooms.extensions.setdefault("unit_json", {})["parts"] = page.unit_json
        rooms.extensions.setdefault("pages", {}).update(views.PAGES | supply_views.PAGES)
        rooms.extensions["fault_part"] = triage_view.fault_part
        rooms.extensions["triage"] = triage_view.triage_of
        rooms.extensions["triage_costs"] = triage_view.triage_costs
        _explain()


def _explain() -> None:
    """Say in words what the database's own rules of this room mean."""
    rooms = house()
    for name in ("ux_needs_one_open_per_kind", "needs.job_id, needs.part_kind"):
        rooms.explain(name, _l("This part was asked for already."), _l("Look at the unit's page."))
    for name in ("ux_reservations_one_live_per_need", "reservations.need_id"):
        rooms.explain(name, _l("A piece is set aside for this already."), _l("Look at the unit's page."))
    for name in ("ux_reservations_one_live_per_donor_part", "reservations.donor_part_id"):
        rooms.explain(name, _l("This donor's part is promised to another job."), _l("Choose another donor."))
    for name in ("uq_offers_supplier_id", "offers.supplier_id"):
        rooms.explain(name, _l("This supplier offers the part already."), _l("Change that offer."))
    for name in ("uq_suppliers_code", "suppliers.code"):
        rooms.explain(name, _l("There is a supplier with this code already."), _l("Choose another code."))
    for name in ("reserved_within_stock", "on_hand_not_negative"):
        rooms.explain(name, _l("Another job took this piece at the same moment."), _l("Reserve again."))
