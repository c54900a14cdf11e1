"""What a scan carries besides its code: when it was scanned, for which unit, and whether it was sent before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from flask_babel import gettext as _

from workshop.core.errors import Conflict
from workshop.jobs.target import OpenUnit, overtaken

# Beyond this the clock that said so is wrong, or the scan is too old to tell anybody anything.
BELIEVED_FOR: Final = timedelta(days=7)
TRAY: Final = "T"  # what the code of a tray begins with


@dataclass(frozen=True)
class Carried:
    """What the browser knew when the code was scanned.

    `unit` and `version` say what lay in front of the person; `gap_ms` how long ago the same code was scanned before it;
    `again` that it was sent before and nothing came back; `after_aside` that the scan before it was put aside.
    """

    unit: str = ""
    version: int | None = None
    gap_ms: int | None = None
    scanned_at: datetime | None = None
    again: bool = False
    after_aside: bool = False

    @property
    def is_for_tray(self) -> bool:
        """Whether a tray lay open when it was scanned."""
        return self.unit.startswith(TRAY)

    def require(self, lying: OpenUnit | None) -> None:
        """Raise Conflict where another unit lies at the bench than the scan was meant for, or it was changed since."""
        self._require_what_came_before()
        if self.unit and (lying is None or lying.code != self.unit):
            raise self._elsewhere()
        if self.version is not None and lying is not None and lying.version != self.version:
            raise overtaken(lying)

    def require_tray(self, code: str, *, follows: bool = True) -> None:
        """Raise Conflict where a tray takes what was not meant for it, or the one it was meant for is away.

        `code` is that of the tray that lies open, or empty; `follows` says that the scan is about what came before it.
        """
        if follows:
            self._require_what_came_before()
        if self.unit and self.unit != code and (code or self.is_for_tray):
            raise self._elsewhere()

    def _require_what_came_before(self) -> None:
        if self.after_aside:
            raise Conflict(
                _("The scan before it was not done, so this one was not either."),
                _("Look at that one first, then do this again."),
            )

    def _elsewhere(self) -> Conflict:
        return Conflict(
            _("This was scanned for %(meant)s, which does not lie at this bench now.", meant=self.unit),
            _("Nothing was changed. Scan %(meant)s, then this again.", meant=self.unit),
            field="unit",
        )


NOTHING: Final = Carried()


def read(fields: Mapping[str, str], now: datetime) -> Carried:
    """Return what the fields of a form tell; what cannot be read or believed is left out."""
    return Carried(
        unit=fields.get("unit", "").strip()[:16].upper(),
        version=_number(fields.get("version", "")),
        gap_ms=_number(fields.get("gap_ms", "")),
        scanned_at=believed(fields.get("scanned_at", ""), now),
        again=fields.get("again", "") == "1",
        after_aside=fields.get("after_aside", "") == "1",
    )


def believed(said: str, now: datetime) -> datetime | None:
    """Return when a browser says it was, or None where its clock is wrong: in the future, or more than a week old."""
    try:
        at = datetime.fromisoformat(said[:40])
        at = at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
    return at if now - BELIEVED_FOR <= at <= now else None


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None
