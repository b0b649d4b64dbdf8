"""the bureau: receipts, findings, instruments, rulings; and the proof: seals, numbered refusals, the office's chain, anchors

SQLite copies a table to change it, and the copy has no triggers: event, refusal and reading get theirs anew.
"""

import sqlalchemy as sa
from alembic import op
from alembic.operations import BatchOperations

revision = "duecourse_0007"
down_revision = "duecourse_0006"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)

GUARDED_BEFORE = ("event", "refusal", "reading")
GUARDED_SINCE = ("link", "undertaking", "interpretation", "edition_approval", "office_event", "anchor")
CREATED = (
    "undertaking",
    "receipt",
    "finding",
    "instrument",
    "taken_number",
    "interpretation",
    "edition_approval",
    "office_event",
    "anchor",
)
RULE = "is append-only: its rows are never changed or deleted; correct an act by one that supersedes it"


def upgrade() -> None:
    unguard(*GUARDED_BEFORE)
    widen()
    create()
    guard(*GUARDED_BEFORE, *GUARDED_SINCE)


def downgrade() -> None:
    """Fails, and changes nothing, where a complainant has acted: the older tables have no word for it."""
    unguard(*GUARDED_BEFORE, *GUARDED_SINCE)
    for name in reversed(CREATED):
        op.drop_table(name)
    narrow()
    guard(*GUARDED_BEFORE)


def widen() -> None:
    none = sa.text("'\\x'::bytea" if op.get_bind().dialect.name == "postgresql" else "X''")
    op.add_column("cases", sa.Column("head_seal", sa.LargeBinary(), server_default=none, nullable=False))
    op.add_column(
        "register_counter", sa.Column("seal", sa.LargeBinary(), server_default=none, nullable=False)
    )

    op.add_column("refusal", sa.Column("mac", sa.LargeBinary(), server_default=none, nullable=False))
    op.add_column("refusal", sa.Column("no", ID, nullable=True))
    op.execute(
        "UPDATE refusal SET no = counted.no"
        " FROM (SELECT id, row_number() OVER (ORDER BY id) AS no FROM refusal) AS counted"
        " WHERE counted.id = refusal.id"
    )
    for name in ("event", "refusal"):
        with op.batch_alter_table(name) as batch:
            actors(batch, name, "'person', 'complainant', 'clock', 'prefect', 'sub', 'import'")
            if name == "refusal":
                batch.alter_column("no", existing_type=ID, nullable=False)
                batch.create_unique_constraint(op.f("uq_refusal_no"), ["no"])
                batch.create_check_constraint(op.f("ck_refusal_no_positive"), "no > 0")

    with op.batch_alter_table("reading") as batch:
        batch.add_column(sa.Column("event_seq", sa.Integer(), nullable=True))
        batch.create_check_constraint(op.f("ck_reading_event_seq_counted"), "event_seq >= 0")

    with op.batch_alter_table("person") as batch:
        batch.add_column(sa.Column("same_as_id", ID, nullable=True))
        batch.create_foreign_key(op.f("fk_person_same_as_id"), "person", ["same_as_id"], ["id"])
        batch.create_check_constraint(op.f("ck_person_same_as_another"), "same_as_id <> id")


def narrow() -> None:
    with op.batch_alter_table("person") as batch:
        batch.drop_constraint(op.f("ck_person_same_as_another"), type_="check")
        batch.drop_constraint(op.f("fk_person_same_as_id"), type_="foreignkey")
        batch.drop_column("same_as_id")

    with op.batch_alter_table("reading") as batch:
        batch.drop_constraint(op.f("ck_reading_event_seq_counted"), type_="check")
        batch.drop_column("event_seq")

    for name in ("refusal", "event"):
        with op.batch_alter_table(name) as batch:
            actors(batch, name, "'person', 'clock', 'prefect', 'sub', 'import'")
            if name == "refusal":
                batch.drop_constraint(op.f("ck_refusal_no_positive"), type_="check")
                batch.drop_constraint(op.f("uq_refusal_no"), type_="unique")
                batch.drop_column("no")
                batch.drop_column("mac")

    op.drop_column("register_counter", "seal")
    op.drop_column("cases", "head_seal")


def actors(batch: BatchOperations, name: str, words: str) -> None:
    known = op.f(f"ck_{name}_actor_kind_known")
    batch.drop_constraint(known, type_="check")
    batch.create_check_constraint(known, f"actor_kind IN ({words})")


def guard(*names: str) -> None:
    for name in names:
        for act in acts():
            if op.get_bind().dialect.name == "postgresql":
                each = "STATEMENT" if act == "truncate" else "ROW"
                then = f"FOR EACH {each} EXECUTE FUNCTION duecourse_append_only()"
            else:
                then = f"BEGIN SELECT RAISE(ABORT, '{name} {RULE}'); END"
            op.execute(f"CREATE TRIGGER {name}_no_{act} BEFORE {act.upper()} ON {name} {then}")


