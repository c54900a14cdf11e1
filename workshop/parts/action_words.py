"""What the actions of this room share: who may, where, and the words for it."""

from __future__ import annotations

from typing import Annotated, Any, Final

from flask import current_app
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from pydantic import Field

from workshop.core.actions import Act
from workshop.core.actor import PARTS_MANAGER, REFURBISHER, TECHNICIAN
from workshop.core.arguments import Arguments, Ask
from workshop.core.errors import Refused
from workshop.core.language import word
from workshop.jobs.stages import Stage
from workshop.parts import fits, window
from workshop.parts.models import (
    Location,
    Need,
)

WORK: Final = frozenset({TECHNICIAN, PARTS_MANAGER, REFURBISHER})
BUYERS: Final = frozenset({PARTS_MANAGER})
STAGES: Final = frozenset(s.value for s in (Stage.DIAGNOSIS, Stage.PARTS, Stage.REPAIR, Stage.GRADING))
AT_REPAIR: Final = frozenset({Stage.REPAIR.value})
RECEIVERS: Final = frozenset({PARTS_MANAGER, TECHNICIAN})


def terms() -> window.Terms:
    """Return where the workshop works, from the settings."""
    settings = current_app.extensions["settings"]
    return window.Terms(settings.region, settings.closing_months)


def title_of(need: Need) -> str:
    """Return what a need asks for, as it is kept."""
    return fits.kind_title(need.part_kind)


def said_of(need: Need) -> str:
    """Return what a need asks for as the reader says it; `title_of` is what the story keeps."""
    return word(title_of(need))


def site_for(given: int | None, act: Act) -> int:
    """Return the site that an order is for: a person's own, never another's."""
    site_id = given or act.by.site_id or next((at for _role, at in sorted(act.by.roles, key=str) if at), None)
    if site_id is None:
        what = _("It is not known for which site this is.")
        raise Refused(what, _("Choose a bench first, or give the site."), field="site")
    if not act.by.works_at(site_id):
        raise Refused(_("This is not your site."), _("Order for your own site."), field="site")
    return site_id


class Reason(Arguments):
    """Why."""

    reason: Annotated[str, Field(min_length=3, max_length=300), Ask(_l("Why"))]


def for_whom(served: list[Need], place: Location) -> Any:
    """Return where a piece goes, and whose it is."""
    if not served:
        return _("To stock, in %(place)s.", place=place.code)
    codes = ", ".join(n.job.unit.code for n in served[:3])
    return _("In %(place)s, reserved for %(units)s.", place=place.code, units=codes)
