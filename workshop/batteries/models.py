"""Battery readings, replacements and quarantine, and what is always true of them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from workshop.core.db import Base, BigId


class Reading(Base):
    """What a battery said of itself: health in per cent of its first capacity, full cycles, full charge."""

    __tablename__ = "battery_readings"
    __table_args__ = (
        Index("ix_battery_readings_unit", "unit_id", "id"),
        CheckConstraint("health BETWEEN 0 AND 100", name="health_is_per_cent"),
        CheckConstraint("cycles IS NULL OR cycles BETWEEN 0 AND 20000", name="cycles_possible"),
        CheckConstraint(
            "full_charge_mah IS NULL OR full_charge_mah BETWEEN 1 AND 100000", name="capacity_possible"
        ),
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
