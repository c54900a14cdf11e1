"""What is refused of a file as a whole."""

from __future__ import annotations

from flask_babel import gettext as _

from workshop.core.errors import Refused


class BadManifest(Refused):
    """The file as a whole cannot be read."""

    kind = "bad-manifest"


def too_many(lines: int, most: int) -> BadManifest:
    """Return the refusal of a file that is too long."""
    return BadManifest(
        _("This file has %(n)s lines; at most %(most)s are read at once.", n=f"{lines:,}", most=f"{most:,}"),
        _("Cut it up, and send one part after the other."),
        field="file",
    )
