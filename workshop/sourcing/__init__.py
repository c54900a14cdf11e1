"""The sourcing room: partners and their terms, deliveries from file to report, quotes and revised offers."""

from __future__ import annotations

from flask import Flask
from flask_babel import lazy_gettext as _l

from workshop.core.house import Panel, house
from workshop.core.work import Worker
from workshop.jobs import scan
from workshop.sourcing import (
    bench,
    commands,
    consignment_actions,
    finders,
    importing,
    kinds,
    links,
    offer_actions,
    page,
    partner_actions,
    partner_views,
    quote_actions,
    receiving_actions,
    scans,
    views,
)


def init_app(app: Flask) -> None:
    """Bring the room into the house."""
    app.register_blueprint(views.bp)
    app.register_blueprint(partner_views.bp)
    commands.register(app)
    with app.app_context():
        rooms = house()
        for kind in kinds.KINDS:
            rooms.add_kind(kind)
        for each in (consignment_actions, receiving_actions, partner_actions, quote_actions, offer_actions):
            rooms.add_actions(each.ACTIONS)
        rooms.after_many("take_in", receiving_actions.after_taking_in)
        rooms.after_many("take_in", quote_actions.after_taking_in)
        for name in ("lift_hold", "undo", "decide_triage"):
            rooms.after(name, offer_actions.bar_while_waiting)
        rooms.after("correct_model", receiving_actions.after_correcting)
        rooms.workers[consignment_actions.EXPECT] = Worker(
            consignment_actions.EXPECT, _l("Read a delivery in"), importing.run
        )
        rooms.links.extend(links.LINKS)
        rooms.finders += finders.FINDERS
        bench.bring()
        rooms.panels.append(Panel("quote", "sourcing/_panel_quote.html", page.panel, 8))
        rooms.extensions.setdefault("pages", {}).update(
            {"consignment": "sourcing.delivery_page", "source": "partners.partner_page"}
        )
        rooms.extensions.setdefault("head", []).append(page.head)
        rooms.extensions.setdefault("unit_json", {})["quote"] = page.unit_json
        rooms.extensions["quoted"] = page.quoted
        scan.on_kind("consignment", scans.delivery)
        scan.on_card(scans.announced_device)
        _explain()


def _explain() -> None:
    """Say in words what the database's own rules of this room mean."""
    rooms = house()
    for name in ("ux_consignments_one_per_file", "consignments.source_id, consignments.file_digest"):
        rooms.explain(name, _l("This file was sent already."), _l("Look at the list of deliveries."))
    for name in ("ux_revised_offers_one_waiting_per_job", "revised_offers.job_id"):
        rooms.explain(name, _l("A revised offer waits for the owner already."), _l("Record the answer first."))
    for name in ("ux_consignment_lines_imei", "consignment_lines.consignment_id, consignment_lines.imei"):
        rooms.explain(name, _l("This device was scanned already."), _l("Scan the next one."))
