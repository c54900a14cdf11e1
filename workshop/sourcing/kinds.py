"""Deliveries as things that actions act on."""

from __future__ import annotations

from typing import Any, Final

from flask_babel import gettext as _

from workshop.core.actions import Act, ModelKind
from workshop.core.errors import NotFound
from workshop.core.web import day_here
from workshop.sourcing import claims, consignments
from workshop.sourcing.models import Consignment


class ConsignmentKind(ModelKind[Consignment]):
    """Deliveries, named by their code."""

    def load(self, ref: Any, act: Act) -> Consignment:
        found = super().load(ref.upper() if isinstance(ref, str) else ref, act)
        if not act.by.works_at(found.site_id):
            raise NotFound(_("There is no delivery with this code."), _("Look at the list."))
        return found

    def show(self, target: Consignment) -> dict[str, Any]:
        claim = claims.standing(target.claim_until, day_here())
        return {
            "code": target.code,
            "source": target.source.code,
            "reference": target.reference,
            "state": target.state,
            "lines_in_file": target.in_file,
            "lines_left_out": target.left_out,
            "read_to_line": target.read_to,
            "devices": target.expected,
            "counts": consignments.counts(target.id),
            "claim_until": target.claim_until.isoformat() if target.claim_until else None,
            "claim_days_left": claim.days_left,
        }


KINDS: Final = (ConsignmentKind("consignment", "consignments", Consignment, by="code"),)
