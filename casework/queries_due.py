"""What is due and what is overdue, and the table of limits an office works by (P6)."""

import json
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, or_, select
from sqlmodel import Session

import models
from casework.docket import read_docket
from casework.hand import CASES
from casework.intake import office_of
from casework.kinds import procedures_of
from casework.offices import OfficeView
from casework.people import PersonView
from casework.sight import hidden_from
from casework.store import store_of
from casework.veiled import numbering
from casework.views import DueView, LimitRow, Standing
from models import ARMED, DEAD
from states.conditions import Open
from states.deadlines import Deadline
from states.editions import edition, editions
from states.facts import Facts
from states.procedure import Procedure

DEADLINES = models.table(models.Deadline)
_OF_CASE = (
    CASES.c.ref, CASES.c.office_id, CASES.c.procedure, CASES.c.edition, CASES.c.state, CASES.c.round, CASES.c.level, CASES.c.entry.label("state_entry"),
    CASES.c.entered_at, CASES.c.received_at, CASES.c.docket,
)  # fmt: skip
_DUE: Select[Any] = select(DEADLINES, *_OF_CASE).join_from(
    DEADLINES, CASES, CASES.c.id == DEADLINES.c.case_id
)
_NOT_DONE = and_(DEADLINES.c.status == "fired", DEADLINES.c.kept_at.is_(None))


def due_list(
    session: Session,
    office_key: str | None,
    at: datetime,
    within: timedelta,
    *,
    person: PersonView | None = None,
    limit: int = 200,
) -> list[DueView]:
    """What falls due within a time, and what is overdue and still to be done; earliest first. `office_key` None: of every office.

    `person`: leave out what this person may not see. Raises BadInput for an unknown office.
    """
    store, connection = store_of(session), session.connection()
    offices = store.offices(connection)
    mine = offices if office_key is None else {(o := office_of(offices, office_key)).id: o}
    of_office = CASES.c.office_id.in_(mine)
    coming = _DUE.where(ARMED, DEADLINES.c.due_at <= at + within, of_office)
    # The open cases first, by the index on office, procedure and state: fired rungs of closed ones grow without end.
    over = _DUE.where(or_(_NOT_DONE, DEAD), CASES.c.closed_at.is_(None), of_office, in_open_states())
    numbers = {office.id: numbering(store.keys, office, "deadline") for office in mine.values()}
    found: list[tuple[datetime, int, DueView]] = []
    for query in (over, coming):
        for row in _seen(connection, query, person, limit):
            view = _due(row, mine[row.office_id], at, numbers[row.office_id])
            if view.standing != "fell away":
                found.append((row.due_at, row.id, view))
    return [view for _, _, view in sorted(found, key=lambda one: one[:2])[:limit]]


def _seen(
    connection: Connection, query: Select[Any], person: PersonView | None, limit: int
) -> list[Row[Any]]:
    """The first rows that this person may see. What is hidden takes no place: a list that is shorter than it could be would tell of it."""
    found: list[Row[Any]] = []
    in_order = query.order_by(DEADLINES.c.due_at, DEADLINES.c.id).limit(limit)
    last: Row[Any] | None = None
    while len(found) < limit:
        read = connection.execute(in_order if last is None else in_order.where(_later(last))).all()
        hidden = hidden_from(connection, {row.case_id for row in read}, person)
        found += [row for row in read if row.case_id not in hidden]
        if len(read) < limit:
            break
        last = read[-1]
    return found[:limit]


def _later(than: Row[Any]) -> ColumnElement[bool]:
    same_moment = and_(DEADLINES.c.due_at == than.due_at, DEADLINES.c.id > than.id)
    return or_(DEADLINES.c.due_at > than.due_at, same_moment)


def in_open_states() -> ColumnElement[bool]:
    """The condition that a case stands in a state of its procedure that is not an end: what the index on states can answer."""
    return or_(
        *(
            and_(CASES.c.procedure == name, CASES.c.state.in_(states))
            for name, states in _open_states().items()
        )
    )


