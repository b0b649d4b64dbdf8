"""Files that belong to a case, who read what is sealed, and the bag a case was archived in."""

import datetime as dt

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from models.base import Id, counted, filled, hexed


class Attachment(SQLModel, table=True):
    """A file that came with an act. It lies sealed outside the database; name and content need the case's key."""

    __tablename__ = "attachment"
    __table_args__ = (Index(None, "case_id"), hexed("sha256"), counted("size"), counted("event_seq"))

    id: int = Field(default=None, primary_key=True, sa_type=Id)
    case_id: int = Field(foreign_key="cases.id", sa_type=Id)
    event_seq: int
    """The event it is evidence of."""
    sha256: str
    """Of the plain content."""
    size: int = Field(sa_type=Id)
    """Bytes of the plain content."""
    media_type: str
    name_sealed: bytes
    stored_as: str = Field(unique=True)


class Reading(SQLModel, table=True):
    """Someone read what is sealed, and for what purpose. Append-only, like the events."""

    __tablename__ = "reading"
    __table_args__ = (Index(None, "case_id"), Index(None, "person_id"), filled("what"), counted("event_seq"))

    id: int = Field(default=None, primary_key=True, sa_type=Id)
    case_id: int = Field(foreign_key="cases.id", sa_type=Id)
    person_id: int = Field(foreign_key="person.id", sa_type=Id)
    purpose_sealed: bytes
    """Sealed under the case's key: a purpose may say what the case is about."""
    what: str
    at: dt.datetime
    event_seq: int | None = None
    """The event of the case's chain that says the same; NULL where a reading left none."""


class ArchiveRecord(SQLModel, table=True):
    """The bag in which a case was archived, with the digests by which any copy of it is recognised."""

    __tablename__ = "archive_record"
    __table_args__ = (filled("bag_name"), hexed("manifest_sha256"), hexed("payload_sha256"))

    id: int = Field(default=None, primary_key=True, sa_type=Id)
    case_id: int = Field(unique=True, foreign_key="cases.id", sa_type=Id)
    bag_name: str
    manifest_sha256: str
    payload_sha256: str
    built_at: dt.datetime
    verified_at: dt.datetime | None = None
    """When the bag was read back and found whole; a case is not archived before."""
