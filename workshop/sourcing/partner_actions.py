"""The terms of a source: what it is, how long a claim may be made, how long an owner may think."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from pydantic import Field

from workshop.core.actions import Act, Action, Outcome
from workshop.core.actor import PARTS_MANAGER, REFURBISHER
from workshop.core.arguments import Arguments, Ask, as_they_are
from workshop.jobs.models import Source
from workshop.sourcing import consignments
from workshop.sourcing.models import KINDS

KIND_LABELS: Final[dict[str, Any]] = {
    "supplier": _l("Supplier of lots"),
    "programme": _l("Trade-in programme"),
    "counter": _l("Counter"),
}


def _kinds(_source: Any) -> list[tuple[str, Any]]:
    return list(KIND_LABELS.items())


class Terms(Arguments):
    """What was agreed with a source."""

    kind: Annotated[Literal[KINDS], Ask(_l("What it is"), choices=_kinds)]  # type: ignore[valid-type]
    claim_days: Annotated[
        int, Field(ge=1, le=365), Ask(_l("Days to claim"), _l("From the first scan of a delivery."))
    ] = 14
    answer_days: Annotated[
        int, Field(ge=1, le=90), Ask(_l("Days to answer"), _l("How long an owner may think over a revised offer."))
    ] = 7
    email: Annotated[str, Field(max_length=120), Ask(_l("E-mail"), _l("Where reports and offers go."))] = ""


def _set_terms(source: Source, given: Terms, _act: Act) -> Outcome:
    terms = consignments.terms_of(source)
    terms.kind, terms.email = given.kind, given.email
    terms.claim_days, terms.answer_days = given.claim_days, given.answer_days
    return Outcome(
        _("The terms of %(name)s are set.", name=source.name),
        data={"kind": given.kind, "claim_days": given.claim_days, "answer_days": given.answer_days},
    )


ACTIONS: Final = (
    Action(
        "set_partner_terms",
        _l("Set the terms"),
        "source",
        _set_terms,
        frozenset({REFURBISHER, PARTS_MANAGER}),
        _l("Terms set"),
        arguments=Terms,
        begins=lambda source: as_they_are(Terms, consignments.terms_with(source.id)),
        icon="settings",
    ),
)
