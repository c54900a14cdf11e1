"""Erasures, what was seen on each zone, and grades, and what is always true of them."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from workshop.core.db import Base, BigId, Document, one_of

METHODS: Final = ("crypto_erase", "block_erase", "overwrite", "factory_reset", "physical_destruction")
CATEGORIES: Final = ("Clear", "Purge", "Destroy")
VERIFICATIONS: Final = ("full", "sampling", "tool_report")
MEDIA: Final = ("flash", "magnetic")
RESULTS: Final = ("pass", "fail")
LETTERS: Final = ("A+", "A", "B", "C", "D")
STANDING: Final = text("withdrawn_at IS NULL")
COUNTS: Final = text("superseded_at IS NULL")


class Erasure(Base):
    """The evidence that a customer's data was erased, or could not be. A new try is a new row."""

    __tablename__ = "erasures"
    __table_args__ = (
        Index("ix_erasures_job", "job_id", "id"),
        Index("ix_erasures_bench", "bench_id", "id"),
        CheckConstraint(one_of("method", METHODS), name="method_known"),
        CheckConstraint(one_of("category", CATEGORIES), name="category_known"),
        CheckConstraint(one_of("verification", VERIFICATIONS), name="verification_known"),
        CheckConstraint(one_of("result", RESULTS), name="result_known"),
        CheckConstraint("ended_at IS NULL OR started_at IS NULL OR ended_at >= started_at", name="ends_after_start"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    job_id: Mapped[int] = mapped_column(ForeignKey("jobs.id"))
    method: Mapped[str] = mapped_column(String(24))
    category: Mapped[str] = mapped_column(String(8))
    tool: Mapped[str] = mapped_column(String(80))
    tool_version: Mapped[str] = mapped_column(String(40))
    verification: Mapped[str] = mapped_column(String(12))
    result: Mapped[str] = mapped_column(String(4))
    media_type: Mapped[str] = mapped_column(String(10), default="flash")
    storage_id: Mapped[str] = mapped_column(String(80), default="")
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[int | None] = mapped_column(BigId)
    bench_id: Mapped[int | None] = mapped_column(BigId)
    digest: Mapped[str] = mapped_column(String(64), default="")

    @property
    def number(self) -> str:
        """The number of its certificate: the year and the row, so that no two are alike."""
        return f"E-{self.recorded_at.year}-{self.id:05d}"


class Observation(Base):
    """What was seen on one zone of a unit, 0 Nothing to 4 Broken. Looking again replaces it.

    A repair after that supersedes it: it stays to be read, and counts no more.
    """

    __tablename__ = "observations"
    __table_args__ = (
        Index(
            "ux_observations_one_that_counts",
            "job_id",
            "zone",
            unique=True,
            sqlite_where=COUNTS,
            postgresql_where=COUNTS,
        ),
        CheckConstraint("seen BETWEEN 0 AND 4", name="seen_on_the_card"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    job_id: Mapped[int] = mapped_column(ForeignKey("jobs.id"))
    zone: Mapped[str] = mapped_column(String(16))
    seen: Mapped[int]
    note: Mapped[str] = mapped_column(String(200), default="")
    observed_by: Mapped[int | None] = mapped_column(BigId)
    observed_at: Mapped[datetime]
    superseded_at: Mapped[datetime | None]


class GivenGrade(Base):
    """A grade as it was given, with everything it was given by. Withdrawn as soon as that no longer holds.

    `basis` is what the rubric was asked with, `marks` the ladder that it answered; `computed` is its own
    rung, which differs from `rung` only where a person gave another one, with a reason.
    """

    __tablename__ = "grades"
    __table_args__ = (
        Index(
            "ux_grades_one_standing_per_job",
            "job_id",
            unique=True,
            sqlite_where=STANDING,
            postgresql_where=STANDING,
        ),
        Index("ix_grades_job", "job_id"),
        CheckConstraint(one_of("letter", LETTERS), name="letter_known"),
        CheckConstraint("rung = computed OR reason <> ''", name="another_has_a_reason"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    job_id: Mapped[int] = mapped_column(ForeignKey("jobs.id"))
    letter: Mapped[str] = mapped_column(String(2))
    rung: Mapped[str] = mapped_column(String(12))
    computed: Mapped[str] = mapped_column(String(12))
    market: Mapped[str] = mapped_column(String(12))
    title: Mapped[str] = mapped_column(String(24))
    deciding: Mapped[str] = mapped_column(String(16), default="")
    without: Mapped[str] = mapped_column(String(2))
    explanation: Mapped[str] = mapped_column(String(300))
    reason: Mapped[str] = mapped_column(String(300), default="")
    basis: Mapped[dict[str, Any]] = mapped_column(Document)
    marks: Mapped[list[dict[str, Any]]] = mapped_column(Document)
    rubric_version: Mapped[int]
    given_by: Mapped[int | None] = mapped_column(BigId)
    given_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
