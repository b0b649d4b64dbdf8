"""The runs of visits in Prefect (P6b): one for each planned revision, made, moved and removed after the table.

Cancelling a run cancels no visit: it is made again. When a visit's time has come, or somebody hastens it in Prefect, those who call
are told.
"""

import json
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, func, not_, or_, select, update
from sqlmodel import Session

import models
from casework import fire, outbox
from casework.deliver import Deliver, Runs, VisitRun
from casework.errors import BadInput
from casework.hand import take, unknown_case
from casework.operations import is_secret, secret_procedures
from casework.raising import VISIT
from casework.record import EVENTS, write_event
from casework.refs import read_ref
from casework.store import Store, store_of
from states.facts import Actor
from states.people import roles_of

CASES = models.table(models.Case)
VISITS = models.table(models.Visit)

PREFECT = Actor("prefect", None, frozenset({"prefect"}))
ANNOUNCED = "announced"
"""Kind of the event that a visit's time has come."""


def settle_visits(store: Store, case_id: int, at: datetime, deliver: Deliver) -> int:
    """Make the runs of one case's visits what the table says; returns how many were made or removed. Raises NotReachable."""
    with store.reading() as session:
        rows = session.connection().execute(_visits().where(VISITS.c.case_id == case_id, _unsettled())).all()
        offices = store.offices(session.connection())
    for row in rows:
        if row.status in {"done", "cancelled"}:
            deliver.drop_visit(row.run_id)
            _keep_run(store, row, None)
        else:
            run = VisitRun(
                row.ref,
                row.rev,
                max(row.planned_at, at),
                f"visit:{row.ref}:{row.rev}",
                row.procedure,
                offices[row.office_id].key,
            )
            made = deliver.plan_visit(run)
            if not _keep_run(store, row, made):  # moved or cancelled meanwhile
                deliver.drop_visit(made)
    return len(rows)


def repair_visits(store: Store, at: datetime, runs: Runs) -> int:
    """Make again the runs that were cancelled or lost, and settle what the outbox did not. Returns how many. Raises NotReachable."""
    with store.reading() as session:
        connection = session.connection()
        unsettled = {row.case_id: None for row in connection.execute(_visits().where(_unsettled()))}
        submitted = connection.execute(
            _visits().where(models.COMING, VISITS.c.run_id.is_not(None)).order_by(VISITS.c.planned_at)
        ).all()
        offices = store.offices(connection)
    mended = sum(settle_visits(store, case_id, at, runs) for case_id in unsettled)
    gone = runs.gone([row.run_id for row in submitted])
    for row in submitted:
        if row.run_id not in gone or _is_announced(store, row.case_id, row.rev):
            continue
        # A key is used up by its run, however that ended; the run it replaces makes the next key, the same one after a crash.
        key = f"visit:{row.ref}:{row.rev}:{row.run_id[:8]}"
        made = runs.plan_visit(
            VisitRun(
                row.ref, row.rev, max(row.planned_at, at), key, row.procedure, offices[row.office_id].key
            )
        )
        if not _keep_run(store, row, made):
            runs.drop_visit(made)
        mended += 1
    return mended


def _visits() -> Select[Any]:
    """The visits that may have a run: none of a secret case."""
    wanted = select(*VISITS.c, CASES.c.ref, CASES.c.procedure, CASES.c.office_id)
    return wanted.join(CASES, CASES.c.id == VISITS.c.case_id).where(~is_secret())


def _unsettled() -> ColumnElement[bool]:
    return or_(
        and_(models.COMING, VISITS.c.run_id.is_(None)),
        and_(not_(models.COMING), VISITS.c.run_id.is_not(None)),
    )


def _keep_run(store: Store, row: Row[Any], run_id: str | None) -> bool:
    """Note the run of a visit, unless the visit has changed since it was read; whether this is its run now.

    Another worker may have been given the same run for the same key, and have noted it first.
    """
    same_run = VISITS.c.run_id.is_(None) if row.run_id is None else VISITS.c.run_id == row.run_id
    status = {} if run_id is None else {"status": "submitted"}
    mine = and_(VISITS.c.id == row.id, VISITS.c.status == row.status, same_run)
    with store.transaction() as session:
        connection = session.connection()
        if connection.execute(update(VISITS).where(mine).values(run_id=run_id, **status)).rowcount == 1:
            return True
        noted = select(VISITS.c.id).where(VISITS.c.id == row.id, VISITS.c.run_id == run_id, models.COMING)
        return connection.execute(noted).first() is not None


def _is_announced(store: Store, case_id: int, rev: int) -> bool:
    with store.reading() as session:
        return rev in _announced(session, case_id)


def _announced(session: Session, case_id: int) -> set[int]:
    wanted = select(EVENTS.c["clear"]).where(EVENTS.c.case_id == case_id, EVENTS.c.kind == ANNOUNCED)
    return {int(json.loads(clear)["rev"]) for clear in session.connection().execute(wanted).scalars()}


def announce_visit(session: Session, ref: str, at: datetime) -> bool:
    """The time of a visit has come, or somebody hastened it in Prefect: those who call are told, once a revision.

    Returns whether they were told now; nothing is done if no visit is coming any more. Raises BadInput for a case that has none, and for a
    secret one exactly as for one that is not there.
    """
    store, connection, ref = store_of(session), session.connection(), read_ref(ref)
    law = connection.execute(select(CASES.c.procedure).where(CASES.c.ref == ref)).scalar()
    if law is None or law in secret_procedures():
        # One place for both: Prefect shows the line at which a run failed, and anybody may start one with a reference.
        raise unknown_case(ref)
    hand = take(store, connection, ref)
    if hand.procedure.visit is None:
        raise BadInput("The case {ref} is not one of visits and callbacks.", ref=hand.ref)
    rev = connection.execute(
        select(func.max(VISITS.c.rev)).where(VISITS.c.case_id == hand.id, models.COMING)
    ).scalar()
    if rev is None or hand.final or rev in _announced(session, hand.id):
        return False
    acting = fire.Acting(store, session, at)
    write_event(
        store, connection, hand, ANNOUNCED, VISIT, PREFECT, from_state=hand.state, happened_at=at, recorded_at=at, clear={"rev": int(rev)}
    )  # fmt: skip
    step = hand.procedure.visit[0]
    callers = roles_of(step.by, hand.level)[:1]
    told = {
        "ref": hand.ref,
        "kind": VISIT,
        "rung": 0,
        "rev": int(rev),
        "tells": [role.name for role in callers],
        "clause": step.clause,
    }
    outbox.put(acting, hand, "alarm", told)
    fire.save(acting, hand)
    return True
