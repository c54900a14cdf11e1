"""Partners, the deliveries they announce, what was quoted for a device, and revised offers."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from workshop.catalogue.models import DeviceModel
from workshop.core.db import Base, BigId, Currency, Document, one_of
from workshop.jobs.models import VAT_REGIMES, Job, Source, Unit

KINDS: Final = ("supplier", "programme", "counter")
STATES: Final = ("draft", "importing", "expected", "receiving", "counted", "reported", "dropped")
LINE_STATES: Final = ("expected", "found", "wrong_model", "missing", "surplus")
OFFER_STATES: Final = ("waiting", "accepted", "declined", "withdrawn")
NOT_DROPPED: Final = text("state <> 'dropped'")
HAS_IMEI: Final = text("imei IS NOT NULL")
HAS_SERIAL: Final = text("serial IS NOT NULL")
WAITING: Final = text("state = 'waiting'")


class Partner(Base):
    """The terms of a source, and how its files are read: remembered from the last one."""

    __tablename__ = "partners"
    __table_args__ = (
        CheckConstraint(one_of("kind", KINDS), name="kind_known"),
        CheckConstraint("claim_days BETWEEN 1 AND 365", name="claim_days_in_a_year"),
        CheckConstraint("answer_days BETWEEN 1 AND 90", name="answer_days_in_a_quarter"),
    )

    source_id: Mapped[int] = mapped_column(ForeignKey("sources.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(12))
    email: Mapped[str] = mapped_column(String(120))
    claim_days: Mapped[int]
    answer_days: Mapped[int]
    encoding: Mapped[str] = mapped_column(String(16))
    separator: Mapped[str] = mapped_column(String(1))
    columns: Mapped[dict[str, str]] = mapped_column(Document)
    models: Mapped[dict[str, int]] = mapped_column(Document)
    source: Mapped[Source] = relationship()


class Consignment(Base):
    """A delivery of many devices, announced by a file and received by scan.

    `claim_until` is the last day on which the supplier hears of what is missing; it is set by the first scan.
    """

    __tablename__ = "consignments"
    __table_args__ = (
        UniqueConstraint("code"),
        Index(
            "ux_consignments_one_per_file",
            "source_id",
            "file_digest",
            unique=True,
            sqlite_where=NOT_DROPPED,
            postgresql_where=NOT_DROPPED,
        ),
        Index("ix_consignments_site", "site_id", "state", "id"),
        CheckConstraint(one_of("state", STATES), name="state_known"),
        CheckConstraint("(arrived_at IS NULL) = (claim_until IS NULL)", name="arrival_starts_the_claim"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    code: Mapped[str] = mapped_column(String(20))
    source_id: Mapped[int] = mapped_column(ForeignKey("sources.id"))
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"))
    reference: Mapped[str] = mapped_column(String(60), default="")
    state: Mapped[str] = mapped_column(String(12), default="draft")
    file_digest: Mapped[str] = mapped_column(String(64))
    reading: Mapped[dict[str, Any]] = mapped_column(Document, default=dict)
    currency: Mapped[str] = mapped_column(Currency, default="EUR")
    in_file: Mapped[int] = mapped_column(default=0)
    read_to: Mapped[int] = mapped_column(default=0)
    expected: Mapped[int] = mapped_column(default=0)
    left_out: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    created_by: Mapped[int | None] = mapped_column(BigId)
    arrived_at: Mapped[datetime | None]
    claim_until: Mapped[date | None]
    counted_at: Mapped[datetime | None]
    reported_at: Mapped[datetime | None]
    source: Mapped[Source] = relationship()


class ConsignmentFile(Base):
    """The supplier's file as it came, kept until the delivery is counted."""

    __tablename__ = "consignment_files"

    consignment_id: Mapped[int] = mapped_column(ForeignKey("consignments.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(120), default="")
    content: Mapped[bytes] = mapped_column(LargeBinary)


class ConsignmentLine(Base):
    """One device of a delivery: as it was announced and what became of it; one in surplus has no line number."""

    __tablename__ = "consignment_lines"
    __table_args__ = (
        UniqueConstraint("consignment_id", "number"),
        Index(
            "ux_consignment_lines_imei",
            "consignment_id",
            "imei",
            unique=True,
            sqlite_where=HAS_IMEI,
            postgresql_where=HAS_IMEI,
        ),
        Index(
            "ux_consignment_lines_serial",
            "consignment_id",
            "maker",
            "serial",
            unique=True,
            sqlite_where=HAS_SERIAL,
            postgresql_where=HAS_SERIAL,
        ),
        Index("ix_consignment_lines_state", "consignment_id", "state", "id"),
        Index("ix_consignment_lines_imei", "imei"),
        Index("ix_consignment_lines_imei2", "imei2"),
        Index("ix_consignment_lines_serial", "serial"),
        Index("ix_consignment_lines_unit", "unit_id"),
        CheckConstraint("imei IS NOT NULL OR serial IS NOT NULL", name="has_an_identifier"),
        CheckConstraint(one_of("state", LINE_STATES), name="state_known"),
        CheckConstraint("(number IS NULL) = (state = 'surplus')", name="surplus_has_no_line"),
        CheckConstraint("price_minor IS NULL OR price_minor >= 0", name="price_not_negative"),
        CheckConstraint("vat_regime IS NULL OR " + one_of("vat_regime", VAT_REGIMES), name="vat_regime_known"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    consignment_id: Mapped[int] = mapped_column(ForeignKey("consignments.id"))
    number: Mapped[int | None]
    imei: Mapped[str | None] = mapped_column(String(15))
    imei2: Mapped[str | None] = mapped_column(String(15))
    serial: Mapped[str | None] = mapped_column(String(50))
    maker: Mapped[str] = mapped_column(String(60), default="")
    model_id: Mapped[int | None] = mapped_column(ForeignKey("device_models.id"))
    described: Mapped[str] = mapped_column(String(120), default="")
    storage_gb: Mapped[int | None]
    colour: Mapped[str] = mapped_column(String(40), default="")
    condition: Mapped[str] = mapped_column(String(60), default="")
    price_minor: Mapped[int | None]
    vat_regime: Mapped[str | None] = mapped_column(String(16))
    lot: Mapped[str] = mapped_column(String(40), default="")
    shop: Mapped[str] = mapped_column(String(60), default="")
    state: Mapped[str] = mapped_column(String(12), default="expected")
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    checked_at: Mapped[datetime | None]
    checked_by: Mapped[int | None] = mapped_column(BigId)
    consignment: Mapped[Consignment] = relationship()
    model: Mapped[DeviceModel | None] = relationship()
    unit: Mapped[Unit | None] = relationship()


class Quote(Base):
    """What a partner said of a device and promised for it, before anybody here had it in hand."""

    __tablename__ = "quotes"
    __table_args__ = (
        UniqueConstraint("job_id"),
        Index("ix_quotes_source", "source_id", "quoted_at"),
        CheckConstraint("price_minor >= 0", name="price_not_negative"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    job_id: Mapped[int] = mapped_column(ForeignKey("jobs.id"))
    source_id: Mapped[int] = mapped_column(ForeignKey("sources.id"))
    shop: Mapped[str] = mapped_column(String(60), default="")
    condition: Mapped[str] = mapped_column(String(60), default="")
    price_minor: Mapped[int]
    currency: Mapped[str] = mapped_column(Currency, default="EUR")
    quoted_at: Mapped[datetime]
    source: Mapped[Source] = relationship()


class RevisedOffer(Base):
    """A revised offer to the owner of a device that is not as described, and their yes or no."""

    __tablename__ = "revised_offers"
    __table_args__ = (
        Index(
            "ux_revised_offers_one_waiting_per_job",
            "job_id",
            unique=True,
            sqlite_where=WAITING,
            postgresql_where=WAITING,
        ),
        Index("ix_revised_offers_job", "job_id", "id"),
        Index("ix_revised_offers_waiting", "state", "answer_by"),
        CheckConstraint(one_of("state", OFFER_STATES), name="state_known"),
        CheckConstraint("price_minor >= 0", name="price_not_negative"),
        CheckConstraint("(state = 'waiting') = (settled_at IS NULL)", name="settled_has_a_time"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    job_id: Mapped[int] = mapped_column(ForeignKey("jobs.id"))
    state: Mapped[str] = mapped_column(String(10), default="waiting")
    quoted_minor: Mapped[int]
    price_minor: Mapped[int]
    currency: Mapped[str] = mapped_column(Currency, default="EUR")
    differs: Mapped[list[str]] = mapped_column(Document, default=list)
    found: Mapped[str] = mapped_column(String(60), default="")
    reason: Mapped[str] = mapped_column(String(300), default="")
    answer_by: Mapped[date]
    made_at: Mapped[datetime]
    made_by: Mapped[int | None] = mapped_column(BigId)
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[int | None] = mapped_column(BigId)
    job: Mapped[Job] = relationship()
