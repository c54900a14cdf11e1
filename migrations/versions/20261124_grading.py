"""The tables of the grading room."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

import workshop.core.db

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "erasures",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("job_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("method", sa.String(length=24), nullable=False),
        sa.Column("category", sa.String(length=8), nullable=False),
        sa.Column("tool", sa.String(length=80), nullable=False),
        sa.Column("tool_version", sa.String(length=40), nullable=False),
        sa.Column("verification", sa.String(length=12), nullable=False),
        sa.Column("result", sa.String(length=4), nullable=False),
        sa.Column("media_type", sa.String(length=10), nullable=False),
        sa.Column("storage_id", sa.String(length=80), nullable=False),
        sa.Column("started_at", workshop.core.db.UTCDateTime(timezone=True), nullable=True),
        sa.Column("ended_at", workshop.core.db.UTCDateTime(timezone=True), nullable=True),
        sa.Column("recorded_at", workshop.core.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("bench_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.CheckConstraint("category IN ('Clear', 'Purge', 'Destroy')", name=op.f("ck_erasures_category_known")),
        sa.CheckConstraint(
            "method IN ('crypto_erase', 'block_erase', 'overwrite', 'factory_reset', 'physical_destruction')",
            name=op.f("ck_erasures_method_known"),
        ),
        sa.CheckConstraint("result IN ('pass', 'fail')", name=op.f("ck_erasures_result_known")),
        sa.CheckConstraint(
            "verification IN ('full', 'sampling', 'tool_report')", name=op.f("ck_erasures_verification_known")
        ),
        sa.CheckConstraint(
            "ended_at IS NULL OR started_at IS NULL OR ended_at >= started_at",
            name=op.f("ck_erasures_ends_after_start"),
        ),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name=op.f("fk_erasures_job_id_jobs")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasures")),
    )
    with op.batch_alter_table("erasures", schema=None) as batch_op:
        batch_op.create_index("ix_erasures_bench", ["bench_id", "id"], unique=False)
        batch_op.create_index("ix_erasures_job", ["job_id", "id"], unique=False)

    op.create_table(
        "grades",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("job_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("letter", sa.String(length=2), nullable=False),
        sa.Column("rung", sa.String(length=12), nullable=False),
        sa.Column("computed", sa.String(length=12), nullable=False),
        sa.Column("market", sa.String(length=12), nullable=False),
        sa.Column("title", sa.String(length=24), nullable=False),
        sa.Column("deciding", sa.String(length=16), nullable=False),
        sa.Column("without", sa.String(length=2), nullable=False),
        sa.Column("explanation", sa.String(length=300), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column(
            "basis",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "marks",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=False,
        ),
        sa.Column("rubric_version", sa.Integer(), nullable=False),
        sa.Column("given_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("given_at", workshop.core.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", workshop.core.db.UTCDateTime(timezone=True), nullable=True),
        sa.CheckConstraint("letter IN ('A+', 'A', 'B', 'C', 'D')", name=op.f("ck_grades_letter_known")),
        sa.CheckConstraint("rung = computed OR reason <> ''", name=op.f("ck_grades_another_has_a_reason")),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name=op.f("fk_grades_job_id_jobs")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grades")),
    )
    with op.batch_alter_table("grades", schema=None) as batch_op:
        batch_op.create_index("ix_grades_job", ["job_id"], unique=False)
        batch_op.create_index(
            "ux_grades_one_standing_per_job",
            ["job_id"],
            unique=True,
            sqlite_where=sa.text("withdrawn_at IS NULL"),
            postgresql_where=sa.text("withdrawn_at IS NULL"),
        )

    op.create_table(
        "observations",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("job_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("zone", sa.String(length=16), nullable=False),
        sa.Column("seen", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("observed_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("observed_at", workshop.core.db.UTCDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("seen BETWEEN 0 AND 4", name=op.f("ck_observations_seen_on_the_card")),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name=op.f("fk_observations_job_id_jobs")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_observations")),
        sa.UniqueConstraint("job_id", "zone", name=op.f("uq_observations_job_id_zone")),
    )


def downgrade() -> None:
    op.drop_table("observations")
    with op.batch_alter_table("grades", schema=None) as batch_op:
        batch_op.drop_index(
            "ux_grades_one_standing_per_job",
            sqlite_where=sa.text("withdrawn_at IS NULL"),
            postgresql_where=sa.text("withdrawn_at IS NULL"),
        )
        batch_op.drop_index("ix_grades_job")

    op.drop_table("grades")
    with op.batch_alter_table("erasures", schema=None) as batch_op:
        batch_op.drop_index("ix_erasures_job")
        batch_op.drop_index("ix_erasures_bench")

    op.drop_table("erasures")
