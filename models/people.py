"""The people of an office: roles by date, undertakings, tokens, absences, duty rosters."""

import datetime as dt

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from models.base import Id, filled, hexed


class Person(SQLModel, table=True):
    """A member of an office, known by a handle. The name is sealed: lists, logs and refusals show the handle."""

    __tablename__ = "person"
    __table_args__ = (
        UniqueConstraint("office_id", "handle"),
        filled("handle"),
        CheckConstraint("active_until IS NULL OR active_until >= active_from", name="active_in_order"),
        CheckConstraint("same_as_id <> id", name="same_as_another"),
    )

    id: int = Field(default=None, primary_key=True, sa_type=Id)
    office_id: int = Field(foreign_key="office.id", sa_type=Id)
    handle: str
    """Plain, and never a name: it is what may be read without a purpose."""
    name_sealed: bytes
    contact_sealed: bytes | None = None
    """Sealed JSON list of the addresses that alarms are sent to."""
    language: str
    active_from: dt.date
    active_until: dt.date | None = None
    """The last day. A person is never deleted: separation of duties looks at the whole history."""
    same_as_id: int | None = Field(default=None, foreign_key="person.id", sa_type=Id)
    """The first account of the same human, who has this one besides: what bars the one bars the other. It never chains."""


class PersonRole(SQLModel, table=True):
    """A role that a person holds from one day to another."""

    __tablename__ = "person_role"
    __table_args__ = (
        Index(None, "person_id"),
        Index(None, "role"),
        filled("role"),
        CheckConstraint("valid_until IS NULL OR valid_until >= valid_from", name="valid_in_order"),
    )

    id: int = Field(default=None, primary_key=True, sa_type=Id)
    person_id: int = Field(foreign_key="person.id", sa_type=Id)
    role: str
    unit_id: int | None = Field(default=None, foreign_key="unit.id", sa_type=Id)
    """The unit it is held in; NULL: in the whole office."""
    valid_from: dt.date
    valid_until: dt.date | None = None
    """The last day it is held, in the office's zone; NULL: open."""


class Undertaking(SQLModel, table=True):
    """A promise of secrecy that a person signed. Append-only: a new text is signed anew."""

    __tablename__ = "undertaking"
    __table_args__ = (Index(None, "person_id"), hexed("text_sha256"))

    id: int = Field(default=None, primary_key=True, sa_type=Id)
    person_id: int = Field(foreign_key="person.id", sa_type=Id)
    signed_on: dt.date
    """The day on the paper, in the office's zone."""
    text_sha256: str
    """Of the text that was signed."""
    recorded_by: int | None = Field(default=None, foreign_key="person.id", sa_type=Id)
    """NULL: recorded at the console, by no one's token."""
    recorded_at: dt.datetime


class PersonToken(SQLModel, table=True):
    """A token by which a person acts. Only its hash is kept: whoever reads the table cannot act."""

    __tablename__ = "person_token"
    __table_args__ = (Index(None, "person_id"), hexed("token_sha256"))

    id: int = Field(default=None, primary_key=True, sa_type=Id)
    person_id: int = Field(foreign_key="person.id", sa_type=Id)
    token_sha256: str = Field(unique=True)
    created_at: dt.datetime
    revoked_at: dt.datetime | None = None


class Absence(SQLModel, table=True):
    """A time in which a person is given no new duty."""

    __tablename__ = "absence"
    __table_args__ = (
        Index(None, "person_id", "ends_at"),
        CheckConstraint("starts_at < ends_at", name="times_in_order"),
        filled("reason_code"),
    )

    id: int = Field(default=None, primary_key=True, sa_type=Id)
    person_id: int = Field(foreign_key="person.id", sa_type=Id)
    starts_at: dt.datetime
    ends_at: dt.datetime
    """The first moment the person is back."""
    reason_code: str
    """A code, not a sentence: why someone is ill is nobody's business."""


class RosterSlot(SQLModel, table=True):
    """Who is on duty in one part of the week, every week (clause P2a: the hotline is never unattended)."""

    __tablename__ = "roster_slot"
    __table_args__ = (
        Index(None, "office_id", "roster"),
        CheckConstraint(
            "0 <= starts_minute AND starts_minute < ends_minute AND ends_minute <= 10080", name="week"
        ),
        filled("roster"),
    )

    id: int = Field(default=None, primary_key=True, sa_type=Id)
    office_id: int = Field(foreign_key="office.id", sa_type=Id)
    roster: str
    person_id: int = Field(foreign_key="person.id", sa_type=Id)
    starts_minute: int
    """Minute of the week in the office's zone: Monday 00:00 is 0."""
    ends_minute: int
    """The first minute after the slot; Sunday midnight is 10080. A slot over Sunday night is two rows."""
