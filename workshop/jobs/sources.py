"""Where devices come from, as an admin makes it known."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from pydantic import Field
from sqlalchemy import select

from workshop.core.actions import Act, Action, ModelKind, Outcome
from workshop.core.actor import ADMIN
from workshop.core.arguments import Arguments, Ask
from workshop.core.db import db
from workshop.core.errors import Refused
from workshop.core.house import House
from workshop.jobs.models import VAT_REGIMES, Source


class AddSource(Arguments):
    """A new source; its VAT regime is that of its devices unless one is given at intake."""

    code: Annotated[str, Field(pattern=r"^[A-Za-z0-9-]{2,16}$"), Ask(_l("Code"), _l("2 to 16 letters or digits."))]
    name: Annotated[str, Field(min_length=1, max_length=120), Ask(_l("Name"))]
    vat_regime: Annotated[Literal[VAT_REGIMES], Ask(_l("VAT regime"))]  # type: ignore[valid-type]


def add_source(_target: None, given: AddSource, _act: Act) -> Outcome:
    """Make a source known. Raises Refused where its code is taken."""
    code = given.code.upper()
    if db.session.scalar(select(Source.id).where(Source.code == code)) is not None:
        raise Refused(_("There is a source %(code)s already.", code=code), _("Choose another code."), field="code")
    source = Source(code=code, name=given.name, vat_regime=given.vat_regime)
    db.session.add(source)
    db.session.flush()
    data = {"code": code, "name": source.name, "vat_regime": source.vat_regime}
    return Outcome(_("Devices may come from %(name)s now.", name=source.name), data=data, target=source)


class SourceKind(ModelKind[Source]):
    """Sources, named by their code."""

    def show(self, target: Source) -> dict[str, object]:
        return {"code": target.code, "name": target.name, "vat_regime": target.vat_regime}


ACTIONS: Final = (
    Action(
        "add_source",
        _l("Add a source"),
        "source",
        add_source,
        frozenset({ADMIN}),
        _l("Source %(code)s added"),
        arguments=AddSource,
        creates=True,
        icon="inbox",
    ),
)


def bring(house: House) -> None:
    """Bring the kind and the action into the house."""
    house.add_kind(SourceKind("source", "sources", Source, by="code"))
    house.add_actions(ACTIONS)
    for name in ("uq_sources_code", "sources.code"):
        house.explain(name, _l("There is a source with this code already."), _l("Choose another code."))
