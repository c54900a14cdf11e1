"""What this room tells of a unit: on its page, in its head and through the API."""

from __future__ import annotations

from typing import Any

from workshop.core.house import House
from workshop.jobs.target import OpenUnit
from workshop.marketplace import orders, shelf
from workshop.marketplace.kinds import line_json, listing_json


def unit_listing(unit: OpenUnit) -> dict[str, Any] | None:
    """Return the listing that a unit is offered under."""
    offer = shelf.offer_of(unit.id)
    if offer is None:
        return None
    return listing_json(offer.listing) | {"live_since": offer.live_at.isoformat() if offer.live_at else None}


def unit_order(unit: OpenUnit) -> dict[str, Any] | None:
    """Return the order that a unit was last sold for."""
    lines = orders.lines_of_unit(unit.id)
    return line_json(lines[0]) if lines else None


def unit_warranty(unit: OpenUnit) -> dict[str, Any] | None:
    """Return a unit's warranty."""
    found = orders.warranty_of(unit.id)
    return {"from": found.starts_on.isoformat(), "until": found.ends_on.isoformat()} if found else None


def bring(rooms: House) -> None:
    """Bring all of it into the house."""
    told = rooms.extensions.setdefault("unit_json", {})
    told |= {"listing": unit_listing, "order": unit_order, "warranty": unit_warranty}
