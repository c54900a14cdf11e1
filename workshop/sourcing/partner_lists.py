"""The lists of partners and of revised offers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from workshop.core.db import db
from workshop.core.listing import Column, Few, Filter, Listing, Table
from workshop.core.money import to_decimal
from workshop.jobs.models import Job, Source, Unit
from workshop.sourcing import figures, offers
from workshop.sourcing.figures import Figures
from workshop.sourcing.models import Partner, Quote, RevisedOffer
from workshop.sourcing.partner_actions import KIND_LABELS
from workshop.sourcing.words import OFFER_STATES


@dataclass(frozen=True)
class PartnerRow:
    """A source with its terms and figures."""

    source: Source
    partner: Partner | None
    figures: Figures

    @property
    def kind(self) -> Any:
        """What it is, in a word."""
        return KIND_LABELS[self.partner.kind if self.partner else "supplier"]


def partners(now: datetime) -> Listing:
    """Return every source that devices come from, with what its devices were worth."""
    known = {p.source_id: p for p in db.session.scalars(select(Partner))}
    worth = figures.by_source(now)
    rows = [PartnerRow(s, known.get(s.id), worth.get(s.id, Figures())) for s in db.session.scalars(select(Source))]
    return Listing(
        "partners",
        (
            Column("name", _l("Partner"), lambda r: r.source.name, lambda r: r.source.name.casefold()),
            Column("kind", _l("What it is"), lambda r: r.kind, drawn=False),
            Column("devices", _l("Devices"), lambda r: r.figures.devices, lambda r: r.figures.devices, number=True),
            Column("described", _l("As described"), lambda r: r.figures.as_described, _described, number=True),
            Column("revised", _l("Revised"), lambda r: r.figures.revised, lambda r: r.figures.revised, number=True),
            Column("accepted", _l("Accepted"), lambda r: r.figures.accepted, number=True),
            Column("paid", _l("Paid of the quote"), lambda r: r.figures.paid_percent, _paid, number=True),
            Column("over", _l("Above purchase, each"), _over, _over_sort, number=True),
        ),
        Few(rows, lambda r: r.source.code),
        (Filter("q", _l("Partner"), _named),),
        "-devices",
        _l("No source is known yet."),
    )


def _named(text: str) -> Any:
    wanted = text.casefold()
    return lambda row: wanted in row.source.name.casefold() or wanted in row.source.code.casefold()


def _described(row: PartnerRow) -> int:
    return -1 if row.figures.described_percent is None else row.figures.described_percent


def _paid(row: PartnerRow) -> int:
    return row.figures.paid_percent or 0


def _over(row: PartnerRow) -> Any:
    each = row.figures.over_each_minor
    return None if each is None else to_decimal(each, "EUR")


def _over_sort(row: PartnerRow) -> int:
    return row.figures.over_each_minor or 0


@dataclass(frozen=True)
class OfferRow:
    """A revised offer with what it is about."""

    offer: RevisedOffer
    unit: Unit
    quote: Quote
    today: date

    @property
    def is_late(self) -> bool:
        """Whether the owner should have answered."""
        return offers.is_late(self.offer, self.today)


def revised(site_ids: list[int] | None, today: date, *, source_id: int | None = None) -> Listing:
    """Return the revised offers at these sites, those that are due first."""
    query: Any = (
        select(RevisedOffer, Unit, Quote)
        .join(Job, Job.id == RevisedOffer.job_id)
        .join(Unit, Unit.id == Job.unit_id)
        .join(Quote, Quote.job_id == Job.id)
        .options(joinedload(Unit.model), joinedload(Quote.source))
    )
    if site_ids is not None:
        query = query.where(Job.site_id.in_(site_ids))
    if source_id is not None:
        query = query.where(Quote.source_id == source_id)
    return Listing(
        "revised-offers",
        (
            Column("device", _l("Device"), lambda r: r.unit.code),
            Column("model", _l("Model"), lambda r: r.unit.model.name, drawn=False),
            Column("from", _l("From"), lambda r: r.quote.source.name),
            Column("shop", _l("Shop"), lambda r: r.quote.shop, drawn=False),
            Column("state", _l("State"), lambda r: OFFER_STATES[r.offer.state][0]),
            Column("quoted", _l("Quoted"), lambda r: to_decimal(r.offer.quoted_minor, r.offer.currency), drawn=False),
            Column("price", _l("Offered"), lambda r: to_decimal(r.offer.price_minor, r.offer.currency), number=True),
            Column("by", _l("Answer by"), lambda r: r.offer.answer_by, RevisedOffer.answer_by, number=True),
        ),
        Table(query, RevisedOffer.id, lambda row: OfferRow(row[0], row[1], row[2], today)),
        (Filter("state", _l("State"), lambda value: RevisedOffer.state == value, _states),),
        "by",
        _l("No offer was revised yet."),
    )


def _states() -> Sequence[tuple[str, Any]]:
    return [(state, words) for state, (words, _tone) in OFFER_STATES.items()]
