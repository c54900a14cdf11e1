"""What stands on the label of a quarantine box."""

from __future__ import annotations

from typing import Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from workshop.batteries import quarantine
from workshop.core.errors import NotFound
from workshop.core.label_kinds import SHEETS, LabelKind
from workshop.core.label_layout import Label
from workshop.core.language import date_text
from workshop.jobs.target import OpenUnit


def quarantine_label(unit: OpenUnit) -> Label:
    """Return what stands on the label of the box a unit lies in. Raises NotFound where it lies in none."""
    item = quarantine.lying(unit.id)
    if item is None:
        raise NotFound(_("%(unit)s lies in no quarantine place.", unit=unit.code), _("Scan the box it lies in first."))
    way = quarantine.transport(unit, critical=item.critical)
    line = _("%(un)s, %(packing)s, since %(day)s", un=way.un_number, packing=way.packing, day=date_text(item.laid_at))
    return Label(title=item.location.code, code=unit.code, lines=(line,), qr=unit.code, hazard=True)


KINDS: Final = [
    LabelKind(
        "quarantine",
        _l("Quarantine box"),
        "unit",
        quarantine_label,
        size="quarantine",
        sizes=("quarantine", "unit", SHEETS[0]),
    )
]
