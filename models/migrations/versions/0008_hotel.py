"""the hotel: rules of the house, guests on a list, written delegations"""

import sqlalchemy as sa
from alembic import op

revision = "duecourse_0008"
down_revision = "duecourse_0007"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)

RULE = "is append-only: its rows are never changed or deleted; correct an act by one that supersedes it"


def upgrade() -> None:
    op.create_table(
        "house_rule",
        sa.Column("id", ID, nullable=False),
        sa.Column("office_id", ID, nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("recorded_by", ID, nullable=True),
        sa.Column("recorded_at", TIME, nullable=False),
        sa.CheckConstraint(
            "valid_until IS NULL OR valid_until >= valid_from", name=op.f("ck_house_rule_valid_in_order")
        ),
        sa.CheckConstraint("length(key) > 0", name=op.f("ck_house_rule_key_filled")),
        sa.CheckConstraint("length(words) > 0", name=op.f("ck_house_rule_words_filled")),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_house_rule_office_id")),
        sa.ForeignKeyConstraint(["recorded_by"], ["person.id"], name=op.f("fk_house_rule_recorded_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_house_rule")),
        sa.UniqueConstraint(
            "office_id", "key", "valid_from", name=op.f("uq_house_rule_office_id_key_valid_from")
        ),
    )

    op.create_table(
        "listed_guest",
        sa.Column("id", ID, nullable=False),
        sa.Column("office_id", ID, nullable=False),
        sa.Column("list", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("recorded_at", TIME, nullable=False),
        sa.CheckConstraint("list IN ('vip')", name=op.f("ck_listed_guest_list_known")),
        sa.CheckConstraint("kind IN ('name', 'phone')", name=op.f("ck_listed_guest_kind_known")),
        sa.CheckConstraint("length(digest) > 0", name=op.f("ck_listed_guest_digest_filled")),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_listed_guest_office_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listed_guest")),
        sa.UniqueConstraint(
            "office_id", "list", "kind", "digest", name=op.f("uq_listed_guest_office_id_list_kind_digest")
        ),
    )

    op.create_table(
        "delegation",
        sa.Column("id", ID, nullable=False),
        sa.Column("office_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("text_sha256", sa.String(), nullable=False),
        sa.Column("given_by", ID, nullable=False),
        sa.Column("ends_id", ID, nullable=True),
        sa.Column("recorded_at", TIME, nullable=False),
        sa.CheckConstraint(
            "ends_id IS NOT NULL OR valid_until >= valid_from", name=op.f("ck_delegation_valid_in_order")
        ),
        sa.CheckConstraint(
            "ends_id IS NOT NULL OR person_id <> given_by", name=op.f("ck_delegation_given_to_another")
        ),
        sa.CheckConstraint("length(role) > 0", name=op.f("ck_delegation_role_filled")),
        sa.CheckConstraint("length(text_sha256) = 64", name=op.f("ck_delegation_text_sha256_hexed")),
        sa.ForeignKeyConstraint(["ends_id"], ["delegation.id"], name=op.f("fk_delegation_ends_id")),
        sa.ForeignKeyConstraint(["given_by"], ["person.id"], name=op.f("fk_delegation_given_by")),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_delegation_office_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_delegation_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delegation")),
        sa.UniqueConstraint("ends_id", name=op.f("uq_delegation_ends_id")),
    )
    op.create_index(op.f("ix_delegation_office_id_role"), "delegation", ["office_id", "role"], unique=False)
    op.create_index(op.f("ix_delegation_person_id"), "delegation", ["person_id"], unique=False)
    guard("delegation")


def downgrade() -> None:
    for name in ("delegation", "listed_guest", "house_rule"):
        # The triggers go with their table.
        op.drop_table(name)


def guard(name: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        for act in ("update", "delete"):
            op.execute(
                f"CREATE TRIGGER {name}_no_{act} BEFORE {act.upper()} ON {name}"
                f" BEGIN SELECT RAISE(ABORT, '{name} {RULE}'); END"
            )
        return
    for act in ("update", "delete", "truncate"):
        each = "STATEMENT" if act == "truncate" else "ROW"
        op.execute(
            f"CREATE TRIGGER {name}_no_{act} BEFORE {act.upper()} ON {name}"
            f" FOR EACH {each} EXECUTE FUNCTION duecourse_append_only()"
        )
