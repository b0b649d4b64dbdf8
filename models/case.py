"""Cases, those who take part in them, and what links them.

Everything is a case: a complaint, a call-out, a callback, an order. `cases` holds what the door must know in one read;
all but the number and the key can be replayed from `event`.
"""

import datetime as dt

from sqlalchemy import CheckConstraint, Index, Text, UniqueConstraint
from sqlmodel import Field, SQLModel, col

from models.base import Id, NoBytes, among, counted, filled, together


class Case(SQLModel, table=True):
    """One case, in one state of one edition of one procedure. Only the door assigns its state."""

    __tablename__ = "cases"
    __table_args__ = (
        UniqueConstraint("office_id", "register_kind", "register_year", "register_no"),
        Index(None, "parent_id"),
        Index(None, "office_id", "procedure", "state"),
        filled("ref"),
        filled("procedure"),
        filled("edition"),
        filled("state"),
        filled("register_kind"),
        CheckConstraint("register_no > 0", name="register_no_positive"),
        counted("version"),
        counted("round"),
        counted("level"),
        counted("entry"),
        counted("head_seq"),
        CheckConstraint("received_at <= recorded_at", name="received_before_recorded"),
        CheckConstraint("parent_id <> id", name="parent_is_another"),
        CheckConstraint("sub_kind IS NULL OR parent_id IS NOT NULL", name="sub_kind_of_a_sub_case"),
        together("parent", "parent_id", "parent_round"),
        together("source", "source", "source_key"),
    )

    id: int = Field(default=None, primary_key=True, sa_type=Id)
    ref: str = Field(unique=True)
    """The random reference shown outside the office; the only name of the case that may leave this database."""
    office_id: int = Field(foreign_key="office.id", sa_type=Id)
    procedure: str
    edition: str
    """The edition in force on the day of receipt: a case keeps it to the end."""
    state: str
    version: int = 0
    """Rises with every change; a writer that saw another version is stale."""
    round: int
    """A reopened case begins a new round, in which the steps of a round must be done again."""
    level: int
    """How high the handling has climbed: a person accused on one level is not the one who decides."""
    entry: int
    """Sequence of the event that entered the present state; deadlines of an earlier entry no longer bind."""
    entered_at: dt.datetime
    received_at: dt.datetime
    """When the complaint reached the office, from which the law counts: the anchor of every period from receipt."""
    recorded_at: dt.datetime
    """When it was written down. Never the anchor of a period."""
    register_kind: str
    register_year: int
    """Year of receipt in the office's zone."""
    register_no: int
    """Without gaps per office, kind and year. Never shown outside: a gap would tell an accused that a case exists."""
    channel: str
    handler_id: int | None = Field(default=None, foreign_key="person.id", sa_type=Id)
    parent_id: int | None = Field(default=None, foreign_key="cases.id", sa_type=Id)
    parent_round: int | None = None
    """The round of the parent that started it: how it ended counts for that round."""
    sub_kind: str | None = None
    history: bool = False
    """Imported as already closed: no deadlines, its own number series, marked in every statistic."""
    source: str | None = None
    source_key: str | None = None
    docket: str = Field(sa_type=Text)
    """JSON, derived and replayable from the events: the acts that count for law."""
    head_seq: int
    head_hash: bytes
    """Hash of the last event; with `head_seq` it shows that events were cut off the end."""
    head_seal: bytes = Field(default=b"", sa_column_kwargs={"server_default": NoBytes()})
    """Keyed digest of the two: whoever cuts off events cannot move the head back. Empty until the first event after it came in."""
    closed_at: dt.datetime | None = None
    """When a final state was entered; retention is counted from it."""


OPEN = col(Case.closed_at).is_(None)
"""The open cases: what the caseload index covers."""

Index("ix_cases_handler_id_open", col(Case.handler_id), sqlite_where=OPEN, postgresql_where=OPEN)


class CaseKey(SQLModel, table=True):
    """The key that seals a case's identities and narrative, wrapped by the master key.

    Destroying it destroys them in every copy, archive included; the row stays as the trace of it.
    """

    __tablename__ = "case_key"
    __table_args__ = (
        CheckConstraint("(wrapped IS NULL) = (destroyed_at IS NOT NULL)", name="destroyed_or_wrapped"),
    )

    case_id: int = Field(primary_key=True, foreign_key="cases.id", sa_type=Id)
    wrapped: bytes | None = None
    master_id: str
    destroyed_at: dt.datetime | None = None
    """The moment of disposal."""


class Party(SQLModel, table=True):
    """Someone who takes part in a case; several of each kind are possible."""

    __tablename__ = "party"
    __table_args__ = (
        UniqueConstraint("case_id", "kind", "no"),
        among("kind", ("complainant", "respondent", "representative")),
        CheckConstraint("no > 0", name="no_positive"),
    )

    id: int = Field(default=None, primary_key=True, sa_type=Id)
    case_id: int = Field(foreign_key="cases.id", sa_type=Id)
    kind: str
    no: int
    """First, second … of its kind in this case."""
    identity_sealed: bytes | None = None
    """Sealed under the case's key; NULL: anonymous, or a member of staff known by `person_id`."""
    person_id: int | None = Field(default=None, foreign_key="person.id", sa_type=Id)
    """The member of staff that this is. A respondent is barred from handling, and from learning of the case."""
    speaks_for_all: bool = False
    """Chosen by the complainants to speak for them."""


STAFF = col(Party.person_id).is_not(None)
"""The parties that are members of staff: what the index of barred persons covers."""

Index("ix_party_person_id_staff", col(Party.person_id), sqlite_where=STAFF, postgresql_where=STAFF)


class BlindIndex(SQLModel, table=True):
    """A keyed digest by which a duplicate is found without opening anything. Deleted when the case's key is."""

    __tablename__ = "blind_index"
    __table_args__ = (Index(None, "kind", "digest"), Index(None, "case_id"), filled("kind"))

    id: int = Field(default=None, primary_key=True, sa_type=Id)
    case_id: int = Field(foreign_key="cases.id", sa_type=Id)
    kind: str
    digest: bytes


class Link(SQLModel, table=True):
    """A case that has to do with another one, without being part of it. Append-only, like the events."""

    __tablename__ = "link"
    __table_args__ = (
        UniqueConstraint("case_id", "other_id", "kind"),
        Index(None, "other_id"),
        filled("kind"),
        CheckConstraint("case_id <> other_id", name="other_is_another"),
    )

    id: int = Field(default=None, primary_key=True, sa_type=Id)
    case_id: int = Field(foreign_key="cases.id", sa_type=Id)
    other_id: int = Field(foreign_key="cases.id", sa_type=Id)
    kind: str
    by_person: int | None = Field(default=None, foreign_key="person.id", sa_type=Id)
    at: dt.datetime
