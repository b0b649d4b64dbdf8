"""Who was given a role in writing (H5.2), until when, and whether it holds today. `casework.delegations` gives and ends."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, or_, select
from sqlmodel import Session

import models
from casework.intake import office_of
from casework.kinds import delegated
from casework.offices import OfficeView
from casework.roles_held import PEOPLE, ROLES
from casework.store import store_of

DELEGATIONS = models.table(models.Delegation)


@dataclass(frozen=True)
class DelegationView:
    """One delegation. `valid_until`: the last day on the paper; `last_day`: the one that counts, since it may have been ended early.

    `ended_by`: the handle of whoever ended it early; `holds`: the role is held by it today, which it is no more by somebody who has left.
    """

    person_id: int
    handle: str
    role: str
    valid_from: date
    valid_until: date
    text_sha256: str
    given_by: str
    recorded_at: datetime
    last_day: date
    ended_by: str | None
    holds: bool
    id: int


def delegations_of(
    session: Session, office_key: str, at: datetime, *, every: bool = False
) -> list[DelegationView]:
    """The delegations of an office, oldest first, those that hold today or later; `every`: also those that are over. Raises BadInput for an unknown office."""
    connection = session.connection()
    office = office_of(store_of(session).offices(connection), office_key)
    today = office.calendar.local_day(at)
    return [one for one in rows_of(connection, office, at) if every or one.last_day >= today]


def rows_of(connection: Connection, office: OfficeView, at: datetime) -> Iterator[DelegationView]:
    """Every delegation of an office, with what ended it early."""
    today = office.calendar.local_day(at)
    handles = {
        row.id: row.handle
        for row in connection.execute(
            select(PEOPLE.c.id, PEOPLE.c.handle).where(PEOPLE.c.office_id == office.id)
        )
    }
    running = ROLES.c.valid_from <= today, or_(ROLES.c.valid_until.is_(None), ROLES.c.valid_until >= today)
    held = set(
        connection.execute(
            select(ROLES.c.person_id, ROLES.c.role, ROLES.c.valid_from).where(
                *running, ROLES.c.role.in_(delegated(office.kind))
            )
        ).tuples()
    )
    mine = select(DELEGATIONS).where(DELEGATIONS.c.office_id == office.id).order_by(DELEGATIONS.c.id)
    rows = connection.execute(mine).all()
    ended = {row.ends_id: row for row in rows if row.ends_id is not None}
    for row in rows:
        if row.ends_id is not None:
            continue
        early = ended.get(row.id)
        last = row.valid_until if early is None else early.valid_until
        yield DelegationView(
            row.person_id, handles[row.person_id], row.role, row.valid_from, row.valid_until, row.text_sha256, handles[row.given_by], row.recorded_at,
            last, None if early is None else handles[early.given_by],
            row.valid_from <= today <= last and (row.person_id, row.role, row.valid_from) in held, row.id,
        )  # fmt: skip
