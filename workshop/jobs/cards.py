"""What the codes on a command card mean at the bench: checks, faults and holds. They need no row in the database."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Final

from flask_babel import gettext as _

from workshop.catalogue.checklists import checklist, fault_type, faults_of
from workshop.core import labels
from workshop.core.house import house
from workshop.core.language import day_text, word
from workshop.core.spoken import capital, spoken
from workshop.jobs import scan
from workshop.jobs.bench import TRIAGE_CODES, TRIAGE_LABELS
from workshop.jobs.hold_rules import RULES
from workshop.jobs.scan import Bench, Intent

# A check's own code with a sign: C-CAM1+ passed, C-CAM1- failed.
_CHECK: Final = re.compile(r"(C-[A-Z0-9]+)([+-])")


def check_card(code: str, bench: Bench) -> Intent | None:
    """Read the pass or fail code of one check."""
    found = _CHECK.fullmatch(code)
    if found is None:
        return None
    outcome = "pass" if found[2] == "+" else "fail"
    return Intent("answer", bench.unit(), {"check": found[1], "outcome": outcome})


def fault_card(code: str, bench: Bench) -> Intent | None:
    """Read a fault, such as F-DISP-1."""
    if fault_type(code) is None:
        return None
    return Intent("record_fault", bench.unit(), {"fault": code})


def hold_card(code: str, bench: Bench) -> Intent | None:
    """Read a hold, such as H-LOCK."""
    rule = next((r for r in RULES.values() if r.code == code), None)
    return Intent("hold", bench.unit(), {"kind": rule.kind}) if rule else None


def triage_card(code: str, bench: Bench) -> Intent | None:
    """Read what becomes of a unit, such as T-REPAIR."""
    decision = TRIAGE_CODES.get(code)
    return Intent("decide_triage", bench.unit(), {"decision": decision}) if decision else None


def passed(bench: Bench) -> Intent:
    """`*PASS*`: the next check of the round passed."""
    return Intent("answer", bench.unit(), {"outcome": "pass"})


def failed(bench: Bench) -> Intent:
    """`*FAIL*`: the next check of the round failed."""
    return Intent("answer", bench.unit(), {"outcome": "fail"})


def printed(category: str, bench_code: str, now: datetime) -> bytes:
    """Return the command card of a bench for one category of device, as PDF."""
    rooms = house()
    commands = [(str(a.label), code, a.icon) for code, a in rooms.codes.items()]
    special = [code for code in rooms.extensions.get("scan_words", {}) if code not in rooms.codes]
    words = [(capital(spoken(code.strip("*").lower())), code, None) for code in special]
    groups: list[labels.CardGroup] = [
        (_("Do"), "", [*words, *commands]),
        (
            _("Faults"),
            _("scan the unit, then the fault"),
            [(word(f.title), f.code, None) for f in faults_of(category)],
        ),
        (_("Holds"), "", [(str(r.label), r.code, None) for r in RULES.values()]),
        (
            _("What becomes of it"),
            "",
            [(str(TRIAGE_LABELS[way]), code, None) for code, way in TRIAGE_CODES.items()],
        ),
        (_("Passed"), _("one scan a check"), [(word(c.title), f"{c.code}+", None) for c in checklist(category)]),
        (_("Failed"), "", [(word(c.title), f"{c.code}-", None) for c in checklist(category)]),
        *(group(category) for group in rooms.extensions.get("card_groups", [])),
    ]
    title = _("Bench %(code)s command card", code=bench_code) if bench_code else _("Command card")
    subtitle = _("Print in black at 100 %%. %(category)s, %(day)s", category=spoken(category), day=day_text(now))
    return labels.command_card(title, subtitle, groups)


def bring() -> None:
    """Tell the scan box of these cards."""
    for meaning in (check_card, fault_card, hold_card, triage_card):
        scan.on_card(meaning)
    scan.on_word("*PASS*", passed)
    scan.on_word("*FAIL*", failed)
