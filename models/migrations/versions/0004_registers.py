"""numbers given, editions used, rows imported, commands carried out, what is to be sent"""

import sqlalchemy as sa
from alembic import op

revision = "duecourse_0004"
down_revision = "duecourse_0003"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "register_counter",
        sa.Column("id", ID, nullable=False),
        sa.Column("office_id", ID, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("last_no", sa.Integer(), nullable=False),
        sa.CheckConstraint("last_no >= 0", name=op.f("ck_register_counter_last_no_counted")),
        sa.CheckConstraint("length(kind) > 0", name=op.f("ck_register_counter_kind_filled")),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_register_counter_office_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_register_counter")),
        sa.UniqueConstraint(
            "office_id", "kind", "year", name=op.f("uq_register_counter_office_id_kind_year")
        ),
    )

    op.create_table(
        "edition_used",
        sa.Column("id", ID, nullable=False),
        sa.Column("procedure", sa.String(), nullable=False),
        sa.Column("edition", sa.String(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("first_used_at", TIME, nullable=False),
        sa.CheckConstraint("length(fingerprint) > 0", name=op.f("ck_edition_used_fingerprint_filled")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_edition_used")),
        sa.UniqueConstraint("procedure", "edition", name=op.f("uq_edition_used_procedure_edition")),
    )

    op.create_table(
        "import_row",
        sa.Column("id", ID, nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("source_key", sa.String(), nullable=False),
        sa.Column("row_sha256", sa.String(), nullable=False),
        sa.Column("case_id", ID, nullable=True),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("reason_code", sa.String(), nullable=True),
        sa.Column("at", TIME, nullable=False),
        sa.CheckConstraint(
            "(outcome = 'refused') = (case_id IS NULL)", name=op.f("ck_import_row_case_unless_refused")
        ),
        sa.CheckConstraint(
            "(outcome = 'refused') = (reason_code IS NOT NULL)", name=op.f("ck_import_row_reason_if_refused")
        ),
        sa.CheckConstraint(
            "outcome IN ('live', 'history', 'refused')", name=op.f("ck_import_row_outcome_known")
        ),
        sa.CheckConstraint("length(row_sha256) = 64", name=op.f("ck_import_row_row_sha256_hexed")),
        sa.CheckConstraint("length(source) > 0", name=op.f("ck_import_row_source_filled")),
        sa.CheckConstraint("length(source_key) > 0", name=op.f("ck_import_row_source_key_filled")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_import_row_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_row")),
        sa.UniqueConstraint("source", "source_key", name=op.f("uq_import_row_source_source_key")),
    )
    op.create_index(op.f("ix_import_row_case_id"), "import_row", ["case_id"], unique=False)

    op.create_table(
        "command",
        sa.Column("id", ID, nullable=False),
        sa.Column("actor_key", sa.String(), nullable=False),
        sa.Column("command_id", sa.String(), nullable=False),
        sa.Column("request_sha256", sa.String(), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.CheckConstraint("length(actor_key) > 0", name=op.f("ck_command_actor_key_filled")),
        sa.CheckConstraint("length(command_id) > 0", name=op.f("ck_command_command_id_filled")),
        sa.CheckConstraint("length(request_sha256) = 64", name=op.f("ck_command_request_sha256_hexed")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_command")),
        sa.UniqueConstraint("actor_key", "command_id", name=op.f("uq_command_actor_key_command_id")),
    )

    op.create_table(
        "outbox",
        sa.Column("id", ID, nullable=False),
        sa.Column("office_id", ID, nullable=False),
        sa.Column("case_id", ID, nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("not_before", TIME, nullable=False),
        sa.Column("done_at", TIME, nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("error_code", sa.String(), nullable=True),
        sa.Column("claimed_by", sa.String(), nullable=True),
        sa.Column("lease_until", TIME, nullable=True),
        sa.CheckConstraint(
            "kind IN ('event', 'alarm', 'visit', 'digest')", name=op.f("ck_outbox_kind_known")
        ),
        sa.CheckConstraint(
            "(claimed_by IS NULL) = (lease_until IS NULL)", name=op.f("ck_outbox_claim_together")
        ),
        sa.CheckConstraint("attempts >= 0", name=op.f("ck_outbox_attempts_counted")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_outbox_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
    )
    op.create_index(
        "ix_outbox_not_before_undone",
        "outbox",
        ["not_before"],
        unique=False,
        sqlite_where=sa.text("done_at IS NULL"),
        postgresql_where=sa.text("done_at IS NULL"),
    )


def downgrade() -> None:
    op.drop_table("outbox")
    op.drop_table("command")
    op.drop_table("import_row")
    op.drop_table("edition_used")
    op.drop_table("register_counter")
