"""Units, jobs, holds, checks and faults, and what is always true of them."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from workshop.catalogue.models import DeviceModel
from workshop.core.db import Base, BigId, Currency, one_of
from workshop.core.events import START
from workshop.jobs.stages import STAGES

OPEN: Final = text("closed_at IS NULL")
STANDING: Final = text("lifted_at IS NULL")
COUNTS: Final = text("superseded_at IS NULL")
UNSETTLED: Final = text("settled_at IS NULL")
HOLD_KINDS: Final = (
    "battery_swollen",
    "activation_lock",
    "imei_blacklisted",
    "owner_dispute",
    "data_present",
    "waiting_person",
)
CLOSINGS: Final = ("harvested", "recycled", "upcycled", "sent_back", "written_off", "returned")
VAT_REGIMES: Final = ("margin", "regular", "reverse_charge")
ROUNDS: Final = ("diagnosis", "retest")


class Source(Base):
    """Where devices come from: a programme, a shop, a supplier of used goods, a counter."""

    __tablename__ = "sources"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    code: Mapped[str] = mapped_column(String(16), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    vat_regime: Mapped[str] = mapped_column(String(16), default="margin")


class Unit(Base):
    """One physical device, for life: never re-created, converted or overwritten."""

    __tablename__ = "units"
    __table_args__ = (
        UniqueConstraint("code"),
        UniqueConstraint("imei"),
        UniqueConstraint("maker", "serial"),
        CheckConstraint("imei IS NOT NULL OR serial IS NOT NULL", name="has_an_identifier"),
        CheckConstraint("imei IS NULL OR length(imei) = 15", name="imei_has_fifteen_digits"),
        Index("ix_units_model", "model_id", "id"),
        Index("ix_units_imei2", "imei2"),
        Index("ix_units_site", "site_id", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    code: Mapped[str] = mapped_column(String(16))
    model_id: Mapped[int] = mapped_column(ForeignKey("device_models.id"))
    maker: Mapped[str] = mapped_column(String(60))
    storage_gb: Mapped[int | None]
    colour: Mapped[str] = mapped_column(String(40), default="")
    imei: Mapped[str | None] = mapped_column(String(15))
    imei2: Mapped[str | None] = mapped_column(String(15))
    serial: Mapped[str | None] = mapped_column(String(50))
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"))
    job_id: Mapped[int | None] = mapped_column(BigId)
    created_at: Mapped[datetime]
    model: Mapped[DeviceModel] = relationship()
    jobs: Mapped[list[Job]] = relationship(back_populates="unit", order_by="Job.number")


class Job(Base):
    """One pass of a unit through the workshop. `chain_head` is the hash of the unit's last event.

    Keeping it here saves each scan a look-up, since the scan writes this row anyway; the next job takes it over.
    `bench_id` and `scanned_*` say what lies at which bench; `touched_*` who changed it last, from anywhere.
    """

    __tablename__ = "jobs"
    __table_args__ = (
        UniqueConstraint("unit_id", "number"),
        Index("ux_jobs_one_open_per_unit", "unit_id", unique=True, sqlite_where=OPEN, postgresql_where=OPEN),
        Index("ix_jobs_bench", "bench_id", "scanned_at"),
        Index("ix_jobs_queue", "site_id", "stage", "opened_at", "id", sqlite_where=OPEN, postgresql_where=OPEN),
        Index("ix_jobs_stage", "stage", "stage_since"),
        CheckConstraint(one_of("stage", STAGES), name="stage_known"),
        CheckConstraint("(stage = 'closed') = (closed_at IS NOT NULL)", name="closed_has_a_time"),
        CheckConstraint("(closed_as IS NULL) = (closed_at IS NULL)", name="closed_has_a_reason"),
        CheckConstraint("paid_minor IS NULL OR paid_minor >= 0", name="paid_not_negative"),
        CheckConstraint("vat_regime IS NULL OR " + one_of("vat_regime", VAT_REGIMES), name="vat_regime_known"),
        CheckConstraint("closed_as IS NULL OR " + one_of("closed_as", CLOSINGS), name="closed_as_known"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    number: Mapped[int] = mapped_column(default=1)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"))
    stage: Mapped[str] = mapped_column(String(12), default="intake")
    stage_since: Mapped[datetime]
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    closed_as: Mapped[str | None] = mapped_column(String(16))
    version: Mapped[int] = mapped_column(default=0)
    chain_length: Mapped[int] = mapped_column(default=0)
    chain_head: Mapped[str] = mapped_column(String(64), default=START)
    bench_id: Mapped[int | None] = mapped_column(ForeignKey("benches.id"))
    scanned_at: Mapped[datetime | None]
    scanned_by: Mapped[int | None] = mapped_column(BigId)
    scanned_code: Mapped[str] = mapped_column(String(64), default="")
    touched_at: Mapped[datetime]
    touched_by: Mapped[int | None] = mapped_column(BigId)
    source_id: Mapped[int | None] = mapped_column(ForeignKey("sources.id"))
    paid_minor: Mapped[int | None]
    currency: Mapped[str] = mapped_column(Currency, default="EUR")
    vat_regime: Mapped[str | None] = mapped_column(String(16))
    triage: Mapped[str | None] = mapped_column(String(12))
    goal_days: Mapped[int] = mapped_column(default=8)
    unit: Mapped[Unit] = relationship(back_populates="jobs")
    source: Mapped[Source | None] = relationship()
    holds: Mapped[list[Hold]] = relationship(order_by="Hold.id")
    answers: Mapped[list[CheckAnswer]] = relationship(order_by="CheckAnswer.id")
    faults: Mapped[list[Fault]] = relationship(order_by="Fault.id")


class StageVisit(Base):
    """When a job came into a stage and left it: the dates under the rail."""

    __tablename__ = "stage_visits"
    __table_args__ = (Index("ix_stage_visits_job", "job_id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    job_id: Mapped[int] = mapped_column(ForeignKey("jobs.id"))
    stage: Mapped[str] = mapped_column(String(12))
    entered_at: Mapped[datetime]
    left_at: Mapped[datetime | None]


class Hold(Base):
    """Something that bars a job until the right person lifts it."""

    __tablename__ = "holds"
    __table_args__ = (
        Index(
            "ux_holds_one_standing_per_kind",
            "job_id",
            "kind",
            unique=True,
            sqlite_where=STANDING,
            postgresql_where=STANDING,
        ),
        CheckConstraint(one_of("kind", HOLD_KINDS), name="kind_known"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    job_id: Mapped[int] = mapped_column(ForeignKey("jobs.id"))
    kind: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(String(500), default="")
    placed_by: Mapped[int | None] = mapped_column(BigId)
    placed_at: Mapped[datetime]
    lifted_by: Mapped[int | None] = mapped_column(BigId)
    lifted_at: Mapped[datetime | None]
    lifted_reason: Mapped[str] = mapped_column(String(500), default="")


class CheckAnswer(Base):
    """The answer to one check of the category's list. `round` is diagnosis or the re-test before grading.

    A repair after the re-test supersedes its answers: they stay to be read, and count no more.
    """

    __tablename__ = "check_answers"
    __table_args__ = (
        Index(
            "ux_check_answers_one_that_counts",
            "job_id",
            "round",
            "check_code",
            unique=True,
            sqlite_where=COUNTS,
            postgresql_where=COUNTS,
        ),
        CheckConstraint(one_of("round", ROUNDS), name="round_known"),
        CheckConstraint("outcome IN ('pass', 'fail', 'none')", name="outcome_known"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    job_id: Mapped[int] = mapped_column(ForeignKey("jobs.id"))
    round: Mapped[str] = mapped_column(String(10))
    check_code: Mapped[str] = mapped_column(String(16))
    required: Mapped[bool] = mapped_column(default=True)
    outcome: Mapped[str] = mapped_column(String(4))
    reading: Mapped[str] = mapped_column(String(60), default="")
    answered_by: Mapped[int | None] = mapped_column(BigId)
    answered_at: Mapped[datetime]
    superseded_at: Mapped[datetime | None]


class Fault(Base):
    """Something found wrong. Open until it is fixed, or waived with a reason."""

    __tablename__ = "faults"
    __table_args__ = (
        UniqueConstraint("job_id", "fault_code"),
        CheckConstraint("state IN ('open', 'fixed', 'waived')", name="state_known"),
        CheckConstraint("state <> 'waived' OR waived_reason <> ''", name="waived_has_a_reason"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    job_id: Mapped[int] = mapped_column(ForeignKey("jobs.id"))
    fault_code: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(8), default="open")
    check_code: Mapped[str | None] = mapped_column(String(16))
    waived_reason: Mapped[str] = mapped_column(String(300), default="")
    found_by: Mapped[int | None] = mapped_column(BigId)
    found_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]


class Photo(Base):
    """A picture of a unit, re-encoded by us: no name, place or camera of a person is kept in it."""

    __tablename__ = "photos"
    __table_args__ = (Index("ix_photos_unit", "unit_id", "id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    job_id: Mapped[int] = mapped_column(ForeignKey("jobs.id"))
    sha256: Mapped[str] = mapped_column(String(64))
    width: Mapped[int]
    height: Mapped[int]
    image: Mapped[bytes] = mapped_column(LargeBinary)
    thumbnail: Mapped[bytes] = mapped_column(LargeBinary)
    taken_at: Mapped[datetime]
    taken_by: Mapped[int | None] = mapped_column(BigId)


class Refusal(Base):
    """A try that was refused: shown in the unit's story, but no part of it, since nothing was changed."""

    __tablename__ = "refusals"
    __table_args__ = (Index("ix_refusals_unit", "unit_id", "id"), Index("ix_refusals_bench", "bench_id", "id"))

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    unit_id: Mapped[int | None] = mapped_column(BigId)
    code: Mapped[str] = mapped_column(String(64), default="")
    what: Mapped[str] = mapped_column(Text)
    person_id: Mapped[int | None] = mapped_column(BigId)
    bench_id: Mapped[int | None] = mapped_column(BigId)
    at: Mapped[datetime]


