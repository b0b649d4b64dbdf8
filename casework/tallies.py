"""How much of something there is, for whoever looks after an installation and need not know of any secret case (B10).

What belongs to secret cases is not counted, however many they are: whoever sees all of them but one would learn of that one from the sum.
It is counted for whoever examines these cases, without those that this person may not know of either.
"""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, case, func, not_, select

import models
from casework.hand import CASES
from casework.operations import is_secret, secret_kinds
from casework.people import PersonView
from casework.pulse import DEADLINES, OUTBOX
from casework.report_scope import examines
from casework.sight import hidden_from

OFFICES = models.table(models.Office)
GIVEN_UP = and_(OUTBOX.c.done_at.is_not(None), OUTBOX.c.error_code.is_not(None))
"""Rows of the outbox that could not be delivered."""


class Tally(NamedTuple):
    """How many, since when the first of them, and one of the codes of what went wrong."""

    n: int = 0
    since: datetime | None = None
    code: str = ""


def tally_deadlines(
    connection: Connection, where: ColumnElement[bool], person: PersonView | None = None
) -> Tally:
    """Count rungs of deadlines; `since` is when the first was due. `person`: who asks."""
    counted = _counted(is_secret(), DEADLINES.c.case_id, DEADLINES.c.due_at, DEADLINES.c.error_code)
    of_cases = counted.join_from(DEADLINES, CASES, CASES.c.id == DEADLINES.c.case_id)
    return _told(connection, of_cases.where(where), person)


def tally_messages(
    connection: Connection, where: ColumnElement[bool], person: PersonView | None = None
) -> Tally:
    """Count rows of the outbox; `since` is when the first was written. `person`: who asks.

    A message to a person gathers alarms of several cases. In an office that works in secret it is not counted at all.
    """
    theirs = select(OFFICES.c.id).where(OFFICES.c.kind.in_(sorted(secret_kinds())))
    gathered = and_(OUTBOX.c.case_id.is_(None), OUTBOX.c.office_id.in_(theirs))
    counted = _counted(is_secret(), OUTBOX.c.case_id, OUTBOX.c.created_at, OUTBOX.c.error_code)
    of_cases = counted.outerjoin_from(OUTBOX, CASES, CASES.c.id == OUTBOX.c.case_id)
    return _told(connection, of_cases.where(where, not_(gathered)), person)


def _counted(secret: ColumnElement[bool], case_id: Any, since: Any, code: Any) -> Any:  # noqa: ANN401  columns of two tables
    """Everything ordinary in one row, and each secret case in a row of its own."""
    which = case((secret, case_id)).label("secret_id")
    figures = (func.count().label("n"), func.min(since).label("since"), func.min(code).label("code"))
    return select(which, *figures).group_by(which)


def _told(connection: Connection, counted: Any, person: PersonView | None) -> Tally:  # noqa: ANN401  a statement of either kind
    rows = connection.execute(counted).all()
    open_to = _open_to(connection, [row.secret_id for row in rows if row.secret_id is not None], person)
    rows = [row for row in rows if row.secret_id is None or row.secret_id in open_to]
    return Tally(
        sum(row.n for row in rows),
        min((row.since for row in rows if row.since is not None), default=None),
        min((row.code for row in rows if row.code is not None), default=""),
    )


def _open_to(connection: Connection, secret: list[int], person: PersonView | None) -> set[int]:
    """Those of these secret cases of which somebody may be told in a sum."""
    if person is None or not examines(connection, person):
        return set()
    return set(secret) - hidden_from(connection, secret, person)
