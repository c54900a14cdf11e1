"""Device models and what their identifiers tell."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from workshop.core.db import Base, BigId

CATEGORIES = ("smartphone", "tablet", "laptop", "console", "smartwatch")


class DeviceModel(Base):
    """A model that a maker sold. Launch may be known to the year or month only: `launch_text` says how exactly."""

    __tablename__ = "device_models"
    __table_args__ = (
        UniqueConstraint("maker", "name"),
        CheckConstraint(f"category IN ({', '.join(repr(c) for c in CATEGORIES)})", name="category_known"),
        Index("ix_device_models_search", "search"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    category: Mapped[str] = mapped_column(String(16))
    maker: Mapped[str] = mapped_column(String(60))
    name: Mapped[str] = mapped_column(String(120))
    search: Mapped[str] = mapped_column(String(200))
    model_numbers: Mapped[str] = mapped_column(String(400), default="")
    storages_gb: Mapped[str] = mapped_column(String(120), default="")
    launch_text: Mapped[str] = mapped_column(String(10), default="")
    sales_end_on: Mapped[date | None]
    battery_mah: Mapped[int | None]
    battery_wh_tenths: Mapped[int | None]
    held_by: Mapped[str] = mapped_column(String(32), default="")


class TacModel(Base):
    """What earlier units taught: devices whose IMEI begins with this TAC were of this model."""

    __tablename__ = "tac_models"
    __table_args__ = (CheckConstraint("length(tac) = 8", name="tac_has_eight_digits"),)

    tac: Mapped[str] = mapped_column(String(8), primary_key=True)
    model_id: Mapped[int] = mapped_column(ForeignKey("device_models.id"), primary_key=True)
    seen: Mapped[int] = mapped_column(default=1)
    last_seen_at: Mapped[datetime]
