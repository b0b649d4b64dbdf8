"""The outbox, carried out: each row is claimed in the table, delivered, and then marked as done.

Delivered at least once: a crash between delivering and marking delivers again, and everything delivered here bears that. A row that
fails is tried again later and given up at last, with a code, visible; the other side being down costs a row nothing.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, and_, bindparam, literal_column, select, update
from sqlmodel import Session

import models
from casework.deliver import Deliver, NotReachable, Told
from casework.hand import CASES
from casework.operations import secret_procedures
from casework.prepared import Prepared
from casework.pulse import READY, behind
from casework.raising import ALARMS, DEADLINES, raise_alarm
from casework.reconcile import settle_visits
from casework.store import Store, database_is_away
from casework.telling import listed, tell_person

OUTBOX = models.table(models.Outbox)

LEASE = timedelta(minutes=2)
"""How long a claim holds: longer than the slowest channel takes to refuse."""
MOST_ATTEMPTS = 8
FIRST_PAUSE = timedelta(seconds=5)
LONGEST_PAUSE = timedelta(minutes=30)
UNREACHABLE_PAUSE = timedelta(seconds=20)
CATCHING_UP = timedelta(seconds=5)
LONGEST_GATHERING = timedelta(minutes=2)


def _claim(*kinds: str) -> Prepared:
    wanted = and_(READY, OUTBOX.c.kind.in_([literal_column(f"'{kind}'") for kind in kinds]))
    following = (
        select(OUTBOX.c.id).where(wanted).order_by(OUTBOX.c.not_before, OUTBOX.c.id).limit(bindparam("n"))
    )
    mine = update(OUTBOX).where(OUTBOX.c.id.in_(following.with_for_update(skip_locked=True)))
    return Prepared(
        mine.values(claimed_by=bindparam("worker"), lease_until=bindparam("until")).returning(OUTBOX)
    )


# Alarms come first: what they say to a person joins the message that waits, as long as nobody has it in hand.
_CLAIMS = (_claim("alarm"), _claim("event", "visit", "digest"))
_RELEASE: Mapping[str, None] = {"claimed_by": None, "lease_until": None}


@dataclass(frozen=True)
class Dispatched:
    """One batch: rows claimed, delivered, put off (to be tried again), given up."""

    claimed: int = 0
    done: int = 0
    put_off: int = 0
    given_up: int = 0


class _Untold(Exception):
    """A row that must never have been written: operations are not told of secret cases."""


class _TooEarly(Exception):
    """The watch is still catching up: a digest sent now would be the first of many."""


def dispatch(
    store: Store, at: datetime, deliver: Deliver, *, limit: int = 50, worker: str = "dispatch"
) -> Dispatched:
    """Deliver what waits in the outbox at `at`, the longest waiting first, at most `limit` rows of a sort.

    Raises StoreProblem when the database cannot be used; what was claimed is free again after `LEASE`.
    """
    results: list[str] = []
    for claim in _CLAIMS:
        with store.transaction() as session:
            asked = {"at": at, "n": limit, "worker": worker, "until": at + LEASE}
            found = claim.run(session.connection(), asked).all()
        results += [
            _one(store, at, row, deliver) for row in sorted(found, key=lambda row: (row.not_before, row.id))
        ]
    return Dispatched(
        len(results), results.count("done"), results.count("put off"), results.count("given up")
    )


def _one(store: Store, at: datetime, row: Row[Any], deliver: Deliver) -> str:
    try:
        _KINDS[row.kind](store, at, row, deliver)
    except NotReachable:
        return _put_off(store, row, at + UNREACHABLE_PAUSE)
    except _TooEarly:
        return _put_off(store, row, at + CATCHING_UP)
    except _Untold:
        return _failed(store, row, at, "Secret", given_up=True)
    except Exception as error:
        # One row that cannot be delivered must not hold up the others; a database that is away is no fault of the row.
        if database_is_away(error):
            raise
        return _failed(store, row, at, type(error).__name__)
    return "done"


def _event(store: Store, at: datetime, row: Row[Any], deliver: Deliver) -> None:
    facts = {str(name): str(value) for name, value in json.loads(row.payload).items()}
    with store.reading() as session:
        connection = session.connection()
        # The second lock: `outbox` writes no such row.
        of_case = connection.execute(select(CASES.c.procedure).where(CASES.c.id == row.case_id)).scalar()
        if not secret_procedures().isdisjoint((of_case, facts["procedure"])):
            raise _Untold
        office = store.offices(connection)[row.office_id]
    deliver.event(Told(row.id, row.created_at, office.key, facts))
    _done(store, row, at)


def _alarm(store: Store, at: datetime, row: Row[Any], _deliver: Deliver) -> None:
    """Alarms and messages are written, and the row is marked, in one transaction: raised exactly once."""
    with store.transaction() as session:
        if _mark(session, row, at):
            raise_alarm(session, json.loads(row.payload), at)


def _visit(store: Store, at: datetime, row: Row[Any], deliver: Deliver) -> None:
    settle_visits(store, row.case_id, at, deliver)
    _done(store, row, at)


def _digest(store: Store, at: datetime, row: Row[Any], deliver: Deliver) -> None:
    person, alarms = listed(row.payload)
    if at - row.created_at < LONGEST_GATHERING and _may_wait(store, alarms, at):
        raise _TooEarly
    tell_person(store, person, alarms, at, deliver)
    _done(store, row, at)


_KINDS: Mapping[str, Callable[[Store, datetime, Row[Any], Deliver], None]] = {
    "event": _event,
    "alarm": _alarm,
    "visit": _visit,
    "digest": _digest,
}


def _may_wait(store: Store, alarms: tuple[int, ...], at: datetime) -> bool:
    """Whether all of these are late already, and the watch is still busy with more of them."""
    in_time = select(ALARMS.c.id).outerjoin(DEADLINES, DEADLINES.c.id == ALARMS.c.deadline_id)
    in_time = in_time.where(ALARMS.c.id.in_(alarms), DEADLINES.c.late.is_not(True)).limit(1)
    with store.reading() as session:
        return session.connection().execute(in_time).first() is None and behind(session, at)


def _mark(session: Session, row: Row[Any], at: datetime) -> bool:
    """Mark the row as done if it is still this worker's."""
    mine = and_(OUTBOX.c.id == row.id, models.UNDONE, OUTBOX.c.claimed_by == row.claimed_by)
    values = {"done_at": at, "error_code": None, **_RELEASE}
    return session.connection().execute(update(OUTBOX).where(mine).values(**values)).rowcount == 1


