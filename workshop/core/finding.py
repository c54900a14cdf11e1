"""Find anything: what a person typed, asked of each room's finder. No finder's query grows with its table.

A room registers its own (`house().finders`), with who may ask it; it answers with what this person may see, at most
MOST of a kind.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from workshop.core.actor import EVERYONE, Actor
from workshop.core.listing import has_words

MOST: Final = 5
LONGEST: Final = 80
# Fewer signs of a code begin too many codes to say anything.
SHORTEST_CODE: Final = 3
# So many codes that begin alike are looked at, before those of other sites are left out.
CANDIDATES: Final = 200


@dataclass(frozen=True)
class Asked:
    """What was typed: as words, and as the begin of a code. `at` is the page it was typed on, `whole` all that was
    pasted."""

    text: str
    words: tuple[str, ...]
    code: str
    at: str = ""
    whole: str = ""

    def stand_in(self, *columns: Any) -> Any:
        """Return the condition of rows in whose columns, taken together, each typed word is: there must be one."""
        return has_words(*columns)(" ".join(self.words))

    def named(self, *names: Any) -> bool:
        """Say whether each word begins a word of one of these names; nothing typed is in every name."""
        known = [w for name in names for w in _words(str(name))]
        return all(any(k.startswith(w) for k in known) for w in self.words)

    def fits(self, *names: Any) -> bool:
        """Say whether something found within its words may be shown: two letters are within too many."""
        return len(self.text) > SHORTEST_CODE - 1 or self.named(*names)


@dataclass(frozen=True)
class Hit:
    """One thing that was found: what it is, where it opens. `codes` are those that name it exactly."""

    title: str
    url: str
    icon: str
    detail: str = ""
    code: str = ""
    codes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Finder:
    """How a room finds one kind of thing; `roles` may ask it. Where an `alone` one finds something, it was the last."""

    label: Any
    find: Callable[[Asked, Actor], list[Hit]]
    roles: frozenset[str] = EVERYONE
    order: int = 100
    alone: bool = False


@dataclass(frozen=True)
class Group:
    """What one finder found."""

    label: Any
    hits: list[Hit]


def asked(text: str, at: str = "") -> Asked:
    """Read what was typed."""
    plain = "".join(" " if unicodedata.category(c) == "Cc" else c for c in text)
    plain = " ".join(plain.split())[:LONGEST]
    return Asked(plain, tuple(_words(plain)), plain.replace(" ", "").upper(), at, text)


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", unicodedata.normalize("NFKC", text).casefold())


def find(wanted: Asked, actor: Actor, finders: list[Finder]) -> list[Group]:
    """Return what is found by kind; the kind of a thing that is named exactly stands first."""
    groups: list[Group] = []
    for finder in sorted((f for f in finders if actor.has(*f.roles)), key=lambda f: f.order):
        hits = finder.find(wanted, actor)[:MOST]
        if hits:
            groups.append(Group(finder.label, hits))
        if hits and finder.alone:
            return groups
    return sorted(groups, key=lambda g: _distance(g, wanted))


def _distance(group: Group, wanted: Asked) -> int:
    """What is named exactly comes first, then what begins with what was typed."""
    if any(wanted.code in h.codes for h in group.hits):
        return 0
    return 1 if group.hits[0].title.casefold().startswith(wanted.text.casefold()) else 2