def _open_states() -> Mapping[str, list[str]]:
    found: dict[str, set[str]] = {}
    for (name, _), procedure in editions().items():
        found.setdefault(name, set()).update(s.value for s in procedure.states if s not in procedure.finals)
    return {name: sorted(states) for name, states in found.items()}


def _due(row: Row[Any], office: OfficeView, at: datetime, numbers: Callable[[int], int]) -> DueView:
    procedure = edition(row.procedure, row.edition)
    facts = Facts(
        procedure, row.state, row.round, row.level, row.state_entry, row.entered_at, row.received_at, tuple(read_docket(row.docket, office.aliases)), (), office.zone
    )  # fmt: skip
    handles = {number: handle for handle, number in office.people.items()}
    declared = next((d for d in procedure.deadlines if d.name == row.kind), None)
    runs = declared is not None and _still_asked(declared, facts)
    return due_view(row, row.ref, procedure, handles, at, numbers, runs=runs)


def _still_asked(deadline: Deadline, facts: Facts) -> bool:
    """Whether what a rung demanded is still demanded. Of linked cases nothing is read here: what depends on them counts as asked."""
    if facts.state not in deadline.runs_in:
        return False
    when = deadline.when
    return when is None or any(isinstance(leaf, Open) for leaf in when.leaves()) or facts.holds(when)


def due_view(
    row: Row[Any], ref: str, procedure: Procedure, handles: Mapping[int, str], at: datetime, numbers: Callable[[int], int], *, runs: bool,
) -> DueView:  # fmt: skip
    """A row of the deadline table as it is shown. `numbers`: how its number is (`casework.veiled`); `runs`: whether its clock still runs."""
    declared = next((d for d in procedure.deadlines if d.name == row.kind), None)
    return DueView(
        numbers(row.id), ref, procedure.name, row.kind, declared.says if declared else row.kind, row.rung, len(declared.ladder) if declared else row.rung + 1,
        row.due_at, int((row.due_at - at).total_seconds()), _standing(row, runs=runs), row.breach, row.clause, row.source, row.seconds, row.provisional,
        tuple(json.loads(row.tells)), row.late, row.kept_at, handles.get(row.confirmed_by, None), row.confirmed_at,
    )  # fmt: skip


def _standing(row: Row[Any], *, runs: bool) -> Standing:
    if row.status == "armed":
        return "armed"
    if row.status == "dead":
        return "set aside"
    if row.kept_at is None:
        return "passed" if runs else "fell away"
    if row.kept_at > row.due_at:
        return "kept late"
    return "recorded late" if row.confirmed_at is None else "recorded late, confirmed"


def limits_table(session: Session, office_key: str, day: date) -> list[LimitRow]:
    """Every number of the procedures this office works by, as it holds on a day; whether it is the text's own, and whether the office set it.

    Raises BadInput for an unknown office.
    """
    office = office_of(store_of(session).offices(session.connection()), office_key)
    return [
        _limit(office, procedure, deadline, number, day)
        for procedure in procedures_of(office.kind, day)
        for deadline in procedure.deadlines
        for number in range(len(deadline.ladder))
    ]


def _limit(office: OfficeView, procedure: Procedure, deadline: Deadline, number: int, day: date) -> LimitRow:
    rung, name = deadline.ladder[number], f"limit.{procedure.name}.{deadline.name}.{number}"
    set_on = next((since for since, _ in office.settings.get(name, ()) if since <= day), None)
    edition_seconds = int(rung.after.total_seconds())
    seconds = edition_seconds if set_on is None else int(float(str(office.setting(name, day))))
    bounds = (
        (0, edition_seconds)
        if rung.source == "text"
        else rung.between and tuple(int(b.total_seconds()) for b in rung.between)
    )
    return LimitRow(
        procedure.name, deadline.name, deadline.says, deadline.clause, deadline.clock, number, seconds, edition_seconds, rung.source, set_on is not None,
        (bounds[0], bounds[1]) if bounds else None, rung.breach, tuple(role.name for role in rung.tell), name, set_on,
    )  # fmt: skip
