"""the record: events, refusals, files, archives"""

import sqlalchemy as sa
from alembic import op

revision = "duecourse_0003"
down_revision = "duecourse_0002"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "event",
        sa.Column("id", ID, nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("from_state", sa.String(), nullable=False),
        sa.Column("to_state", sa.String(), nullable=False),
        sa.Column("actor_kind", sa.String(), nullable=False),
        sa.Column("actor_id", ID, nullable=True),
        sa.Column("roles", sa.Text(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("happened_at", TIME, nullable=False),
        sa.Column("recorded_at", TIME, nullable=False),
        sa.Column("command_id", sa.String(), nullable=True),
        sa.Column("clear", sa.Text(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("prev_hash", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(
            "actor_kind <> 'person' OR actor_id IS NOT NULL", name=op.f("ck_event_person_named")
        ),
        sa.CheckConstraint(
            "actor_kind IN ('person', 'clock', 'prefect', 'sub', 'import')",
            name=op.f("ck_event_actor_kind_known"),
        ),
        sa.CheckConstraint("happened_at <= recorded_at", name=op.f("ck_event_happened_before_recorded")),
        sa.CheckConstraint("length(hash) > 0", name=op.f("ck_event_hash_filled")),
        sa.CheckConstraint("length(kind) > 0", name=op.f("ck_event_kind_filled")),
        sa.CheckConstraint("length(name) > 0", name=op.f("ck_event_name_filled")),
        sa.CheckConstraint("round >= 0", name=op.f("ck_event_round_counted")),
        sa.CheckConstraint("seq >= 0", name=op.f("ck_event_seq_counted")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_event_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
        sa.UniqueConstraint("case_id", "seq", name=op.f("uq_event_case_id_seq")),
    )

    op.create_table(
        "refusal",
        sa.Column("id", ID, nullable=False),
        sa.Column("case_id", ID, nullable=True),
        sa.Column("case_ref", sa.String(), nullable=False),
        sa.Column("act_kind", sa.String(), nullable=False),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("actor_kind", sa.String(), nullable=False),
        sa.Column("actor_id", ID, nullable=True),
        sa.Column("at", TIME, nullable=False),
        sa.Column("requirements", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "actor_kind IN ('person', 'clock', 'prefect', 'sub', 'import')",
            name=op.f("ck_refusal_actor_kind_known"),
        ),
        sa.CheckConstraint("length(act) > 0", name=op.f("ck_refusal_act_filled")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_refusal_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refusal")),
    )
    op.create_index(op.f("ix_refusal_at"), "refusal", ["at"], unique=False)
    op.create_index(op.f("ix_refusal_case_id"), "refusal", ["case_id"], unique=False)

    op.create_table(
        "attachment",
        sa.Column("id", ID, nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("event_seq", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("size", ID, nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("name_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("stored_as", sa.String(), nullable=False),
        sa.CheckConstraint("event_seq >= 0", name=op.f("ck_attachment_event_seq_counted")),
        sa.CheckConstraint("length(sha256) = 64", name=op.f("ck_attachment_sha256_hexed")),
        sa.CheckConstraint("size >= 0", name=op.f("ck_attachment_size_counted")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_attachment_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment")),
        sa.UniqueConstraint("stored_as", name=op.f("uq_attachment_stored_as")),
    )
    op.create_index(op.f("ix_attachment_case_id"), "attachment", ["case_id"], unique=False)

    op.create_table(
        "reading",
        sa.Column("id", ID, nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("purpose_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.CheckConstraint("length(what) > 0", name=op.f("ck_reading_what_filled")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_reading_case_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_reading_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reading")),
    )
    op.create_index(op.f("ix_reading_case_id"), "reading", ["case_id"], unique=False)
    op.create_index(op.f("ix_reading_person_id"), "reading", ["person_id"], unique=False)

    op.create_table(
        "archive_record",
        sa.Column("id", ID, nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("bag_name", sa.String(), nullable=False),
        sa.Column("manifest_sha256", sa.String(), nullable=False),
        sa.Column("payload_sha256", sa.String(), nullable=False),
        sa.Column("built_at", TIME, nullable=False),
        sa.Column("verified_at", TIME, nullable=True),
        sa.CheckConstraint("length(bag_name) > 0", name=op.f("ck_archive_record_bag_name_filled")),
        sa.CheckConstraint(
            "length(manifest_sha256) = 64", name=op.f("ck_archive_record_manifest_sha256_hexed")
        ),
        sa.CheckConstraint(
            "length(payload_sha256) = 64", name=op.f("ck_archive_record_payload_sha256_hexed")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_archive_record_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_archive_record")),
        sa.UniqueConstraint("case_id", name=op.f("uq_archive_record_case_id")),
    )


def downgrade() -> None:
    op.drop_table("archive_record")
    op.drop_table("reading")
    op.drop_table("attachment")
    op.drop_table("refusal")
    op.drop_table("event")
