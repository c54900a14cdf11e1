"""Parts, stock, needs, reservations, suppliers and orders, and what is always true of them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from workshop.accounts.models import Site
from workshop.catalogue.models import DeviceModel
from workshop.core.db import Base, BigId, Currency, one_of
from workshop.jobs.models import Job, Unit

LIVE: Final = text("ended_at IS NULL")
OPEN_NEED: Final = text("state IN ('needed', 'ordered', 'reserved')")
IN_STOCK: Final = text("on_hand > 0")
CARRIED: Final = text("removed_at IS NULL")
LOCATION_KINDS: Final = ("shelf", "tray", "quarantine", "outgoing", "donor")
QUALITIES: Final = ("maker", "aftermarket", "used")
NEED_STATES: Final = ("needed", "ordered", "reserved", "fitted", "cancelled")
OPEN_STATES: Final = ("needed", "ordered", "reserved")
ORDER_STATES: Final = ("draft", "sent", "received", "cancelled")
ORIGINS: Final = ("opening", "order", "donor")
DONOR_STATES: Final = ("there", "harvested", "broken")
REASONS: Final = ("opening", "received", "harvested", "fitted", "fit_undone", "removed", "scrapped", "counted")


class Location(Base):
    """A place with a label: a shelf, a tray, a quarantine box, the outgoing shelf or the donor shelf."""

    __tablename__ = "locations"
    __table_args__ = (
        UniqueConstraint("site_id", "code"),
        UniqueConstraint("barcode"),
        CheckConstraint(one_of("kind", LOCATION_KINDS), name="kind_known"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"))
    code: Mapped[str] = mapped_column(String(20))
    kind: Mapped[str] = mapped_column(String(12), default="shelf")
    barcode: Mapped[str] = mapped_column(String(32))
    site: Mapped[Site] = relationship()


class Part(Base):
    """A spare part as it can be bought or harvested. `min_stock` is what a site likes to have free."""

    __tablename__ = "parts"
    __table_args__ = (
        UniqueConstraint("code"),
        Index("ix_parts_kind", "kind"),
        CheckConstraint(one_of("quality", QUALITIES), name="quality_known"),
        CheckConstraint("min_stock >= 0", name="min_stock_not_negative"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    code: Mapped[str] = mapped_column(String(24))
    kind: Mapped[str] = mapped_column(String(24))
    name: Mapped[str] = mapped_column(String(160))
    quality: Mapped[str] = mapped_column(String(12), default="maker")
    min_stock: Mapped[int] = mapped_column(default=0)
    fits: Mapped[list[PartFit]] = relationship(back_populates="part", order_by="PartFit.model_id")


class PartFit(Base):
    """That a part fits a model."""

    __tablename__ = "part_fits"
    __table_args__ = (Index("ix_part_fits_model", "model_id", "part_id"),)

    part_id: Mapped[int] = mapped_column(ForeignKey("parts.id"), primary_key=True)
    model_id: Mapped[int] = mapped_column(ForeignKey("device_models.id"), primary_key=True)
    part: Mapped[Part] = relationship(back_populates="fits")
    model: Mapped[DeviceModel] = relationship()


class Supplier(Base):
    """Who sells parts. `bound_by_law` marks a maker or importer, whom the delivery limit binds; dealers it does not."""

    __tablename__ = "suppliers"
    __table_args__ = (
        UniqueConstraint("code"),
        CheckConstraint("lead_days >= 0", name="lead_days_not_negative"),
        CheckConstraint("minimum_minor >= 0", name="minimum_not_negative"),
        CheckConstraint("on_time >= 0 AND on_time <= deliveries", name="on_time_among_deliveries"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    code: Mapped[str] = mapped_column(String(16))
    name: Mapped[str] = mapped_column(String(120))
    lead_days: Mapped[int] = mapped_column(default=3)
    minimum_minor: Mapped[int] = mapped_column(default=0)
    currency: Mapped[str] = mapped_column(Currency, default="EUR")
    bound_by_law: Mapped[bool] = mapped_column(default=False)
    deliveries: Mapped[int] = mapped_column(default=0)
    on_time: Mapped[int] = mapped_column(default=0)
    cutoff_hour: Mapped[int] = mapped_column(default=15)


class Offer(Base):
    """What a supplier asks for a part, in packs of `pack`, at least `moq` pieces.

    One that was withdrawn is kept: orders and pieces that came by it still name its numbers.
    """

    __tablename__ = "offers"
    __table_args__ = (
        UniqueConstraint("supplier_id", "part_id"),
        Index("ix_offers_part", "part_id"),
        CheckConstraint("price_minor > 0", name="price_positive"),
        CheckConstraint("pack >= 1 AND moq >= 1", name="pack_and_moq_positive"),
        CheckConstraint("lead_days >= 0", name="lead_days_not_negative"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    supplier_id: Mapped[int] = mapped_column(ForeignKey("suppliers.id"))
    part_id: Mapped[int] = mapped_column(ForeignKey("parts.id"))
    price_minor: Mapped[int]
    currency: Mapped[str] = mapped_column(Currency, default="EUR")
    pack: Mapped[int] = mapped_column(default=1)
    moq: Mapped[int] = mapped_column(default=1)
    supplier_sku: Mapped[str] = mapped_column(String(60), default="")
    ean: Mapped[str | None] = mapped_column(String(14))
    lead_days: Mapped[int | None]
    withdrawn_at: Mapped[datetime | None]
    supplier: Mapped[Supplier] = relationship()
    part: Mapped[Part] = relationship()

    @property
    def days(self) -> int:
        """In how many working days it comes: its own lead time, else the supplier's usual one."""
        return self.supplier.lead_days if self.lead_days is None else self.lead_days


