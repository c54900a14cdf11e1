"""What a person approved within a day is summed for every order they approve: by an index, however many there are."""

from alembic import op

revision = "approvals"
down_revision = "listings_since"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_purchase_orders_approved", "purchase_orders", ["approved_by", "approved_at"])


def downgrade() -> None:
    op.drop_index("ix_purchase_orders_approved", table_name="purchase_orders")
