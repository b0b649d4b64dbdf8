"""What is to be told outside, and which commands were already carried out: the two ends of doing a thing once."""

import datetime as dt

from sqlalchemy import Index, Text, UniqueConstraint
from sqlmodel import Field, SQLModel, col

from models.base import Id, among, counted, filled, hexed, together


class Outbox(SQLModel, table=True):
    """Something to send, written in the transaction that caused it and sent after its commit."""

    __tablename__ = "outbox"
    __table_args__ = (
        among("kind", ("event", "alarm", "visit", "digest")),
        counted("attempts"),
        together("claim", "claimed_by", "lease_until"),
    )

    id: int = Field(default=None, primary_key=True, sa_type=Id)
    # No foreign key: on PostgreSQL each row would lock the office's row against deletion, the same row for every
    # writer, and an office is never deleted.
    office_id: int = Field(sa_type=Id)
    case_id: int | None = Field(default=None, foreign_key="cases.id", sa_type=Id)
    kind: str
    payload: str = Field(sa_type=Text)
    """JSON: references and counts only, since it leaves this database."""
    created_at: dt.datetime
    not_before: dt.datetime
    done_at: dt.datetime | None = None
    """Sent; or, with `error_code`, given up."""
    attempts: int = 0
    error_code: str | None = None
    claimed_by: str | None = None
    lease_until: dt.datetime | None = None


UNDONE = col(Outbox.done_at).is_(None)
"""What is still to be sent."""

Index("ix_outbox_not_before_undone", col(Outbox.not_before), sqlite_where=UNDONE, postgresql_where=UNDONE)


class Command(SQLModel, table=True):
    """A command that was carried out, by whom, and its result: the same command again gives the same result."""

    __tablename__ = "command"
    __table_args__ = (
        UniqueConstraint("actor_key", "command_id"),
        hexed("request_sha256"),
        filled("actor_key"),
        filled("command_id"),
    )

    id: int = Field(default=None, primary_key=True, sa_type=Id)
    actor_key: str
    command_id: str
    request_sha256: str
    """The same identifier with another request is an error, not a repetition."""
    result: str = Field(sa_type=Text)
    """JSON."""
    at: dt.datetime
