"""Offers have a lead time of their own, and one that a supplier withdraws is kept."""

import sqlalchemy as sa
from alembic import op

import workshop.core.db

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("offers", schema=None) as batch_op:
        batch_op.add_column(sa.Column("lead_days", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("withdrawn_at", workshop.core.db.UTCDateTime(timezone=True), nullable=True))
        batch_op.create_check_constraint("lead_days_not_negative", "lead_days >= 0")


def downgrade() -> None:
    with op.batch_alter_table("offers", schema=None) as batch_op:
        batch_op.drop_constraint("lead_days_not_negative", type_="check")
        batch_op.drop_column("withdrawn_at")
        batch_op.drop_column("lead_days")
