"""What a supervision bureau keeps beside its cases: receipts, findings, instruments, numbers that are used once.

All but the receipt can be told from the events of their cases. They are tables because rules ask across cases: how often a
person was found at fault, what was served on whom, whether a minute was cited before.
"""

import datetime as dt

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from models.base import Id, among, counted, filled

OUTCOMES = ("upheld", "not_upheld")


class Receipt(SQLModel, table=True):
    """The code by which a complainant comes back to a case. Only its digest is kept: whoever reads the table cannot come."""

    __tablename__ = "receipt"
    __table_args__ = (filled("digest"),)

    case_id: int = Field(primary_key=True, foreign_key="cases.id", sa_type=Id)
    digest: bytes = Field(unique=True)
    issued_at: dt.datetime
    closed_at: dt.datetime | None = None
    """From when the code opens nothing any more."""


class Finding(SQLModel, table=True):
    """What was found of one respondent in one round of a case, and what followed (clause B12)."""

    __tablename__ = "finding"
    __table_args__ = (
        UniqueConstraint("office_id", "decided_no"),
        Index(None, "case_id"),
        Index(None, "person_id"),
        among("outcome", OUTCOMES),
        counted("round"),
        counted("event_seq"),
        counted("count"),
        CheckConstraint("decided_no > 0", name="decided_no_positive"),
    )

    id: int = Field(default=None, primary_key=True, sa_type=Id)
    office_id: int = Field(foreign_key="office.id", sa_type=Id)
    case_id: int = Field(foreign_key="cases.id", sa_type=Id)
    round: int
    event_seq: int
    """The event that found it."""
    person_id: int | None = Field(default=None, foreign_key="person.id", sa_type=Id)
    """The respondent; NULL: a department without a person, for whom nothing is counted."""
    outcome: str
    incident_id: int = Field(foreign_key="cases.id", sa_type=Id)
    """The case whose incident this is, as it was recorded: findings of one incident count once, also along a chain of such cases."""
    received_at: dt.datetime
    """When this complaint was received: what a period of counting is measured by."""
    decided_no: int | None = None
    """Which decision of the office it was. Decisions are counted in their order, whatever the clock said."""
    decided_at: dt.datetime | None = None
    overturned_at: dt.datetime | None = None
    """Since when it counts no more."""
    count: int | None = None
    """Which time it was for this person when it was decided: a later change does not touch it."""
    measure: str | None = None
    """What was decided, by its word in the procedure."""


class Instrument(SQLModel, table=True):
    """A paper that was served on a person, who from then on may see it, and nothing else of its case (clauses B4, B10)."""

    __tablename__ = "instrument"
    __table_args__ = (
        UniqueConstraint("case_id", "event_seq"),
        Index(None, "person_id"),
        filled("number"),
        filled("kind"),
        counted("event_seq"),
    )

    id: int = Field(default=None, primary_key=True, sa_type=Id)
    number: str = Field(unique=True)
    """Random: nothing about the case, or about how many there are, can be read from it."""
    case_id: int = Field(foreign_key="cases.id", sa_type=Id)
    event_seq: int
    """The event that served it."""
    person_id: int = Field(foreign_key="person.id", sa_type=Id)
    kind: str
    served_at: dt.datetime


class TakenNumber(SQLModel, table=True):
    """A number from outside that one case cites, and no other may: the minute of a decision (clause B12)."""

    __tablename__ = "taken_number"
    __table_args__ = (
        UniqueConstraint("office_id", "kind", "value"),
        Index(None, "case_id"),
        filled("kind"),
        filled("value"),
    )

    id: int = Field(default=None, primary_key=True, sa_type=Id)
    office_id: int = Field(foreign_key="office.id", sa_type=Id)
    kind: str
    value: str
    case_id: int = Field(foreign_key="cases.id", sa_type=Id)
