"""What stands on the labels of units and trays, and `*LABEL*`, which prints them."""

from __future__ import annotations

from typing import Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from workshop.catalogue.identifiers import Imei
from workshop.core.label_kinds import LabelKind
from workshop.core.label_layout import Label
from workshop.core.language import day_text
from workshop.jobs import trays
from workshop.jobs.scan import Bench, Face, Intent
from workshop.jobs.target import OpenUnit
from workshop.jobs.tray_models import Tray


def unit_label(unit: OpenUnit) -> Label:
    """Return what stands on a unit's label."""
    lines = (
        f"IMEI {Imei(unit.imei).grouped}" if unit.imei else unit.serial or "",
        _("in %(day)s", day=day_text(unit.opened_at)),
        _("job %(n)s", n=unit.job_number),
    )
    return Label(title=unit.title, code=unit.code, lines=lines, qr=unit.code)


def tray_label(tray: Tray) -> Label:
    """Return what stands on a tray's label."""
    return Label(
        title=tray.name or _("Tray"), code=tray.code, lines=(_("Tray: scan it, then the units"),), qr=tray.code
    )


def print_here(bench: Bench) -> Intent:
    """`*LABEL*`: the label of the unit that lies here, or of each unit of the tray that lies open."""
    tray = trays.open_of(bench.actor)
    units = trays.units_on(tray) if tray is not None else [bench.unit()]
    return Intent("print_labels", None, {"kind": "unit", "codes": " ".join(unit.code for unit in units)})


FACE: Final = Face(_l("Print the label"), "printer")
KINDS: Final = [
    LabelKind("unit", _l("Unit"), "unit", unit_label),
    LabelKind("tray", _l("Tray"), "tray", tray_label),
]
