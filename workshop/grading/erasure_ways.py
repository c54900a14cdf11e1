"""The ways in which data is erased here, each with a code on the command card: so that a scan records a first one too.

They are data (`erasures.toml`): a scan can say which tool, but only the workshop knows its version.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import cache

from workshop.catalogue.reference import read_toml


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the certificate says of every erasure that is done this way."""

    method: str
    category: str
    tool: str
    tool_version: str
    verification: str
    media_type: str


@dataclass(frozen=True, slots=True)
class Way:
    """A way to erase the devices of some categories. `title` is its word on the card."""

    code: str
    title: str
    categories: frozenset[str]
    evidence: Evidence

    def told(self, result: str) -> dict[str, str]:
        """Return what the record of an erasure done this way takes."""
        return {**asdict(self.evidence), "result": result}


@cache
def load_ways() -> dict[str, Way]:
    """Return every way by its code."""
    return {row["code"]: _way(**row) for row in read_toml("erasures.toml")["erasure"]}


def _way(code: str, title: str, categories: list[str], **evidence: str) -> Way:
    return Way(code, title, frozenset(categories), Evidence(**evidence))


def ways_for(category: str) -> list[Way]:
    """Return the ways that suit a category of device, the usual one first."""
    return [way for way in load_ways().values() if category in way.categories]
