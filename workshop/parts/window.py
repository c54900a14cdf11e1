"""Until when parts for a model can be had: the catalogue's rules asked for the models and parts of this workshop."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import and_, false, or_, select

from workshop.catalogue.models import DeviceModel
from workshop.catalogue.reference import load_policies
from workshop.catalogue.window import ModelFacts, State, WindowAnswer, windows_for
from workshop.core.db import db
from workshop.jobs.target import OpenUnit
from workshop.parts.models import Part, PartFit

_RANK = {State.OPEN: 3, State.CLOSING: 2, State.NOT_COVERED: 1, State.CLOSED: 0}


@dataclass(frozen=True)
class Terms:
    """Where the workshop works and what it calls closing: taken from the settings."""

    region: str
    closing_months: int


# The columns of a model that its windows go by.
FACTS: Final = (
    DeviceModel.category,
    DeviceModel.maker,
    DeviceModel.launch_text,
    DeviceModel.sales_end_on,
    DeviceModel.held_by,
)


def facts_of(model: DeviceModel | OpenUnit) -> ModelFacts:
    """Return what is known of a model's dates."""
    return ModelFacts(
        category=model.category,
        maker=model.maker,
        launch=model.launch_text,
        sales_end=model.sales_end_on,
        has_battery=bool(model.held_by),
    )


def answer_for(model: DeviceModel | OpenUnit, part_kind: str | None, *, today: date, terms: Terms) -> WindowAnswer:
    """Return every window of a model for a kind of part, and which one decides."""
    return _answer(facts_of(model), part_kind, today, terms)


@lru_cache(maxsize=8192)
def _answer(facts: ModelFacts, part_kind: str | None, today: date, terms: Terms) -> WindowAnswer:
    return windows_for(
        facts,
        region=terms.region,
        part_kind=part_kind,
        today=today,
        policies=load_policies(),
        closing_months=terms.closing_months,
    )


def answer_for_part(models: Iterable[DeviceModel], part_kind: str, *, today: date, terms: Terms) -> WindowAnswer | None:
    """Return the window of a part that fits several models: the one that stays open longest; None without a model."""
    answers = [answer_for(m, part_kind, today=today, terms=terms) for m in models]
    return max(answers, key=lambda a: (_RANK[a.state], a.end or date.max), default=None)


def stands(state: State, *, today: date, terms: Terms) -> Any:
    """Return the condition of parts whose window stands so: one of their models' does, and none stands open longer."""
    found: dict[State, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    pairs = select(Part.kind, DeviceModel.id, *FACTS).join(PartFit, PartFit.part_id == Part.id)
    rows: Iterable[Any] = db.session.execute(pairs.join(DeviceModel, DeviceModel.id == PartFit.model_id).distinct())
    for row in rows:
        found[answer_for(row, row.kind, today=today, terms=terms).state][row.kind].append(row.id)
    longer = [_fits_any(found[s]) for s in State if _RANK[s] > _RANK[state]]
    return and_(_fits_any(found[state]), *(~each for each in longer))


def _fits_any(models: dict[str, list[int]]) -> Any:
    """Return the condition of parts that fit one of these models, given by the kind of part."""
    pairs = (and_(Part.kind == kind, PartFit.model_id.in_(ids)) for kind, ids in models.items())
    return select(PartFit.part_id).where(PartFit.part_id == Part.id, or_(false(), *pairs)).exists()
