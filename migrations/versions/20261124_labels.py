"""Prints of labels, how often each was printed, and what each bench prints with."""

import sqlalchemy as sa
from alembic import op

import workshop.core.db
from workshop.core.db import BigId, Document

revision = "labels"
down_revision = "scans_aside"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "label_runs",
        sa.Column("id", BigId, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("codes", Document, nullable=False),
        sa.Column("size", sa.String(12), nullable=False),
        sa.Column("form", sa.String(4), nullable=False),
        sa.Column("dpi", sa.Integer(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("site_id", BigId),
        sa.Column("printed_at", workshop.core.db.UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_label_runs"),
    )
    op.create_table(
        "label_counts",
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "code", name="pk_label_counts"),
    )
    op.create_table(
        "label_choices",
        sa.Column("bench_id", BigId, nullable=False, autoincrement=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("size", sa.String(12), nullable=False),
        sa.Column("form", sa.String(4), nullable=False),
        sa.Column("dpi", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("bench_id", "kind", name="pk_label_choices"),
    )


def downgrade() -> None:
    for table in ("label_choices", "label_counts", "label_runs"):
        op.drop_table(table)
