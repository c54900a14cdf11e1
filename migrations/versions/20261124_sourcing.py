"""The tables of the sourcing room: terms of partners, deliveries line by line, quotes and revised offers."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

import workshop.core.db

revision = "sourcing"
down_revision = "find_anything"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "consignments",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("source_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("site_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reference", sa.String(length=60), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("file_digest", sa.String(length=64), nullable=False),
        sa.Column(
            "reading", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=False
        ),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("in_file", sa.Integer(), nullable=False),
        sa.Column("read_to", sa.Integer(), nullable=False),
        sa.Column("expected", sa.Integer(), nullable=False),
        sa.Column("left_out", sa.Integer(), nullable=False),
        sa.Column("created_at", workshop.core.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("arrived_at", workshop.core.db.UTCDateTime(timezone=True), nullable=True),
        sa.Column("claim_until", sa.Date(), nullable=True),
        sa.Column("counted_at", workshop.core.db.UTCDateTime(timezone=True), nullable=True),
        sa.Column("reported_at", workshop.core.db.UTCDateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('draft', 'importing', 'expected', 'receiving', 'counted', 'reported', 'dropped')",
            name=op.f("ck_consignments_state_known"),
        ),
        sa.CheckConstraint(
            "(arrived_at IS NULL) = (claim_until IS NULL)", name=op.f("ck_consignments_arrival_starts_the_claim")
        ),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_consignments_site_id_sites")),
        sa.ForeignKeyConstraint(["source_id"], ["sources.id"], name=op.f("fk_consignments_source_id_sources")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consignments")),
        sa.UniqueConstraint("code", name=op.f("uq_consignments_code")),
    )
    with op.batch_alter_table("consignments", schema=None) as batch_op:
        batch_op.create_index("ix_consignments_site", ["site_id", "state", "id"], unique=False)
        batch_op.create_index(
            "ux_consignments_one_per_file",
            ["source_id", "file_digest"],
            unique=True,
            sqlite_where=sa.text("state <> 'dropped'"),
            postgresql_where=sa.text("state <> 'dropped'"),
        )

    op.create_table(
        "partners",
        sa.Column("source_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("email", sa.String(length=120), nullable=False),
        sa.Column("claim_days", sa.Integer(), nullable=False),
        sa.Column("answer_days", sa.Integer(), nullable=False),
        sa.Column("encoding", sa.String(length=16), nullable=False),
        sa.Column("separator", sa.String(length=1), nullable=False),
        sa.Column(
            "columns", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=False
        ),
        sa.Column(
            "models", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=False
        ),
        sa.CheckConstraint("kind IN ('supplier', 'programme', 'counter')", name=op.f("ck_partners_kind_known")),
        sa.CheckConstraint("answer_days BETWEEN 1 AND 90", name=op.f("ck_partners_answer_days_in_a_quarter")),
        sa.CheckConstraint("claim_days BETWEEN 1 AND 365", name=op.f("ck_partners_claim_days_in_a_year")),
        sa.ForeignKeyConstraint(["source_id"], ["sources.id"], name=op.f("fk_partners_source_id_sources")),
        sa.PrimaryKeyConstraint("source_id", name=op.f("pk_partners")),
    )
    op.create_table(
        "consignment_files",
        sa.Column("consignment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["consignment_id"], ["consignments.id"], name=op.f("fk_consignment_files_consignment_id_consignments")
        ),
        sa.PrimaryKeyConstraint("consignment_id", name=op.f("pk_consignment_files")),
    )
    op.create_table(
        "consignment_lines",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("consignment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("imei", sa.String(length=15), nullable=True),
        sa.Column("imei2", sa.String(length=15), nullable=True),
        sa.Column("serial", sa.String(length=50), nullable=True),
        sa.Column("maker", sa.String(length=60), nullable=False),
        sa.Column("model_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("described", sa.String(length=120), nullable=False),
        sa.Column("storage_gb", sa.Integer(), nullable=True),
        sa.Column("colour", sa.String(length=40), nullable=False),
        sa.Column("condition", sa.String(length=60), nullable=False),
        sa.Column("price_minor", sa.Integer(), nullable=True),
        sa.Column("vat_regime", sa.String(length=16), nullable=True),
        sa.Column("lot", sa.String(length=40), nullable=False),
        sa.Column("shop", sa.String(length=60), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("checked_at", workshop.core.db.UTCDateTime(timezone=True), nullable=True),
        sa.Column("checked_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint(
            "(number IS NULL) = (state = 'surplus')", name=op.f("ck_consignment_lines_surplus_has_no_line")
        ),
        sa.CheckConstraint(
            "state IN ('expected', 'found', 'wrong_model', 'missing', 'surplus')",
            name=op.f("ck_consignment_lines_state_known"),
        ),
        sa.CheckConstraint(
            "vat_regime IS NULL OR vat_regime IN ('margin', 'regular', 'reverse_charge')",
            name=op.f("ck_consignment_lines_vat_regime_known"),
        ),
        sa.CheckConstraint(
            "imei IS NOT NULL OR serial IS NOT NULL", name=op.f("ck_consignment_lines_has_an_identifier")
        ),
        sa.CheckConstraint(
            "price_minor IS NULL OR price_minor >= 0", name=op.f("ck_consignment_lines_price_not_negative")
        ),
        sa.ForeignKeyConstraint(
            ["consignment_id"], ["consignments.id"], name=op.f("fk_consignment_lines_consignment_id_consignments")
        ),
        sa.ForeignKeyConstraint(
            ["model_id"], ["device_models.id"], name=op.f("fk_consignment_lines_model_id_device_models")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_consignment_lines_unit_id_units")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consignment_lines")),
        sa.UniqueConstraint("consignment_id", "number", name=op.f("uq_consignment_lines_consignment_id_number")),
    )
    with op.batch_alter_table("consignment_lines", schema=None) as batch_op:
        batch_op.create_index("ix_consignment_lines_imei", ["imei"], unique=False)
        batch_op.create_index("ix_consignment_lines_imei2", ["imei2"], unique=False)
        batch_op.create_index("ix_consignment_lines_serial", ["serial"], unique=False)
        batch_op.create_index("ix_consignment_lines_state", ["consignment_id", "state", "id"], unique=False)
        batch_op.create_index("ix_consignment_lines_unit", ["unit_id"], unique=False)
        batch_op.create_index(
            "ux_consignment_lines_imei",
            ["consignment_id", "imei"],
            unique=True,
            sqlite_where=sa.text("imei IS NOT NULL"),
            postgresql_where=sa.text("imei IS NOT NULL"),
        )
        batch_op.create_index(
            "ux_consignment_lines_serial",
            ["consignment_id", "maker", "serial"],
            unique=True,
            sqlite_where=sa.text("serial IS NOT NULL"),
            postgresql_where=sa.text("serial IS NOT NULL"),
        )

    op.create_table(
        "quotes",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("job_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("source_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("shop", sa.String(length=60), nullable=False),
        sa.Column("condition", sa.String(length=60), nullable=False),
        sa.Column("price_minor", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("quoted_at", workshop.core.db.UTCDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("price_minor >= 0", name=op.f("ck_quotes_price_not_negative")),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name=op.f("fk_quotes_job_id_jobs")),
        sa.ForeignKeyConstraint(["source_id"], ["sources.id"], name=op.f("fk_quotes_source_id_sources")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quotes")),
        sa.UniqueConstraint("job_id", name=op.f("uq_quotes_job_id")),
    )
    with op.batch_alter_table("quotes", schema=None) as batch_op:
        batch_op.create_index("ix_quotes_source", ["source_id", "quoted_at"], unique=False)

    op.create_table(
        "revised_offers",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("job_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("quoted_minor", sa.Integer(), nullable=False),
        sa.Column("price_minor", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column(
            "differs", sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"), nullable=False
        ),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("answer_by", sa.Date(), nullable=False),
        sa.Column("made_at", workshop.core.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("settled_at", workshop.core.db.UTCDateTime(timezone=True), nullable=True),
        sa.Column("settled_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint(
            "(state = 'waiting') = (settled_at IS NULL)", name=op.f("ck_revised_offers_settled_has_a_time")
        ),
        sa.CheckConstraint(
            "state IN ('waiting', 'accepted', 'declined', 'withdrawn')", name=op.f("ck_revised_offers_state_known")
        ),
        sa.CheckConstraint("price_minor >= 0", name=op.f("ck_revised_offers_price_not_negative")),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name=op.f("fk_revised_offers_job_id_jobs")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revised_offers")),
    )
    with op.batch_alter_table("revised_offers", schema=None) as batch_op:
        batch_op.create_index("ix_revised_offers_job", ["job_id", "id"], unique=False)
        batch_op.create_index("ix_revised_offers_waiting", ["state", "answer_by"], unique=False)
        batch_op.create_index(
            "ux_revised_offers_one_waiting_per_job",
            ["job_id"],
            unique=True,
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        )


def downgrade() -> None:
    with op.batch_alter_table("revised_offers", schema=None) as batch_op:
        batch_op.drop_index(
            "ux_revised_offers_one_waiting_per_job",
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        )
        batch_op.drop_index("ix_revised_offers_waiting")
        batch_op.drop_index("ix_revised_offers_job")

    op.drop_table("revised_offers")
    with op.batch_alter_table("quotes", schema=None) as batch_op:
        batch_op.drop_index("ix_quotes_source")

    op.drop_table("quotes")
    with op.batch_alter_table("consignment_lines", schema=None) as batch_op:
        batch_op.drop_index(
            "ux_consignment_lines_serial",
            sqlite_where=sa.text("serial IS NOT NULL"),
            postgresql_where=sa.text("serial IS NOT NULL"),
        )
        batch_op.drop_index(
            "ux_consignment_lines_imei",
            sqlite_where=sa.text("imei IS NOT NULL"),
            postgresql_where=sa.text("imei IS NOT NULL"),
        )
        batch_op.drop_index("ix_consignment_lines_unit")
        batch_op.drop_index("ix_consignment_lines_state")
        batch_op.drop_index("ix_consignment_lines_serial")
        batch_op.drop_index("ix_consignment_lines_imei2")
        batch_op.drop_index("ix_consignment_lines_imei")

    op.drop_table("consignment_lines")
    op.drop_table("consignment_files")
    op.drop_table("partners")
    with op.batch_alter_table("consignments", schema=None) as batch_op:
        batch_op.drop_index(
            "ux_consignments_one_per_file",
            sqlite_where=sa.text("state <> 'dropped'"),
            postgresql_where=sa.text("state <> 'dropped'"),
        )
        batch_op.drop_index("ix_consignments_site")

    op.drop_table("consignments")
