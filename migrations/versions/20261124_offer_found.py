"""A revised offer says the condition that was found, in the partner's words."""

import sqlalchemy as sa
from alembic import op

revision = "offer_found"
down_revision = "labels"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("revised_offers") as batch_op:
        batch_op.add_column(sa.Column("found", sa.String(length=60), nullable=False, server_default=""))
    with op.batch_alter_table("revised_offers") as batch_op:
        batch_op.alter_column("found", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("revised_offers") as batch_op:
        batch_op.drop_column("found")
