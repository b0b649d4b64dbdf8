"""Who was told of what, and what was refused: alarms, and attempts that did not get through."""

import json
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, func, or_, select
from sqlmodel import Session

import models
from casework.hand import CASES
from casework.intake import office_of
from casework.people import PersonView
from casework.sight import hidden_from
from casework.store import store_of
from casework.veiled import numbering
from casework.views import AlarmView, RefusalCount

ALARMS = models.table(models.Alarm)
REFUSALS = models.table(models.Refusal)
PEOPLE = models.table(models.Person)


def alarm_list(
    session: Session,
    office_key: str,
    *,
    person: PersonView | None = None,
    unanswered: bool = False,
    limit: int = 100,
) -> list[AlarmView]:
    """Alarms of an office, newest first. `unanswered`: only those that nobody has acknowledged; `person`: only of cases this person may see.

    Raises BadInput for an unknown office.
    """
    store, connection = store_of(session), session.connection()
    office = office_of(store.offices(connection), office_key)
    handles = {number: handle for handle, number in office.people.items()}
    numbers = numbering(store.keys, office, "alarm")
    wanted = select(ALARMS, CASES.c.ref).outerjoin_from(ALARMS, CASES, CASES.c.id == ALARMS.c.case_id)
    wanted = wanted.where(ALARMS.c.office_id == office.id)
    if unanswered:
        wanted = wanted.where(ALARMS.c.acknowledged_at.is_(None))
    newest = wanted.order_by(ALARMS.c.raised_at.desc(), ALARMS.c.id.desc()).limit(limit)
    found: list[Row[Any]] = []
    last: Row[Any] | None = None
    while len(found) < limit:
        # What is hidden takes no place: a list that is shorter than it could be would tell of it.
        read = connection.execute(newest if last is None else newest.where(_older(last))).all()
        hidden = hidden_from(connection, {row.case_id for row in read if row.case_id is not None}, person)
        found += [row for row in read if row.case_id not in hidden]
        if len(read) < limit:
            break
        last = read[-1]
    return [alarm_view(row, row.ref, handles, numbers) for row in found[:limit]]


def _older(than: Row[Any]) -> ColumnElement[bool]:
    same_moment = and_(ALARMS.c.raised_at == than.raised_at, ALARMS.c.id < than.id)
    return or_(ALARMS.c.raised_at < than.raised_at, same_moment)


def alarm_view(
    row: Row[Any], ref: str | None, handles: Mapping[int, str], numbers: Callable[[int], int]
) -> AlarmView:
    """A row of the alarm table as it is shown. `numbers`: how its number is (`casework.veiled`)."""
    return AlarmView(
        numbers(row.id), ref, row.kind, row.role, handles.get(row.person_id), row.raised_at, row.sent_at, row.acknowledged_at, handles.get(row.acknowledged_by),
        row.escalate_at, row.rung, row.clause,
    )  # fmt: skip


def refusal_counts(
    session: Session, office_key: str, since: datetime, until: datetime, *, person: PersonView | None = None
) -> list[RefusalCount]:
    """How often each act was refused for want of each clause, from `since` until before `until`; most frequent first.

    Attempts of the office's people to register count too. `person`: only what was refused in cases that this person may see. Raises
    BadInput for an unknown office.
    """
    connection = session.connection()
    office = office_of(store_of(session).offices(connection), office_key)
    by_person = and_(REFUSALS.c.actor_kind == "person", PEOPLE.c.id == REFUSALS.c.actor_id)
    wanted = (
        select(
            REFUSALS.c.case_id,
            CASES.c.procedure,
            REFUSALS.c.act_kind,
            REFUSALS.c.act,
            REFUSALS.c.requirements,
        )
        .outerjoin_from(REFUSALS, CASES, CASES.c.id == REFUSALS.c.case_id)
        .outerjoin(PEOPLE, by_person)
        .where(
            REFUSALS.c.at >= since,
            REFUSALS.c.at < until,
            func.coalesce(CASES.c.office_id, PEOPLE.c.office_id) == office.id,
        )
    )
    counted: Counter[tuple[str, str, str, str]] = Counter()
    rows = connection.execute(wanted).all()
    hidden = hidden_from(connection, {row.case_id for row in rows if row.case_id is not None}, person)
    for row in rows:
        if row.case_id in hidden:
            continue
        clauses = {str(requirement[2]) for requirement in json.loads(row.requirements)}
        counted.update((row.procedure or "", row.act_kind, row.act, clause) for clause in clauses)
    return [
        RefusalCount(*key, times)
        for key, times in sorted(counted.items(), key=lambda item: (-item[1], item[0]))
    ]
