"""Indexes to find things by the begin of their codes, and the newest units of a model."""

from alembic import op

revision = "find_anything"
down_revision = "0008"
branch_labels = None
depends_on = None

BEGINS = {"barcodes": ("kind", "code"), "sales_orders": ("number",), "listings": ("sku_key",)}


def upgrade() -> None:
    for table, columns in BEGINS.items():
        ops = {columns[-1]: "varchar_pattern_ops"}
        op.create_index(f"ix_{table}_begin", table, list(columns), postgresql_ops=ops)
    op.drop_index("ix_units_model", "units")
    op.create_index("ix_units_model", "units", ["model_id", "id"])
    op.create_index("ix_purchase_orders_supplier", "purchase_orders", ["supplier_id", "id"])


def downgrade() -> None:
    op.drop_index("ix_purchase_orders_supplier", "purchase_orders")
    op.drop_index("ix_units_model", "units")
    op.create_index("ix_units_model", "units", ["model_id"])
    for table in BEGINS:
        op.drop_index(f"ix_{table}_begin", table)