def _done(store: Store, row: Row[Any], at: datetime) -> None:
    with store.transaction() as session:
        _mark(session, row, at)


def _put_off(store: Store, row: Row[Any], until: datetime) -> str:
    with store.transaction() as session:
        mine = and_(OUTBOX.c.id == row.id, models.UNDONE)
        session.connection().execute(update(OUTBOX).where(mine).values(not_before=until, **_RELEASE))
    return "put off"


def _failed(store: Store, row: Row[Any], at: datetime, code: str, *, given_up: bool = False) -> str:
    attempts = row.attempts + 1
    given_up = given_up or attempts >= MOST_ATTEMPTS
    until = at + min(FIRST_PAUSE * 2**row.attempts, LONGEST_PAUSE)
    values = {
        "attempts": attempts,
        "error_code": code,
        **_RELEASE,
        **({"done_at": at} if given_up else {"not_before": until}),
    }
    with store.transaction() as session:
        mine = and_(OUTBOX.c.id == row.id, models.UNDONE)
        session.connection().execute(update(OUTBOX).where(mine).values(**values))
    return "given up" if given_up else "put off"


def revive(session: Session, at: datetime) -> int:
    """Send again what was given up, once the cause is mended. Returns how many rows."""
    given_up = and_(OUTBOX.c.done_at.is_not(None), OUTBOX.c.error_code.is_not(None))
    values = {"done_at": None, "not_before": at, "attempts": 0, "error_code": None}
    return session.connection().execute(update(OUTBOX).where(given_up).values(**values)).rowcount
