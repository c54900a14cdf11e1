"""What to order today: which parts, how many, from whom and why, and what needs a person's decision first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import Select, func, or_, select

from workshop.catalogue.models import DeviceModel
from workshop.catalogue.window import State, WindowAnswer, may_order
from workshop.core.db import db
from workshop.core.ready import Ready
from workshop.jobs.models import Job, Unit
from workshop.jobs.stages import Stage
from workshop.parts import donors, fits, window
from workshop.parts.models import Need, Offer, OrderLine, Part, PartFit, PurchaseOrder, Supplier
from workshop.parts.orders import in_packs, ranked_offers

PACE_DAYS = 90
_PROMISED_TO_NOBODY: Final = OrderLine.quantity - OrderLine.received - OrderLine.promised


@dataclass(frozen=True)
class Coming:
    """Pieces that are on order and promised to nobody, and how many of all that come are late."""

    free: int = 0
    late: int = 0


@dataclass
class Line:
    """One part to order: for whom, what there is, how many, from whom, and until when that can be done."""

    part: Part
    needs: list[Need]
    free: int
    coming: Coming
    offer: Offer | None
    rival: Offer | None
    quantity: int
    answer: WindowAnswer | None
    oldest: datetime | None
    pace: int = 0
    on_donors: int = 0

    @property
    def total_minor(self) -> int:
        """What the line costs."""
        return self.quantity * self.offer.price_minor if self.offer else 0

    @property
    def is_barred(self) -> bool:
        """Whether a person must decide: the window is closed, or nobody offers the part."""
        return self.offer is None or (self.answer is not None and may_order(self.answer) is not None)

    def more_until_close(self, today: date) -> int | None:
        """How many more will be needed until the window shuts, at the pace of the last 90 days."""
        if self.answer is None or self.answer.end is None or not self.pace:
            return None
        return self.pace * max(0, (self.answer.end - today).days) // PACE_DAYS


@dataclass
class Group:
    """The lines for one supplier."""

    supplier: Supplier
    lines: list[Line] = field(default_factory=list)

    @property
    def total_minor(self) -> int:
        """What the order comes to."""
        return sum(line.total_minor for line in self.lines)

    @property
    def minimum_met(self) -> bool:
        """Whether the supplier takes an order as small as this."""
        return self.total_minor >= self.supplier.minimum_minor


@dataclass
class Plan:
    """Everything to order today at a site."""

    groups: list[Group]
    decisions: list[Line]
    unknown: list[Need]

    @property
    def lines(self) -> list[Line]:
        """Every line that can be ordered."""
        return [line for group in self.groups for line in group.lines]

    @property
    def total_minor(self) -> int:
        """What all orders come to."""
        return sum(group.total_minor for group in self.groups)

    @property
    def jobs(self) -> set[int]:
        """The jobs that these orders serve."""
        return {n.job_id for line in self.lines for n in line.needs}


def plan(site_id: int, *, today: date, terms: window.Terms) -> Plan:
    """Return what to order on a day for a site."""
    waiting = open_needs(site_id)
    by_part: dict[int, list[Need]] = defaultdict(list)
    for need in waiting:
        if need.part_id is not None:
            by_part[need.part_id].append(need)
    asked_for = _parts(by_part, site_id, today)
    lines = [x for part, known in asked_for.items() if (x := _line(part, by_part[part.id], known, today, terms))]
    return Plan(_grouped(lines), [x for x in lines if x.is_barred], [n for n in waiting if n.part_id is None])


def count_to_order(site_id: Any) -> Select[int]:
    """Return the query of how many parts are to be ordered or decided at a site: as many as its plan has lines."""
    needs = select(Need.part_id, func.count().label("pieces")).join(Job, Job.id == Need.job_id)
    needed = needs.where(*_waiting(site_id)).group_by(Need.part_id).subquery()
    free, coming = fits.free_pieces(site_id).subquery(), _coming_pieces(site_id).subquery()
    each = select(func.count()).select_from(Part)
    for pieces in (needed, free, coming):
        each = each.outerjoin(pieces, pieces.c.part_id == Part.id)
    lacking = _wanted(*(func.coalesce(n, 0) for n in (needed.c.pieces, Part.min_stock, free.c.pieces, coming.c.pieces)))
    return each.where(or_(needed.c.part_id.is_not(None), Part.min_stock > 0), lacking > 0)


def open_needs(site_id: int) -> list[Need]:
    """Return the needs that nothing is set aside for, of jobs that are to be repaired, the oldest job first."""
    query = select(Need).join(Job, Job.id == Need.job_id).where(*_waiting(site_id)).order_by(Job.opened_at, Need.id)
    return list(db.session.scalars(query))


def _waiting(site_id: Any) -> tuple[Any, ...]:
    """Return the conditions of needs, joined with their jobs, that nothing is set aside for."""
    is_worked_on = Job.stage.in_((Stage.PARTS, Stage.REPAIR, Stage.GRADING))
    return Need.state == "needed", *_open_at(site_id), is_worked_on


def _asked_for(part_ids: Iterable[int]) -> Any:
    """Return the condition of the parts that jobs ask for, these, or a minimum stock."""
    return Part.id.in_(list(part_ids)) | (Part.min_stock > 0)


def _wanted(needed: Any, minimum: Any, free: Any, coming: Any) -> Any:
    """Return how many pieces of a part lack, of numbers or of columns; none do where this is not above zero."""
    return needed + minimum - free - coming


@dataclass(frozen=True)
class _Known:
    """What is known of a part that somebody asks for."""

    free: int
    coming: Coming
    offers: list[Offer]
    pace: int
    models: list[DeviceModel]


def _parts(by_part: dict[int, list[Need]], site_id: int, today: date) -> dict[Part, _Known]:
    """Return the parts that jobs or minimum stocks ask for, with what is known of each."""
    parts = list(db.session.scalars(select(Part).where(_asked_for(by_part)).order_by(Part.name)))
    ids = [p.id for p in parts]
    free, coming, pace, models = (
        fits.free_by_part(ids, site_id),
        coming_by_part(ids, site_id, today),
        pace_by_part(ids, site_id),
        fits.models_by_part(ids),
    )
    offers: dict[int, list[Offer]] = defaultdict(list)
    for offer in fits.offers_for(ids):
        offers[offer.part_id].append(offer)
    return {
        p: _Known(free.get(p.id, 0), coming.get(p.id, Coming()), offers[p.id], pace.get(p.id, 0), models[p.id])
        for p in parts
    }


def _line(part: Part, needs: list[Need], known: _Known, today: date, terms: window.Terms) -> Line | None:
    wanted = _wanted(len(needs), part.min_stock, known.free, known.coming.free)
    if wanted <= 0:
        return None
    ranked = ranked_offers(known.offers)
    answer = window.answer_for_part(known.models, part.kind, today=today, terms=terms)
    quantity = in_packs(wanted, ranked[0]) if ranked else wanted
    return Line(
        part,
        needs,
        known.free,
        known.coming,
        ranked[0] if ranked else None,
        ranked[1] if len(ranked) > 1 else None,
        quantity,
        answer,
        min((n.asked_at for n in needs), default=None),
        known.pace,
        len(donors.donors_for(needs[0])) if needs else 0,
    )


def _grouped(lines: Sequence[Line]) -> list[Group]:
    groups: dict[int, Group] = {}
    for line in lines:
        if not line.is_barred and line.offer is not None:
            groups.setdefault(line.offer.supplier_id, Group(line.offer.supplier)).lines.append(line)
    for group in groups.values():
        group.lines.sort(key=lambda x: (-len(x.needs), x.part.name))
    return sorted(groups.values(), key=lambda g: -g.total_minor)


def coming_by_part(part_ids: Iterable[int], site_id: int, today: date | None = None) -> dict[int, Coming]:
    """Return what is on order for each part and promised to nobody; late counts only given `today`."""
    query = (
        select(
            OrderLine.part_id,
            _PROMISED_TO_NOBODY,
            OrderLine.quantity - OrderLine.received,
            PurchaseOrder.expected_on,
        )
        .join(PurchaseOrder, PurchaseOrder.id == OrderLine.order_id)
        .where(OrderLine.part_id.in_(list(part_ids)), *_on_order(site_id))
    )
    found: dict[int, Coming] = {}
    for part_id, free, coming, expected in db.session.execute(query):
        was = found.get(part_id, Coming())
        late = coming if today is not None and expected < today else 0
        found[part_id] = Coming(was.free + free, was.late + late)
    return found


def _on_order(site_id: Any) -> tuple[Any, ...]:
    """Return the conditions of lines of orders, joined with these, that pieces come of to a site."""
    return PurchaseOrder.site_id == site_id, PurchaseOrder.state.in_(("draft", "sent"))


def _coming_pieces(site_id: Any) -> Select[int, int]:
    """Return the query of how many pieces of each part are on order and promised to nobody."""
    pieces = func.sum(_PROMISED_TO_NOBODY).label("pieces")
    query = select(OrderLine.part_id, pieces).join(PurchaseOrder, PurchaseOrder.id == OrderLine.order_id)
    return query.where(*_on_order(site_id)).group_by(OrderLine.part_id)


def pace_by_part(part_ids: Iterable[int], site_id: int) -> dict[int, int]:
    """Return how many needs for each part were written down at a site in the last 90 days of the record."""
    newest = db.session.scalar(select(func.max(Need.asked_at)))
    if newest is None:
        return {}
    query = (
        select(Need.part_id, func.count())
        .join(Job, Job.id == Need.job_id)
        .where(
            Need.part_id.in_(list(part_ids)), Job.site_id == site_id, Need.asked_at > newest - timedelta(days=PACE_DAYS)
        )
        .group_by(Need.part_id)
    )
    return {part: n for part, n in db.session.execute(query) if part is not None}


@dataclass(frozen=True)
class Horizon:
    """One model on the horizon: its window, what jobs need of it now, and what lies free."""

    model: DeviceModel
    answer: WindowAnswer
    needed: int
    free: int
    coming: int


def horizon(site_id: int, *, today: date, terms: window.Terms) -> list[Horizon]:
    """Return the models that the workshop has parts or jobs for, by the day on which their window shuts."""
    needed, stocked = _count_needs(site_id), _count_stock(site_id)
    rows = [
        Horizon(
            m, window.answer_for(m, None, today=today, terms=terms), needed.get(m.id, 0), *stocked.get(m.id, (0, 0))
        )
        for m in db.session.scalars(select(DeviceModel).where(_is_on_horizon(site_id)))
    ]
    return sorted(rows, key=lambda r: (r.answer.state is State.NOT_COVERED, r.answer.end or date.max, r.model.name))


def count_closing(site_id: Any, *, today: date, terms: window.Terms) -> int:
    """Return how many models on the horizon have a window that is closing."""
    answers = (window.answer_for(m, None, today=today, terms=terms) for m in _facts_on_horizon(site_id).all({}))
    return sum(answer.state is State.CLOSING for answer in answers)


@lru_cache(maxsize=64)
def _facts_on_horizon(site_id: Any) -> Ready:
    """Return the statement of what windows go by, built once for a site: every page of a parts manager counts them."""
    return Ready(select(*window.FACTS).where(_is_on_horizon(site_id)))


def _is_on_horizon(site_id: Any) -> Any:
    """Return the condition of models that a site has jobs, or pieces in hand or on order for."""
    in_jobs = select(Unit.model_id).join(Job, Job.id == Unit.job_id).where(*_open_at(site_id))
    pieces = (select(each.subquery().c.part_id) for each in (fits.free_pieces(site_id), _coming_pieces(site_id)))
    in_stock = select(PartFit.model_id).where(or_(*(PartFit.part_id.in_(parts) for parts in pieces)))
    return or_(DeviceModel.id.in_(in_jobs), DeviceModel.id.in_(in_stock))


def _open_at(site_id: Any) -> tuple[Any, ...]:
    """Return the conditions of a site's jobs that stand open."""
    return Job.site_id == site_id, Job.closed_at.is_(None)


def _count_needs(site_id: int) -> dict[int, int]:
    query = (
        select(Unit.model_id, func.count(func.distinct(Job.id)))
        .join(Job, Job.id == Unit.job_id)
        .where(*_open_at(site_id))
        .group_by(Unit.model_id)
    )
    return {model: n for model, n in db.session.execute(query)}


def _count_stock(site_id: int) -> dict[int, tuple[int, int]]:
    free = fits.free_by_part(None, site_id)
    coming = {part: int(n) for part, n in db.session.execute(_coming_pieces(site_id))}
    found: dict[int, tuple[int, int]] = {}
    query = select(PartFit.model_id, PartFit.part_id).where(PartFit.part_id.in_(free.keys() | coming.keys()))
    for model, part in db.session.execute(query):
        was = found.get(model, (0, 0))
        found[model] = (was[0] + free.get(part, 0), was[1] + coming.get(part, 0))
    return found
