"""The tables of the batteries room."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

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

    op.create_table(
        "quarantine_items",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("job_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("location_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("critical", sa.Boolean(), nullable=False),
        sa.Column("laid_at", workshop.core.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("laid_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("collected_at", workshop.core.db.UTCDateTime(timezone=True), nullable=True),
        sa.Column("collected_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("carrier", sa.String(length=80), nullable=False),
        sa.Column("weight_g", sa.Integer(), nullable=True),
        sa.Column("certificate", sa.String(length=80), nullable=False),
        sa.CheckConstraint(
            "(collected_at IS NULL) = (carrier = '')",
            name=op.f("ck_quarantine_items_collected_has_a_carrier"),
        ),
        sa.CheckConstraint(
            "(collected_at IS NULL) = (weight_g IS NULL)",
            name=op.f("ck_quarantine_items_collected_has_a_weight"),
        ),
        sa.CheckConstraint("weight_g IS NULL OR weight_g > 0", name=op.f("ck_quarantine_items_weight_positive")),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name=op.f("fk_quarantine_items_job_id_jobs")),
        sa.ForeignKeyConstraint(
            ["location_id"], ["locations.id"], name=op.f("fk_quarantine_items_location_id_locations")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_quarantine_items_unit_id_units")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quarantine_items")),
    )
    with op.batch_alter_table("quarantine_items", schema=None) as batch_op:
        batch_op.create_index(
            "ux_quarantine_items_one_a_place",
            ["location_id"],
            unique=True,
            sqlite_where=sa.text("collected_at IS NULL"),
            postgresql_where=sa.text("collected_at IS NULL"),
        )
        batch_op.create_index(
            "ux_quarantine_items_one_a_unit",
            ["unit_id"],
            unique=True,
            sqlite_where=sa.text("collected_at IS NULL"),
            postgresql_where=sa.text("collected_at IS NULL"),
        )

    op.create_table(
        "battery_replacements",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("job_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("procedure", sa.String(length=32), nullable=False),
        sa.Column("steps_done", sa.Integer(), nullable=False),
        sa.Column("begun_at", workshop.core.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("finished_at", workshop.core.db.UTCDateTime(timezone=True), nullable=True),
        sa.Column("fitted_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("old_serial", sa.String(length=60), nullable=False),
        sa.Column("new_serial", sa.String(length=60), nullable=False),
        sa.Column(
            "broke",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=False,
        ),
        sa.Column("replaced_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint(
            "(finished_at IS NULL) = (fitted_id IS NULL)",
            name=op.f("ck_battery_replacements_finished_has_a_battery"),
        ),
        sa.CheckConstraint("steps_done >= 0", name=op.f("ck_battery_replacements_steps_not_negative")),
        sa.ForeignKeyConstraint(
            ["fitted_id"], ["fitted_parts.id"], name=op.f("fk_battery_replacements_fitted_id_fitted_parts")
        ),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name=op.f("fk_battery_replacements_job_id_jobs")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_battery_replacements_unit_id_units")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_battery_replacements")),
    )
    with op.batch_alter_table("battery_replacements", schema=None) as batch_op:
        batch_op.create_index("ix_battery_replacements_unit", ["unit_id"], unique=False)
        batch_op.create_index(
            "ux_battery_replacements_one_open_per_job",
            ["job_id"],
            unique=True,
            sqlite_where=sa.text("finished_at IS NULL"),
            postgresql_where=sa.text("finished_at IS NULL"),
        )


def downgrade() -> None:
    with op.batch_alter_table("battery_replacements", schema=None) as batch_op:
        batch_op.drop_index(
            "ux_battery_replacements_one_open_per_job",
            sqlite_where=sa.text("finished_at IS NULL"),
            postgresql_where=sa.text("finished_at IS NULL"),
        )
        batch_op.drop_index("ix_battery_replacements_unit")

    op.drop_table("battery_replacements")
    with op.batch_alter_table("quarantine_items", schema=None) as batch_op:
        batch_op.drop_index(
            "ux_quarantine_items_one_a_unit",
            sqlite_where=sa.text("collected_at IS NULL"),
            postgresql_where=sa.text("collected_at IS NULL"),
        )
        batch_op.drop_index(
            "ux_quarantine_items_one_a_place",
            sqlite_where=sa.text("collected_at IS NULL"),
            postgresql_where=sa.text("collected_at IS NULL"),
        )

    op.drop_table("quarantine_items")
    with op.batch_alter_table("battery_readings", schema=None) as batch_op:
        batch_op.drop_index("ix_battery_readings_unit")

    op.drop_table("battery_readings")
