"""How deliveries and partners are found: by a begin of their code, partners by words of their name."""

from __future__ import annotations

from typing import Final

from flask import url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import or_, select

from workshop.core.actor import TECHNICIAN, Actor
from workshop.core.barcodes import Barcode
from workshop.core.begins import begins
from workshop.core.db import db
from workshop.core.finding import MOST, SHORTEST_CODE, Asked, Finder, Hit
from workshop.jobs.models import Source
from workshop.jobs.queue import sites_of
from workshop.sourcing.links import READERS
from workshop.sourcing.models import Consignment
from workshop.sourcing.words import STATES


def deliveries(wanted: Asked, actor: Actor) -> list[Hit]:
    """Return deliveries of one's own sites whose code begins so."""
    if len(wanted.code) < SHORTEST_CODE:
        return []
    named = select(Barcode.target_id).where(Barcode.kind == "consignment", begins(Barcode.code, wanted.code)).limit(50)
    query = select(Consignment).where(Consignment.id.in_(named), Consignment.state != "dropped")
    sites = sites_of(actor)
    if sites is not None:
        query = query.where(Consignment.site_id.in_(sites))
    return [_delivery(found) for found in db.session.scalars(query.order_by(Consignment.id.desc()).limit(MOST))]


def _delivery(found: Consignment) -> Hit:
    url = url_for("sourcing.delivery_page", ref=found.code)
    return Hit(found.source.name, url, "truck", str(STATES[found.state][0]), found.code, (found.code,))


def partners(wanted: Asked, _actor: Actor) -> list[Hit]:
    """Return partners by code or words of their name: there are few, they are looked through."""
    if not wanted.words:
        return []
    meant = or_(Source.code == wanted.code, wanted.stand_in(Source.name))
    query = select(Source).where(meant).order_by(Source.name).limit(MOST)
    return [
        Hit(s.name, url_for("partners.partner_page", ref=s.code), "building-2", s.code, codes=(s.code,))
        for s in db.session.scalars(query)
    ]


FINDERS: Final = (
    Finder(_l("Deliveries"), deliveries, READERS | {TECHNICIAN}, 60),
    Finder(_l("Partners"), partners, READERS, 62),
)
