"""The label of a quarantine box."""

from __future__ import annotations

from typing import cast

from flask import Blueprint, Response
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from workshop.batteries import quarantine_labels
from workshop.core import labels
from workshop.core.errors import NotFound
from workshop.core.web import allow, current_actor
from workshop.jobs import target
from workshop.jobs.api import visible
from workshop.jobs.unit_page import MIMETYPES

bp = Blueprint("batteries", __name__)


@bp.get("/units/<ref>/quarantine.<form>")
@allow()
def quarantine_label(ref: str, form: str) -> ResponseReturnValue:
    """The label of the box that a swollen unit lies in, as PDF, PNG, SVG or ZPL."""
    found = next((f.unit for f in target.find(ref.upper()) if f.unit), None)
    unit = visible(found, current_actor())
    if form not in MIMETYPES:
        raise NotFound(_("There is no such form of a label."), _("Take pdf, png, svg or zpl."))
    label = quarantine_labels.quarantine_label(unit)
    return Response(
        labels.render([label], size="quarantine", format=cast(labels.Format, form)), mimetype=MIMETYPES[form]
    )
