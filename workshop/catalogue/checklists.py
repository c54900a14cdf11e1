"""Checklists and faults by category: what is looked at in diagnosis, and again before grading."""

from __future__ import annotations

from functools import cache

from workshop.catalogue import reference
from workshop.catalogue.reference import Check, Fault, load_faults

__all__ = ["Check", "Fault", "check_of", "checklist", "fault_type", "faults_of"]


@cache
def checklist(category: str, *, has_battery: bool = True) -> tuple[Check, ...]:
    """Return the checks of a category, in the order in which they are done."""
    return reference.checklist(category, has_battery=has_battery)


@cache
def check_of(category: str, code: str) -> Check | None:
    """Return one check of a category by its code, or None."""
    return next((c for c in checklist(category) if c.code == code), None)


def fault_type(code: str) -> Fault | None:
    """Return a fault by its code, such as F-DISP-1, or None."""
    return load_faults().get(code)


@cache
def faults_of(category: str) -> tuple[Fault, ...]:
    """Return the faults that a category can have."""
    return tuple(f for f in load_faults().values() if category in f.categories)
