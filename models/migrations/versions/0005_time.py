"""time: deadlines, alarms, visits, signs of life"""

import sqlalchemy as sa
from alembic import op

revision = "duecourse_0005"
down_revision = "duecourse_0004"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "deadline",
        sa.Column("id", ID, nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("rung", sa.Integer(), nullable=False),
        sa.Column("entry", sa.Integer(), nullable=False),
        sa.Column("due_at", TIME, nullable=False),
        sa.Column("anchor_at", TIME, nullable=False),
        sa.Column("clock", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("breach", sa.Boolean(), nullable=False),
        sa.Column("tells", sa.Text(), nullable=False),
        sa.Column("clause", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.Column("fired_at", TIME, nullable=True),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("kept_at", TIME, nullable=True),
        sa.Column("confirmed_by", ID, nullable=True),
        sa.Column("confirmed_at", TIME, nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("error_code", sa.String(), nullable=True),
        sa.Column("claimed_by", sa.String(), nullable=True),
        sa.Column("lease_until", TIME, nullable=True),
        sa.CheckConstraint("source IN ('text', 'default')", name=op.f("ck_deadline_source_known")),
        sa.CheckConstraint(
            "status <> 'fired' OR fired_at IS NOT NULL", name=op.f("ck_deadline_fired_has_time")
        ),
        sa.CheckConstraint("status <> 'kept' OR kept_at IS NOT NULL", name=op.f("ck_deadline_kept_has_time")),
        sa.CheckConstraint(
            "status IN ('armed', 'kept', 'cancelled', 'fired', 'dead')", name=op.f("ck_deadline_status_known")
        ),
        sa.CheckConstraint(
            "(claimed_by IS NULL) = (lease_until IS NULL)", name=op.f("ck_deadline_claim_together")
        ),
        sa.CheckConstraint(
            "(confirmed_by IS NULL) = (confirmed_at IS NULL)", name=op.f("ck_deadline_confirmed_together")
        ),
        sa.CheckConstraint("attempts >= 0", name=op.f("ck_deadline_attempts_counted")),
        sa.CheckConstraint("entry >= 0", name=op.f("ck_deadline_entry_counted")),
        sa.CheckConstraint("length(clause) > 0", name=op.f("ck_deadline_clause_filled")),
        sa.CheckConstraint("length(clock) > 0", name=op.f("ck_deadline_clock_filled")),
        sa.CheckConstraint("length(kind) > 0", name=op.f("ck_deadline_kind_filled")),
        sa.CheckConstraint("rung >= 0", name=op.f("ck_deadline_rung_counted")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_deadline_case_id")),
        sa.ForeignKeyConstraint(["confirmed_by"], ["person.id"], name=op.f("fk_deadline_confirmed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deadline")),
        sa.UniqueConstraint(
            "case_id", "kind", "rung", "entry", name=op.f("uq_deadline_case_id_kind_rung_entry")
        ),
    )
    op.create_index(
        "ix_deadline_due_at_armed",
        "deadline",
        ["due_at"],
        unique=False,
        sqlite_where=sa.text("status = 'armed'"),
        postgresql_where=sa.text("status = 'armed'"),
    )
    op.create_index(
        "ix_deadline_due_at_dead",
        "deadline",
        ["due_at"],
        unique=False,
        sqlite_where=sa.text("status = 'dead'"),
        postgresql_where=sa.text("status = 'dead'"),
    )

    op.create_table(
        "alarm",
        sa.Column("id", ID, nullable=False),
        sa.Column("case_id", ID, nullable=True),
        sa.Column("office_id", ID, nullable=False),
        sa.Column("deadline_id", ID, nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("person_id", ID, nullable=True),
        sa.Column("raised_at", TIME, nullable=False),
        sa.Column("sent_at", TIME, nullable=True),
        sa.Column("acknowledged_at", TIME, nullable=True),
        sa.Column("acknowledged_by", ID, nullable=True),
        sa.Column("escalate_at", TIME, nullable=True),
        sa.Column("rung", sa.Integer(), nullable=False),
        sa.Column("clause", sa.String(), nullable=False),
        sa.CheckConstraint(
            "(acknowledged_at IS NULL) = (acknowledged_by IS NULL)",
            name=op.f("ck_alarm_acknowledged_together"),
        ),
        sa.CheckConstraint("length(kind) > 0", name=op.f("ck_alarm_kind_filled")),
        sa.CheckConstraint("length(role) > 0", name=op.f("ck_alarm_role_filled")),
        sa.CheckConstraint("rung >= 0", name=op.f("ck_alarm_rung_counted")),
        sa.ForeignKeyConstraint(["acknowledged_by"], ["person.id"], name=op.f("fk_alarm_acknowledged_by")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_alarm_case_id")),
        sa.ForeignKeyConstraint(["deadline_id"], ["deadline.id"], name=op.f("fk_alarm_deadline_id")),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_alarm_office_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_alarm_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alarm")),
    )
    op.create_index(op.f("ix_alarm_case_id"), "alarm", ["case_id"], unique=False)
    op.create_index(
        "ix_alarm_escalate_at_unanswered",
        "alarm",
        ["escalate_at"],
        unique=False,
        sqlite_where=sa.text("acknowledged_at IS NULL AND escalate_at IS NOT NULL"),
        postgresql_where=sa.text("acknowledged_at IS NULL AND escalate_at IS NOT NULL"),
    )
    op.create_index(op.f("ix_alarm_office_id_raised_at"), "alarm", ["office_id", "raised_at"], unique=False)

    op.create_table(
        "visit",
        sa.Column("id", ID, nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("planned_at", TIME, nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("run_id", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.CheckConstraint(
            "status <> 'cancelled' OR reason IS NOT NULL", name=op.f("ck_visit_cancelled_with_reason")
        ),
        sa.CheckConstraint(
            "status IN ('planned', 'submitted', 'done', 'cancelled')", name=op.f("ck_visit_status_known")
        ),
        sa.CheckConstraint("rev >= 0", name=op.f("ck_visit_rev_counted")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_visit_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit")),
        sa.UniqueConstraint("case_id", "rev", name=op.f("uq_visit_case_id_rev")),
    )
    op.create_index(
        "ix_visit_planned_at_coming",
        "visit",
        ["planned_at"],
        unique=False,
        sqlite_where=sa.text("status = 'planned' OR status = 'submitted'"),
        postgresql_where=sa.text("status = 'planned' OR status = 'submitted'"),
    )

    op.create_table(
        "heartbeat",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("detail", sa.String(), nullable=False),
        sa.CheckConstraint("length(name) > 0", name=op.f("ck_heartbeat_name_filled")),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_heartbeat")),
    )


def downgrade() -> None:
    op.drop_table("heartbeat")
    op.drop_table("visit")
    op.drop_table("alarm")
    op.drop_table("deadline")
