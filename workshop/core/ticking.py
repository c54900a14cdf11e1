"""What can be done with the rows of a list that somebody ticked: first of all, their labels are printed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from flask_babel import lazy_gettext as _l

from workshop.core import label_kinds
from workshop.core.actor import Actor
from workshop.core.house import house


@dataclass(frozen=True)
class Way:
    """A button under a list. Its page is asked with `kind`, and with a `code` for each row that is ticked."""

    label: Any
    endpoint: str
    icon: str
    roles: frozenset[str]


PRINT: Final = (_l("Print the labels"), "labels.labels_page", "printer")


def add(kind: str, way: Way) -> None:
    """Let things that carry this kind of label be ticked for something else as well."""
    house().extensions.setdefault("ticked_ways", {}).setdefault(kind, []).append(way)


def ways(kind: str, actor: Actor) -> list[Way]:
    """Return what this person may do with ticked things of a kind; nothing where they have no label."""
    known = label_kinds.kinds().get(kind)
    if known is None:
        return []
    others: list[Way] = house().extensions.get("ticked_ways", {}).get(kind, [])
    return [way for way in (Way(*PRINT, known.roles), *others) if actor.may(way.roles, None)]
