"""A person may approve orders up to a limit; without one, any."""

import sqlalchemy as sa
from alembic import op

revision = "approval_limits"
down_revision = "sourcing"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("people", schema=None) as batch_op:
        batch_op.add_column(sa.Column("approval_limit_minor", sa.BigInteger(), nullable=True))
        batch_op.create_check_constraint("approval_limit_not_negative", "approval_limit_minor >= 0")


def downgrade() -> None:
    with op.batch_alter_table("people", schema=None) as batch_op:
        batch_op.drop_constraint("approval_limit_not_negative", type_="check")
        batch_op.drop_column("approval_limit_minor")
