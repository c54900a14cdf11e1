"""What the jobs room adds to the navigation."""

from __future__ import annotations

from typing import Final

from flask_babel import lazy_gettext as _l

from workshop.core.actor import ADMIN, AT_WORK, AUDITOR, PARTS_MANAGER, REFURBISHER, TECHNICIAN
from workshop.core.house import Link
from workshop.jobs import put_aside, queue, trays

LINKS: Final = (
    Link("bench", _l("Bench"), "jobs.bench_page", "scan-barcode", frozenset({TECHNICIAN}), 10),
    Link("bench", _l("My queue"), "jobs.queue_page", "list", frozenset({TECHNICIAN}), 20, queue.count_waiting),
    Link("bench", _l("Tray"), "trays.trays_page", "package", frozenset({TECHNICIAN}), 25, trays.count_waiting),
    Link("bench", _l("Take in"), "jobs.take_in_page", "package-plus", frozenset({TECHNICIAN}), 30),
    Link("units", _l("Scans to look at"), "kept.asides_page", "inbox", AT_WORK, 95, put_aside.count_waiting),
    Link("units", _l("Command cards"), "cards.cards_page", "printer", AT_WORK, 96),
    Link(
        "units",
        _l("Units"),
        "jobs.units_page",
        "smartphone",
        frozenset({PARTS_MANAGER, REFURBISHER, ADMIN, AUDITOR, TECHNICIAN}),
        90,
    ),
)
