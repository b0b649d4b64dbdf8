"""What this database is, and what is alive."""

import datetime as dt

from sqlmodel import Field, SQLModel

from models.base import filled


class StoreMark(SQLModel, table=True):
    """A fact about the whole database: that it is ours (`product`), which master key it belongs to."""

    __tablename__ = "store_mark"
    __table_args__ = (filled("key"),)

    key: str = Field(primary_key=True)
    value: str


class Heartbeat(SQLModel, table=True):
    """When something that must never stop was last seen at work."""

    __tablename__ = "heartbeat"
    __table_args__ = (filled("name"),)

    name: str = Field(primary_key=True)
    at: dt.datetime
    detail: str
