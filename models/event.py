"""What happened in a case, and what was refused. Both are append-only: triggers on both engines stop a change or a deletion."""

import datetime as dt

from sqlalchemy import CheckConstraint, Index, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from models.base import Id, NoBytes, among, counted, filled

ACTORS = ("person", "complainant", "clock", "prefect", "sub", "import")
"""Who acts in a case. The complainant is known by a receipt and by no row: `actor_id` is NULL."""


class Event(SQLModel, table=True):
    """One thing that happened in a case: the record. Chained by a keyed hash, so that a change shows."""

    __tablename__ = "event"
    __table_args__ = (
        UniqueConstraint("case_id", "seq"),
        among("actor_kind", ACTORS),
        filled("kind"),
        filled("name"),
        counted("seq"),
        counted("round"),
        CheckConstraint("actor_kind <> 'person' OR actor_id IS NOT NULL", name="person_named"),
        CheckConstraint("happened_at <= recorded_at", name="happened_before_recorded"),
        CheckConstraint("length(hash) > 0", name="hash_filled"),
    )

    id: int = Field(default=None, primary_key=True, sa_type=Id)
    case_id: int = Field(foreign_key="cases.id", sa_type=Id)
    seq: int
    """Without gaps in a case."""
    kind: str
    name: str
    from_state: str
    to_state: str
    """The same as `from_state` where the act moved nothing."""
    actor_kind: str
    actor_id: int | None = Field(default=None, sa_type=Id)
    """The person; for `sub` the sub-case that ended. Hence no foreign key."""
    roles: str = Field(sa_type=Text)
    """The roles the actor held at that moment: a later change of roles does not change who was entitled."""
    round: int
    happened_at: dt.datetime
    """When it happened: what a period is measured by."""
    recorded_at: dt.datetime
    """When it was written down; the two apart show a late record."""
    command_id: str | None = None
    clear: str = Field(sa_type=Text)
    """JSON: the evidence that is not sealed."""
    sealed: bytes | None = None
    """The sealed evidence, under the case's key. Disposal destroys the key and leaves the row and its hash."""
    prev_hash: bytes
    hash: bytes


class Refusal(SQLModel, table=True):
    """An act that was refused: who tried what, and which requirements were unmet; never the values of its evidence."""

    __tablename__ = "refusal"
    __table_args__ = (
        Index(None, "case_id"),
        Index(None, "at"),
        among("actor_kind", ACTORS),
        filled("act"),
        CheckConstraint("no > 0", name="no_positive"),
    )

    id: int = Field(default=None, primary_key=True, sa_type=Id)
    no: int = Field(unique=True, sa_type=Id)
    """Without gaps in the whole installation: a refusal that was removed leaves one."""
    case_id: int | None = Field(default=None, foreign_key="cases.id", sa_type=Id)
    """NULL where no case of that reference exists."""
    case_ref: str
    act_kind: str
    act: str
    actor_kind: str
    actor_id: int | None = Field(default=None, sa_type=Id)
    at: dt.datetime
    requirements: str = Field(sa_type=Text)
    """JSON list of the unmet requirements: names and clauses."""
    mac: bytes = Field(default=b"", sa_column_kwargs={"server_default": NoBytes()})
    """Keyed digest of the row, so that a change shows; empty for a refusal of the time before there was one."""
