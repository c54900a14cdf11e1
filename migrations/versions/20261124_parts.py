"""Parts, the stock ledger, needs and reservations, suppliers and orders, donors.

The ledger gets triggers by which the database itself refuses to change or delete a movement.
"""

import sqlalchemy as sa
from alembic import op

import workshop.core.db
from workshop.core import triggers

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "parts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=24), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("name", sa.String(length=160), nullable=False),
        sa.Column("quality", sa.String(length=12), nullable=False),
        sa.Column("min_stock", sa.Integer(), nullable=False),
        sa.CheckConstraint("quality IN ('maker', 'aftermarket', 'used')", name=op.f("ck_parts_quality_known")),
        sa.CheckConstraint("min_stock >= 0", name=op.f("ck_parts_min_stock_not_negative")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_parts")),
        sa.UniqueConstraint("code", name=op.f("uq_parts_code")),
    )
    with op.batch_alter_table("parts", schema=None) as batch_op:
        batch_op.create_index("ix_parts_kind", ["kind"], unique=False)

    op.create_table(
        "suppliers",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("lead_days", sa.Integer(), nullable=False),
        sa.Column("minimum_minor", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("bound_by_law", sa.Boolean(), nullable=False),
        sa.Column("deliveries", sa.Integer(), nullable=False),
        sa.Column("on_time", sa.Integer(), nullable=False),
        sa.Column("cutoff_hour", sa.Integer(), nullable=False),
        sa.CheckConstraint("lead_days >= 0", name=op.f("ck_suppliers_lead_days_not_negative")),
        sa.CheckConstraint("minimum_minor >= 0", name=op.f("ck_suppliers_minimum_not_negative")),
        sa.CheckConstraint(
            "on_time >= 0 AND on_time <= deliveries", name=op.f("ck_suppliers_on_time_among_deliveries")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suppliers")),
        sa.UniqueConstraint("code", name=op.f("uq_suppliers_code")),
    )
    op.create_table(
        "locations",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("site_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("barcode", sa.String(length=32), nullable=False),
        sa.CheckConstraint(
            "kind IN ('shelf', 'tray', 'quarantine', 'outgoing', 'donor')",
            name=op.f("ck_locations_kind_known"),
        ),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_locations_site_id_sites")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_locations")),
        sa.UniqueConstraint("barcode", name=op.f("uq_locations_barcode")),
        sa.UniqueConstraint("site_id", "code", name=op.f("uq_locations_site_id_code")),
    )
    op.create_table(
        "offers",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("supplier_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("part_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("price_minor", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("pack", sa.Integer(), nullable=False),
        sa.Column("moq", sa.Integer(), nullable=False),
        sa.Column("supplier_sku", sa.String(length=60), nullable=False),
        sa.Column("ean", sa.String(length=14), nullable=True),
        sa.CheckConstraint("pack >= 1 AND moq >= 1", name=op.f("ck_offers_pack_and_moq_positive")),
        sa.CheckConstraint("price_minor > 0", name=op.f("ck_offers_price_positive")),
        sa.ForeignKeyConstraint(["part_id"], ["parts.id"], name=op.f("fk_offers_part_id_parts")),
        sa.ForeignKeyConstraint(["supplier_id"], ["suppliers.id"], name=op.f("fk_offers_supplier_id_suppliers")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offers")),
        sa.UniqueConstraint("supplier_id", "part_id", name=op.f("uq_offers_supplier_id_part_id")),
    )
    with op.batch_alter_table("offers", schema=None) as batch_op:
        batch_op.create_index("ix_offers_part", ["part_id"], unique=False)

    op.create_table(
        "part_fits",
        sa.Column("part_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("model_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["model_id"], ["device_models.id"], name=op.f("fk_part_fits_model_id_device_models")),
        sa.ForeignKeyConstraint(["part_id"], ["parts.id"], name=op.f("fk_part_fits_part_id_parts")),
        sa.PrimaryKeyConstraint("part_id", "model_id", name=op.f("pk_part_fits")),
    )
    with op.batch_alter_table("part_fits", schema=None) as batch_op:
        batch_op.create_index("ix_part_fits_model", ["model_id", "part_id"], unique=False)

    op.create_table(
        "purchase_orders",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=24), nullable=False),
        sa.Column("supplier_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("site_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("created_at", workshop.core.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("approved_at", workshop.core.db.UTCDateTime(timezone=True), nullable=True),
        sa.Column("approved_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("expected_on", sa.Date(), nullable=False),
        sa.Column("received_at", workshop.core.db.UTCDateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('draft', 'sent', 'received', 'cancelled')", name=op.f("ck_purchase_orders_state_known")
        ),
        sa.CheckConstraint(
            "state NOT IN ('sent', 'received') OR approved_at IS NOT NULL",
            name=op.f("ck_purchase_orders_sent_was_approved"),
        ),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_purchase_orders_site_id_sites")),
        sa.ForeignKeyConstraint(
            ["supplier_id"], ["suppliers.id"], name=op.f("fk_purchase_orders_supplier_id_suppliers")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_purchase_orders")),
        sa.UniqueConstraint("code", name=op.f("uq_purchase_orders_code")),
    )
    with op.batch_alter_table("purchase_orders", schema=None) as batch_op:
        batch_op.create_index("ix_purchase_orders_state", ["site_id", "state"], unique=False)

    op.create_table(
        "donor_parts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("part_kind", sa.String(length=24), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("added_at", workshop.core.db.UTCDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state IN ('there', 'harvested', 'broken')", name=op.f("ck_donor_parts_state_known")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_donor_parts_unit_id_units")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_donor_parts")),
        sa.UniqueConstraint("unit_id", "part_kind", name=op.f("uq_donor_parts_unit_id_part_kind")),
    )
    with op.batch_alter_table("donor_parts", schema=None) as batch_op:
        batch_op.create_index("ix_donor_parts_kind", ["part_kind", "state"], unique=False)

    op.create_table(
        "order_lines",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("order_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("part_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("received", sa.Integer(), nullable=False),
        sa.Column("promised", sa.Integer(), nullable=False),
        sa.Column("price_minor", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("override_reason", sa.String(length=300), nullable=False),
        sa.CheckConstraint("price_minor > 0", name=op.f("ck_order_lines_price_positive")),
        sa.CheckConstraint(
            "promised >= 0 AND promised <= quantity - received",
            name=op.f("ck_order_lines_promised_within_coming"),
        ),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_order_lines_quantity_positive")),
        sa.CheckConstraint(
            "received >= 0 AND received <= quantity", name=op.f("ck_order_lines_received_within_quantity")
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["purchase_orders.id"], name=op.f("fk_order_lines_order_id_purchase_orders")
        ),
        sa.ForeignKeyConstraint(["part_id"], ["parts.id"], name=op.f("fk_order_lines_part_id_parts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_lines")),
        sa.UniqueConstraint("order_id", "part_id", name=op.f("uq_order_lines_order_id_part_id")),
    )
    with op.batch_alter_table("order_lines", schema=None) as batch_op:
        batch_op.create_index("ix_order_lines_part", ["part_id"], unique=False)

    op.create_table(
        "batches",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=24), nullable=False),
        sa.Column("lot", sa.String(length=60), nullable=False),
        sa.Column("part_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("location_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("unit_cost_minor", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("on_hand", sa.Integer(), nullable=False),
        sa.Column("reserved", sa.Integer(), nullable=False),
        sa.Column("received_at", workshop.core.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("origin", sa.String(length=8), nullable=False),
        sa.Column("order_line_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("donor_unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint(
            "(origin = 'donor') = (donor_unit_id IS NOT NULL)", name=op.f("ck_batches_donor_has_its_unit")
        ),
        sa.CheckConstraint(
            "(origin = 'order') = (order_line_id IS NOT NULL)", name=op.f("ck_batches_order_has_its_line")
        ),
        sa.CheckConstraint("origin IN ('opening', 'order', 'donor')", name=op.f("ck_batches_origin_known")),
        sa.CheckConstraint("on_hand >= 0", name=op.f("ck_batches_on_hand_not_negative")),
        sa.CheckConstraint("reserved >= 0 AND reserved <= on_hand", name=op.f("ck_batches_reserved_within_stock")),
        sa.CheckConstraint("unit_cost_minor >= 0", name=op.f("ck_batches_cost_not_negative")),
        sa.ForeignKeyConstraint(["donor_unit_id"], ["units.id"], name=op.f("fk_batches_donor_unit_id_units")),
        sa.ForeignKeyConstraint(["location_id"], ["locations.id"], name=op.f("fk_batches_location_id_locations")),
        sa.ForeignKeyConstraint(
            ["order_line_id"], ["order_lines.id"], name=op.f("fk_batches_order_line_id_order_lines")
        ),
        sa.ForeignKeyConstraint(["part_id"], ["parts.id"], name=op.f("fk_batches_part_id_parts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batches")),
        sa.UniqueConstraint("code", name=op.f("uq_batches_code")),
    )
    with op.batch_alter_table("batches", schema=None) as batch_op:
        batch_op.create_index("ix_batches_lot", ["lot"], unique=False)
        batch_op.create_index("ix_batches_order_line", ["order_line_id"], unique=False)
        batch_op.create_index(
            "ix_batches_part",
            ["part_id", "received_at", "id"],
            unique=False,
            sqlite_where=sa.text("on_hand > 0"),
            postgresql_where=sa.text("on_hand > 0"),
        )

    op.create_table(
        "needs",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("job_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("part_kind", sa.String(length=24), nullable=False),
        sa.Column("fault_code", sa.String(length=16), nullable=False),
        sa.Column("part_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("asked_at", workshop.core.db.UTCDateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state IN ('needed', 'ordered', 'reserved', 'fitted', 'cancelled')",
            name=op.f("ck_needs_state_known"),
        ),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name=op.f("fk_needs_job_id_jobs")),
        sa.ForeignKeyConstraint(["part_id"], ["parts.id"], name=op.f("fk_needs_part_id_parts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_needs")),
    )
    with op.batch_alter_table("needs", schema=None) as batch_op:
        batch_op.create_index("ix_needs_job", ["job_id"], unique=False)
        batch_op.create_index(
            "ix_needs_waiting",
            ["state", "part_kind"],
            unique=False,
            sqlite_where=sa.text("state IN ('needed', 'ordered', 'reserved')"),
            postgresql_where=sa.text("state IN ('needed', 'ordered', 'reserved')"),
        )
        batch_op.create_index(
            "ux_needs_one_open_per_kind",
            ["job_id", "part_kind"],
            unique=True,
            sqlite_where=sa.text("state IN ('needed', 'ordered', 'reserved')"),
            postgresql_where=sa.text("state IN ('needed', 'ordered', 'reserved')"),
        )

    op.create_table(
        "fitted_parts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("job_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("need_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("part_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("batch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("serial", sa.String(length=60), nullable=False),
        sa.Column("fitted_at", workshop.core.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("fitted_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("removed_at", workshop.core.db.UTCDateTime(timezone=True), nullable=True),
        sa.Column("removed_as", sa.String(length=10), nullable=False),
        sa.Column("what_broke", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], ["batches.id"], name=op.f("fk_fitted_parts_batch_id_batches")),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name=op.f("fk_fitted_parts_job_id_jobs")),
        sa.ForeignKeyConstraint(["need_id"], ["needs.id"], name=op.f("fk_fitted_parts_need_id_needs")),
        sa.ForeignKeyConstraint(["part_id"], ["parts.id"], name=op.f("fk_fitted_parts_part_id_parts")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_fitted_parts_unit_id_units")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fitted_parts")),
    )
    with op.batch_alter_table("fitted_parts", schema=None) as batch_op:
        batch_op.create_index("ix_fitted_parts_batch", ["batch_id"], unique=False)
        batch_op.create_index("ix_fitted_parts_unit", ["unit_id"], unique=False)
        batch_op.create_index(
            "ux_fitted_parts_one_per_need",
            ["need_id"],
            unique=True,
            sqlite_where=sa.text("removed_at IS NULL"),
            postgresql_where=sa.text("removed_at IS NULL"),
        )

    op.create_table(
        "reservations",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("need_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("batch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("order_line_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("donor_part_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("at", workshop.core.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("ended_at", workshop.core.db.UTCDateTime(timezone=True), nullable=True),
        sa.Column("ended_as", sa.String(length=10), nullable=False),
        sa.CheckConstraint("(ended_at IS NULL) = (ended_as = '')", name=op.f("ck_reservations_ended_says_how")),
        sa.CheckConstraint(
            "(CASE WHEN batch_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN order_line_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN donor_part_id IS NULL THEN 0 ELSE 1 END) = 1",
            name=op.f("ck_reservations_exactly_one_source"),
        ),
        sa.ForeignKeyConstraint(["batch_id"], ["batches.id"], name=op.f("fk_reservations_batch_id_batches")),
        sa.ForeignKeyConstraint(
            ["donor_part_id"], ["donor_parts.id"], name=op.f("fk_reservations_donor_part_id_donor_parts")
        ),
        sa.ForeignKeyConstraint(["need_id"], ["needs.id"], name=op.f("fk_reservations_need_id_needs")),
        sa.ForeignKeyConstraint(
            ["order_line_id"], ["order_lines.id"], name=op.f("fk_reservations_order_line_id_order_lines")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reservations")),
    )
    with op.batch_alter_table("reservations", schema=None) as batch_op:
        batch_op.create_index("ix_reservations_batch", ["batch_id"], unique=False)
        batch_op.create_index("ix_reservations_order_line", ["order_line_id"], unique=False)
        batch_op.create_index(
            "ux_reservations_one_live_per_donor_part",
            ["donor_part_id"],
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL AND donor_part_id IS NOT NULL"),
            postgresql_where=sa.text("ended_at IS NULL AND donor_part_id IS NOT NULL"),
        )
        batch_op.create_index(
            "ux_reservations_one_live_per_need",
            ["need_id"],
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )

    op.create_table(
        "stock_movements",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("batch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("delta", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=12), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("job_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("at", workshop.core.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint(
            "reason IN ('opening', 'received', 'harvested', 'fitted', 'fit_undone', 'removed', 'scrapped', 'counted')",
            name=op.f("ck_stock_movements_reason_known"),
        ),
        sa.CheckConstraint("delta <> 0", name=op.f("ck_stock_movements_delta_not_zero")),
        sa.ForeignKeyConstraint(["batch_id"], ["batches.id"], name=op.f("fk_stock_movements_batch_id_batches")),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name=op.f("fk_stock_movements_job_id_jobs")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_movements")),
    )
    with op.batch_alter_table("stock_movements", schema=None) as batch_op:
        batch_op.create_index("ix_stock_movements_batch", ["batch_id", "id"], unique=False)

    for statement in triggers.statements(op.get_bind().dialect.name, "stock_movements"):
        op.execute(statement)


def downgrade() -> None:
    for table in (
        "stock_movements",
        "reservations",
        "fitted_parts",
        "needs",
        "batches",
        "order_lines",
        "donor_parts",
        "purchase_orders",
        "part_fits",
        "offers",
        "locations",
        "suppliers",
        "parts",
    ):
        op.drop_table(table)
