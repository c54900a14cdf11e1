"""Trays, and where each unit lies: on a tray, at a place, or both."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from workshop.core.db import Base, BigId

LIES_OPEN: Final = text("bench_id IS NOT NULL AND closed_at IS NULL")


class Tray(Base):
    """Units that are carried and moved together. Without a label it is only what lies together on a bench.

    `bench_id` and `opened_by` say who worked with it last, and where; it lies open there until `closed_at`.
    """

    __tablename__ = "trays"
    __table_args__ = (
        Index(
            "ux_trays_one_open_per_person_and_bench",
            "bench_id",
            "opened_by",
            unique=True,
            sqlite_where=LIES_OPEN,
            postgresql_where=LIES_OPEN,
        ),
        Index("ix_trays_bench", "bench_id", "opened_by", "opened_at"),
        Index("ix_trays_site", "site_id", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    code: Mapped[str] = mapped_column(String(20), unique=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"))
    name: Mapped[str] = mapped_column(String(40), default="")
    labelled: Mapped[bool] = mapped_column(default=True)
    place: Mapped[str] = mapped_column(String(20), default="")
    version: Mapped[int] = mapped_column(default=0)
    bench_id: Mapped[int | None] = mapped_column(ForeignKey("benches.id"))
    opened_by: Mapped[int | None] = mapped_column(BigId)
    opened_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    created_at: Mapped[datetime]

    @property
    def is_open(self) -> bool:
        """Whether it lies open at a bench."""
        return self.bench_id is not None and self.closed_at is None


class Spot(Base):
    """Where a unit lies. A unit lies at one spot only."""

    __tablename__ = "unit_spots"
    __table_args__ = (Index("ix_unit_spots_tray", "tray_id"), Index("ix_unit_spots_place", "place"))

    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), primary_key=True, autoincrement=False)
    tray_id: Mapped[int | None] = mapped_column(ForeignKey("trays.id"))
    place: Mapped[str] = mapped_column(String(20), default="")
    put_at: Mapped[datetime]
    put_by: Mapped[int | None] = mapped_column(BigId)
