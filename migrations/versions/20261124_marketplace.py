"""Products, listings and prices; what is offered; orders, shipments, warranties, returns; the seller's account."""

import sqlalchemy as sa
from alembic import op

import workshop.core.db

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sales_orders",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("state", sa.Integer(), nullable=False),
        sa.Column("country", sa.String(length=8), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("ship_to", workshop.core.db.Document, nullable=False),
        sa.Column("delivery_note", sa.String(length=400), nullable=False),
        sa.Column("placed_at", workshop.core.db.UTCDateTime(), nullable=False),
        sa.Column("dispatch_by", workshop.core.db.UTCDateTime(), nullable=True),
        sa.Column("read_at", workshop.core.db.UTCDateTime(), nullable=False),
        sa.Column("why_code", sa.String(length=24), nullable=False),
        sa.Column("why_data", workshop.core.db.Document, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sales_orders")),
        sa.UniqueConstraint("number", name=op.f("uq_sales_orders_number")),
    )
    op.create_index("ix_sales_orders_placed", "sales_orders", ["placed_at"], unique=False)
    op.create_table(
        "seller_account",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=True),
        sa.Column("new_per_day", sa.Integer(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("reviewed_at", workshop.core.db.UTCDateTime(), nullable=True),
        sa.Column("makes_eans", sa.Boolean(), nullable=False),
        sa.Column("new_battery_allowed", sa.Boolean(), nullable=False),
        sa.Column("fee_rate", sa.Integer(), nullable=False),
        sa.Column("vat_rate", sa.Integer(), nullable=False),
        sa.Column("shipping_minor", sa.Integer(), nullable=False),
        sa.Column("warranty_rate", sa.Integer(), nullable=False),
        sa.Column("stopped_at", workshop.core.db.UTCDateTime(), nullable=True),
        sa.Column("stopped_why", sa.Text(), nullable=False),
        sa.Column("paused_at", workshop.core.db.UTCDateTime(), nullable=True),
        sa.Column("paused_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("blocked_until", workshop.core.db.UTCDateTime(), nullable=True),
        sa.Column("orders_read_from", workshop.core.db.UTCDateTime(), nullable=True),
        sa.Column("looked_at", workshop.core.db.UTCDateTime(), nullable=True),
        sa.CheckConstraint(
            "fee_rate BETWEEN 0 AND 1000 AND vat_rate BETWEEN 0 AND 1000",
            name=op.f("ck_seller_account_rates_in_thousandths"),
        ),
        sa.CheckConstraint("id = 1", name=op.f("ck_seller_account_only_one")),
        sa.CheckConstraint("new_per_day >= 0 AND days >= 0", name=op.f("ck_seller_account_allowance_not_negative")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seller_account")),
    )
    op.create_table(
        "products",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("model_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("storage_gb", sa.Integer(), nullable=False),
        sa.Column("colour", sa.String(length=40), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("ean", sa.String(length=13), nullable=False),
        sa.Column("marketplace_product", sa.String(length=40), nullable=False),
        sa.CheckConstraint("ean = '' OR length(ean) = 13", name=op.f("ck_products_ean_has_thirteen_digits")),
        sa.ForeignKeyConstraint(["model_id"], ["device_models.id"], name=op.f("fk_products_model_id_device_models")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_products")),
        sa.UniqueConstraint("code", name=op.f("uq_products_code")),
        sa.UniqueConstraint("model_id", "storage_gb", "colour", name=op.f("uq_products_model_id_storage_gb_colour")),
    )
    op.create_table(
        "listings",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sku", sa.String(length=80), nullable=False),
        sa.Column("sku_key", sa.String(length=80), nullable=False),
        sa.Column("product_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("grade", sa.String(length=12), nullable=False),
        sa.Column("new_battery", sa.Boolean(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("price_minor", sa.Integer(), nullable=True),
        sa.Column("comment", sa.String(length=500), nullable=False),
        sa.Column("marketplace_id", sa.String(length=40), nullable=True),
        sa.Column("published_quantity", sa.Integer(), nullable=True),
        sa.Column("published_price_minor", sa.Integer(), nullable=True),
        sa.Column("publication_state", sa.Integer(), nullable=True),
        sa.Column("max_price_minor", sa.Integer(), nullable=True),
        sa.Column("expected_quantity", sa.Integer(), nullable=False),
        sa.Column("sent_quantity", sa.Integer(), nullable=True),
        sa.Column("unread", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("state_since", workshop.core.db.UTCDateTime(), nullable=False),
        sa.Column("why_code", sa.String(length=24), nullable=False),
        sa.Column("why_data", workshop.core.db.Document, nullable=False),
        sa.Column("again_at", workshop.core.db.UTCDateTime(), nullable=True),
        sa.Column("task_number", sa.String(length=40), nullable=True),
        sa.Column("create_sent_at", workshop.core.db.UTCDateTime(), nullable=True),
        sa.Column("read_at", workshop.core.db.UTCDateTime(), nullable=True),
        sa.CheckConstraint(
            "grade IN ('PREMIUM', 'EXCELLENT', 'VERY_GOOD', 'GOOD', 'FAIR', 'STALLONE')",
            name=op.f("ck_listings_grade_known"),
        ),
        sa.CheckConstraint(
            "state IN ('in_step', 'sending', 'waiting', 'tomorrow', 'refused', 'stopped')",
            name=op.f("ck_listings_state_known"),
        ),
        sa.CheckConstraint("expected_quantity >= 0 AND unread >= 0", name=op.f("ck_listings_counts_not_negative")),
        sa.CheckConstraint("price_minor IS NULL OR price_minor > 0", name=op.f("ck_listings_price_positive")),
        sa.CheckConstraint("sent_quantity IS NULL OR sent_quantity >= 0", name=op.f("ck_listings_sent_not_negative")),
        sa.ForeignKeyConstraint(["product_id"], ["products.id"], name=op.f("fk_listings_product_id_products")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listings")),
        sa.UniqueConstraint("marketplace_id", name=op.f("uq_listings_marketplace_id")),
        sa.UniqueConstraint("sku_key", name=op.f("uq_listings_sku_key")),
    )
    op.create_index("ix_listings_product", "listings", ["product_id"], unique=False)
    op.create_index("ix_listings_state", "listings", ["state"], unique=False)
    op.create_table(
        "listed_units",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("job_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("listing_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("opened_at", workshop.core.db.UTCDateTime(), nullable=False),
        sa.Column("priced_at", workshop.core.db.UTCDateTime(), nullable=True),
        sa.Column("live_at", workshop.core.db.UTCDateTime(), nullable=True),
        sa.Column("ended_at", workshop.core.db.UTCDateTime(), nullable=True),
        sa.Column("ended_as", sa.String(length=10), nullable=True),
        sa.CheckConstraint(
            "ended_as IS NULL OR ended_as IN ('sold', 'withdrawn', 'relisted')",
            name=op.f("ck_listed_units_ending_known"),
        ),
        sa.CheckConstraint("(ended_at IS NULL) = (ended_as IS NULL)", name=op.f("ck_listed_units_ended_has_a_reason")),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name=op.f("fk_listed_units_job_id_jobs")),
        sa.ForeignKeyConstraint(["listing_id"], ["listings.id"], name=op.f("fk_listed_units_listing_id_listings")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_listed_units_unit_id_units")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listed_units")),
    )
    op.create_index("ix_listed_units_job", "listed_units", ["job_id"], unique=False)
    op.create_index(
        "ix_listed_units_listing",
        "listed_units",
        ["listing_id", "opened_at"],
        unique=False,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_index(
        "ux_listed_units_one_open_per_unit",
        "listed_units",
        ["unit_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "listing_prices",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("listing_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("price_minor", sa.Integer(), nullable=False),
        sa.Column("floor_minor", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("set_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("set_at", workshop.core.db.UTCDateTime(), nullable=False),
        sa.CheckConstraint(
            "price_minor >= floor_minor OR reason <> ''",
            name=op.f("ck_listing_prices_below_floor_has_a_reason"),
        ),
        sa.CheckConstraint("price_minor > 0", name=op.f("ck_listing_prices_price_positive")),
        sa.ForeignKeyConstraint(["listing_id"], ["listings.id"], name=op.f("fk_listing_prices_listing_id_listings")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listing_prices")),
    )
    op.create_index("ix_listing_prices_listing", "listing_prices", ["listing_id", "id"], unique=False)
    op.create_table(
        "new_listings",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("listing_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["listing_id"], ["listings.id"], name=op.f("fk_new_listings_listing_id_listings")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_new_listings")),
        sa.UniqueConstraint("listing_id", name=op.f("uq_new_listings_listing_id")),
    )
    op.create_index("ix_new_listings_day", "new_listings", ["day"], unique=False)
    op.create_table(
        "packings",
        sa.Column(
            "job_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("place", sa.String(length=40), nullable=False),
        sa.Column("packed_at", workshop.core.db.UTCDateTime(), nullable=False),
        sa.Column("packed_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name=op.f("fk_packings_job_id_jobs")),
        sa.PrimaryKeyConstraint("job_id", name=op.f("pk_packings")),
    )
    op.create_table(
        "sold_pieces",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("order_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("piece", sa.Integer(), nullable=False),
        sa.Column("sku", sa.String(length=200), nullable=False),
        sa.Column("listing_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("price_minor", sa.Integer(), nullable=False),
        sa.Column("fee_minor", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("marketplace_state", sa.Integer(), nullable=False),
        sa.Column("cancel_reason", sa.Integer(), nullable=True),
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("job_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("reserved_at", workshop.core.db.UTCDateTime(), nullable=True),
        sa.Column("released_at", workshop.core.db.UTCDateTime(), nullable=True),
        sa.CheckConstraint(
            "state IN ('short', 'reserved', 'shipped', 'cancelled', 'refunded', 'returned')",
            name=op.f("ck_sold_pieces_state_known"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('reserved', 'shipped') OR job_id IS NOT NULL",
            name=op.f("ck_sold_pieces_reserved_has_a_unit"),
        ),
        sa.CheckConstraint("piece >= 1", name=op.f("ck_sold_pieces_piece_from_one")),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name=op.f("fk_sold_pieces_job_id_jobs")),
        sa.ForeignKeyConstraint(["listing_id"], ["listings.id"], name=op.f("fk_sold_pieces_listing_id_listings")),
        sa.ForeignKeyConstraint(["order_id"], ["sales_orders.id"], name=op.f("fk_sold_pieces_order_id_sales_orders")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_sold_pieces_unit_id_units")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sold_pieces")),
        sa.UniqueConstraint("number", "piece", name=op.f("uq_sold_pieces_number_piece")),
    )
    op.create_index("ix_sold_pieces_listing", "sold_pieces", ["listing_id"], unique=False)
    op.create_index("ix_sold_pieces_order", "sold_pieces", ["order_id"], unique=False)
    op.create_index("ix_sold_pieces_unit", "sold_pieces", ["unit_id"], unique=False)
    op.create_index(
        "ux_sold_pieces_one_per_job",
        "sold_pieces",
        ["job_id"],
        unique=True,
        sqlite_where=sa.text("job_id IS NOT NULL AND released_at IS NULL"),
        postgresql_where=sa.text("job_id IS NOT NULL AND released_at IS NULL"),
    )
    op.create_table(
        "returns",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("line_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("folder", sa.String(length=40), nullable=True),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("announced_at", workshop.core.db.UTCDateTime(), nullable=True),
        sa.Column("arrived_at", workshop.core.db.UTCDateTime(), nullable=True),
        sa.Column("job_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("refund_minor", sa.Integer(), nullable=True),
        sa.Column("refunded_at", workshop.core.db.UTCDateTime(), nullable=True),
        sa.Column("closed_at", workshop.core.db.UTCDateTime(), nullable=True),
        sa.CheckConstraint("(job_id IS NULL) = (arrived_at IS NULL)", name=op.f("ck_returns_arrived_has_a_job")),
        sa.CheckConstraint("announced_at IS NOT NULL OR arrived_at IS NOT NULL", name=op.f("ck_returns_known_somehow")),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name=op.f("fk_returns_job_id_jobs")),
        sa.ForeignKeyConstraint(["line_id"], ["sold_pieces.id"], name=op.f("fk_returns_line_id_sold_pieces")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_returns_unit_id_units")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_returns")),
        sa.UniqueConstraint("folder", name=op.f("uq_returns_folder")),
        sa.UniqueConstraint("line_id", name=op.f("uq_returns_line_id")),
    )
    op.create_index("ix_returns_unit", "returns", ["unit_id"], unique=False)
    op.create_table(
        "shipments",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("line_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("identifier_kind", sa.String(length=8), nullable=False),
        sa.Column("identifier", sa.String(length=50), nullable=False),
        sa.Column("tracking_number", sa.String(length=200), nullable=False),
        sa.Column("shipper", sa.String(length=200), nullable=False),
        sa.Column("shipped_at", workshop.core.db.UTCDateTime(), nullable=False),
        sa.Column("shipped_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("told_at", workshop.core.db.UTCDateTime(), nullable=True),
        sa.CheckConstraint("identifier <> ''", name=op.f("ck_shipments_has_an_identifier")),
        sa.CheckConstraint("identifier_kind IN ('imei', 'serial')", name=op.f("ck_shipments_identifier_kind_known")),
        sa.ForeignKeyConstraint(["line_id"], ["sold_pieces.id"], name=op.f("fk_shipments_line_id_sold_pieces")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_shipments_unit_id_units")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shipments")),
        sa.UniqueConstraint("line_id", name=op.f("uq_shipments_line_id")),
    )
    op.create_index("ix_shipments_unit", "shipments", ["unit_id"], unique=False)
    op.create_table(
        "warranties",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("line_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.CheckConstraint("ends_on > starts_on", name=op.f("ck_warranties_ends_after_start")),
        sa.ForeignKeyConstraint(["line_id"], ["sold_pieces.id"], name=op.f("fk_warranties_line_id_sold_pieces")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_warranties_unit_id_units")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_warranties")),
        sa.UniqueConstraint("line_id", name=op.f("uq_warranties_line_id")),
    )
    op.create_index("ix_warranties_unit", "warranties", ["unit_id"], unique=False)

    # The one row of the account: its terms are changed by actions, so it must be there from the start.
    op.execute(
        "INSERT INTO seller_account (id, currency, new_per_day, days, makes_eans, new_battery_allowed, fee_rate, vat_rate,"
        " shipping_minor, warranty_rate, stopped_why) VALUES (1, 'EUR', 5, 40, false, false, 100, 255, 690, 20, '')"
    )


def downgrade() -> None:
    op.drop_index("ix_warranties_unit", table_name="warranties")
    op.drop_table("warranties")
    op.drop_index("ix_shipments_unit", table_name="shipments")
    op.drop_table("shipments")
    op.drop_index("ix_returns_unit", table_name="returns")
    op.drop_table("returns")
    op.drop_index(
        "ux_sold_pieces_one_per_job",
        table_name="sold_pieces",
        sqlite_where=sa.text("job_id IS NOT NULL AND released_at IS NULL"),
        postgresql_where=sa.text("job_id IS NOT NULL AND released_at IS NULL"),
    )
    op.drop_index("ix_sold_pieces_unit", table_name="sold_pieces")
    op.drop_index("ix_sold_pieces_order", table_name="sold_pieces")
    op.drop_index("ix_sold_pieces_listing", table_name="sold_pieces")
    op.drop_table("sold_pieces")
    op.drop_table("packings")
    op.drop_index("ix_new_listings_day", table_name="new_listings")
    op.drop_table("new_listings")
    op.drop_index("ix_listing_prices_listing", table_name="listing_prices")
    op.drop_table("listing_prices")
    op.drop_index(
        "ux_listed_units_one_open_per_unit",
        table_name="listed_units",
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.drop_index(
        "ix_listed_units_listing",
        table_name="listed_units",
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.drop_index("ix_listed_units_job", table_name="listed_units")
    op.drop_table("listed_units")
    op.drop_index("ix_listings_state", table_name="listings")
    op.drop_index("ix_listings_product", table_name="listings")
    op.drop_table("listings")
    op.drop_table("products")
    op.drop_table("seller_account")
    op.drop_index("ix_sales_orders_placed", table_name="sales_orders")
    op.drop_table("sales_orders")
