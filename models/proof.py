"""What shows a change outside the cases: the chain over an office's own tables, and the anchors over everything.

Both are append-only.
"""

import datetime as dt

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field, SQLModel

from models.base import Id, among, counted, filled
from models.event import ACTORS

OFFICE_ACTORS = (*ACTORS, "console")
"""Who changes an office: `console` is whoever runs the program beside its database, known by no token."""


class OfficeEvent(SQLModel, table=True):
    """One change of an office's people, roles, settings or rulings. Chained by a keyed hash, like the events of a case."""

    __tablename__ = "office_event"
    __table_args__ = (
        UniqueConstraint("office_id", "seq"),
        among("actor_kind", OFFICE_ACTORS),
        filled("what"),
        filled("digest"),
        filled("hash"),
        counted("seq"),
        CheckConstraint("actor_kind <> 'person' OR actor_id IS NOT NULL", name="person_named"),
    )

    id: int = Field(default=None, primary_key=True, sa_type=Id)
    office_id: int = Field(foreign_key="office.id", sa_type=Id)
    seq: int
    """Without gaps in an office."""
    what: str
    digest: bytes
    """Of the rows as they stood after the change."""
    actor_kind: str
    actor_id: int | None = Field(default=None, sa_type=Id)
    """The person. No foreign key, as in `event`."""
    at: dt.datetime
    prev_hash: bytes
    hash: bytes


class Anchor(SQLModel, table=True):
    """How much there was at one moment, and a digest over it all. Copied elsewhere, it shows what was removed since."""

    __tablename__ = "anchor"
    __table_args__ = (
        counted("high_event_id"),
        counted("cases"),
        counted("events"),
        counted("refusals"),
        filled("digest"),
        CheckConstraint("no > 0", name="no_positive"),
    )

    id: int = Field(default=None, primary_key=True, sa_type=Id)
    no: int = Field(unique=True)
    """Without gaps in the whole installation."""
    made_at: dt.datetime
    high_event_id: int = Field(sa_type=Id)
    """The highest id of an event; 0 while there is none. Hence no foreign key."""
    cases: int = Field(sa_type=Id)
    events: int = Field(sa_type=Id)
    refusals: int = Field(sa_type=Id)
    digest: bytes
    prev_digest: bytes
    """Of the anchor before it; empty in the first."""