class PurchaseOrder(Base):
    """An order to one supplier for one site."""

    __tablename__ = "purchase_orders"
    __table_args__ = (
        UniqueConstraint("code"),
        Index("ix_purchase_orders_state", "site_id", "state"),
        Index("ix_purchase_orders_supplier", "supplier_id", "id"),
        Index("ix_purchase_orders_approved", "approved_by", "approved_at"),
        CheckConstraint(one_of("state", ORDER_STATES), name="state_known"),
        CheckConstraint("state NOT IN ('sent', 'received') OR approved_at IS NOT NULL", name="sent_was_approved"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    code: Mapped[str] = mapped_column(String(24))
    supplier_id: Mapped[int] = mapped_column(ForeignKey("suppliers.id"))
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"))
    state: Mapped[str] = mapped_column(String(10), default="draft")
    created_at: Mapped[datetime]
    created_by: Mapped[int | None] = mapped_column(BigId)
    approved_at: Mapped[datetime | None]
    approved_by: Mapped[int | None] = mapped_column(BigId)
    expected_on: Mapped[date]
    received_at: Mapped[datetime | None]
    supplier: Mapped[Supplier] = relationship()
    lines: Mapped[list[OrderLine]] = relationship(back_populates="order", order_by="OrderLine.id")

    @property
    def total_minor(self) -> int:
        """What the whole order costs."""
        return sum(line.quantity * line.price_minor for line in self.lines)


class OrderLine(Base):
    """So many pieces of a part on an order. `promised` of those still to come wait for a job each."""

    __tablename__ = "order_lines"
    __table_args__ = (
        UniqueConstraint("order_id", "part_id"),
        Index("ix_order_lines_part", "part_id"),
        CheckConstraint("quantity > 0", name="quantity_positive"),
        CheckConstraint("received >= 0 AND received <= quantity", name="received_within_quantity"),
        CheckConstraint("promised >= 0 AND promised <= quantity - received", name="promised_within_coming"),
        CheckConstraint("price_minor > 0", name="price_positive"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("purchase_orders.id"))
    part_id: Mapped[int] = mapped_column(ForeignKey("parts.id"))
    quantity: Mapped[int]
    received: Mapped[int] = mapped_column(default=0)
    promised: Mapped[int] = mapped_column(default=0)
    price_minor: Mapped[int]
    currency: Mapped[str] = mapped_column(Currency, default="EUR")
    override_reason: Mapped[str] = mapped_column(String(300), default="")
    order: Mapped[PurchaseOrder] = relationship(back_populates="lines")
    part: Mapped[Part] = relationship()

    @property
    def coming(self) -> int:
        """How many pieces are still to come."""
        return self.quantity - self.received


class Batch(Base):
    """Pieces of one part that came together: one lot, one cost, one place. `reserved` of them belong to a job each."""

    __tablename__ = "batches"
    __table_args__ = (
        UniqueConstraint("code"),
        Index("ix_batches_part", "part_id", "received_at", "id", sqlite_where=IN_STOCK, postgresql_where=IN_STOCK),
        Index("ix_batches_lot", "lot"),
        Index("ix_batches_order_line", "order_line_id"),
        CheckConstraint("on_hand >= 0", name="on_hand_not_negative"),
        CheckConstraint("reserved >= 0 AND reserved <= on_hand", name="reserved_within_stock"),
        CheckConstraint("unit_cost_minor >= 0", name="cost_not_negative"),
        CheckConstraint(one_of("origin", ORIGINS), name="origin_known"),
        CheckConstraint("(origin = 'order') = (order_line_id IS NOT NULL)", name="order_has_its_line"),
        CheckConstraint("(origin = 'donor') = (donor_unit_id IS NOT NULL)", name="donor_has_its_unit"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    code: Mapped[str] = mapped_column(String(24))
    lot: Mapped[str] = mapped_column(String(60), default="")
    part_id: Mapped[int] = mapped_column(ForeignKey("parts.id"))
    location_id: Mapped[int] = mapped_column(ForeignKey("locations.id"))
    unit_cost_minor: Mapped[int]
    currency: Mapped[str] = mapped_column(Currency, default="EUR")
    on_hand: Mapped[int] = mapped_column(default=0)
    reserved: Mapped[int] = mapped_column(default=0)
    received_at: Mapped[datetime]
    origin: Mapped[str] = mapped_column(String(8))
    order_line_id: Mapped[int | None] = mapped_column(ForeignKey("order_lines.id"))
    donor_unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    part: Mapped[Part] = relationship()
    location: Mapped[Location] = relationship()
    order_line: Mapped[OrderLine | None] = relationship()
    donor_unit: Mapped[Unit | None] = relationship()

    @property
    def site_id(self) -> int:
        """The site where it lies."""
        return self.location.site_id

    @property
    def free(self) -> int:
        """How many pieces belong to no job."""
        return self.on_hand - self.reserved


class Movement(Base):
    """One line of the stock ledger. UPDATE and DELETE are refused by triggers: stock is the sum of these."""

    __tablename__ = "stock_movements"
    __table_args__ = (
        Index("ix_stock_movements_batch", "batch_id", "id"),
        CheckConstraint("delta <> 0", name="delta_not_zero"),
        CheckConstraint(one_of("reason", REASONS), name="reason_known"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("batches.id"))
    delta: Mapped[int]
    reason: Mapped[str] = mapped_column(String(12))
    note: Mapped[str] = mapped_column(String(300), default="")
    job_id: Mapped[int | None] = mapped_column(ForeignKey("jobs.id"))
    at: Mapped[datetime]
    by: Mapped[int | None] = mapped_column("by_id", BigId)


class Need(Base):
    """That a job needs a part of a kind. `part` is the one chosen, or the one it got."""

    __tablename__ = "needs"
    __table_args__ = (
        Index(
            "ux_needs_one_open_per_kind",
            "job_id",
            "part_kind",
            unique=True,
            sqlite_where=OPEN_NEED,
            postgresql_where=OPEN_NEED,
        ),
        Index("ix_needs_job", "job_id"),
        Index("ix_needs_waiting", "state", "part_kind", sqlite_where=OPEN_NEED, postgresql_where=OPEN_NEED),
        CheckConstraint(one_of("state", NEED_STATES), name="state_known"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    job_id: Mapped[int] = mapped_column(ForeignKey("jobs.id"))
    part_kind: Mapped[str] = mapped_column(String(24))
    fault_code: Mapped[str] = mapped_column(String(16), default="")
    part_id: Mapped[int | None] = mapped_column(ForeignKey("parts.id"))
    state: Mapped[str] = mapped_column(String(10), default="needed")
    asked_at: Mapped[datetime]
    job: Mapped[Job] = relationship()
    part: Mapped[Part | None] = relationship()

    @property
    def site_id(self) -> int:
        """The site of its job."""
        return self.job.site_id

    @property
    def is_open(self) -> bool:
        """Whether it still wants something."""
        return self.state in OPEN_STATES


class DonorPart(Base):
    """A part that still sits in a device which was closed for harvest."""

    __tablename__ = "donor_parts"
    __table_args__ = (
        UniqueConstraint("unit_id", "part_kind"),
        Index("ix_donor_parts_kind", "part_kind", "state"),
        CheckConstraint(one_of("state", DONOR_STATES), name="state_known"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    part_kind: Mapped[str] = mapped_column(String(24))
    state: Mapped[str] = mapped_column(String(10), default="there")
    added_at: Mapped[datetime]
    unit: Mapped[Unit] = relationship()

    @property
    def site_id(self) -> int:
        """The site of the donor."""
        return self.unit.site_id


class Reservation(Base):
    """That one piece belongs to one need: of a batch, of an order still to come, or inside a donor."""

    __tablename__ = "reservations"
    __table_args__ = (
        Index("ux_reservations_one_live_per_need", "need_id", unique=True, sqlite_where=LIVE, postgresql_where=LIVE),
        Index(
            "ux_reservations_one_live_per_donor_part",
            "donor_part_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL AND donor_part_id IS NOT NULL"),
            postgresql_where=text("ended_at IS NULL AND donor_part_id IS NOT NULL"),
        ),
        Index("ix_reservations_batch", "batch_id"),
        Index("ix_reservations_order_line", "order_line_id"),
        CheckConstraint(
            "(CASE WHEN batch_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN order_line_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN donor_part_id IS NULL THEN 0 ELSE 1 END) = 1",
            name="exactly_one_source",
        ),
        CheckConstraint("(ended_at IS NULL) = (ended_as = '')", name="ended_says_how"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    need_id: Mapped[int] = mapped_column(ForeignKey("needs.id"))
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("batches.id"))
    order_line_id: Mapped[int | None] = mapped_column(ForeignKey("order_lines.id"))
    donor_part_id: Mapped[int | None] = mapped_column(ForeignKey("donor_parts.id"))
    at: Mapped[datetime]
    by: Mapped[int | None] = mapped_column("by_id", BigId)
    ended_at: Mapped[datetime | None]
    ended_as: Mapped[str] = mapped_column(String(10), default="")
    need: Mapped[Need] = relationship()
    batch: Mapped[Batch | None] = relationship()
    order_line: Mapped[OrderLine | None] = relationship()
    donor_part: Mapped[DonorPart | None] = relationship()


class FittedPart(Base):
    """That a unit carries a piece: the trace from a lot to the units, sold ones too, and back."""

    __tablename__ = "fitted_parts"
    __table_args__ = (
        Index("ix_fitted_parts_unit", "unit_id"),
        Index("ix_fitted_parts_batch", "batch_id"),
        Index("ux_fitted_parts_one_per_need", "need_id", unique=True, sqlite_where=CARRIED, postgresql_where=CARRIED),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    job_id: Mapped[int] = mapped_column(ForeignKey("jobs.id"))
    need_id: Mapped[int] = mapped_column(ForeignKey("needs.id"))
    part_id: Mapped[int] = mapped_column(ForeignKey("parts.id"))
    batch_id: Mapped[int] = mapped_column(ForeignKey("batches.id"))
    serial: Mapped[str] = mapped_column(String(60), default="")
    fitted_at: Mapped[datetime]
    fitted_by: Mapped[int | None] = mapped_column(BigId)
    removed_at: Mapped[datetime | None]
    removed_as: Mapped[str] = mapped_column(String(10), default="")
    what_broke: Mapped[str] = mapped_column(String(300), default="")
    unit: Mapped[Unit] = relationship()
    part: Mapped[Part] = relationship()
    batch: Mapped[Batch] = relationship()
