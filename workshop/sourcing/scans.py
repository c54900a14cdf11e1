"""What a scan means: a delivery's label opens it, an announced device is checked in wherever it is scanned."""

from __future__ import annotations

from flask import url_for
from flask_babel import gettext as _

from workshop.core.db import db
from workshop.core.errors import NotFound
from workshop.jobs.scan import Bench, Intent
from workshop.jobs.target import Found
from workshop.sourcing import checkin
from workshop.sourcing.models import Consignment


def delivery(found: Found, bench: Bench) -> Intent:
    """A delivery: receive it."""
    known = db.session.get(Consignment, found.target_id)
    if known is None or not bench.actor.works_at(known.site_id):
        raise NotFound(_("Nothing here has this code."), _("Scan its label again."), field="code")
    return Intent(go_to=url_for("sourcing.delivery_page", ref=known.code))


def announced_device(text: str, bench: Bench) -> Intent | None:
    """A device that no unit is yet, but that a delivery announced: check it in."""
    if text.startswith("*"):
        return None
    for line in checkin.awaited(text):
        if bench.actor.works_at(line.site_id) and line.site_id == bench.actor.site_id:
            return Intent("check_in", line.code, {"code": text})
    return None
