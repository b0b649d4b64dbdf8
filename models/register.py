"""Registers: the numbers given, the editions used, the rows taken over from elsewhere."""

import datetime as dt

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from models.base import Id, NoBytes, among, counted, filled, hexed


class RegisterCounter(SQLModel, table=True):
    """The last number given. Counted in the transaction that uses it, so that a rollback leaves no gap."""

    __tablename__ = "register_counter"
    __table_args__ = (UniqueConstraint("office_id", "kind", "year"), filled("kind"), counted("last_no"))

    id: int = Field(default=None, primary_key=True, sa_type=Id)
    office_id: int = Field(foreign_key="office.id", sa_type=Id)
    kind: str
    year: int
    last_no: int
    seal: bytes = Field(default=b"", sa_column_kwargs={"server_default": NoBytes()})
    """Keyed digest of the row: whoever removes the last case cannot take back its number. Empty until the next number."""


class EditionUsed(SQLModel, table=True):
    """An edition under which a case was opened. Its fingerprint may not change after that."""

    __tablename__ = "edition_used"
    __table_args__ = (UniqueConstraint("procedure", "edition"), filled("fingerprint"))

    id: int = Field(default=None, primary_key=True, sa_type=Id)
    procedure: str
    edition: str
    fingerprint: str
    first_used_at: dt.datetime


class ImportRow(SQLModel, table=True):
    """One row of an imported register and what became of it: the same row again adds nothing."""

    __tablename__ = "import_row"
    __table_args__ = (
        UniqueConstraint("source", "source_key"),
        Index(None, "case_id"),
        among("outcome", ("live", "history", "refused")),
        filled("source"),
        filled("source_key"),
        hexed("row_sha256"),
        CheckConstraint("(outcome = 'refused') = (case_id IS NULL)", name="case_unless_refused"),
        CheckConstraint("(outcome = 'refused') = (reason_code IS NOT NULL)", name="reason_if_refused"),
    )

    id: int = Field(default=None, primary_key=True, sa_type=Id)
    source: str
    source_key: str
    row_sha256: str
    """Of the row as it was read: the same key with another content is a changed row."""
    case_id: int | None = Field(default=None, foreign_key="cases.id", sa_type=Id)
    outcome: str
    reason_code: str | None = None
    at: dt.datetime
