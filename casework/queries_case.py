"""One case as one person may see it: what happened, what may be done now, what is missing, what is due. Nothing sealed is opened."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Literal

from sqlalchemy import Connection, Row, Table, func, or_, select
from sqlmodel import Session

import models
from casework.case_views import (
    CaseView,
    Happened,
    LinkView,
    MoveView,
    NoticeView,
    RefusalView,
    StepView,
    VisitView,
)
from casework.docket import read_docket
from casework.fire import requirements_of
from casework.times import SAME_CONTACT
from casework.form_fields import fields_of
from casework.hand import CASES
from casework.intake import shown_number
from casework.offices import OfficeView
from casework.people import PersonView
from casework.queries_due import due_view
from casework.queries_told import alarm_view
from casework.refs import read_ref
from casework.sight import PARTIES, may_see, unknown_case, visible_case
from casework.store import store_of
from casework.views import DueView
from states.deadlines import running
from states.editions import edition
from states.facts import Actor, Facts, Kin
from states.people import FromSub
from states.procedure import Procedure

ALARMS = models.table(models.Alarm)
DEADLINES = models.table(models.Deadline)
EVENTS = models.table(models.Event)
LINKS = models.table(models.Link)
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
_HAPPENED = select(
    EVENTS.c.seq, EVENTS.c.kind, EVENTS.c.name, EVENTS.c.from_state, EVENTS.c.to_state, EVENTS.c.actor_kind, EVENTS.c.actor_id, EVENTS.c.round,
    EVENTS.c.happened_at, EVENTS.c.recorded_at, EVENTS.c["clear"], EVENTS.c.sealed.is_not(None).label("has_sealed"),
)  # fmt: skip


@dataclass(frozen=True)
class _Seen:
    """The case that is looked at, with what has been read around it. `handles`: of the office's people, by id."""

    row: Row[Any]
    parent: Row[Any] | None
    children: Sequence[Row[Any]]
    office: OfficeView
    procedure: Procedure
    handles: Mapping[int, str]
    person: PersonView | None

    @property
    def facts(self) -> Facts:
        """The case as the law sees it."""
        row = self.row
        kin: list[Kin] = []
        if self.parent is not None:
            kin.append(_kin("parent", self.parent, of_this_round=True, round_=row.parent_round or 0))
        kin += [
            _kin("child", c, of_this_round=c.parent_round == row.round, round_=c.parent_round or 0)
            for c in self.children
        ]
        acts = tuple(read_docket(row.docket))
        return Facts(
            self.procedure, row.state, row.round, row.level, row.entry, row.entered_at, row.received_at, acts, tuple(kin), self.office.zone
        )  # fmt: skip


def case_view(session: Session, ref: str, actor: Actor, at: datetime) -> CaseView:
    """Everything this actor may see of a case and do with it at `at`.

    A person of another office, without a part in the procedure, or whom the case is about, is told that there is no such case.
    Raises BadInput for that, and for a reference that is malformed or unknown.
    """
    connection, ref = session.connection(), read_ref(ref)
    family = connection.execute(_FAMILY.where(_ME.c.ref == ref)).all()
    row = next((r for r in family if r.ref == ref), None)
    if row is None:
        raise unknown_case(ref)
    office = store_of(session).offices(connection)[row.office_id]
    handles = {number: handle for handle, number in office.people.items()}
    person = None
    if actor.person is not None:
        if actor.person not in handles:
            raise unknown_case(ref)
        person = PersonView(actor.person, office.id, office.key, handles[actor.person], actor.roles, "")
        visible_case(session, ref, person)
    parent = next((r for r in family if r.id == row.parent_id), None)
    children = [r for r in family if r.parent_id == row.id]
    seen = _Seen(row, parent, children, office, edition(row.procedure, row.edition), handles, person)
    return _view(connection, seen, actor, at)


def _view(connection: Connection, seen: _Seen, actor: Actor, at: datetime) -> CaseView:
    row, law, facts = seen.row, seen.procedure, seen.facts
    mine = partial(_of_case, connection, row.id)
    parties = (
        select(PARTIES.c.kind, func.count().label("n"))
        .where(PARTIES.c.case_id == row.id)
        .group_by(PARTIES.c.kind)
    )
    return CaseView(
        ref=row.ref,
        number=shown_number(law, row.register_kind, row.register_year, row.register_no),
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
        timeline=_timeline(connection, seen),
        moves=_moves(facts, actor),
        steps=_steps(facts, actor),
        due=_due(connection, seen, facts, at),
        parent=None if seen.parent is None else _link(seen.parent, "parent", round_=row.parent_round),
        children=tuple(_link(c, "child", round_=c.parent_round) for c in _shown(seen, seen.children)),
        links=_links(connection, seen),
        visits=tuple(VisitView(v.rev, v.planned_at, v.status, v.reason) for v in mine(VISITS, "rev")),
        alarms=tuple(alarm_view(a, row.ref, seen.handles) for a in mine(ALARMS, "id")),
        refusals=tuple(_refusal(seen, r) for r in mine(REFUSALS, "id")),
    )


