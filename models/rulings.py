"""What the leading body ruled on the rules themselves: interpretations, and the editions it approved (clause B16).

Both are append-only: a ruling is changed by a later one.
"""

import datetime as dt

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field, SQLModel

from models.base import Id, filled


class Interpretation(SQLModel, table=True):
    """How a clause is to be read. A new meaning is no interpretation: it is a new edition."""

    __tablename__ = "interpretation"
    __table_args__ = (
        UniqueConstraint("office_id", "no"),
        filled("clause"),
        filled("minute"),
        CheckConstraint("no > 0", name="no_positive"),
    )

    id: int = Field(default=None, primary_key=True, sa_type=Id)
    office_id: int = Field(foreign_key="office.id", sa_type=Id)
    no: int
    """Without gaps in an office."""
    clause: str
    words_sealed: bytes
    """Question and ruling, sealed under the office's key: a question may tell a case."""
    ruled_on: dt.date
    """In the office's zone."""
    minute: str
    by_person: int = Field(foreign_key="person.id", sa_type=Id)
    """Who recorded it."""
    recorded_at: dt.datetime


class EditionApproval(SQLModel, table=True):
    """The approval of one edition of a procedure, as it stood: another fingerprint is another text."""

    __tablename__ = "edition_approval"
    __table_args__ = (
        UniqueConstraint("office_id", "procedure", "edition"),
        filled("procedure"),
        filled("edition"),
        filled("fingerprint"),
        filled("minute"),
    )

    id: int = Field(default=None, primary_key=True, sa_type=Id)
    office_id: int = Field(foreign_key="office.id", sa_type=Id)
    procedure: str
    edition: str
    fingerprint: str
    minute: str
    approved_on: dt.date
    """In the office's zone."""
    by_person: int = Field(foreign_key="person.id", sa_type=Id)
    """Who recorded it."""
    recorded_at: dt.datetime
