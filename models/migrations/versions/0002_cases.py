"""the cases and those who take part in them"""

import sqlalchemy as sa
from alembic import op

revision = "duecourse_0002"
down_revision = "duecourse_0001"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "cases",
        sa.Column("id", ID, nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("office_id", ID, nullable=False),
        sa.Column("procedure", sa.String(), nullable=False),
        sa.Column("edition", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("entry", sa.Integer(), nullable=False),
        sa.Column("entered_at", TIME, nullable=False),
        sa.Column("received_at", TIME, nullable=False),
        sa.Column("recorded_at", TIME, nullable=False),
        sa.Column("register_kind", sa.String(), nullable=False),
        sa.Column("register_year", sa.Integer(), nullable=False),
        sa.Column("register_no", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("handler_id", ID, nullable=True),
        sa.Column("parent_id", ID, nullable=True),
        sa.Column("parent_round", sa.Integer(), nullable=True),
        sa.Column("sub_kind", sa.String(), nullable=True),
        sa.Column("history", sa.Boolean(), nullable=False),
        sa.Column("source", sa.String(), nullable=True),
        sa.Column("source_key", sa.String(), nullable=True),
        sa.Column("docket", sa.Text(), nullable=False),
        sa.Column("head_seq", sa.Integer(), nullable=False),
        sa.Column("head_hash", sa.LargeBinary(), nullable=False),
        sa.Column("closed_at", TIME, nullable=True),
        sa.CheckConstraint(
            "(parent_id IS NULL) = (parent_round IS NULL)", name=op.f("ck_cases_parent_together")
        ),
        sa.CheckConstraint("(source IS NULL) = (source_key IS NULL)", name=op.f("ck_cases_source_together")),
        sa.CheckConstraint("entry >= 0", name=op.f("ck_cases_entry_counted")),
        sa.CheckConstraint("head_seq >= 0", name=op.f("ck_cases_head_seq_counted")),
        sa.CheckConstraint("length(edition) > 0", name=op.f("ck_cases_edition_filled")),
        sa.CheckConstraint("length(procedure) > 0", name=op.f("ck_cases_procedure_filled")),
        sa.CheckConstraint("length(ref) > 0", name=op.f("ck_cases_ref_filled")),
        sa.CheckConstraint("length(register_kind) > 0", name=op.f("ck_cases_register_kind_filled")),
        sa.CheckConstraint("length(state) > 0", name=op.f("ck_cases_state_filled")),
        sa.CheckConstraint("level >= 0", name=op.f("ck_cases_level_counted")),
        sa.CheckConstraint("parent_id <> id", name=op.f("ck_cases_parent_is_another")),
        sa.CheckConstraint("received_at <= recorded_at", name=op.f("ck_cases_received_before_recorded")),
        sa.CheckConstraint("register_no > 0", name=op.f("ck_cases_register_no_positive")),
        sa.CheckConstraint("round >= 0", name=op.f("ck_cases_round_counted")),
        sa.CheckConstraint(
            "sub_kind IS NULL OR parent_id IS NOT NULL", name=op.f("ck_cases_sub_kind_of_a_sub_case")
        ),
        sa.CheckConstraint("version >= 0", name=op.f("ck_cases_version_counted")),
        sa.ForeignKeyConstraint(["handler_id"], ["person.id"], name=op.f("fk_cases_handler_id")),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_cases_office_id")),
        sa.ForeignKeyConstraint(["parent_id"], ["cases.id"], name=op.f("fk_cases_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cases")),
        sa.UniqueConstraint(
            "office_id",
            "register_kind",
            "register_year",
            "register_no",
            name=op.f("uq_cases_office_id_register_kind_register_year_register_no"),
        ),
        sa.UniqueConstraint("ref", name=op.f("uq_cases_ref")),
    )
    op.create_index(
        "ix_cases_handler_id_open",
        "cases",
        ["handler_id"],
        unique=False,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_index(
        op.f("ix_cases_office_id_procedure_state"), "cases", ["office_id", "procedure", "state"], unique=False
    )
    op.create_index(op.f("ix_cases_parent_id"), "cases", ["parent_id"], unique=False)

    op.create_table(
        "case_key",
        sa.Column("case_id", ID, nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=True),
        sa.Column("master_id", sa.String(), nullable=False),
        sa.Column("destroyed_at", TIME, nullable=True),
        sa.CheckConstraint(
            "(wrapped IS NULL) = (destroyed_at IS NOT NULL)", name=op.f("ck_case_key_destroyed_or_wrapped")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_key_case_id")),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_case_key")),
    )

    op.create_table(
        "party",
        sa.Column("id", ID, nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("identity_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("person_id", ID, nullable=True),
        sa.Column("speaks_for_all", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('complainant', 'respondent', 'representative')", name=op.f("ck_party_kind_known")
        ),
        sa.CheckConstraint("no > 0", name=op.f("ck_party_no_positive")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_party_case_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_party_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_party")),
        sa.UniqueConstraint("case_id", "kind", "no", name=op.f("uq_party_case_id_kind_no")),
    )
    op.create_index(
        "ix_party_person_id_staff",
        "party",
        ["person_id"],
        unique=False,
        sqlite_where=sa.text("person_id IS NOT NULL"),
        postgresql_where=sa.text("person_id IS NOT NULL"),
    )

    op.create_table(
        "blind_index",
        sa.Column("id", ID, nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("length(kind) > 0", name=op.f("ck_blind_index_kind_filled")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_blind_index_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_blind_index")),
    )
    op.create_index(op.f("ix_blind_index_case_id"), "blind_index", ["case_id"], unique=False)
    op.create_index(op.f("ix_blind_index_kind_digest"), "blind_index", ["kind", "digest"], unique=False)

    op.create_table(
        "link",
        sa.Column("id", ID, nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("other_id", ID, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("by_person", ID, nullable=True),
        sa.Column("at", TIME, nullable=False),
        sa.CheckConstraint("case_id <> other_id", name=op.f("ck_link_other_is_another")),
        sa.CheckConstraint("length(kind) > 0", name=op.f("ck_link_kind_filled")),
        sa.ForeignKeyConstraint(["by_person"], ["person.id"], name=op.f("fk_link_by_person")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_link_case_id")),
        sa.ForeignKeyConstraint(["other_id"], ["cases.id"], name=op.f("fk_link_other_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_link")),
        sa.UniqueConstraint("case_id", "other_id", "kind", name=op.f("uq_link_case_id_other_id_kind")),
    )
    op.create_index(op.f("ix_link_other_id"), "link", ["other_id"], unique=False)


def downgrade() -> None:
    op.drop_table("link")
    op.drop_table("blind_index")
    op.drop_table("party")
    op.drop_table("case_key")
    op.drop_table("cases")
