"""append-only: what happened, what was refused and who read what is neither changed nor deleted"""

from alembic import op

revision = "duecourse_0006"
down_revision = "duecourse_0005"
branch_labels = None
depends_on = None

APPEND_ONLY = ("event", "refusal", "reading")
RULE = "is append-only: its rows are never changed or deleted; correct an act by one that supersedes it"


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for name in APPEND_ONLY:
            for act in ("update", "delete"):
                op.execute(
                    f"CREATE TRIGGER {name}_no_{act} BEFORE {act.upper()} ON {name}"
                    f" BEGIN SELECT RAISE(ABORT, '{name} {RULE}'); END"
                )
        return
    op.execute(
        "CREATE FUNCTION duecourse_append_only() RETURNS trigger LANGUAGE plpgsql AS $$"
        f" BEGIN RAISE EXCEPTION '% {RULE}', TG_TABLE_NAME USING ERRCODE = 'restrict_violation'; END $$"
    )
    for name in APPEND_ONLY:
        for act in ("update", "delete", "truncate"):
            each = "STATEMENT" if act == "truncate" else "ROW"
            op.execute(
                f"CREATE TRIGGER {name}_no_{act} BEFORE {act.upper()} ON {name}"
                f" FOR EACH {each} EXECUTE FUNCTION duecourse_append_only()"
            )


def downgrade() -> None:
    postgresql = op.get_bind().dialect.name == "postgresql"
    for name in APPEND_ONLY:
        for act in ("update", "delete", *(("truncate",) if postgresql else ())):
            op.execute(f"DROP TRIGGER {name}_no_{act}" + (f" ON {name}" if postgresql else ""))
    if postgresql:
        op.execute("DROP FUNCTION duecourse_append_only()")
