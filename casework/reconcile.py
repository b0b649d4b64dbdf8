"""Reconciling: what should be outside is made so again, whatever somebody did there or whatever was down (P6b, X4).

Due dates that rest on days not announced yet, or on days an office has since declared, are worked out again; and a gap that is coming
in a roster that must have somebody at every hour is told (P2a, H4.4).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.metadata import version
from typing import Any

from sqlalchemy import Row, and_, select, update
from sqlalchemy.dialects import postgresql, sqlite

import models
from casework import fire
from casework.deliver import Runs
from casework.hand import Hand, take_by_id
from casework.offices import EPOCH_MARK, OfficeView
from casework.operations import secret_procedures
from casework.record import write_event
from casework.roster_alert import alert_gaps
from casework.store import Store
from casework.visit_runs import announce_visit, repair_visits, settle_visits
from states.facts import Actor

__all__ = ["Reconciled", "announce_visit", "reconcile", "rederive", "repair_visits", "settle_visits"]

CASES = models.table(models.Case)
DEADLINES = models.table(models.Deadline)
MARKS = models.table(models.StoreMark)

DERIVED_MARK = "derived"
"""Row of store_mark: for which days, the offices' and the library's, every due date was last worked out."""
BATCH = 500
ZOMBIE = timedelta(minutes=15)


@dataclass(frozen=True)
class Reconciled:
    """What had to be put right. Shown in Prefect: secret cases are counted nowhere in it (B10)."""

    runs: int = 0
    due_dates: int = 0
    schedules: int = 0
    zombies: int = 0
    gaps: int = 0

    def __str__(self) -> str:
        """Say what was put right."""
        mended = f"{self.runs} runs · {self.due_dates} due dates · {self.schedules} schedules · {self.zombies} zombies"
        return f"{mended} · {self.gaps} roster gaps"


def reconcile(store: Store, at: datetime, runs: Runs) -> Reconciled:
    """Put right everything that has come apart. Raises NotReachable when Prefect is down, after doing what needs no Prefect."""
    due_dates, gaps = rederive(store, at), alert_gaps(store, at)
    schedules = len(runs.resume_schedules())
    return Reconciled(
        repair_visits(store, at, runs), due_dates, schedules, runs.end_zombies(at - ZOMBIE), gaps
    )


def rederive(store: Store, at: datetime) -> int:
    """Work out again every armed due date on a working-day clock, if the offices' days or the library's have changed since the last time.

    Returns how many moved, those of secret cases not counted; each move is an event of its case.
    """
    with store.reading() as session:
        known = dict(
            session.connection()
            .execute(select(MARKS.c.key, MARKS.c.value).where(MARKS.c.key.in_((EPOCH_MARK, DERIVED_MARK))))
            .tuples()
            .all()
        )
    days = f"{known.get(EPOCH_MARK, '0')} {version('holidays')}"
    if known.get(DERIVED_MARK) == days:
        return 0
    moved, last, secret = 0, 0, secret_procedures()
    while rows := _working_day_rungs(store, last):
        moved += sum(_move_due_date(store, row, at) and row.procedure not in secret for row in rows)
        last = rows[-1].id
    with store.transaction() as session:
        dialect = sqlite.insert if session.connection().dialect.name == "sqlite" else postgresql.insert
        mark = dialect(MARKS).values(key=DERIVED_MARK, value=days)
        session.connection().execute(mark.on_conflict_do_update(index_elements=["key"], set_={"value": days}))
    return moved


def _working_day_rungs(store: Store, after: int) -> list[Row[Any]]:
    wanted = select(DEADLINES, CASES.c.office_id, CASES.c.procedure).join(
        CASES, CASES.c.id == DEADLINES.c.case_id
    )
    wanted = (
        wanted.where(models.ARMED, DEADLINES.c.clock != "24x7", DEADLINES.c.id > after)
        .order_by(DEADLINES.c.id)
        .limit(BATCH)
    )
    with store.reading() as session:
        return list(session.connection().execute(wanted).all())


def _derived(office: OfficeView, row: Row[Any]) -> tuple[datetime, bool]:
    calendar = office.calendar
    due = calendar.add_working_days(row.anchor_at, timedelta(seconds=row.seconds).days)
    return due, calendar.provisional(calendar.local_day(due))


def _move_due_date(store: Store, row: Row[Any], at: datetime) -> bool:
    with store.reading() as session:
        due, provisional = _derived(store.offices(session.connection())[row.office_id], row)
    if due == row.due_at and provisional == row.provisional:
        return False
    with store.transaction() as session:
        connection = session.connection()
        hand = take_by_id(store, connection, row.case_id)
        mine = and_(DEADLINES.c.id == row.id, models.ARMED, DEADLINES.c.due_at == row.due_at)
        if (
            connection.execute(
                update(DEADLINES).where(mine).values(due_at=due, provisional=provisional)
            ).rowcount
            != 1
        ):
            return False
        if due != row.due_at:
            _note_moved(fire.Acting(store, session, at), hand, row, due)
    return bool(due != row.due_at)


def _note_moved(acting: fire.Acting, hand: Hand, row: Row[Any], due: datetime) -> None:
    clear = {"rung": row.rung, "was": row.due_at.isoformat(), "is": due.isoformat(), "clause": row.clause}
    write_event(
        acting.store, acting.session.connection(), hand, "rederived", row.kind, Actor("clock", None, frozenset({"clock"})), from_state=hand.state,
        happened_at=acting.at, recorded_at=acting.at, clear=clear,
    )  # fmt: skip
    fire.save(acting, hand)
