"""What operations see of a procedure: how many cases wait in each state, what is due, what is broken, today's visits.

Counts and random references only: a board leaves this database. The board of a secret procedure names no case, and counts cases, never
their deadlines, wherever there are at least three of them (B10).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, distinct, func, select
from sqlmodel import Session

import models
from casework.operations import secret_procedures, tellable
from casework.store import store_of
from states.editions import editions
from states.procedure import Procedure

CASES = models.table(models.Case)
DEADLINES = models.table(models.Deadline)
VISITS = models.table(models.Visit)

SOON = timedelta(hours=24)
MOST = 50
"""Lines of a list; the count above it is whole."""


_BROKEN = and_(DEADLINES.c.status == "fired", DEADLINES.c.breach, DEADLINES.c.kept_at.is_(None))


def _due(at: datetime) -> ColumnElement[bool]:
    return and_(models.ARMED, DEADLINES.c.due_at <= at + SOON)


class Line(NamedTuple):
    """One thing of a board: which case, what, and when it is or was due."""

    ref: str
    what: str
    at: datetime


@dataclass(frozen=True)
class Board:
    """One procedure now. `late`: states that hold a case whose deadline is broken; lists hold `MOST` lines, counts everything.

    Of a secret procedure: states with fewer than three cases are not in `counts`, no state is late, the lists are empty, and the other two
    counts are of cases, None for fewer than three.
    """

    procedure: Procedure
    counts: Mapping[str, int]
    late: frozenset[str]
    due: tuple[Line, ...]
    due_count: int | None
    broken: tuple[Line, ...]
    broken_count: int | None
    visits: tuple[Line, ...]
    secret: bool = False


def boards(session: Session, at: datetime) -> list[Board]:
    """One board for each procedure, of all offices together, in its newest edition."""
    newest = {name: procedure for (name, _), procedure in editions().items()}
    return [_board(session, procedure, at) for procedure in newest.values()]


def _board(session: Session, procedure: Procedure, at: datetime) -> Board:
    connection = session.connection()
    if procedure.name in secret_procedures():
        return _secret_board(connection, procedure, at)
    mine = and_(CASES.c.procedure == procedure.name, models.OPEN, CASES.c.history.is_(False))
    counted = (
        connection.execute(select(CASES.c.state, func.count()).where(mine).group_by(CASES.c.state))
        .tuples()
        .all()
    )
    counts = {state.value: 0 for state in procedure.states if state not in procedure.finals} | dict(counted)
    lines = select(CASES.c.ref, DEADLINES.c.kind, DEADLINES.c.due_at).join(
        CASES, CASES.c.id == DEADLINES.c.case_id
    )
    due, broken = and_(mine, _due(at)), and_(mine, _BROKEN)
    count = select(func.count()).join_from(DEADLINES, CASES, CASES.c.id == DEADLINES.c.case_id)
    late = (
        select(CASES.c.state)
        .join_from(DEADLINES, CASES, CASES.c.id == DEADLINES.c.case_id)
        .where(broken)
        .distinct()
    )
    return Board(
        procedure,
        counts,
        frozenset(connection.execute(late).scalars()),
        tuple(
            Line(*row)
            for row in connection.execute(lines.where(due).order_by(DEADLINES.c.due_at).limit(MOST)).tuples()
        ),
        connection.execute(count.where(due)).scalar_one(),
        tuple(
            Line(*row)
            for row in connection.execute(
                lines.where(broken).order_by(DEADLINES.c.due_at).limit(MOST)
            ).tuples()
        ),
        connection.execute(count.where(broken)).scalar_one(),
        _visits(session, procedure, at),
    )


def _secret_board(connection: Connection, procedure: Procedure, at: datetime) -> Board:
    mine = and_(CASES.c.procedure == procedure.name, models.OPEN, CASES.c.history.is_(False))
    waiting = select(CASES.c.state, func.count()).where(mine).group_by(CASES.c.state)
    counts = {state: n for state, n in connection.execute(waiting).tuples() if tellable(n) is not None}
    # One case may have many deadlines: three of them would look like three cases.
    cases = select(func.count(distinct(CASES.c.id))).join_from(
        DEADLINES, CASES, CASES.c.id == DEADLINES.c.case_id
    )
    due, broken = (
        tellable(connection.execute(cases.where(mine, where)).scalar_one()) for where in (_due(at), _BROKEN)
    )
    return Board(procedure, counts, frozenset(), (), due, (), broken, (), secret=True)


def _visits(session: Session, procedure: Procedure, at: datetime) -> tuple[Line, ...]:
    """The visits of the local day of each office, and those that are overdue."""
    if procedure.visit is None:
        return ()
    connection = session.connection()
    offices = store_of(session).offices(connection)
    wanted = select(CASES.c.ref, CASES.c.office_id, VISITS.c.planned_at).join(
        CASES, CASES.c.id == VISITS.c.case_id
    )
    coming = and_(models.COMING, CASES.c.procedure == procedure.name, VISITS.c.planned_at < at + SOON)
    rows = connection.execute(wanted.where(coming).order_by(VISITS.c.planned_at)).all()
    days = {office.id: office.calendar.local_day for office in offices.values()}
    today = [row for row in rows if days[row.office_id](row.planned_at) <= days[row.office_id](at)]
    return tuple(Line(row.ref, procedure.visit[0].name, row.planned_at) for row in today[:MOST])
