"""Evidence that a later repair superseded.

A unit that went back from grading to repair kept its re-test and its zones: what was repaired after them was never looked
at. They stay to be read, and others take their place.
"""

import sqlalchemy as sa
from alembic import op

import workshop.core.db

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

COUNTS = sa.text("superseded_at IS NULL")
TABLES = {"check_answers": ("job_id", "round", "check_code"), "observations": ("job_id", "zone")}


def upgrade() -> None:
    for table, columns in TABLES.items():
        with op.batch_alter_table(table) as batch_op:
            batch_op.add_column(sa.Column("superseded_at", workshop.core.db.UTCDateTime()))
            batch_op.drop_constraint(f"uq_{table}_{'_'.join(columns)}", type_="unique")
        op.create_index(
            f"ux_{table}_one_that_counts",
            table,
            list(columns),
            unique=True,
            sqlite_where=COUNTS,
            postgresql_where=COUNTS,
        )


def downgrade() -> None:
    for table, columns in TABLES.items():
        op.execute(sa.text(f"DELETE FROM {table} WHERE superseded_at IS NOT NULL"))
        op.drop_index(f"ux_{table}_one_that_counts", table)
        with op.batch_alter_table(table) as batch_op:
            batch_op.drop_column("superseded_at")
            batch_op.create_unique_constraint(f"uq_{table}_{'_'.join(columns)}", list(columns))