def unguard(*names: str) -> None:
    for name in names:
        for act in acts():
            on = f" ON {name}" if op.get_bind().dialect.name == "postgresql" else ""
            op.execute(f"DROP TRIGGER {name}_no_{act}{on}")


def acts() -> tuple[str, ...]:
    """PostgreSQL's TRUNCATE fires no trigger of a row; SQLite has no such statement."""
    return (
        ("update", "delete", "truncate")
        if op.get_bind().dialect.name == "postgresql"
        else ("update", "delete")
    )


def create() -> None:
    op.create_table(
        "undertaking",
        sa.Column("id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=False),
        sa.Column("text_sha256", sa.String(), nullable=False),
        sa.Column("recorded_by", ID, nullable=True),
        sa.Column("recorded_at", TIME, nullable=False),
        sa.CheckConstraint("length(text_sha256) = 64", name=op.f("ck_undertaking_text_sha256_hexed")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_undertaking_person_id")),
        sa.ForeignKeyConstraint(["recorded_by"], ["person.id"], name=op.f("fk_undertaking_recorded_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_undertaking")),
    )
    op.create_index(op.f("ix_undertaking_person_id"), "undertaking", ["person_id"], unique=False)

    op.create_table(
        "receipt",
        sa.Column("case_id", ID, nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("issued_at", TIME, nullable=False),
        sa.Column("closed_at", TIME, nullable=True),
        sa.CheckConstraint("length(digest) > 0", name=op.f("ck_receipt_digest_filled")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_receipt_case_id")),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_receipt")),
        sa.UniqueConstraint("digest", name=op.f("uq_receipt_digest")),
    )

    op.create_table(
        "finding",
        sa.Column("id", ID, nullable=False),
        sa.Column("office_id", ID, nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("event_seq", sa.Integer(), nullable=False),
        sa.Column("person_id", ID, nullable=True),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("incident_id", ID, nullable=False),
        sa.Column("received_at", TIME, nullable=False),
        sa.Column("decided_no", sa.Integer(), nullable=True),
        sa.Column("decided_at", TIME, nullable=True),
        sa.Column("overturned_at", TIME, nullable=True),
        sa.Column("count", sa.Integer(), nullable=True),
        sa.Column("measure", sa.String(), nullable=True),
        sa.CheckConstraint("outcome IN ('upheld', 'not_upheld')", name=op.f("ck_finding_outcome_known")),
        sa.CheckConstraint("count >= 0", name=op.f("ck_finding_count_counted")),
        sa.CheckConstraint("decided_no > 0", name=op.f("ck_finding_decided_no_positive")),
        sa.CheckConstraint("event_seq >= 0", name=op.f("ck_finding_event_seq_counted")),
        sa.CheckConstraint("round >= 0", name=op.f("ck_finding_round_counted")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_finding_case_id")),
        sa.ForeignKeyConstraint(["incident_id"], ["cases.id"], name=op.f("fk_finding_incident_id")),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_finding_office_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_finding_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding")),
        sa.UniqueConstraint("office_id", "decided_no", name=op.f("uq_finding_office_id_decided_no")),
    )
    op.create_index(op.f("ix_finding_case_id"), "finding", ["case_id"], unique=False)
    op.create_index(op.f("ix_finding_person_id"), "finding", ["person_id"], unique=False)

    op.create_table(
        "instrument",
        sa.Column("id", ID, nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("event_seq", sa.Integer(), nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("served_at", TIME, nullable=False),
        sa.CheckConstraint("event_seq >= 0", name=op.f("ck_instrument_event_seq_counted")),
        sa.CheckConstraint("length(kind) > 0", name=op.f("ck_instrument_kind_filled")),
        sa.CheckConstraint("length(number) > 0", name=op.f("ck_instrument_number_filled")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_instrument_case_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_instrument_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_instrument")),
        sa.UniqueConstraint("case_id", "event_seq", name=op.f("uq_instrument_case_id_event_seq")),
        sa.UniqueConstraint("number", name=op.f("uq_instrument_number")),
    )
    op.create_index(op.f("ix_instrument_person_id"), "instrument", ["person_id"], unique=False)

    op.create_table(
        "taken_number",
        sa.Column("id", ID, nullable=False),
        sa.Column("office_id", ID, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.CheckConstraint("length(kind) > 0", name=op.f("ck_taken_number_kind_filled")),
        sa.CheckConstraint("length(value) > 0", name=op.f("ck_taken_number_value_filled")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_taken_number_case_id")),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_taken_number_office_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_taken_number")),
        sa.UniqueConstraint("office_id", "kind", "value", name=op.f("uq_taken_number_office_id_kind_value")),
    )
    op.create_index(op.f("ix_taken_number_case_id"), "taken_number", ["case_id"], unique=False)

    op.create_table(
        "interpretation",
        sa.Column("id", ID, nullable=False),
        sa.Column("office_id", ID, nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("clause", sa.String(), nullable=False),
        sa.Column("words_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("ruled_on", sa.Date(), nullable=False),
        sa.Column("minute", sa.String(), nullable=False),
        sa.Column("by_person", ID, nullable=False),
        sa.Column("recorded_at", TIME, nullable=False),
        sa.CheckConstraint("length(clause) > 0", name=op.f("ck_interpretation_clause_filled")),
        sa.CheckConstraint("length(minute) > 0", name=op.f("ck_interpretation_minute_filled")),
        sa.CheckConstraint("no > 0", name=op.f("ck_interpretation_no_positive")),
        sa.ForeignKeyConstraint(["by_person"], ["person.id"], name=op.f("fk_interpretation_by_person")),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_interpretation_office_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interpretation")),
        sa.UniqueConstraint("office_id", "no", name=op.f("uq_interpretation_office_id_no")),
    )

    op.create_table(
        "edition_approval",
        sa.Column("id", ID, nullable=False),
        sa.Column("office_id", ID, nullable=False),
        sa.Column("procedure", sa.String(), nullable=False),
        sa.Column("edition", sa.String(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("minute", sa.String(), nullable=False),
        sa.Column("approved_on", sa.Date(), nullable=False),
        sa.Column("by_person", ID, nullable=False),
        sa.Column("recorded_at", TIME, nullable=False),
        sa.CheckConstraint("length(edition) > 0", name=op.f("ck_edition_approval_edition_filled")),
        sa.CheckConstraint("length(fingerprint) > 0", name=op.f("ck_edition_approval_fingerprint_filled")),
        sa.CheckConstraint("length(minute) > 0", name=op.f("ck_edition_approval_minute_filled")),
        sa.CheckConstraint("length(procedure) > 0", name=op.f("ck_edition_approval_procedure_filled")),
        sa.ForeignKeyConstraint(["by_person"], ["person.id"], name=op.f("fk_edition_approval_by_person")),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_edition_approval_office_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_edition_approval")),
        sa.UniqueConstraint(
            "office_id", "procedure", "edition", name=op.f("uq_edition_approval_office_id_procedure_edition")
        ),
    )

    op.create_table(
        "office_event",
        sa.Column("id", ID, nullable=False),
        sa.Column("office_id", ID, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("actor_kind", sa.String(), nullable=False),
        sa.Column("actor_id", ID, nullable=True),
        sa.Column("at", TIME, nullable=False),
        sa.Column("prev_hash", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(
            "actor_kind <> 'person' OR actor_id IS NOT NULL", name=op.f("ck_office_event_person_named")
        ),
        sa.CheckConstraint(
            "actor_kind IN ('person', 'complainant', 'clock', 'prefect', 'sub', 'import', 'console')",
            name=op.f("ck_office_event_actor_kind_known"),
        ),
        sa.CheckConstraint("length(digest) > 0", name=op.f("ck_office_event_digest_filled")),
        sa.CheckConstraint("length(hash) > 0", name=op.f("ck_office_event_hash_filled")),
        sa.CheckConstraint("length(what) > 0", name=op.f("ck_office_event_what_filled")),
        sa.CheckConstraint("seq >= 0", name=op.f("ck_office_event_seq_counted")),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_office_event_office_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_office_event")),
        sa.UniqueConstraint("office_id", "seq", name=op.f("uq_office_event_office_id_seq")),
    )

    op.create_table(
        "anchor",
        sa.Column("id", ID, nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("made_at", TIME, nullable=False),
        sa.Column("high_event_id", ID, nullable=False),
        sa.Column("cases", ID, nullable=False),
        sa.Column("events", ID, nullable=False),
        sa.Column("refusals", ID, nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("prev_digest", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("cases >= 0", name=op.f("ck_anchor_cases_counted")),
        sa.CheckConstraint("events >= 0", name=op.f("ck_anchor_events_counted")),
        sa.CheckConstraint("high_event_id >= 0", name=op.f("ck_anchor_high_event_id_counted")),
        sa.CheckConstraint("length(digest) > 0", name=op.f("ck_anchor_digest_filled")),
        sa.CheckConstraint("no > 0", name=op.f("ck_anchor_no_positive")),
        sa.CheckConstraint("refusals >= 0", name=op.f("ck_anchor_refusals_counted")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_anchor")),
        sa.UniqueConstraint("no", name=op.f("uq_anchor_no")),
    )
