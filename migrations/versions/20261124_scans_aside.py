"""Scans that came too late to be done as they were meant, and wait for a person."""

import sqlalchemy as sa
from alembic import op

import workshop.core.db

revision = "scans_aside"
down_revision = "approval_limits"
branch_labels = None
depends_on = None


def upgrade() -> None:
    big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    at = workshop.core.db.UTCDateTime(timezone=True)
    op.create_table(
        "scans_aside",
        sa.Column("id", big, nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("site_id", big, nullable=True),
        sa.Column("bench_code", sa.String(length=12), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("unit_code", sa.String(length=16), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("remedy", sa.Text(), nullable=False),
        sa.Column("scanned_at", at, nullable=True),
        sa.Column("scanned_by", big, nullable=True),
        sa.Column("put_by", big, nullable=True),
        sa.Column("put_at", at, nullable=False),
        sa.Column("settled_at", at, nullable=True),
        sa.Column("settled_as", sa.String(length=10), nullable=True),
        sa.Column("settled_by", big, nullable=True),
        sa.Column("settled_reason", sa.String(length=300), nullable=False),
        sa.CheckConstraint("(settled_at IS NULL) = (settled_as IS NULL)", name=op.f("ck_scans_aside_settled_says_how")),
        sa.CheckConstraint(
            "settled_as IS NULL OR settled_as IN ('done', 'dismissed')", name=op.f("ck_scans_aside_settled_as_known")
        ),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_scans_aside_site_id_sites")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scans_aside")),
        sa.UniqueConstraint("key", name=op.f("uq_scans_aside_key")),
    )
    op.create_index(
        "ix_scans_aside_open",
        "scans_aside",
        ["site_id", "id"],
        sqlite_where=sa.text("settled_at IS NULL"),
        postgresql_where=sa.text("settled_at IS NULL"),
    )


def downgrade() -> None:
    op.drop_table("scans_aside")
