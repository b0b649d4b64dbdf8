"""Several accounts of one human: whom a rule keeps from something under one handle is kept from it under every other.

The account named first stays what the law knows the human by; every other one points at it, and never at one that points further. What was
recorded under another account counts as that human's from then on. It is not taken back: a handle stays with one person for ever.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime

from sqlalchemy import Connection, select, update
from sqlmodel import Session

import models
from casework.errors import BadInput
from casework.offices import lock_office, touch_offices
from casework.roles_held import office_row

PEOPLE = models.table(models.Person)


def declare_same(session: Session, office_key: str, handle: str, of: str, at: datetime) -> bool:
    """Say that the account `handle` is another one of the human known as `of`; return whether that is new.

    Raises BadInput for an unknown office or handle, and for what would make a chain or a ring of accounts.
    """
    connection = session.connection()
    office = office_row(connection, office_key)
    lock_office(connection, office.id)
    firsts = accounts_of(connection, office.id)
    for one in (handle, of):
        if one not in firsts:
            raise BadInput(
                "The office has no person with the handle {handle}.",
                hint="`duecourse person list` shows the handles.",
                handle=one,
            )
    if firsts[handle] == of:
        return False
    fault = next(faults(firsts, handle, of), None)
    if fault is not None:
        raise fault
    join(connection, office.id, handle, of)
    touch_offices(connection, "account of the same person", at)
    return True


def accounts_of(connection: Connection, office_id: int) -> dict[str, str | None]:
    """The handles of an office, each with that of the first account where it is another one."""
    first = PEOPLE.alias("first")
    wanted = select(PEOPLE.c.handle, first.c.handle.label("first")).outerjoin(
        first, first.c.id == PEOPLE.c.same_as_id
    )
    rows = connection.execute(wanted.where(PEOPLE.c.office_id == office_id))
    return {row.handle: row.first for row in rows}


def faults(firsts: Mapping[str, str | None], handle: str, of: str) -> Iterator[BadInput]:
    """Yield what stands against it, worst first. `firsts`: handle -> that of the first account, or None."""
    if handle == of:
        yield BadInput("{handle} is one account: name another one.", handle=handle)
    if (known := firsts.get(handle)) is not None and known != of:
        yield BadInput(
            "{handle} is already another account of {known}, and stays so.", handle=handle, known=known
        )
    if (known := firsts.get(of)) is not None:
        yield BadInput(
            "{of} is itself another account of {known}.", hint="Name {known} instead.", of=of, known=known
        )
    others = sorted(other for other, first in firsts.items() if first == handle)
    if others:
        yield BadInput(
            "{others} is another account of {handle}, which must stay the first.",
            hint="Turn it round: `duecourse person alias {of} --of {handle}`.",
            others=", ".join(others),
            handle=handle,
            of=of,
        )


def join(connection: Connection, office_id: int, handle: str, of: str) -> None:
    """Point an account at the first one. The caller has looked for faults, and touches the offices."""
    first = (
        select(PEOPLE.c.id).where(PEOPLE.c.office_id == office_id, PEOPLE.c.handle == of).scalar_subquery()
    )
    mine = PEOPLE.c.office_id == office_id, PEOPLE.c.handle == handle
    connection.execute(update(PEOPLE).where(*mine).values(same_as_id=first))
