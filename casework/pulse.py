"""Is there anything to do, and is anybody at work: one look at what is due, and the heartbeats in our own database."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import ColumnElement, and_, bindparam, exists, or_, select
from sqlalchemy.dialects import postgresql, sqlite

import models
from casework.prepared import Prepared

if TYPE_CHECKING:
    from sqlmodel import Session

    from casework.store import Store

DEADLINES = models.table(models.Deadline)
OUTBOX = models.table(models.Outbox)
ALARMS = models.table(models.Alarm)
BEATS = models.table(models.Heartbeat)

LATE = timedelta(seconds=60)
"""From when on a rung is marked as fired late: nothing was running when it was due."""


def free(table: type[models.Deadline | models.Outbox]) -> ColumnElement[bool]:
    """Nobody works on the row, or whoever did is gone."""
    until = models.table(table).c.lease_until
    return or_(until.is_(None), until <= bindparam("at"))


DUE = and_(models.ARMED, DEADLINES.c.due_at < bindparam("at"), free(models.Deadline))
READY = and_(models.UNDONE, OUTBOX.c.not_before <= bindparam("at"), free(models.Outbox))
SILENT = and_(models.UNANSWERED, ALARMS.c.escalate_at <= bindparam("at"))
_LOOK = Prepared(
    select(
        exists().where(DUE).label("deadlines"),
        exists().where(READY).label("outbox"),
        exists().where(SILENT).label("alarms"),
    )
)
_BEHIND = Prepared(
    select(exists().where(models.ARMED, DEADLINES.c.due_at < bindparam("at"), DEADLINES.c.attempts == 0))
)


class Look(NamedTuple):
    """What there is to do now."""

    deadlines: bool
    outbox: bool
    alarms: bool


def look(session: Session, at: datetime) -> Look:
    """Say what is due, in one query whose three parts each read the first entry of a partial index."""
    row = _LOOK.run(session.connection(), {"at": at}).one()
    return Look(bool(row.deadlines), bool(row.outbox), bool(row.alarms))


def behind(session: Session, at: datetime) -> bool:
    """Whether rungs that fell due while nothing was running still wait to be fired."""
    return bool(_BEHIND.run(session.connection(), {"at": at - LATE}).scalar_one())


def _upsert(dialect: type[sqlite.Insert | postgresql.Insert]) -> sqlite.Insert | postgresql.Insert:
    statement = dialect(BEATS)
    return statement.on_conflict_do_update(
        index_elements=["name"], set_={"at": statement.excluded.at, "detail": statement.excluded.detail}
    )


_BEAT = Prepared(
    {"sqlite": _upsert(sqlite.Insert), "postgresql": _upsert(postgresql.Insert)}, ("name", "at", "detail")
)


class Beat(NamedTuple):
    """When something was last seen at work, and what it said."""

    at: datetime
    detail: str


def beat(store: Store, name: str, at: datetime, detail: str) -> None:
    """Note in our own database that `name` is at work."""
    with store.transaction() as session:
        _BEAT.run(session.connection(), {"name": name, "at": at, "detail": detail})


def heartbeats(session: Session) -> dict[str, Beat]:
    """Who was last seen at work, by name."""
    return {row.name: Beat(row.at, row.detail) for row in session.connection().execute(select(BEATS))}
