"""Of which cases a report on the whole installation may speak (B10): of ordinary ones to whoever looks after the machine, of secret ones to few.

Whoever sees all cases but one would learn of that one from a number that counts them all. So where an office keeps secrets, its cases are
neither counted nor named, unless whoever asks examines them, and then without those that this person may not know of.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, func, select
from sqlmodel import Session

import models
from casework.hand import CASES
from casework.need_to_know import audits
from casework.operations import secret_kinds
from casework.people import PersonView
from casework.record import EVENTS
from casework.sight import hidden_from

OFFICES = models.table(models.Office)
_AT_ONCE = 500


@dataclass(frozen=True)
class ReportScope:
    """What may be told. `hidden`: references that may not; `secrets`: whether some office keeps any; `partly`: whether one of them tells nothing.

    `cases`, `events`: how many there are of which may be told.
    """

    cases: int
    events: int
    hidden: frozenset[str] = frozenset()
    secrets: bool = False
    partly: bool = False


def keeps_secrets(session: Session) -> bool:
    """Whether some office of this installation keeps its cases secret."""
    return bool(_secret_offices(session))


def _secret_offices(session: Session) -> set[int]:
    wanted = select(OFFICES.c.id).where(OFFICES.c.kind.in_(sorted(secret_kinds())))
    return set(session.connection().execute(wanted).scalars())


def report_scope(session: Session, person: PersonView | None) -> ReportScope:
    """Of which cases this person may be told; None: whoever looks after the machine."""
    connection = session.connection()
    secret = _secret_offices(session)
    rows = (
        connection.execute(select(CASES.c.id, CASES.c.ref).where(CASES.c.office_id.in_(secret))).all()
        if secret
        else []
    )
    open_to = person.office_id if person is not None and examines(connection, person) else None
    kept = {row.id for row in rows}
    if open_to is not None:
        kept = {
            number
            for batch in _batches(rows)
            for number in hidden_from(connection, [row.id for row in batch], person)
        }
    hidden = {row.id: row.ref for row in rows if row.id in kept}
    count = select(func.count()).select_from(CASES)
    of_events = select(func.count()).select_from(EVENTS)
    return ReportScope(
        int(connection.execute(count).scalar_one()) - len(hidden),
        int(connection.execute(of_events).scalar_one()) - _events(session, hidden),
        frozenset(hidden.values()),
        bool(secret),
        bool(secret - {open_to}),
    )


def examines(connection: Connection, person: PersonView) -> bool:
    """Whether this person examines the secret cases of the office they work in."""
    kind = connection.execute(select(OFFICES.c.kind).where(OFFICES.c.id == person.office_id)).scalar_one()
    return audits(str(kind), person.roles)


def _events(session: Session, hidden: dict[int, str]) -> int:
    ids, counted = sorted(hidden), 0
    for first in range(0, len(ids), _AT_ONCE):
        mine = EVENTS.c.case_id.in_(ids[first : first + _AT_ONCE])
        counted += int(session.connection().execute(select(func.count()).where(mine)).scalar_one())
    return counted


def _batches(rows: Sequence[Row[Any]]) -> list[Sequence[Row[Any]]]:
    return [rows[first : first + _AT_ONCE] for first in range(0, len(rows), _AT_ONCE)]
