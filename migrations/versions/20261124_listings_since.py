"""An index by which an open page of the feed hears of a change with one look-up a second."""

from alembic import op

revision = "listings_since"
down_revision = "offer_found"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_listings_state_since", "listings", ["state_since"])


def downgrade() -> None:
    op.drop_index("ix_listings_state_since", "listings")
