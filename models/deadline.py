"""Time: deadlines, the alarms they raise, the visits that are planned. These tables are the truth; Prefect shows them.

The conditions named in capitals are those of the partial indexes. Use them in queries as they are: neither engine uses
such an index when the word in the condition comes as a bound parameter.
"""

import datetime as dt

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    Index,
    Text,
    UniqueConstraint,
    and_,
    literal_column,
    or_,
)
from sqlalchemy.orm import Mapped
from sqlmodel import Field, SQLModel, col

from models.base import Id, among, counted, filled, together


def _is(column: Mapped[str], word: str) -> ColumnElement[bool]:
    return column == literal_column(f"'{word}'")


class Deadline(SQLModel, table=True):
    """One rung of one deadline of one case, armed on one entry into a state."""

    __tablename__ = "deadline"
    __table_args__ = (
        UniqueConstraint("case_id", "kind", "rung", "entry"),
        among("status", ("armed", "kept", "cancelled", "fired", "dead")),
        among("source", ("text", "default")),
        filled("kind"),
        filled("clock"),
        filled("clause"),
        counted("rung"),
        counted("entry"),
        counted("attempts"),
        CheckConstraint("status <> 'fired' OR fired_at IS NOT NULL", name="fired_has_time"),
        CheckConstraint("status <> 'kept' OR kept_at IS NOT NULL", name="kept_has_time"),
        together("confirmed", "confirmed_by", "confirmed_at"),
        together("claim", "claimed_by", "lease_until"),
    )

    id: int = Field(default=None, primary_key=True, sa_type=Id)
    case_id: int = Field(foreign_key="cases.id", sa_type=Id)
    kind: str
    rung: int
    entry: int
    """Sequence of the event that armed it. With case, kind and rung it is unique: one rung fires once per entry."""
    due_at: dt.datetime
    """When it is due, worked out once: holidays announced later re-derive it, an edit never does."""
    anchor_at: dt.datetime
    """From when it is counted; no edit moves it."""
    clock: str
    """How its time passes: round the clock, or in the office's working days."""
    status: str = "armed"
    """`dead`: failed too often and set aside for a person, so that it does not hold up the others."""
    breach: bool
    """True: letting it pass breaks the rule; False: a reminder."""
    tells: str = Field(sa_type=Text)
    """JSON list of the roles told when it fires."""
    clause: str
    source: str
    """`text`: the number stands in the procedure and can only be tightened; `default`: the office's own, in bounds."""
    seconds: int
    """The length it was armed with."""
    provisional: bool = False
    """It spans days whose holidays are not announced yet."""
    fired_at: dt.datetime | None = None
    late: bool = False
    """It fired long after it was due, because nothing was running. The breach is the case's, the lateness ours."""
    kept_at: dt.datetime | None = None
    confirmed_by: int | None = Field(default=None, foreign_key="person.id", sa_type=Id)
    confirmed_at: dt.datetime | None = None
    attempts: int = 0
    error_code: str | None = None
    """A code, never the text of an error: that could carry what the case is about."""
    claimed_by: str | None = None
    lease_until: dt.datetime | None = None


ARMED = _is(col(Deadline.status), "armed")
"""The deadlines that the watch may fire."""
DEAD = _is(col(Deadline.status), "dead")
"""The deadlines set aside after failing too often."""

Index("ix_deadline_due_at_armed", col(Deadline.due_at), sqlite_where=ARMED, postgresql_where=ARMED)
Index("ix_deadline_due_at_dead", col(Deadline.due_at), sqlite_where=DEAD, postgresql_where=DEAD)


class Alarm(SQLModel, table=True):
    """A notice that a person must acknowledge; if nobody does in time, the next rung is told."""

    __tablename__ = "alarm"
    __table_args__ = (
        Index(None, "case_id"),
        Index(None, "office_id", "raised_at"),
        filled("kind"),
        filled("role"),
        counted("rung"),
        together("acknowledged", "acknowledged_at", "acknowledged_by"),
    )

    id: int = Field(default=None, primary_key=True, sa_type=Id)
    case_id: int | None = Field(default=None, foreign_key="cases.id", sa_type=Id)
    office_id: int = Field(foreign_key="office.id", sa_type=Id)
    deadline_id: int | None = Field(default=None, foreign_key="deadline.id", sa_type=Id)
    kind: str
    role: str
    person_id: int | None = Field(default=None, foreign_key="person.id", sa_type=Id)
    """Who was told; NULL: nobody holds the role, which is itself reported."""
    raised_at: dt.datetime
    sent_at: dt.datetime | None = None
    acknowledged_at: dt.datetime | None = None
    acknowledged_by: int | None = Field(default=None, foreign_key="person.id", sa_type=Id)
    escalate_at: dt.datetime | None = None
    """When the next rung is told, unless it is acknowledged before; NULL: there is none above."""
    rung: int
    clause: str


UNANSWERED = and_(col(Alarm.acknowledged_at).is_(None), col(Alarm.escalate_at).is_not(None))
"""The alarms that go to the next rung when their time comes."""

Index(
    "ix_alarm_escalate_at_unanswered",
    col(Alarm.escalate_at),
    sqlite_where=UNANSWERED,
    postgresql_where=UNANSWERED,
)


class Visit(SQLModel, table=True):
    """One planned time of a follow-up. Moving it adds a revision; cancelling its run in Prefect cancels nothing."""

    __tablename__ = "visit"
    __table_args__ = (
        UniqueConstraint("case_id", "rev"),
        among("status", ("planned", "submitted", "done", "cancelled")),
        counted("rev"),
        CheckConstraint("status <> 'cancelled' OR reason IS NOT NULL", name="cancelled_with_reason"),
    )

    id: int = Field(default=None, primary_key=True, sa_type=Id)
    case_id: int = Field(foreign_key="cases.id", sa_type=Id)
    rev: int
    planned_at: dt.datetime
    status: str = "planned"
    run_id: str | None = None
    reason: str | None = None
    """Why it was moved or cancelled."""


COMING = or_(_is(col(Visit.status), "planned"), _is(col(Visit.status), "submitted"))
"""The visits still to be made."""

Index("ix_visit_planned_at_coming", col(Visit.planned_at), sqlite_where=COMING, postgresql_where=COMING)
