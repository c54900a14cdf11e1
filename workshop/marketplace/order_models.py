"""Orders, their lines, shipments, warranties and returns, and what is always true of them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from workshop.core.begins import BYTEWISE
from workshop.core.db import Base, BigId, Currency, Document, one_of
from workshop.marketplace.models import Listing

LINE_STATES: Final = ("short", "reserved", "shipped", "cancelled", "refunded", "returned")
HELD: Final = text("job_id IS NOT NULL AND released_at IS NULL")


class SalesOrder(Base):
    """A buyer's order. `ship_to` is personal data: it is no part of any story and can be erased."""

    __tablename__ = "sales_orders"
    __table_args__ = (
        UniqueConstraint("number"),
        Index("ix_sales_orders_placed", "placed_at"),
        Index("ix_sales_orders_begin", "number", postgresql_ops={"number": BYTEWISE}),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    number: Mapped[str] = mapped_column(String(40))
    state: Mapped[int]
    country: Mapped[str] = mapped_column(String(8), default="")
    currency: Mapped[str] = mapped_column(Currency, default="EUR")
    ship_to: Mapped[dict[str, Any]] = mapped_column(Document, default=dict)
    delivery_note: Mapped[str] = mapped_column(String(400), default="")
    placed_at: Mapped[datetime]
    dispatch_by: Mapped[datetime | None]
    read_at: Mapped[datetime]
    why_code: Mapped[str] = mapped_column(String(24), default="")
    why_data: Mapped[dict[str, Any]] = mapped_column(Document, default=dict)
    lines: Mapped[list[SoldPiece]] = relationship(back_populates="order", order_by="SoldPiece.id")


class SoldPiece(Base):
    """One piece of a line of an order: it reserves exactly one pass of one unit, until it is released."""

    __tablename__ = "sold_pieces"
    __table_args__ = (
        UniqueConstraint("number", "piece"),
        Index("ux_sold_pieces_one_per_job", "job_id", unique=True, sqlite_where=HELD, postgresql_where=HELD),
        Index("ix_sold_pieces_order", "order_id"),
        Index("ix_sold_pieces_unit", "unit_id"),
        Index("ix_sold_pieces_listing", "listing_id"),
        CheckConstraint(one_of("state", LINE_STATES), name="state_known"),
        CheckConstraint("state NOT IN ('reserved', 'shipped') OR job_id IS NOT NULL", name="reserved_has_a_unit"),
        CheckConstraint("piece >= 1", name="piece_from_one"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("sales_orders.id"))
    number: Mapped[str] = mapped_column(String(40))
    piece: Mapped[int] = mapped_column(default=1)
    sku: Mapped[str] = mapped_column(String(200))
    listing_id: Mapped[int | None] = mapped_column(ForeignKey("listings.id"))
    price_minor: Mapped[int]
    fee_minor: Mapped[int] = mapped_column(default=0)
    currency: Mapped[str] = mapped_column(Currency, default="EUR")
    state: Mapped[str] = mapped_column(String(10))
    marketplace_state: Mapped[int] = mapped_column(default=1)
    cancel_reason: Mapped[int | None]
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    job_id: Mapped[int | None] = mapped_column(ForeignKey("jobs.id"))
    reserved_at: Mapped[datetime | None]
    released_at: Mapped[datetime | None]
    order: Mapped[SalesOrder] = relationship(back_populates="lines")
    listing: Mapped[Listing | None] = relationship()
    shipment: Mapped[Shipment | None] = relationship(back_populates="line", uselist=False)


class Shipment(Base):
    """A unit that left for its buyer. Its IMEI or serial is told to the marketplace once and never corrected."""

    __tablename__ = "shipments"
    __table_args__ = (
        UniqueConstraint("line_id"),
        Index("ix_shipments_unit", "unit_id"),
        CheckConstraint("identifier_kind IN ('imei', 'serial')", name="identifier_kind_known"),
        CheckConstraint("identifier <> ''", name="has_an_identifier"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    line_id: Mapped[int] = mapped_column(ForeignKey("sold_pieces.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    identifier_kind: Mapped[str] = mapped_column(String(8))
    identifier: Mapped[str] = mapped_column(String(50))
    tracking_number: Mapped[str] = mapped_column(String(200))
    shipper: Mapped[str] = mapped_column(String(200), default="")
    shipped_at: Mapped[datetime]
    shipped_by: Mapped[int | None] = mapped_column(BigId)
    told_at: Mapped[datetime | None]
    line: Mapped[SoldPiece] = relationship(back_populates="shipment")


class Warranty(Base):
    """What the seller stands for, from shipment on."""

    __tablename__ = "warranties"
    __table_args__ = (
        UniqueConstraint("line_id"),
        Index("ix_warranties_unit", "unit_id"),
        CheckConstraint("ends_on > starts_on", name="ends_after_start"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    line_id: Mapped[int] = mapped_column(ForeignKey("sold_pieces.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    starts_on: Mapped[date]
    ends_on: Mapped[date]


class Return(Base):
    """A sold unit that comes back: announced by the marketplace, arrived at our door, refunded, in any order."""

    __tablename__ = "returns"
    __table_args__ = (
        UniqueConstraint("folder"),
        UniqueConstraint("line_id"),
        Index("ix_returns_unit", "unit_id"),
        CheckConstraint("announced_at IS NOT NULL OR arrived_at IS NOT NULL", name="known_somehow"),
        CheckConstraint("(job_id IS NULL) = (arrived_at IS NULL)", name="arrived_has_a_job"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    line_id: Mapped[int] = mapped_column(ForeignKey("sold_pieces.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    folder: Mapped[str | None] = mapped_column(String(40))
    reason: Mapped[str] = mapped_column(String(40), default="")
    note: Mapped[str] = mapped_column(String(500), default="")
    announced_at: Mapped[datetime | None]
    arrived_at: Mapped[datetime | None]
    job_id: Mapped[int | None] = mapped_column(ForeignKey("jobs.id"))
    refund_minor: Mapped[int | None]
    refunded_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    line: Mapped[SoldPiece] = relationship()
