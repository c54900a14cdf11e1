"""Products, listings, what is offered under them, and the seller's account; what is always true of them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from workshop.catalogue.models import DeviceModel
from workshop.core.begins import BYTEWISE
from workshop.core.db import Base, BigId, Currency, Document, one_of

GRADES: Final = ("PREMIUM", "EXCELLENT", "VERY_GOOD", "GOOD", "FAIR", "STALLONE")
STATES: Final = ("in_step", "sending", "waiting", "tomorrow", "refused", "stopped")
ENDINGS: Final = ("sold", "withdrawn", "relisted")
OFFERED: Final = text("ended_at IS NULL")


class Product(Base):
    """What the marketplace calls a model in one storage size and colour. `code` begins the SKUs of it."""

    __tablename__ = "products"
    __table_args__ = (
        UniqueConstraint("model_id", "storage_gb", "colour"),
        UniqueConstraint("code"),
        CheckConstraint("ean = '' OR length(ean) = 13", name="ean_has_thirteen_digits"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    model_id: Mapped[int] = mapped_column(ForeignKey("device_models.id"))
    storage_gb: Mapped[int] = mapped_column(default=0)
    colour: Mapped[str] = mapped_column(String(40), default="")
    code: Mapped[str] = mapped_column(String(60))
    ean: Mapped[str] = mapped_column(String(13), default="")
    marketplace_product: Mapped[str] = mapped_column(String(40), default="")
    model: Mapped[DeviceModel] = relationship()

    @property
    def is_known(self) -> bool:
        """Say whether the marketplace can tell which product is meant."""
        return bool(self.ean or self.marketplace_product)

    @property
    def title(self) -> str:
        """Model, storage and colour, as a person says it."""
        storage = str(self.storage_gb) if self.storage_gb else ""
        return ", ".join(filter(None, (self.model.name, storage, self.colour)))


class Listing(Base):
    """One SKU: a product in a grade, with the quantity and price wanted and those last read back.

    `expected_quantity` is what the marketplace must show by all that was sent and sold; what it shows less
    than that is `unread`: orders it has counted and not told yet. `sent_quantity` is in flight until read back.
    """

    __tablename__ = "listings"
    __table_args__ = (
        UniqueConstraint("sku_key"),
        UniqueConstraint("marketplace_id"),
        Index("ix_listings_state", "state"),
        Index("ix_listings_state_since", "state_since"),
        Index("ix_listings_begin", "sku_key", postgresql_ops={"sku_key": BYTEWISE}),
        Index("ix_listings_product", "product_id"),
        CheckConstraint(one_of("grade", GRADES), name="grade_known"),
        CheckConstraint(one_of("state", STATES), name="state_known"),
        CheckConstraint("price_minor IS NULL OR price_minor > 0", name="price_positive"),
        CheckConstraint("expected_quantity >= 0 AND unread >= 0", name="counts_not_negative"),
        CheckConstraint("sent_quantity IS NULL OR sent_quantity >= 0", name="sent_not_negative"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    sku: Mapped[str] = mapped_column(String(80))
    sku_key: Mapped[str] = mapped_column(String(80))
    product_id: Mapped[int] = mapped_column(ForeignKey("products.id"))
    grade: Mapped[str] = mapped_column(String(12))
    new_battery: Mapped[bool] = mapped_column(default=False)
    currency: Mapped[str] = mapped_column(Currency, default="EUR")
    price_minor: Mapped[int | None]
    comment: Mapped[str] = mapped_column(String(500), default="")
    marketplace_id: Mapped[str | None] = mapped_column(String(40))
    published_quantity: Mapped[int | None]
    published_price_minor: Mapped[int | None]
    publication_state: Mapped[int | None]
    max_price_minor: Mapped[int | None]
    expected_quantity: Mapped[int] = mapped_column(default=0)
    sent_quantity: Mapped[int | None]
    unread: Mapped[int] = mapped_column(default=0)
    state: Mapped[str] = mapped_column(String(8), default="in_step")
    state_since: Mapped[datetime]
    why_code: Mapped[str] = mapped_column(String(24), default="")
    why_data: Mapped[dict[str, Any]] = mapped_column(Document, default=dict)
    again_at: Mapped[datetime | None]
    task_number: Mapped[str | None] = mapped_column(String(40))
    create_sent_at: Mapped[datetime | None]
    read_at: Mapped[datetime | None]
    product: Mapped[Product] = relationship()

    @property
    def could_sell(self) -> int:
        """How many the marketplace may believe to have: the larger of what was read and what is in flight."""
        return max(self.expected_quantity, self.sent_quantity or 0)


class ListingPrice(Base):
    """A price that was set, by whom, when and against which floor. Only added to."""

    __tablename__ = "listing_prices"
    __table_args__ = (
        Index("ix_listing_prices_listing", "listing_id", "id"),
        CheckConstraint("price_minor > 0", name="price_positive"),
        CheckConstraint("price_minor >= floor_minor OR reason <> ''", name="below_floor_has_a_reason"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    listing_id: Mapped[int] = mapped_column(ForeignKey("listings.id"))
    price_minor: Mapped[int]
    floor_minor: Mapped[int]
    currency: Mapped[str] = mapped_column(Currency, default="EUR")
    reason: Mapped[str] = mapped_column(String(300), default="")
    set_by: Mapped[int | None] = mapped_column(BigId)
    set_at: Mapped[datetime]


class ListedUnit(Base):
    """A unit that is offered under a listing: one at a time, so that no unit is listed twice."""

    __tablename__ = "listed_units"
    __table_args__ = (
        Index(
            "ux_listed_units_one_open_per_unit",
            "unit_id",
            unique=True,
            sqlite_where=OFFERED,
            postgresql_where=OFFERED,
        ),
        Index("ix_listed_units_job", "job_id"),
        Index(
            "ix_listed_units_listing",
            "listing_id",
            "opened_at",
            sqlite_where=OFFERED,
            postgresql_where=OFFERED,
        ),
        CheckConstraint("(ended_at IS NULL) = (ended_as IS NULL)", name="ended_has_a_reason"),
        CheckConstraint("ended_as IS NULL OR " + one_of("ended_as", ENDINGS), name="ending_known"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    job_id: Mapped[int] = mapped_column(ForeignKey("jobs.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    listing_id: Mapped[int] = mapped_column(ForeignKey("listings.id"))
    opened_at: Mapped[datetime]
    priced_at: Mapped[datetime | None]
    live_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    ended_as: Mapped[str | None] = mapped_column(String(10))
    listing: Mapped[Listing] = relationship()


class Packing(Base):
    """That a unit was packed and labelled for its buyer, and where the parcel lies."""

    __tablename__ = "packings"

    job_id: Mapped[int] = mapped_column(ForeignKey("jobs.id"), primary_key=True, autoincrement=False)
    place: Mapped[str] = mapped_column(String(40), default="")
    packed_at: Mapped[datetime]
    packed_by: Mapped[int | None] = mapped_column(BigId)


class NewListing(Base):
    """A listing that was made on the marketplace, and the day on which it counts against the allowance."""

    __tablename__ = "new_listings"
    __table_args__ = (UniqueConstraint("listing_id"), Index("ix_new_listings_day", "day"))

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    listing_id: Mapped[int] = mapped_column(ForeignKey("listings.id"))
    day: Mapped[date]


class SellerAccount(Base):
    """The seller's account: its probation, its terms, and whether the feed may run. There is one row, number 1.

    `orders_read_from` is when the last good pull of orders began; `blocked_until`, until when the marketplace
    asked everyone with this token to wait; `makes_eans` lets a practice account invent its product numbers.
    """

    __tablename__ = "seller_account"
    __table_args__ = (
        CheckConstraint("id = 1", name="only_one"),
        CheckConstraint("new_per_day >= 0 AND days >= 0", name="allowance_not_negative"),
        CheckConstraint("fee_rate BETWEEN 0 AND 1000 AND vat_rate BETWEEN 0 AND 1000", name="rates_in_thousandths"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    currency: Mapped[str] = mapped_column(Currency, default="EUR")
    started_on: Mapped[date | None]
    new_per_day: Mapped[int] = mapped_column(default=5)
    days: Mapped[int] = mapped_column(default=40)
    reviewed_at: Mapped[datetime | None]
    makes_eans: Mapped[bool] = mapped_column(default=False)
    new_battery_allowed: Mapped[bool] = mapped_column(default=False)
    fee_rate: Mapped[int] = mapped_column(default=100)
    vat_rate: Mapped[int] = mapped_column(default=255)
    shipping_minor: Mapped[int] = mapped_column(default=690)
    warranty_rate: Mapped[int] = mapped_column(default=20)
    stopped_at: Mapped[datetime | None]
    stopped_why: Mapped[str] = mapped_column(Text, default="")
    paused_at: Mapped[datetime | None]
    paused_by: Mapped[int | None] = mapped_column(BigId)
    blocked_until: Mapped[datetime | None]
    orders_read_from: Mapped[datetime | None]
    looked_at: Mapped[datetime | None]
