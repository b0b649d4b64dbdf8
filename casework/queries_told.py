"""Who was told of what, and what was refused: alarms, and attempts that did not get through."""

import json
from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, func, select
from sqlmodel import Session

import models
from casework.hand import CASES
from casework.intake import office_of
from casework.people import PersonView
from casework.sight import hidden_from
from casework.store import store_of
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
    connection = session.connection()
    office = office_of(store_of(session).offices(connection), office_key)
    handles = {number: handle for handle, number in office.people.items()}
    wanted = select(ALARMS, CASES.c.ref).outerjoin_from(ALARMS, CASES, CASES.c.id == ALARMS.c.case_id)
    wanted = wanted.where(ALARMS.c.office_id == office.id)
    if unanswered:
        wanted = wanted.where(ALARMS.c.acknowledged_at.is_(None))
    newest = wanted.order_by(ALARMS.c.raised_at.desc(), ALARMS.c.id.desc()).limit(limit)
    rows = connection.execute(newest).all()
    hidden = hidden_from(connection, {row.case_id for row in rows if row.case_id is not None}, person)
    return [alarm_view(row, row.ref, handles) for row in rows if row.case_id not in hidden]


def alarm_view(row: Row[Any], ref: str | None, handles: Mapping[int, str]) -> AlarmView:
    """A row of the alarm table as it is shown."""
    return AlarmView(
        row.id, ref, row.kind, row.role, handles.get(row.person_id), row.raised_at, row.sent_at, row.acknowledged_at, handles.get(row.acknowledged_by),
        row.escalate_at, row.rung, row.clause,
    )  # fmt: skip


def refusal_counts(session: Session, office_key: str, since: datetime, until: datetime) -> list[RefusalCount]:
    """How often each act was refused for want of each clause, from `since` until before `until`; most frequent first.

    Attempts of the office's people to register count too. Raises BadInput for an unknown office.
    """
    connection = session.connection()
    office = office_of(store_of(session).offices(connection), office_key)
    by_person = and_(REFUSALS.c.actor_kind == "person", PEOPLE.c.id == REFUSALS.c.actor_id)
    wanted = (
        select(CASES.c.procedure, REFUSALS.c.act_kind, REFUSALS.c.act, REFUSALS.c.requirements)
        .outerjoin_from(REFUSALS, CASES, CASES.c.id == REFUSALS.c.case_id)
        .outerjoin(PEOPLE, by_person)
        .where(
            REFUSALS.c.at >= since,
            REFUSALS.c.at < until,
            func.coalesce(CASES.c.office_id, PEOPLE.c.office_id) == office.id,
        )
    )
    counted: Counter[tuple[str, str, str, str]] = Counter()
    for row in connection.execute(wanted):
        clauses = {str(requirement[2]) for requirement in json.loads(row.requirements)}
        counted.update((row.procedure or "", row.act_kind, row.act, clause) for clause in clauses)
    return [
        RefusalCount(*key, times)
        for key, times in sorted(counted.items(), key=lambda item: (-item[1], item[0]))
    ]