class ScanAside(Base):
    """A scan that came too late to be done as it was meant: it waits for a person, who does it or says why not.

    `key` is the one that the browser gave it, so that a scan is put aside once. `unit_code` is the unit that lay in
    front of the person, as far as their browser knew.
    """

    __tablename__ = "scans_aside"
    __table_args__ = (
        UniqueConstraint("key"),
        Index("ix_scans_aside_open", "site_id", "id", sqlite_where=UNSETTLED, postgresql_where=UNSETTLED),
        CheckConstraint("(settled_at IS NULL) = (settled_as IS NULL)", name="settled_says_how"),
        CheckConstraint("settled_as IS NULL OR settled_as IN ('done', 'dismissed')", name="settled_as_known"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    key: Mapped[str] = mapped_column(String(80))
    site_id: Mapped[int | None] = mapped_column(ForeignKey("sites.id"))
    bench_code: Mapped[str] = mapped_column(String(12), default="")
    code: Mapped[str] = mapped_column(String(64))
    unit_code: Mapped[str] = mapped_column(String(16), default="")
    what: Mapped[str] = mapped_column(Text)
    remedy: Mapped[str] = mapped_column(Text, default="")
    scanned_at: Mapped[datetime | None]
    scanned_by: Mapped[int | None] = mapped_column(BigId)
    put_by: Mapped[int | None] = mapped_column(BigId)
    put_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    settled_as: Mapped[str | None] = mapped_column(String(10))
    settled_by: Mapped[int | None] = mapped_column(BigId)
    settled_reason: Mapped[str] = mapped_column(String(300), default="")
