"""Who acts: a person at a bench, a program with a token, or the workshop's own workers."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Final
from zoneinfo import ZoneInfo

TECHNICIAN: Final = "technician"
PARTS_MANAGER: Final = "parts_manager"
REFURBISHER: Final = "refurbisher"
ADMIN: Final = "admin"
AUDITOR: Final = "auditor"
ROLES: Final = (TECHNICIAN, PARTS_MANAGER, REFURBISHER, ADMIN, AUDITOR)
AT_BENCH: Final = frozenset({TECHNICIAN, REFURBISHER})
AT_WORK: Final = frozenset({TECHNICIAN, PARTS_MANAGER, REFURBISHER})
EVERYONE: Final = frozenset(ROLES)


@dataclass(frozen=True)
class Actor:
    """Who acts, with what rights and where. `roles` pairs each role with a site, None meaning all sites.

    Somebody who signs in again is the same actor: what is known of them stays known.
    """

    person_id: int | None
    name: str
    roles: frozenset[tuple[str, int | None]] = frozenset()
    bench_id: int | None = None
    bench_code: str = ""
    site_id: int | None = None
    site_name: str = ""
    zone: str = "UTC"
    language: str = "en"
    caller: str = ""
    channel: str = "page"
    session_id: str = field(default="", repr=False, compare=False)
    theme: str = "system"
    is_worker: bool = False

    @cached_property
    def _sites(self) -> frozenset[int | None]:
        return frozenset(at for _role, at in self.roles)

    @cached_property
    def _names(self) -> frozenset[str]:
        return frozenset(role for role, _at in self.roles)

    def works_at(self, site_id: int | None) -> bool:
        """Say whether this actor may know of things at `site_id`; None is the whole workshop's."""
        return self.is_worker or site_id is None or not self._sites.isdisjoint((None, site_id))

    def may(self, roles: frozenset[str], site_id: int | None) -> bool:
        """Say whether one of `roles` is held for `site_id`. An admin may do what any of them may."""
        if self.is_worker:
            return True
        wanted = roles | {ADMIN}
        return any(role in wanted and (site_id is None or at in (None, site_id)) for role, at in self.roles)

    def day(self, moment: datetime) -> date:
        """Return the day of a moment where this actor is: past midnight there it is the next one."""
        return moment.astimezone(ZoneInfo(self.zone)).date()

    def has(self, *roles: str) -> bool:
        """Say whether one of `roles` is held anywhere."""
        return not self._names.isdisjoint(roles)


def worker(name: str) -> Actor:
    """Return the actor for the workshop's own background work called `name`."""
    return Actor(person_id=None, name=name, caller=name.lower(), channel="worker", is_worker=True)
