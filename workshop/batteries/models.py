"""Battery readings, replacements and quarantine, and what is always true of them."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from workshop.core.db import Base, BigId, Document
from workshop.parts.models import Location

UNFINISHED: Final = text("finished_at IS NULL")
LYING: Final = text("collected_at IS NULL")


class Reading(Base):
    """What a battery said of itself: health in per cent of its first capacity, full cycles, full charge."""

    __tablename__ = "battery_readings"
    __table_args__ = (
        Index("ix_battery_readings_unit", "unit_id", "id"),
        CheckConstraint("health BETWEEN 0 AND 100", name="health_is_per_cent"),
        CheckConstraint("cycles IS NULL OR cycles BETWEEN 0 AND 20000", name="cycles_possible"),
        CheckConstraint("full_charge_mah IS NULL OR full_charge_mah BETWEEN 1 AND 100000", name="capacity_possible"),
        CheckConstraint("round IN ('diagnosis', 'retest')", name="round_known"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    job_id: Mapped[int] = mapped_column(ForeignKey("jobs.id"))
    round: Mapped[str] = mapped_column(String(10))
    health: Mapped[int]
    cycles: Mapped[int | None]
    full_charge_mah: Mapped[int | None]
    read_by: Mapped[int | None] = mapped_column(BigId)
    read_at: Mapped[datetime]


class Replacement(Base):
    """One battery replaced, step by step; open until the new one is in. `broke` lists what broke."""

    __tablename__ = "battery_replacements"
    __table_args__ = (
        Index(
            "ux_battery_replacements_one_open_per_job",
            "job_id",
            unique=True,
            sqlite_where=UNFINISHED,
            postgresql_where=UNFINISHED,
        ),
        Index("ix_battery_replacements_unit", "unit_id"),
        CheckConstraint("steps_done >= 0", name="steps_not_negative"),
        CheckConstraint("(finished_at IS NULL) = (fitted_id IS NULL)", name="finished_has_a_battery"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    job_id: Mapped[int] = mapped_column(ForeignKey("jobs.id"))
    procedure: Mapped[str] = mapped_column(String(32))
    steps_done: Mapped[int] = mapped_column(default=0)
    begun_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    fitted_id: Mapped[int | None] = mapped_column(ForeignKey("fitted_parts.id"))
    old_serial: Mapped[str] = mapped_column(String(60), default="")
    new_serial: Mapped[str] = mapped_column(String(60), default="")
    broke: Mapped[list[str]] = mapped_column(Document, default=list)
    replaced_by: Mapped[int | None] = mapped_column(BigId)

    @property
    def minutes(self) -> int:
        """How long it took, in whole minutes and at least one."""
        until = self.finished_at or self.begun_at
        return max(1, round((until - self.begun_at).total_seconds() / 60))


class QuarantineItem(Base):
    """A swollen battery in its place, alone there, until it leaves with a carrier."""

    __tablename__ = "quarantine_items"
    __table_args__ = (
        Index(
            "ux_quarantine_items_one_a_place",
            "location_id",
            unique=True,
            sqlite_where=LYING,
            postgresql_where=LYING,
        ),
        Index(
            "ux_quarantine_items_one_a_unit",
            "unit_id",
            unique=True,
            sqlite_where=LYING,
            postgresql_where=LYING,
        ),
        CheckConstraint("(collected_at IS NULL) = (carrier = '')", name="collected_has_a_carrier"),
        CheckConstraint("(collected_at IS NULL) = (weight_g IS NULL)", name="collected_has_a_weight"),
        CheckConstraint("weight_g IS NULL OR weight_g > 0", name="weight_positive"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    job_id: Mapped[int] = mapped_column(ForeignKey("jobs.id"))
    location_id: Mapped[int] = mapped_column(ForeignKey("locations.id"))
    critical: Mapped[bool] = mapped_column(default=False)
    laid_at: Mapped[datetime]
    laid_by: Mapped[int | None] = mapped_column(BigId)
    collected_at: Mapped[datetime | None]
    collected_by: Mapped[int | None] = mapped_column(BigId)
    carrier: Mapped[str] = mapped_column(String(80), default="")
    weight_g: Mapped[int | None]
    certificate: Mapped[str] = mapped_column(String(80), default="")
    location: Mapped[Location] = relationship()
