"""What other rooms' actions mean for the shelf: heard in the same transaction."""

from __future__ import annotations

from typing import Final

from workshop.core.actions import Act, Done
from workshop.core.house import House
from workshop.jobs.stages import Stage
from workshop.jobs.target import OpenUnit
from workshop.marketplace import offers, shelf
from workshop.marketplace.grade_of import grade_of
from workshop.marketplace.outbox import ask_push

MOVES: Final = ("advance", "skip", "move", "undo", "decide_triage")
STANDING: Final = ("hold", "lift_hold")


def listen(rooms: House) -> None:
    """Hear every move and every hold."""
    for name in MOVES:
        rooms.after(name, moved)
    for name in STANDING:
        rooms.after(name, changed)


def moved(act: Act, done: Done) -> None:
    """A unit that came to the shelf goes under its listing; one that left it is offered no more."""
    unit = done.target
    if not isinstance(unit, OpenUnit):
        return
    if unit.stage == Stage.READY and grade_of(unit.job_id) is not None:
        act.follow("offer_unit", unit.id)
    elif unit.stage not in shelf.SHELF:
        _withdraw(unit, act)
    changed(act, done)


def _withdraw(unit: OpenUnit, act: Act) -> None:
    offer = shelf.offer_of(unit.id)
    if offer is not None:
        offers.end(offer, "withdrawn", act.now)
        ask_push(offer.listing, act.now)


def changed(act: Act, done: Done) -> None:
    """What is offered changed: the marketplace has to hear of it."""
    unit = done.target
    offer = shelf.offer_of(unit.id) if isinstance(unit, OpenUnit) and unit.stage in shelf.SHELF else None
    if offer is not None:
        ask_push(offer.listing, act.now)
