"""The deadline watch (X3): rungs that are due are claimed in the table, then fired through the discipline of the door.

The table is the truth. A rung is looked at again under its case's lock before it fires, so a timer that comes late, twice or for a
duty that is over does nothing. An act of the last second is in time: a rung is due strictly after its moment.

What was done is shown in Prefect, so that the rungs of secret cases are counted apart and shown nowhere (B10).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, bindparam, or_, select, update

import models
from casework import fire
from casework.arming import BrokenRung
from casework.closing import store_refusal
from casework.hand import CASES, take_by_id
from casework.operations import secret_procedures
from casework.outcome import Refused
from casework.prepared import Prepared
from casework.pulse import DUE, LATE, Beat, Look, beat, behind, heartbeats, look
from casework.store import Store, database_is_away
from states.deadlines import Deadline, running
from states.facts import Actor
from states.refusals import Requirement

if TYPE_CHECKING:
    from sqlalchemy import Row
    from sqlmodel import Session

    from casework.hand import Hand

__all__ = ["Beat", "Look", "Swept", "beat", "behind", "heartbeats", "look", "revive", "sweep"]

DEADLINES = models.table(models.Deadline)

CLOCK = Actor("clock", None, frozenset({"clock"}))
LEASE = timedelta(seconds=15)
"""How long a claim holds: a watch that was killed delays what it had claimed by this much, and loses none of it."""
MOST_ATTEMPTS = 5
FIRST_PAUSE = timedelta(seconds=5)
"""After the first failure; doubled with each one after it."""


_NEXT = select(DEADLINES.c.id).where(DUE).order_by(DEADLINES.c.due_at, DEADLINES.c.id).limit(bindparam("n"))
_PROCEDURE = (
    select(CASES.c.procedure).where(CASES.c.id == DEADLINES.c.case_id).scalar_subquery().label("procedure")
)
_CLAIM = Prepared(
    # Nothing of "skip locked" is written on SQLite, where the transaction holds the writer's lock.
    update(DEADLINES)
    .where(DEADLINES.c.id.in_(_NEXT.with_for_update(skip_locked=True)))
    .values(claimed_by=bindparam("worker"), lease_until=bindparam("until"))
    .returning(DEADLINES.c.id, DEADLINES.c.case_id, DEADLINES.c.due_at, _PROCEDURE),
)
# The rung itself, and before it those of the same case that are due as well: they fire in order, whoever claimed them. One that
# has failed is waited for by nobody.
_OF_CASE = Prepared(
    select(DEADLINES)
    .where(
        DEADLINES.c.case_id == bindparam("case"),
        models.ARMED,
        DEADLINES.c.due_at < bindparam("at"),
        or_(
            DEADLINES.c.id == bindparam("id"),
            and_(DEADLINES.c.due_at <= bindparam("due"), DEADLINES.c.attempts == 0),
        ),
    )
    .order_by(DEADLINES.c.due_at, DEADLINES.c.rung, DEADLINES.c.id)
)


@dataclass(frozen=True)
class Swept:
    """One batch: rungs that were due, rungs fired, set aside as dead, refused (another was quicker, or the duty is over), to be tried again.

    `secret`: rungs of secret cases that were due, whatever became of them. They are in no other figure, and are not said.
    """

    due: int = 0
    fired: int = 0
    dead: int = 0
    refused: int = 0
    failed: int = 0
    secret: int = 0

    @property
    def claimed(self) -> int:
        """How many rungs were taken up, of whatever cases."""
        return self.due + self.secret

    def __add__(self, other: Swept) -> Swept:
        """Both batches together."""
        return Swept(
            self.due + other.due,
            self.fired + other.fired,
            self.dead + other.dead,
            self.refused + other.refused,
            self.failed + other.failed,
            self.secret + other.secret,
        )

    def __str__(self) -> str:
        """Say what was done, leaving out what was not, and everything secret: the batches would tell what the total hides."""
        parts = [f"{self.due} due", f"{self.fired} fired", f"{self.refused} refused"]
        parts += [f"{n} {what}" for n, what in ((self.failed, "to retry"), (self.dead, "dead")) if n]
        return " · ".join(parts)


def sweep(store: Store, at: datetime, *, limit: int = 200, worker: str) -> Swept:
    """Fire every rung that is due at `at`, the longest due first, at most `limit` of them.

    `worker` names who claims them. One that raises is tried again later and set aside after `MOST_ATTEMPTS`; it holds up no other.
    Raises StoreProblem when the database cannot be used; what was claimed is free again after `LEASE`.
    """
    with store.transaction() as session:
        claim = {"at": at, "n": limit, "worker": worker, "until": at + LEASE}
        claimed = sorted(_CLAIM.run(session.connection(), claim).all(), key=lambda row: (row.due_at, row.id))
    swept, secret = Swept(), secret_procedures()
    for row in claimed:
        done = _one(store, at, row, worker)
        swept += Swept(secret=1) if row.procedure in secret else done + Swept(due=1)
    return swept


def _one(store: Store, at: datetime, claimed: Row[Any], worker: str) -> Swept:
    at_work = [claimed.id]
    try:
        with store.transaction() as session:
            return _fire(store, session, at, claimed, at_work)
    except Exception as error:
        # Whatever is wrong with one case must not hold up the others; a database that is away is no fault of the case.
        if database_is_away(error):
            raise
        return _set_back(store, at, (claimed.id, at_work[-1]), type(error).__name__, worker)


def _fire(store: Store, session: Session, at: datetime, claimed: Row[Any], at_work: list[int]) -> Swept:
    """Fire the claimed rung and those of its case that come before it. `at_work` ends with the one being fired."""
    connection = session.connection()
    hand = take_by_id(store, connection, claimed.case_id)
    rows = _OF_CASE.run(
        connection, {"case": hand.id, "at": at, "id": claimed.id, "due": claimed.due_at}
    ).all()
    acting, swept = fire.Acting(store, session, at), Swept()
    state = hand.state
    for row in rows:
        at_work.append(row.id)
        runs = {(r.deadline.name, r.entry): r.deadline for r in running(hand.procedure, hand.facts())}
        swept += _fire_rung(acting, hand, row, runs.get((row.kind, row.entry)))
        if hand.state != state:  # the clock made its move, which has settled the other rungs
            break
    if claimed.id not in at_work[1:]:
        swept += Swept(refused=1)
        _release(session, claimed.id)
    if hand.head_seq != hand.started_with[1]:
        fire.save(acting, hand)
    return swept


def _fire_rung(
    acting: fire.Acting, hand: Hand, row: Row[tuple[models.Deadline]], deadline: Deadline | None
) -> Swept:
    connection = acting.session.connection()
    mine = update(DEADLINES).where(DEADLINES.c.id == row.id).values(claimed_by=None, lease_until=None)
    if deadline is None:
        # The door cancels what no longer runs, so this is a timer that outlived its duty: it leaves a trace and does nothing.
        connection.execute(mine.values(status="cancelled", error_code="stale"))
        _trace(
            acting,
            hand,
            "deadline",
            row.kind,
            (Requirement("state", "This deadline no longer runs.", row.clause),),
        )
        return Swept(refused=1)
    late = acting.at - row.due_at > LATE
    connection.execute(mine.values(status="fired", fired_at=acting.at, late=late, error_code=None))
    tells = tuple(json.loads(row.tells))
    fire.note_broken(
        acting,
        hand,
        BrokenRung(row.id, row.kind, row.rung, row.due_at, row.breach, tells, row.clause),
        late=late,
    )
    if deadline.move is not None and row.rung == len(deadline.ladder) - 1:
        missing = fire.requirements_of(hand.facts(), deadline.move, CLOCK)
        if missing:
            _trace(acting, hand, "move", deadline.move.name, missing)
        else:
            fire.apply(acting, hand, deadline.move, CLOCK, acting.at, None)
    return Swept(fired=1)


def _trace(
    acting: fire.Acting, hand: Hand, kind: str, act: str, requirements: tuple[Requirement, ...]
) -> None:
    edition = hand.procedure.edition.isoformat()
    refused = Refused(hand.ref, hand.id, hand.procedure.name, edition, kind, act, requirements)
    store_refusal(acting.session.connection(), refused, CLOCK, acting.at)


def _release(session: Session, deadline_id: int) -> None:
    session.connection().execute(
        update(DEADLINES).where(DEADLINES.c.id == deadline_id).values(claimed_by=None, lease_until=None)
    )


def _set_back(store: Store, at: datetime, rungs: tuple[int, int], code: str, worker: str) -> Swept:
    """Try the broken rung again later, or set it aside; the claimed one, if it is another, at the next look."""
    claimed, broken = rungs
    with store.transaction() as session:
        connection = session.connection()
        if claimed != broken:
            _release(session, claimed)
        where = and_(DEADLINES.c.id == broken, models.ARMED)
        attempts = connection.execute(select(DEADLINES.c.attempts).where(where)).scalar()
        if attempts is None:
            return Swept(refused=1)
        dead = attempts + 1 >= MOST_ATTEMPTS
        pause = at + FIRST_PAUSE * 2**attempts
        lease = (
            {"claimed_by": None, "lease_until": None}
            if dead
            else {"claimed_by": worker, "lease_until": pause}
        )
        status = {"status": "dead"} if dead else {}
        connection.execute(
            update(DEADLINES).where(where).values(attempts=attempts + 1, error_code=code, **lease, **status)
        )
    return Swept(dead=1) if dead else Swept(failed=1)


def revive(session: Session) -> int:
    """Arm the rungs that were set aside, once the cause is mended. Returns how many."""
    values = {"status": "armed", "attempts": 0, "error_code": None}
    return session.connection().execute(update(DEADLINES).where(models.DEAD).values(values)).rowcount
