"""One case as one person may see it: what happened, what may be done now, what is missing, what is due. Nothing sealed is opened."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Connection, Row, Table, func, or_, select
from sqlmodel import Session

import models
from casework.case_seen import Seen, shown
from casework.case_views import CaseView, MoveView, NoticeView, StepView, VisitView
from casework.fire import requirements_of
from casework.form_fields import fields_of
from casework.hand import CASES, unknown_case
from casework.intake import shown_number
from casework.need_to_know import shows_number
from casework.queries_due import due_view
from casework.queries_life import link_view, linked_to, links, refusal_view, timeline
from casework.queries_told import alarm_view
from casework.refs import read_ref
from casework.sight import eye_of, hidden_from, visible_case
from casework.store import Store, store_of
from casework.veiled import numbering
from casework.views import DueView
from states.deadlines import running
from states.editions import edition
from states.facts import Actor, Facts
from states.people import FromSub

ALARMS = models.table(models.Alarm)
DEADLINES = models.table(models.Deadline)
PARTIES = models.table(models.Party)
REFUSALS = models.table(models.Refusal)
VISITS = models.table(models.Visit)
_ME = CASES.alias("me")
_FAMILY = (
    select(*CASES.c)
    .join_from(
        _ME, CASES, or_(CASES.c.id == _ME.c.id, CASES.c.id == _ME.c.parent_id, CASES.c.parent_id == _ME.c.id)
    )
    .order_by(CASES.c.id)
)


def case_view(session: Session, ref: str, actor: Actor, at: datetime) -> CaseView:
    """Everything this actor may see of a case and do with it at `at`.

    A person of another office, without a part in the procedure, or whom the case is about, is told that there is no such case.
    Raises BadInput for that, and for a reference that is malformed or unknown.
    """
    store, connection, ref = store_of(session), session.connection(), read_ref(ref)
    eye = eye_of(store, connection, actor)
    if actor.person is not None:
        if eye is None:
            raise unknown_case(ref)
        visible_case(session, ref, eye)
    family = connection.execute(_FAMILY.where(_ME.c.ref == ref)).all()
    row = next((r for r in family if r.ref == ref), None)
    if row is None:
        raise unknown_case(ref)
    office = store.offices(connection)[row.office_id]
    handles = {number: handle for handle, number in office.people.items()}
    parent = next((r for r in family if r.id == row.parent_id), None)
    children, linked = [r for r in family if r.parent_id == row.id], linked_to(connection, row.id)
    hidden = frozenset(hidden_from(connection, [r.id for r in (*family, *linked)], eye))
    laws = [edition(r.procedure, r.edition) for r in (row, parent) if r is not None]
    numbered = eye is None or shows_number(laws, eye.roles)
    seen = Seen(row, parent, children, office, laws[0], handles, linked, eye, hidden, numbered)
    return _view(store, connection, seen, actor, at)


def _view(store: Store, connection: Connection, seen: Seen, actor: Actor, at: datetime) -> CaseView:
    row, law, facts = seen.row, seen.procedure, seen.facts
    mine = partial(_of_case, connection, row.id)
    keys = store.keys
    parents = [seen.parent] if seen.parent is not None else []
    parties = (
        select(PARTIES.c.kind, func.count().label("n"))
        .where(PARTIES.c.case_id == row.id)
        .group_by(PARTIES.c.kind)
    )
    return CaseView(
        ref=row.ref,
        number=shown_number(law, row.register_kind, row.register_year, row.register_no)
        if seen.numbered
        else "",
        office=seen.office.key,
        procedure=law.name,
        edition=row.edition,
        says=law.says,
        state=row.state,
        state_says=law.states(row.state).says,
        open=row.closed_at is None,
        history=row.history,
        round=row.round,
        level=row.level,
        version=row.version,
        channel=row.channel,
        received_at=row.received_at,
        recorded_at=row.recorded_at,
        closed_at=row.closed_at,
        handler=seen.handles.get(row.handler_id),
        parties={p.kind: p.n for p in connection.execute(parties)},
        notices=tuple(
            NoticeView(n.says, n.clause) for n in law.notices if row.closed_at is None and facts.holds(n.when)
        ),
        timeline=timeline(connection, seen),
        moves=_moves(facts, actor),
        steps=_steps(facts, actor),
        due=_due(connection, seen, facts, at, numbering(keys, seen.office, "deadline")),
        parent=next((link_view(p, "parent", round_=row.parent_round) for p in shown(seen, parents)), None),
        children=tuple(link_view(c, "child", round_=c.parent_round) for c in shown(seen, seen.children)),
        links=links(seen),
        visits=tuple(VisitView(v.rev, v.planned_at, v.status, v.reason) for v in mine(VISITS, "rev")),
        alarms=tuple(
            alarm_view(a, row.ref, seen.handles, numbering(keys, seen.office, "alarm"))
            for a in mine(ALARMS, "id")
        ),
        refusals=tuple(refusal_view(seen, r) for r in mine(REFUSALS, "id")),
    )


def _of_case(connection: Connection, case_id: int, table: Table, order: str) -> Sequence[Row[Any]]:
    return connection.execute(select(table).where(table.c.case_id == case_id).order_by(table.c[order])).all()


def _moves(facts: Facts, actor: Actor) -> tuple[MoveView, ...]:
    """Every way out of the present state."""
    ways = [move for move in facts.procedure.moves if facts.state in move.sources]
    return tuple(
        MoveView(m.name, m.says, m.dest.value, m.clause, requirements_of(facts, m, actor)) for m in ways
    )


def _steps(facts: Facts, actor: Actor) -> tuple[StepView, ...]:
    """Every step that belongs to the present state and that a person can record."""
    steps = [s for s in facts.procedure.steps if facts.state in s.during and not isinstance(s.by, FromSub)]
    return tuple(
        StepView(
            s.name, s.says, s.asks, s.clause, s.often, facts.done(s.name), requirements_of(facts, s, actor), fields_of(s.form)
        )
        for s in steps
    )  # fmt: skip


def _due(
    connection: Connection, seen: Seen, facts: Facts, at: datetime, numbers: Callable[[int], int]
) -> tuple[DueView, ...]:
    """What runs, and whatever has fired in the life of the case: a breach stays visible."""
    runs = {(r.deadline.name, r.entry) for r in running(facts.procedure, facts)}
    wanted = select(DEADLINES).where(
        DEADLINES.c.case_id == seen.row.id, DEADLINES.c.status.in_(("armed", "fired", "dead"))
    )
    rows = connection.execute(wanted.order_by(DEADLINES.c.due_at, DEADLINES.c.id))
    return tuple(
        due_view(r, seen.row.ref, facts.procedure, seen.handles, at, numbers, runs=(r.kind, r.entry) in runs)
        for r in rows
    )
