"""The foundation: events and seals, requests, tasks, codes; people and sites; models; units and jobs.

Events and seals get triggers by which the database itself refuses to change or delete them.
"""

import sqlalchemy as sa
from alembic import op

import workshop.core.db
from workshop.core import triggers

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "event_notes",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("chain_kind", sa.String(length=16), nullable=False),
        sa.Column("chain_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=16), nullable=False),
        sa.Column("salt", sa.String(length=32), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("erased_at", workshop.core.db.UTCDateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_notes")),
        sa.UniqueConstraint(
            "chain_kind", "chain_id", "seq", "name", name=op.f("uq_event_notes_chain_kind_chain_id_seq_name")
        ),
    )
    op.create_table(
        "barcodes",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("target_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_barcodes")),
        sa.UniqueConstraint("code", "kind", "target_id", name=op.f("uq_barcodes_code_kind_target_id")),
    )
    with op.batch_alter_table("barcodes", schema=None) as batch_op:
        batch_op.create_index("ix_barcodes_target", ["kind", "target_id"], unique=False)

    op.create_table(
        "device_models",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("category", sa.String(length=16), nullable=False),
        sa.Column("maker", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("search", sa.String(length=200), nullable=False),
        sa.Column("model_numbers", sa.String(length=400), nullable=False),
        sa.Column("storages_gb", sa.String(length=120), nullable=False),
        sa.Column("launch_text", sa.String(length=10), nullable=False),
        sa.Column("sales_end_on", sa.Date(), nullable=True),
        sa.Column("battery_mah", sa.Integer(), nullable=True),
        sa.Column("battery_wh_tenths", sa.Integer(), nullable=True),
        sa.Column("held_by", sa.String(length=32), nullable=False),
        sa.CheckConstraint(
            "category IN ('smartphone', 'tablet', 'laptop', 'console', 'smartwatch')",
            name=op.f("ck_device_models_category_known"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_device_models")),
        sa.UniqueConstraint("maker", "name", name=op.f("uq_device_models_maker_name")),
    )
    with op.batch_alter_table("device_models", schema=None) as batch_op:
        batch_op.create_index("ix_device_models_search", ["search"], unique=False)

    op.create_table(
        "events",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("chain_kind", sa.String(length=16), nullable=False),
        sa.Column("chain_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", workshop.core.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("bench_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_events")),
        sa.UniqueConstraint("chain_kind", "chain_id", "seq", name=op.f("uq_events_chain_kind_chain_id_seq")),
    )
    with op.batch_alter_table("events", schema=None) as batch_op:
        batch_op.create_index("ix_events_person", ["person_id", "id"], unique=False)

    op.create_table(
        "refusals",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("bench_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("at", workshop.core.db.UTCDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refusals")),
    )
    with op.batch_alter_table("refusals", schema=None) as batch_op:
        batch_op.create_index("ix_refusals_unit", ["unit_id", "id"], unique=False)
        batch_op.create_index("ix_refusals_bench", ["bench_id", "id"], unique=False)

    op.create_table(
        "requests",
        sa.Column("caller", sa.String(length=32), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("mark", sa.String(length=64), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("at", workshop.core.db.UTCDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("caller", "key", name=op.f("pk_requests")),
    )
    with op.batch_alter_table("requests", schema=None) as batch_op:
        batch_op.create_index("ix_requests_at", ["at"], unique=False)

    op.create_table(
        "seals",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", workshop.core.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("up_to", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("chains", sa.Integer(), nullable=False),
        sa.Column("root", sa.String(length=64), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seals")),
        sa.UniqueConstraint("number", name=op.f("uq_seals_number")),
    )
    op.create_table(
        "sign_in_attempts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("who", sa.String(length=200), nullable=False),
        sa.Column("at", workshop.core.db.UTCDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_attempts")),
    )
    with op.batch_alter_table("sign_in_attempts", schema=None) as batch_op:
        batch_op.create_index("ix_sign_in_attempts_who", ["who", "at"], unique=False)

    op.create_table(
        "sites",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("zone", sa.String(length=40), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sites")),
        sa.UniqueConstraint("code", name=op.f("uq_sites_code")),
    )
    op.create_table(
        "sources",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("vat_regime", sa.String(length=16), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sources")),
        sa.UniqueConstraint("code", name=op.f("uq_sources_code")),
    )
    op.create_table(
        "benches",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("site_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_benches_site_id_sites")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_benches")),
        sa.UniqueConstraint("site_id", "code", name=op.f("uq_benches_site_id_code")),
    )
    op.create_table(
        "seal_leaves",
        sa.Column("seal_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("chain_kind", sa.String(length=16), nullable=False),
        sa.Column("chain_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["seal_id"], ["seals.id"], name=op.f("fk_seal_leaves_seal_id_seals")),
        sa.PrimaryKeyConstraint("seal_id", "chain_kind", "chain_id", name=op.f("pk_seal_leaves")),
    )
    with op.batch_alter_table("seal_leaves", schema=None) as batch_op:
        batch_op.create_index("ix_seal_leaves_chain", ["chain_kind", "chain_id", "seq"], unique=False)

    op.create_table(
        "tac_models",
        sa.Column("tac", sa.String(length=8), nullable=False),
        sa.Column("model_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("seen", sa.Integer(), nullable=False),
        sa.Column("last_seen_at", workshop.core.db.UTCDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(tac) = 8", name=op.f("ck_tac_models_tac_has_eight_digits")),
        sa.ForeignKeyConstraint(["model_id"], ["device_models.id"], name=op.f("fk_tac_models_model_id_device_models")),
        sa.PrimaryKeyConstraint("tac", "model_id", name=op.f("pk_tac_models")),
    )
    op.create_table(
        "tasks",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("subject", sa.String(length=80), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("asked_at", workshop.core.db.UTCDateTime(), nullable=False),
        sa.Column("due_at", workshop.core.db.UTCDateTime(), nullable=False),
        sa.Column("asks", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("token", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("leased_until", workshop.core.db.UTCDateTime(), nullable=True),
        sa.Column("leased_by", sa.String(length=64), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("finished_at", workshop.core.db.UTCDateTime(), nullable=True),
        sa.Column("failed", sa.Boolean(), nullable=False),
        sa.CheckConstraint("attempts >= 0", name=op.f("ck_tasks_attempts_not_negative")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tasks")),
    )
    waiting = sa.text("finished_at IS NULL")
    op.create_index("ix_tasks_kind", "tasks", ["kind", "asked_at"])
    op.create_index("ix_tasks_waiting", "tasks", ["due_at"], sqlite_where=waiting, postgresql_where=waiting)
    op.create_index(
        "ux_tasks_one_waiting",
        "tasks",
        ["kind", "subject"],
        unique=True,
        sqlite_where=waiting,
        postgresql_where=waiting,
    )

    op.create_table(
        "units",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("model_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("maker", sa.String(length=60), nullable=False),
        sa.Column("storage_gb", sa.Integer(), nullable=True),
        sa.Column("colour", sa.String(length=40), nullable=False),
        sa.Column("imei", sa.String(length=15), nullable=True),
        sa.Column("imei2", sa.String(length=15), nullable=True),
        sa.Column("serial", sa.String(length=50), nullable=True),
        sa.Column("site_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("job_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("created_at", workshop.core.db.UTCDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("imei IS NOT NULL OR serial IS NOT NULL", name=op.f("ck_units_has_an_identifier")),
        sa.CheckConstraint("imei IS NULL OR length(imei) = 15", name=op.f("ck_units_imei_has_fifteen_digits")),
        sa.ForeignKeyConstraint(["model_id"], ["device_models.id"], name=op.f("fk_units_model_id_device_models")),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_units_site_id_sites")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_units")),
        sa.UniqueConstraint("code", name=op.f("uq_units_code")),
        sa.UniqueConstraint("imei", name=op.f("uq_units_imei")),
        sa.UniqueConstraint("maker", "serial", name=op.f("uq_units_maker_serial")),
    )
    with op.batch_alter_table("units", schema=None) as batch_op:
        batch_op.create_index("ix_units_imei2", ["imei2"], unique=False)
        batch_op.create_index("ix_units_model", ["model_id"], unique=False)
        batch_op.create_index("ix_units_site", ["site_id", "id"], unique=False)

    op.create_table(
        "jobs",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("stage", sa.String(length=12), nullable=False),
        sa.Column("stage_since", workshop.core.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("opened_at", workshop.core.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("closed_at", workshop.core.db.UTCDateTime(timezone=True), nullable=True),
        sa.Column("closed_as", sa.String(length=16), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("chain_length", sa.Integer(), nullable=False),
        sa.Column("chain_head", sa.String(length=64), nullable=False),
        sa.Column("bench_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("scanned_at", workshop.core.db.UTCDateTime(timezone=True), nullable=True),
        sa.Column("scanned_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("scanned_code", sa.String(length=64), nullable=False),
        sa.Column("touched_at", workshop.core.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("touched_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("source_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("paid_minor", sa.Integer(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("vat_regime", sa.String(length=16), nullable=True),
        sa.Column("triage", sa.String(length=12), nullable=True),
        sa.Column("goal_days", sa.Integer(), nullable=False),
        sa.CheckConstraint("(stage = 'closed') = (closed_at IS NOT NULL)", name=op.f("ck_jobs_closed_has_a_time")),
        sa.CheckConstraint(
            "closed_as IS NULL OR closed_as IN ('harvested', 'recycled', 'upcycled', 'sent_back', 'written_off', 'returned')",
            name=op.f("ck_jobs_closed_as_known"),
        ),
        sa.CheckConstraint(
            "stage IN ('intake', 'diagnosis', 'parts', 'repair', 'grading', 'ready', 'listed', 'sold', 'closed')",
            name=op.f("ck_jobs_stage_known"),
        ),
        sa.CheckConstraint(
            "vat_regime IS NULL OR vat_regime IN ('margin', 'regular', 'reverse_charge')",
            name=op.f("ck_jobs_vat_regime_known"),
        ),
        sa.CheckConstraint("(closed_as IS NULL) = (closed_at IS NULL)", name=op.f("ck_jobs_closed_has_a_reason")),
        sa.CheckConstraint("paid_minor IS NULL OR paid_minor >= 0", name=op.f("ck_jobs_paid_not_negative")),
        sa.ForeignKeyConstraint(["bench_id"], ["benches.id"], name=op.f("fk_jobs_bench_id_benches")),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_jobs_site_id_sites")),
        sa.ForeignKeyConstraint(["source_id"], ["sources.id"], name=op.f("fk_jobs_source_id_sources")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_jobs_unit_id_units")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jobs")),
        sa.UniqueConstraint("unit_id", "number", name=op.f("uq_jobs_unit_id_number")),
    )
    with op.batch_alter_table("jobs", schema=None) as batch_op:
        batch_op.create_index("ix_jobs_bench", ["bench_id", "scanned_at"], unique=False)
        batch_op.create_index(
            "ix_jobs_queue",
            ["site_id", "stage", "opened_at", "id"],
            unique=False,
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )
        batch_op.create_index("ix_jobs_stage", ["stage", "stage_since"], unique=False)
        batch_op.create_index(
            "ux_jobs_one_open_per_unit",
            ["unit_id"],
            unique=True,
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )

    op.create_table(
        "people",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("username", sa.String(length=80), nullable=False),
        sa.Column("email", sa.String(length=200), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("theme", sa.String(length=8), nullable=False),
        sa.Column("bench_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.Column("created_at", workshop.core.db.UTCDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["bench_id"], ["benches.id"], name=op.f("fk_people_bench_id_benches")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people")),
        sa.UniqueConstraint("email", name=op.f("uq_people_email")),
        sa.UniqueConstraint("username", name=op.f("uq_people_username")),
    )
    op.create_table(
        "check_answers",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("job_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("round", sa.String(length=10), nullable=False),
        sa.Column("check_code", sa.String(length=16), nullable=False),
        sa.Column("required", sa.Boolean(), nullable=False),
        sa.Column("outcome", sa.String(length=4), nullable=False),
        sa.Column("reading", sa.String(length=60), nullable=False),
        sa.Column("answered_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("answered_at", workshop.core.db.UTCDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("outcome IN ('pass', 'fail', 'none')", name=op.f("ck_check_answers_outcome_known")),
        sa.CheckConstraint("round IN ('diagnosis', 'retest')", name=op.f("ck_check_answers_round_known")),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name=op.f("fk_check_answers_job_id_jobs")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_check_answers")),
        sa.UniqueConstraint("job_id", "round", "check_code", name=op.f("uq_check_answers_job_id_round_check_code")),
    )
    op.create_table(
        "credentials",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("bench_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("roles", sa.String(length=120), nullable=False),
        sa.Column("label", sa.String(length=80), nullable=False),
        sa.Column("created_at", workshop.core.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("expires_at", workshop.core.db.UTCDateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", workshop.core.db.UTCDateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('session', 'token')", name=op.f("ck_credentials_kind_known")),
        sa.ForeignKeyConstraint(["bench_id"], ["benches.id"], name=op.f("fk_credentials_bench_id_benches")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_credentials_person_id_people")),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_credentials")),
    )
    with op.batch_alter_table("credentials", schema=None) as batch_op:
        batch_op.create_index("ix_credentials_person", ["person_id"], unique=False)

    op.create_table(
        "faults",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("job_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("fault_code", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("check_code", sa.String(length=16), nullable=True),
        sa.Column("waived_reason", sa.String(length=300), nullable=False),
        sa.Column("found_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("found_at", workshop.core.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("settled_at", workshop.core.db.UTCDateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state <> 'waived' OR waived_reason <> ''", name=op.f("ck_faults_waived_has_a_reason")),
        sa.CheckConstraint("state IN ('open', 'fixed', 'waived')", name=op.f("ck_faults_state_known")),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name=op.f("fk_faults_job_id_jobs")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_faults")),
        sa.UniqueConstraint("job_id", "fault_code", name=op.f("uq_faults_job_id_fault_code")),
    )
    op.create_table(
        "holds",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("job_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("placed_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("placed_at", workshop.core.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("lifted_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("lifted_at", workshop.core.db.UTCDateTime(timezone=True), nullable=True),
        sa.Column("lifted_reason", sa.String(length=500), nullable=False),
        sa.CheckConstraint(
            "kind IN ('battery_swollen', 'activation_lock', 'imei_blacklisted', 'owner_dispute', 'data_present', 'waiting_person')",
            name=op.f("ck_holds_kind_known"),
        ),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name=op.f("fk_holds_job_id_jobs")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_holds")),
    )
    with op.batch_alter_table("holds", schema=None) as batch_op:
        batch_op.create_index(
            "ux_holds_one_standing_per_kind",
            ["job_id", "kind"],
            unique=True,
            sqlite_where=sa.text("lifted_at IS NULL"),
            postgresql_where=sa.text("lifted_at IS NULL"),
        )

    op.create_table(
        "memberships",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("site_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint(
            "role IN ('technician', 'parts_manager', 'refurbisher', 'admin', 'auditor')",
            name=op.f("ck_memberships_role_known"),
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_memberships_person_id_people")),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_memberships_site_id_sites")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_memberships")),
        sa.UniqueConstraint("person_id", "role", "site_id", name=op.f("uq_memberships_person_id_role_site_id")),
    )
    with op.batch_alter_table("memberships", schema=None) as batch_op:
        batch_op.create_index("ix_memberships_person", ["person_id"], unique=False)

    op.create_table(
        "photos",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("job_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("image", sa.LargeBinary(), nullable=False),
        sa.Column("thumbnail", sa.LargeBinary(), nullable=False),
        sa.Column("taken_at", workshop.core.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("taken_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name=op.f("fk_photos_job_id_jobs")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_photos_unit_id_units")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_photos")),
    )
    with op.batch_alter_table("photos", schema=None) as batch_op:
        batch_op.create_index("ix_photos_unit", ["unit_id", "id"], unique=False)

    op.create_table(
        "stage_visits",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("job_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("stage", sa.String(length=12), nullable=False),
        sa.Column("entered_at", workshop.core.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("left_at", workshop.core.db.UTCDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name=op.f("fk_stage_visits_job_id_jobs")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stage_visits")),
    )
    with op.batch_alter_table("stage_visits", schema=None) as batch_op:
        batch_op.create_index("ix_stage_visits_job", ["job_id"], unique=False)
    for table in ("events", "seals", "seal_leaves"):
        for statement in triggers.statements(op.get_bind().dialect.name, table):
            op.execute(statement)


def downgrade() -> None:
    op.drop_table("event_notes")
    with op.batch_alter_table("stage_visits", schema=None) as batch_op:
        batch_op.drop_index("ix_stage_visits_job")

    op.drop_table("stage_visits")
    with op.batch_alter_table("photos", schema=None) as batch_op:
        batch_op.drop_index("ix_photos_unit")

    op.drop_table("photos")
    with op.batch_alter_table("memberships", schema=None) as batch_op:
        batch_op.drop_index("ix_memberships_person")

    op.drop_table("memberships")
    with op.batch_alter_table("holds", schema=None) as batch_op:
        batch_op.drop_index(
            "ux_holds_one_standing_per_kind",
            sqlite_where=sa.text("lifted_at IS NULL"),
            postgresql_where=sa.text("lifted_at IS NULL"),
        )

    op.drop_table("holds")
    op.drop_table("faults")
    with op.batch_alter_table("credentials", schema=None) as batch_op:
        batch_op.drop_index("ix_credentials_person")

    op.drop_table("credentials")
    op.drop_table("check_answers")
    op.drop_table("people")
    with op.batch_alter_table("jobs", schema=None) as batch_op:
        batch_op.drop_index(
            "ux_jobs_one_open_per_unit",
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )
        batch_op.drop_index("ix_jobs_stage")
        batch_op.drop_index(
            "ix_jobs_queue",
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )
        batch_op.drop_index("ix_jobs_bench")

    op.drop_table("jobs")
    with op.batch_alter_table("units", schema=None) as batch_op:
        batch_op.drop_index("ix_units_site")
        batch_op.drop_index("ix_units_model")
        batch_op.drop_index("ix_units_imei2")

    op.drop_table("units")
    op.drop_table("tasks")
    op.drop_table("tac_models")
    with op.batch_alter_table("seal_leaves", schema=None) as batch_op:
        batch_op.drop_index("ix_seal_leaves_chain")

    op.drop_table("seal_leaves")
    op.drop_table("benches")
    op.drop_table("sources")
    op.drop_table("sites")
    with op.batch_alter_table("sign_in_attempts", schema=None) as batch_op:
        batch_op.drop_index("ix_sign_in_attempts_who")

    op.drop_table("sign_in_attempts")
    op.drop_table("seals")
    with op.batch_alter_table("requests", schema=None) as batch_op:
        batch_op.drop_index("ix_requests_at")

    op.drop_table("requests")
    with op.batch_alter_table("refusals", schema=None) as batch_op:
        batch_op.drop_index("ix_refusals_bench")
        batch_op.drop_index("ix_refusals_unit")

    op.drop_table("refusals")
    with op.batch_alter_table("events", schema=None) as batch_op:
        batch_op.drop_index("ix_events_person")

    op.drop_table("events")
    with op.batch_alter_table("device_models", schema=None) as batch_op:
        batch_op.drop_index("ix_device_models_search")

    op.drop_table("device_models")
    with op.batch_alter_table("barcodes", schema=None) as batch_op:
        batch_op.drop_index("ix_barcodes_target")

    op.drop_table("barcodes")