def _of_case(connection: Connection, case_id: int, table: Table, order: str) -> Sequence[Row[Any]]:
    return connection.execute(select(table).where(table.c.case_id == case_id).order_by(table.c[order])).all()


def _kin(relation: Literal["parent", "child"], row: Row[Any], *, of_this_round: bool, round_: int) -> Kin:
    law = edition(row.procedure, row.edition)
    return Kin(relation, law, tuple(read_docket(row.docket)), row.closed_at is None, of_this_round, round_)


def _timeline(connection: Connection, seen: _Seen) -> tuple[Happened, ...]:
    rows = connection.execute(_HAPPENED.where(EVENTS.c.case_id == seen.row.id).order_by(EVENTS.c.seq))
    return tuple(_happened(seen, row) for row in rows)


def _happened(seen: _Seen, row: Row[Any]) -> Happened:
    clear: Mapping[str, object] = json.loads(row.clear)
    late = bool(clear.get("late")) or row.recorded_at - row.happened_at > SAME_CONTACT
    return Happened(
        row.seq, row.kind, row.name, _says(seen.procedure, row.name), _actor(seen, row), row.happened_at, row.recorded_at, late, row.from_state,
        row.to_state, row.round, clear, row.has_sealed,
    )  # fmt: skip


def _says(law: Procedure, name: str) -> str:
    """The text's own word for what an event names: a step, a move, a deadline, or the procedure itself."""
    known = {
        law.name: law.says,
        **{d.name: d.says for d in law.deadlines},
        **{a.name: a.says for a in law.acts},
    }
    return known.get(name, name)


def _actor(seen: _Seen, row: Row[Any]) -> str:
    """A person's handle, the reference of the linked case that ended, or the mechanism."""
    if row.actor_kind == "person":
        return seen.handles.get(row.actor_id, "?")
    linked = {
        r.id: r.ref
        for r in (*_shown(seen, seen.children), *([seen.parent] if seen.parent is not None else []))
    }
    return linked.get(row.actor_id, row.actor_kind) if row.actor_kind == "sub" else str(row.actor_kind)


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


def _due(connection: Connection, seen: _Seen, facts: Facts, at: datetime) -> tuple[DueView, ...]:
    """What runs, and whatever has fired in the life of the case: a breach stays visible."""
    runs = {(r.deadline.name, r.entry) for r in running(facts.procedure, facts)}
    wanted = select(DEADLINES).where(
        DEADLINES.c.case_id == seen.row.id, DEADLINES.c.status.in_(("armed", "fired", "dead"))
    )
    rows = connection.execute(wanted.order_by(DEADLINES.c.due_at, DEADLINES.c.id))
    return tuple(
        due_view(r, seen.row.ref, facts.procedure, seen.handles, at, runs=(r.kind, r.entry) in runs)
        for r in rows
    )


def _shown(seen: _Seen, others: Iterable[Row[Any]]) -> list[Row[Any]]:
    """The linked cases that this person may know of."""
    return [other for other in others if seen.person is None or may_see([other], seen.person)]


def _link(row: Row[Any], kind: str, *, from_here: bool = False, round_: int | None = None) -> LinkView:
    law = edition(row.procedure, row.edition)
    return LinkView(
        row.ref, kind, law.name, law.says, row.state, law.states(row.state).says, row.closed_at is None, from_here, round_
    )  # fmt: skip


def _links(connection: Connection, seen: _Seen) -> tuple[LinkView, ...]:
    me = seen.row.id
    mine = or_(LINKS.c.case_id == me, LINKS.c.other_id == me)
    other = or_(CASES.c.id == LINKS.c.other_id, CASES.c.id == LINKS.c.case_id) & (CASES.c.id != me)
    wanted = select(*CASES.c, LINKS.c.kind, (LINKS.c.case_id == me).label("from_here")).join_from(
        LINKS, CASES, other
    )
    rows = connection.execute(wanted.where(mine).order_by(LINKS.c.id)).all()
    return tuple(_link(row, row.kind, from_here=row.from_here) for row in _shown(seen, rows))


def _refusal(seen: _Seen, row: Row[Any]) -> RefusalView:
    told = tuple((str(sentence), str(clause)) for _, sentence, clause, _ in json.loads(row.requirements))
    return RefusalView(row.at, row.act_kind, row.act, _actor(seen, row), told)
