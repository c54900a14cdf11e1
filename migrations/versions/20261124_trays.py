"""Trays, and where each unit lies.

Twenty units that are moved together were twenty scans of everything. A tray is a thing with a code of its own, and a unit
lies at one spot: on a tray, at a place, or on a tray at a place.
"""

import sqlalchemy as sa
from alembic import op

import workshop.core.db
from workshop.core.db import BigId

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

OPEN = sa.text("bench_id IS NOT NULL AND closed_at IS NULL")


def upgrade() -> None:
    when = workshop.core.db.UTCDateTime()
    op.create_table(
        "trays",
        sa.Column("id", BigId, primary_key=True),
        sa.Column("code", sa.String(20), nullable=False),
        sa.Column("site_id", BigId, nullable=False),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("labelled", sa.Boolean(), nullable=False),
        sa.Column("place", sa.String(20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("bench_id", BigId),
        sa.Column("opened_by", BigId),
        sa.Column("opened_at", when),
        sa.Column("closed_at", when),
        sa.Column("created_at", when, nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name="fk_trays_site_id_sites"),
        sa.ForeignKeyConstraint(["bench_id"], ["benches.id"], name="fk_trays_bench_id_benches"),
        sa.UniqueConstraint("code", name="uq_trays_code"),
    )
    op.create_index(
        "ux_trays_one_open_per_person_and_bench",
        "trays",
        ["bench_id", "opened_by"],
        unique=True,
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )
    op.create_index("ix_trays_bench", "trays", ["bench_id", "opened_by", "opened_at"])
    op.create_index("ix_trays_site", "trays", ["site_id", "id"])
    op.create_table(
        "unit_spots",
        sa.Column("unit_id", BigId, primary_key=True, autoincrement=False),
        sa.Column("tray_id", BigId),
        sa.Column("place", sa.String(20), nullable=False),
        sa.Column("put_at", when, nullable=False),
        sa.Column("put_by", BigId),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name="fk_unit_spots_unit_id_units"),
        sa.ForeignKeyConstraint(["tray_id"], ["trays.id"], name="fk_unit_spots_tray_id_trays"),
    )
    op.create_index("ix_unit_spots_tray", "unit_spots", ["tray_id"])
    op.create_index("ix_unit_spots_place", "unit_spots", ["place"])


def downgrade() -> None:
    op.drop_table("unit_spots")
    op.drop_table("trays")
