"""What a hotel keeps beside its cases: rules of the house, guests on a list, and who stands in for the general manager in writing."""

import datetime as dt

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from models.base import Id, among, filled, hexed

LISTS = ("vip",)
"""The lists of guests there are."""
BY = ("name", "phone")
"""What a guest is known by on a list."""


class HouseRule(SQLModel, table=True):
    """A rule of the house, by which a complaint is answered (clause H3.1), from one day to another. New words are a new row."""

    __tablename__ = "house_rule"
    __table_args__ = (
        UniqueConstraint("office_id", "key", "valid_from"),
        filled("key"),
        filled("words"),
        CheckConstraint("valid_until IS NULL OR valid_until >= valid_from", name="valid_in_order"),
    )

    id: int = Field(default=None, primary_key=True, sa_type=Id)
    office_id: int = Field(foreign_key="office.id", sa_type=Id)
    key: str
    """By which a record cites it."""
    words: str
    """Plain: a rule names nobody."""
    valid_from: dt.date
    valid_until: dt.date | None = None
    """The last day it holds, in the office's zone; NULL: open."""
    recorded_by: int | None = Field(default=None, foreign_key="person.id", sa_type=Id)
    """NULL: recorded at the console, by no one's token."""
    recorded_at: dt.datetime


class ListedGuest(SQLModel, table=True):
    """A guest on a list (clause H4.4), by name or telephone: a keyed digest alone, from which neither can be read."""

    __tablename__ = "listed_guest"
    __table_args__ = (
        # Whether a guest is on a list is answered by it: the columns stand in the order in which that is asked.
        UniqueConstraint("office_id", "list", "kind", "digest"),
        among("list", LISTS),
        among("kind", BY),
        filled("digest"),
    )

    id: int = Field(default=None, primary_key=True, sa_type=Id)
    office_id: int = Field(foreign_key="office.id", sa_type=Id)
    list: str
    kind: str
    digest: bytes
    """The blind index of the name or telephone, as those of the parties of cases."""
    valid_until: dt.date | None = None
    """The last day the guest is on the list, in the office's zone; NULL: open."""
    recorded_at: dt.datetime
    """When it was last imported."""


class Delegation(SQLModel, table=True):
    """A role that its holder gave to somebody in writing, until a last day (clause H5.2). Append-only: an early end is another row."""

    __tablename__ = "delegation"
    __table_args__ = (
        Index(None, "office_id", "role"),
        Index(None, "person_id"),
        filled("role"),
        hexed("text_sha256"),
        # What is ended on its first day was held on no whole day.
        CheckConstraint("ends_id IS NOT NULL OR valid_until >= valid_from", name="valid_in_order"),
        CheckConstraint("ends_id IS NOT NULL OR person_id <> given_by", name="given_to_another"),
    )

    id: int = Field(default=None, primary_key=True, sa_type=Id)
    office_id: int = Field(foreign_key="office.id", sa_type=Id)
    person_id: int = Field(foreign_key="person.id", sa_type=Id)
    """To whom it was given."""
    role: str
    valid_from: dt.date
    valid_until: dt.date
    """The last day it is held, in the office's zone: there is none without."""
    text_sha256: str
    """Of the paper on which it was given."""
    given_by: int = Field(foreign_key="person.id", sa_type=Id)
    """Who gave it, or who ended it."""
    ends_id: int | None = Field(default=None, unique=True, foreign_key="delegation.id", sa_type=Id)
    """The delegation that this row ends before its time; NULL: it gives one."""
    recorded_at: dt.datetime
