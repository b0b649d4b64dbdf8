"""Cases page by page."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, case, func, select
from sqlmodel import Session

import models
from casework.errors import BadInput
from casework.hand import CASES
from casework.intake import office_of, shown_number
from casework.need_to_know import shows_number
from casework.offices import OfficeView
from casework.people import PersonView
from casework.queries_due import in_open_states
from casework.refs import read_ref
from casework.sight import hidden_from
from casework.store import store_of
from casework.views import CasePage, CaseRow
from states.editions import edition, editions

DEADLINES = models.table(models.Deadline)
_ABOVE = CASES.alias("above")
_ROW = (
    CASES.c.id, CASES.c.ref, CASES.c.procedure, CASES.c.edition, _ABOVE.c.ref.label("parent_ref"),
    _ABOVE.c.procedure.label("parent_procedure"), _ABOVE.c.edition.label("parent_edition"), CASES.c.state, CASES.c.round, CASES.c.level,
    CASES.c.version, CASES.c.received_at, CASES.c.handler_id, CASES.c.closed_at, CASES.c.history, CASES.c.register_kind,
    CASES.c.register_year, CASES.c.register_no,
)  # fmt: skip
_PAGE: Select[Any] = select(*_ROW).outerjoin_from(CASES, _ABOVE, _ABOVE.c.id == CASES.c.parent_id)
_MOST = 1000
"""Rows of one page at most."""


def list_cases(
    session: Session,
    office_key: str,
    *,
    state: str | None = None,
    procedure: str | None = None,
    open_only: bool = False,
    handler: str | None = None,
    limit: int = 50,
    after: str | None = None,
    person: PersonView | None = None,
) -> CasePage:
    """Cases of an office, newest first. `after`: the page before ended there; `handler`: a handle; `person`: only what this person may see.

    Raises BadInput for an unknown office, procedure, state or handler, and for an `after` that no page gave.
    """
    connection = session.connection()
    office = office_of(store_of(session).offices(connection), office_key)
    _check_names(procedure, state)
    where = [CASES.c.office_id == office.id]
    if procedure is not None:
        where.append(CASES.c.procedure == procedure)
    if state is not None:
        where.append(CASES.c.state == state)
    if open_only:
        where += [CASES.c.closed_at.is_(None), in_open_states()]
    if handler is not None:
        where.append(CASES.c.handler_id == office.person(handler))
    limit = max(1, min(limit, _MOST))
    before = None if after is None else _place(connection, office, after, person)
    found: list[Row[Any]] = []
    while len(found) <= limit:
        # What a person may not see is known only from what the case says, so that a page may take more than one read.
        place = [] if before is None else [CASES.c.id < before]
        query = _PAGE.where(*where, *place).order_by(CASES.c.id.desc()).limit(limit + 1)
        read = connection.execute(query).all()
        hidden = hidden_from(connection, [row.id for row in read], person)
        found += [row for row in read if row.id not in hidden]
        if len(read) <= limit:
            break
        before = read[-1].id
    page = found[:limit]
    return CasePage(
        _case_rows(connection, office, page, person), page[-1].ref if len(found) > limit else None
    )


def _check_names(procedure: str | None, state: str | None) -> None:
    names = sorted({name for name, _ in editions()})
    if procedure is not None and procedure not in names:
        raise BadInput(
            "There is no procedure {name}.", hint="There is: {there}.", name=procedure, there=", ".join(names)
        )
    states = {s.value for (name, _), p in editions().items() if procedure in {None, name} for s in p.states}
    if state is not None and state not in states:
        raise BadInput(
            "There is no state {state}.",
            hint="There is: {there}.",
            state=state,
            there=", ".join(sorted(states)),
        )


def _place(connection: Connection, office: OfficeView, after: str, person: PersonView | None) -> int:
    wanted = select(CASES.c.id).where(CASES.c.ref == read_ref(after), CASES.c.office_id == office.id)
    found = connection.execute(wanted).scalar()
    # Asked in any event: else it would take longer where there is something to hide.
    hidden = hidden_from(connection, [found or 0], person)
    if found is None or found in hidden:
        raise BadInput("There is no page after {ref}.", hint="Begin again with the first page.", ref=after)
    return int(found)


def _case_rows(
    connection: Connection, office: OfficeView, page: Sequence[Row[Any]], person: PersonView | None
) -> tuple[CaseRow, ...]:
    handles = {number: handle for handle, number in office.people.items()}
    clocks = _clocks(connection, [row.id for row in page])
    shown: list[CaseRow] = []
    for row in page:
        law = edition(row.procedure, row.edition)
        laws = [law] if row.parent_ref is None else [law, edition(row.parent_procedure, row.parent_edition)]
        number = shown_number(law, row.register_kind, row.register_year, row.register_no)
        due, late = clocks.get(row.id, (None, 0))
        shown.append(
            CaseRow(
                row.ref, number if person is None or shows_number(laws, person.roles) else "", law.name, law.says, row.state, law.states(row.state).says,
                row.round, row.level, row.version, row.received_at, handles.get(row.handler_id), row.closed_at is None, row.history,
                row.parent_ref, due, late,
            )
        )  # fmt: skip
    return tuple(shown)


def _clocks(connection: Connection, ids: Sequence[int]) -> Mapping[int, tuple[datetime | None, int]]:
    """Of each case the next limit and how many breaches are not made good."""
    armed = and_(DEADLINES.c.status == "armed", DEADLINES.c.breach)
    broken = and_(DEADLINES.c.status == "fired", DEADLINES.c.breach, DEADLINES.c.kept_at.is_(None))
    wanted = (
        select(
            DEADLINES.c.case_id,
            func.min(case((armed, DEADLINES.c.due_at))).label("due"),
            func.count(case((broken, 1))).label("late"),
        )
        .where(DEADLINES.c.case_id.in_(ids))
        .group_by(DEADLINES.c.case_id)
    )
    return {row.case_id: (row.due, row.late) for row in connection.execute(wanted)}
