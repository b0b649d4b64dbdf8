"""the offices, their people, and the mark by which the database is recognised"""

import sqlalchemy as sa
from alembic import op

revision = "duecourse_0001"
down_revision = None
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    mark = op.create_table(
        "store_mark",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.CheckConstraint("length(key) > 0", name=op.f("ck_store_mark_key_filled")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_store_mark")),
    )
    op.bulk_insert(mark, [{"key": "product", "value": "duecourse"}])

    op.create_table(
        "office",
        sa.Column("id", ID, nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.CheckConstraint("length(key) > 0", name=op.f("ck_office_key_filled")),
        sa.CheckConstraint("length(kind) > 0", name=op.f("ck_office_kind_filled")),
        sa.CheckConstraint("length(zone) > 0", name=op.f("ck_office_zone_filled")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_office")),
        sa.UniqueConstraint("key", name=op.f("uq_office_key")),
    )

    op.create_table(
        "unit",
        sa.Column("id", ID, nullable=False),
        sa.Column("office_id", ID, nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.CheckConstraint("length(key) > 0", name=op.f("ck_unit_key_filled")),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_unit_office_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit")),
        sa.UniqueConstraint("office_id", "key", name=op.f("uq_unit_office_id_key")),
    )

    op.create_table(
        "person",
        sa.Column("id", ID, nullable=False),
        sa.Column("office_id", ID, nullable=False),
        sa.Column("handle", sa.String(), nullable=False),
        sa.Column("name_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("contact_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("active_from", sa.Date(), nullable=False),
        sa.Column("active_until", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "active_until IS NULL OR active_until >= active_from", name=op.f("ck_person_active_in_order")
        ),
        sa.CheckConstraint("length(handle) > 0", name=op.f("ck_person_handle_filled")),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_person_office_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("office_id", "handle", name=op.f("uq_person_office_id_handle")),
    )

    op.create_table(
        "person_role",
        sa.Column("id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("unit_id", ID, nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.CheckConstraint("length(role) > 0", name=op.f("ck_person_role_role_filled")),
        sa.CheckConstraint(
            "valid_until IS NULL OR valid_until >= valid_from", name=op.f("ck_person_role_valid_in_order")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_person_role_person_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_person_role_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_role")),
    )
    op.create_index(op.f("ix_person_role_person_id"), "person_role", ["person_id"], unique=False)
    op.create_index(op.f("ix_person_role_role"), "person_role", ["role"], unique=False)

    op.create_table(
        "person_token",
        sa.Column("id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("token_sha256", sa.String(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("revoked_at", TIME, nullable=True),
        sa.CheckConstraint("length(token_sha256) = 64", name=op.f("ck_person_token_token_sha256_hexed")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_person_token_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_token")),
        sa.UniqueConstraint("token_sha256", name=op.f("uq_person_token_token_sha256")),
    )
    op.create_index(op.f("ix_person_token_person_id"), "person_token", ["person_id"], unique=False)

    op.create_table(
        "absence",
        sa.Column("id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("starts_at", TIME, nullable=False),
        sa.Column("ends_at", TIME, nullable=False),
        sa.Column("reason_code", sa.String(), nullable=False),
        sa.CheckConstraint("length(reason_code) > 0", name=op.f("ck_absence_reason_code_filled")),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_absence_times_in_order")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_absence_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absence")),
    )
    op.create_index(op.f("ix_absence_person_id_ends_at"), "absence", ["person_id", "ends_at"], unique=False)

    op.create_table(
        "roster_slot",
        sa.Column("id", ID, nullable=False),
        sa.Column("office_id", ID, nullable=False),
        sa.Column("roster", sa.String(), nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("starts_minute", sa.Integer(), nullable=False),
        sa.Column("ends_minute", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "0 <= starts_minute AND starts_minute < ends_minute AND ends_minute <= 10080",
            name=op.f("ck_roster_slot_week"),
        ),
        sa.CheckConstraint("length(roster) > 0", name=op.f("ck_roster_slot_roster_filled")),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_roster_slot_office_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_roster_slot_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roster_slot")),
    )
    op.create_index(
        op.f("ix_roster_slot_office_id_roster"), "roster_slot", ["office_id", "roster"], unique=False
    )

    op.create_table(
        "office_setting",
        sa.Column("id", ID, nullable=False),
        sa.Column("office_id", ID, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("approved_by", ID, nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("recorded_at", TIME, nullable=False),
        sa.CheckConstraint("length(name) > 0", name=op.f("ck_office_setting_name_filled")),
        sa.ForeignKeyConstraint(["approved_by"], ["person.id"], name=op.f("fk_office_setting_approved_by")),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_office_setting_office_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_office_setting")),
    )
    op.create_index(
        op.f("ix_office_setting_office_id_name_valid_from"),
        "office_setting",
        ["office_id", "name", "valid_from"],
        unique=False,
    )

    op.create_table(
        "day_override",
        sa.Column("id", ID, nullable=False),
        sa.Column("office_id", ID, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("working", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_day_override_office_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_day_override")),
        sa.UniqueConstraint("office_id", "day", name=op.f("uq_day_override_office_id_day")),
    )

    op.create_table(
        "office_key",
        sa.Column("office_id", ID, nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.Column("master_id", sa.String(), nullable=False),
        sa.CheckConstraint("length(wrapped) > 0", name=op.f("ck_office_key_wrapped_filled")),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_office_key_office_id")),
        sa.PrimaryKeyConstraint("office_id", name=op.f("pk_office_key")),
    )


def downgrade() -> None:
    op.drop_table("office_key")
    op.drop_table("day_override")
    op.drop_table("office_setting")
    op.drop_table("roster_slot")
    op.drop_table("absence")
    op.drop_table("person_token")
    op.drop_table("person_role")
    op.drop_table("person")
    op.drop_table("unit")
    op.drop_table("office")
    op.drop_table("store_mark")
