"""What the codes on a command card mean at the bench: checks, faults and holds. They need no row in the database."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from workshop.accounts.models import Membership, Person
from workshop.catalogue.checklists import checklist, fault_type, faults_of
from workshop.core import labels
from workshop.core.actor import AT_BENCH, AT_WORK, Actor
from workshop.core.db import db
from workshop.core.errors import NotFound
from workshop.core.here import ROLE_LABELS
from workshop.core.house import house
from workshop.core.language import day_text, word
from workshop.core.own_codes import own_code, read_own_code
from workshop.jobs import scan
from workshop.jobs.bench import TRIAGE_CODES, TRIAGE_LABELS
from workshop.jobs.hold_rules import RULES
from workshop.jobs.scan import Bench, Face, Intent

# The letter of a person's public code.
PERSON: Final = "W"
MOST_PEOPLE: Final = 60
CATEGORY_LABELS: Final[dict[str, Any]] = {
    "smartphone": _l("phones"),
    "tablet": _l("tablets"),
    "laptop": _l("laptops"),
    "console": _l("consoles"),
    "smartwatch": _l("watches"),
}

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


def photographed(bench: Bench) -> Intent:
    """`*PHOTO*`: the page opens the camera by itself where it can; elsewhere the form of the photo opens."""
    unit = bench.unit()
    return Intent(go_to=url_for("do.ask", name="add_photo", ref=unit.code, next=url_for("jobs.bench_page")))


def person_card(code: str, bench: Bench) -> Intent | None:
    """Read a person's public code: the unit waits for them. It proves nothing, and signs nobody in."""
    own = read_own_code(code)
    if own is None or own.kind != PERSON:
        return None
    person = db.session.get(Person, own.number)
    if person is None or not person.is_active or not _shares_a_site(person, bench.actor):
        raise NotFound(_("Nobody here has this code."), _("Scan one of the command card."), field="code")
    return Intent("hold", bench.unit(), {"kind": "waiting_person", "reason": person.name})


def _shares_a_site(person: Person, actor: Actor) -> bool:
    return any(actor.works_at(membership.site_id) for membership in person.memberships)


@dataclass(frozen=True)
class Group:
    """A part of the card that a room brings: made for a category of device and a site, on the cards of `roles`."""

    make: Callable[[str, int | None], labels.CardGroup]
    roles: frozenset[str] = AT_WORK
    order: int = 100


@dataclass(frozen=True)
class Card:
    """Whose card it is, and for what: a role, a category of device, a bench."""

    role: str
    category: str
    bench_code: str
    site_id: int | None


def add_group(group: Group) -> None:
    """Bring a part of the card into the house."""
    house().extensions.setdefault("card_groups", []).append(group)


def groups_of(card: Card) -> list[labels.CardGroup]:
    """Return everything that stands on a card."""
    made = [_commands(card)]
    every = (*OWN_GROUPS, *house().extensions.get("card_groups", []))
    for group in sorted(every, key=lambda each: each.order):
        if card.role in group.roles:
            made.append(group.make(card.category, card.site_id))
    return [group for group in made if group[2]]


def _commands(card: Card) -> labels.CardGroup:
    faces: dict[str, Face] = house().extensions.get("word_faces", {})
    items = [(str(f.label), code, f.icon) for code, f in faces.items() if card.role in f.roles]
    items += [
        (str(action.label), code, action.icon)
        for code, action in house().codes.items()
        if code not in faces and card.role in action.roles
    ]
    return (_("Do"), "", items)


def _faults(category: str, _site_id: int | None) -> labels.CardGroup:
    items = [(word(f.title), f.code, None) for f in faults_of(category)]
    return (_("Faults"), _("scan the unit, then the fault"), items)


def _holds(_category: str, _site_id: int | None) -> labels.CardGroup:
    return (_("Holds"), "", [(str(r.label), r.code, None) for r in RULES.values()])


def _triage(_category: str, _site_id: int | None) -> labels.CardGroup:
    return (_("What becomes of it"), "", [(str(TRIAGE_LABELS[way]), code, None) for code, way in TRIAGE_CODES.items()])


def _passes(category: str, _site_id: int | None) -> labels.CardGroup:
    return (_("Passed"), _("one scan a check"), [(word(c.title), f"{c.code}+", None) for c in checklist(category)])


def _failures(category: str, _site_id: int | None) -> labels.CardGroup:
    return (_("Failed"), "", [(word(c.title), f"{c.code}-", None) for c in checklist(category)])


def _people(_category: str, site_id: int | None) -> labels.CardGroup:
    """Everybody who works at the site, by their public code."""
    at_site = select(Membership.person_id).where((Membership.site_id == site_id) | Membership.site_id.is_(None))
    query = select(Person.id, Person.name).where(Person.is_active.is_(True), Person.id.in_(at_site))
    people = db.session.execute(query.order_by(Person.name).limit(MOST_PEOPLE))
    return (
        _("People"),
        _("the unit waits for them"),
        [(name, own_code(PERSON, number), None) for number, name in people],
    )


OWN_GROUPS: Final = (
    Group(_triage, AT_BENCH, 30),
    Group(_holds, order=40),
    Group(_faults, AT_BENCH, 50),
    Group(_passes, AT_BENCH, 60),
    Group(_failures, AT_BENCH, 70),
    Group(_people, order=110),
)


def printed(card: Card, now: datetime) -> bytes:
    """Return the command card as PDF."""
    return labels.command_card(*_heading(card, now), groups_of(card))


def pictures(card: Card, now: datetime) -> list[bytes]:
    """Return the pages of the command card as PNG, to look at."""
    return labels.command_card_pages(*_heading(card, now), groups_of(card))


def _heading(card: Card, now: datetime) -> tuple[str, str]:
    code = card.bench_code
    title = _("Bench %(code)s command card", code=code) if code else _("Command card")
    words = {"role": str(ROLE_LABELS[card.role]), "category": str(CATEGORY_LABELS[card.category]), "day": day_text(now)}
    return title, _("%(role)s, %(category)s. Print in black at 100 %%. %(day)s", **words)


def bring() -> None:
    """Tell the scan box of these cards."""
    for meaning in (check_card, fault_card, hold_card, triage_card, person_card):
        scan.on_card(meaning)
    scan.on_word("*PHOTO*", photographed, face=Face(_l("Take a photo"), "camera"))
    scan.on_word("*PASS*", passed, face=Face(_l("Pass"), "check", AT_BENCH))
    scan.on_word("*FAIL*", failed, face=Face(_l("Fail"), "x", AT_BENCH))
