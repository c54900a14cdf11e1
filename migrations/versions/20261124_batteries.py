"""The tables of the batteries room."""

import sqlalchemy as sa
from alembic import op

import workshop.core.db

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "battery_readings",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("job_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("round", sa.String(length=10), nullable=False),
        sa.Column("health", sa.Integer(), nullable=False),
        sa.Column("cycles", sa.Integer(), nullable=True),
        sa.Column("full_charge_mah", sa.Integer(), nullable=True),
        sa.Column("read_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("read_at", workshop.core.db.UTCDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("round IN ('diagnosis', 'retest')", name=op.f("ck_battery_readings_round_known")),
        sa.CheckConstraint(
            "cycles IS NULL OR cycles BETWEEN 0 AND 20000", name=op.f("ck_battery_readings_cycles_possible")
        ),
        sa.CheckConstraint(
            "full_charge_mah IS NULL OR full_charge_mah BETWEEN 1 AND 100000",
            name=op.f("ck_battery_readings_capacity_possible"),
        ),
        sa.CheckConstraint("health BETWEEN 0 AND 100", name=op.f("ck_battery_readings_health_is_per_cent")),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name=op.f("fk_battery_readings_job_id_jobs")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_battery_readings_unit_id_units")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_battery_readings")),
    )
    with op.batch_alter_table("battery_readings", schema=None) as batch_op:
        batch_op.create_index("ix_battery_readings_unit", ["unit_id", "id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("battery_readings", schema=None) as batch_op:
        batch_op.drop_index("ix_battery_readings_unit")

    op.drop_table("battery_readings")
