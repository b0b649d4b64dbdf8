"""Offices: who they are, how they are divided, what they have set and from which day, when they work."""

import datetime as dt

from sqlalchemy import CheckConstraint, Index, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from models.base import Id, filled


class Office(SQLModel, table=True):
    """An office that takes complaints, with its own people, numbers, settings and calendar."""

    __tablename__ = "office"
    __table_args__ = (filled("key"), filled("kind"), filled("zone"))

    id: int = Field(default=None, primary_key=True, sa_type=Id)
    key: str = Field(unique=True)
    name: str
    kind: str
    zone: str
    """IANA time zone. Its days and working hours are meant in it, and it decides which year a number belongs to."""
    created_at: dt.datetime


class OfficeSetting(SQLModel, table=True):
    """One setting from one day on. A row is added, never changed: the latest `valid_from` not after the day counts."""

    __tablename__ = "office_setting"
    __table_args__ = (filled("name"), Index(None, "office_id", "name", "valid_from"))

    id: int = Field(default=None, primary_key=True, sa_type=Id)
    office_id: int = Field(foreign_key="office.id", sa_type=Id)
    name: str
    value: str = Field(sa_type=Text)
    """JSON."""
    valid_from: dt.date
    """The first day it counts, in the office's zone. A deadline already armed keeps the number it was armed with."""
    approved_by: int | None = Field(default=None, foreign_key="person.id", sa_type=Id)
    """Who approved it; NULL for what the office was set up with."""
    reason: str
    recorded_at: dt.datetime


class Unit(SQLModel, table=True):
    """A department of an office; a role can be held in one unit only."""

    __tablename__ = "unit"
    __table_args__ = (UniqueConstraint("office_id", "key"), filled("key"))

    id: int = Field(default=None, primary_key=True, sa_type=Id)
    office_id: int = Field(foreign_key="office.id", sa_type=Id)
    key: str
    name: str


class DayOverride(SQLModel, table=True):
    """A day on which the office works, or rests, against the public calendar."""

    __tablename__ = "day_override"
    __table_args__ = (UniqueConstraint("office_id", "day"),)

    id: int = Field(default=None, primary_key=True, sa_type=Id)
    office_id: int = Field(foreign_key="office.id", sa_type=Id)
    day: dt.date
    """In the office's zone."""
    working: bool
    reason: str


class OfficeKey(SQLModel, table=True):
    """The key that seals the names and contacts of the office's staff, itself wrapped by the master key."""

    __tablename__ = "office_key"
    __table_args__ = (CheckConstraint("length(wrapped) > 0", name="wrapped_filled"),)

    office_id: int = Field(primary_key=True, foreign_key="office.id", sa_type=Id)
    wrapped: bytes
    master_id: str
    """Which master key wrapped it; changing the master key wraps it anew and leaves what it sealed alone."""
