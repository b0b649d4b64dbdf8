"""Letting time pass in a rehearsal: everything that would fall due meanwhile does, in order, as if the flows were running.

Alarms are raised and climb as ever, and nothing leaves the house: no message is sent, no run is planned, no visit is announced.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select

import models
from casework.alarms import escalate
from casework.deliver import Told, VisitRun
from casework.dispatch import dispatch
from casework.errors import BadInput
from casework.offices import put_mark
from casework.pulse import ALARMS, DEADLINES, OUTBOX, look
from casework.roster_alert import alert_gaps
from casework.store import Store
from casework.watch import Swept, sweep

MARK = "rehearsal"
"""Row of store_mark of a database that was made in a rehearsal: in no other does the clock of one count."""
LOOK = timedelta(seconds=1)
"""The watch looks once a second: what falls due is fired a second later."""
WORKER = "rehearsal"


def mark(store: Store) -> None:
    """Mark a database, just made, as that of a rehearsal."""
    with store.transaction() as session:
        put_mark(session.connection(), MARK, "begun")


def only_rehearsed(store: Store) -> None:
    """Raise BadInput unless the database was made in a rehearsal: a file put beside a real office's never sets its clock."""
    marks = models.table(models.StoreMark)
    with store.reading() as session:
        if (
            session.connection().execute(select(marks.c.value).where(marks.c.key == MARK)).scalar()
            is not None
        ):
            return
    raise BadInput(
        "Beside this database lies the clock of a rehearsal, and it was not made in one: the time is that of the machine.",
        hint="Take the file `rehearsal` out of its folder.",
    )


class Nowhere:
    """Delivers nothing."""

    def event(self, told: Told) -> None:
        """Tell operations nothing."""

    def message(self, contacts: Sequence[str], title: str, body: str) -> None:
        """Send nothing."""

    def plan_visit(self, run: VisitRun) -> str:
        """Plan no run."""
        return f"{WORKER} {run.key}"

    def drop_visit(self, run_id: str) -> None:
        """There is none to drop."""


def let_pass(store: Store, now: datetime, until: datetime, stand: Callable[[datetime], None]) -> Swept:
    """Let time pass from `now` until `until`; `stand` is told of every moment at which something is done, before it is. Returns what fell due."""
    at, swept = now, Swept()
    alert_gaps(store, at)
    while True:
        stand(at)
        swept += _settled(store, at)
        if at >= until:
            alert_gaps(store, at)
            return swept + _settled(store, at)
        with store.reading() as session:
            coming = _next(session.connection(), at)
        at = until if coming is None else min(until, max(at, coming) + LOOK)


def _settled(store: Store, at: datetime) -> Swept:
    """Do everything that is due at a moment, and what follows from it at that moment."""
    swept = Swept()
    while True:
        with store.reading() as session:
            there_is = look(session, at)
        if not any(there_is):
            return swept
        done = sweep(store, at, worker=WORKER)
        passed = escalate(store, at)
        told = dispatch(store, at, Nowhere(), worker=WORKER)
        swept += done
        if not (done.claimed or passed or told.claimed):
            return swept  # what is left has been put off


def _next(connection: Connection, at: datetime) -> datetime | None:
    """The next moment after `at` at which something may fall due."""
    moments = (
        (DEADLINES.c.due_at, models.ARMED),
        (DEADLINES.c.lease_until, models.ARMED),
        (OUTBOX.c.not_before, models.UNDONE),
        (OUTBOX.c.lease_until, models.UNDONE),
        (ALARMS.c.escalate_at, models.UNANSWERED),
    )
    found = [
        connection.execute(select(func.min(moment)).where(where, moment >= at)).scalar()
        for moment, where in moments
    ]
    return min((one for one in found if one is not None), default=None)
