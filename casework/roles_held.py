"""Which office, which person, and which roles from which day to which: the rows that everything about people begins with.

Roles are dated, since separation of duties looks back over the whole history. What ends, ends now: its last day is yesterday.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, delete, insert, select, update
from sqlmodel import Session

import models
from casework.errors import BadInput
from casework.kinds import delegated, roles_of_kind
from casework.offices import touch_offices

OFFICES = models.table(models.Office)
PEOPLE = models.table(models.Person)
ROLES = models.table(models.PersonRole)
UNITS = models.table(models.Unit)


@dataclass(frozen=True)
class OfficeRow:
    """An office as it stands in its row, read in the present transaction."""

    id: int
    key: str
    kind: str
    zone: str

    def day(self, at: datetime) -> date:
        """The day on the office's wall calendar."""
        return at.astimezone(ZoneInfo(self.zone)).date()


def office_row(connection: Connection, key: str) -> OfficeRow:
    """The office with this key. Raises BadInput naming those there are."""
    found = {
        row.key: OfficeRow(row.id, row.key, row.kind, row.zone)
        for row in connection.execute(select(OFFICES.c.id, OFFICES.c.key, OFFICES.c.kind, OFFICES.c.zone))
    }
    if key not in found:
        raise BadInput(
            "There is no office {key}.",
            hint="There is: {there}.",
            key=key,
            there=", ".join(found) or "none yet",
        )
    return found[key]


def person_id(connection: Connection, office: OfficeRow, handle: str) -> int:
    """The id of the person with this handle, also of one who has left. Raises BadInput."""
    wanted = select(PEOPLE.c.id).where(PEOPLE.c.office_id == office.id, PEOPLE.c.handle == handle)
    found = connection.execute(wanted).scalar()
    if found is None:
        raise BadInput(
            "The office has no person with the handle {handle}.",
            hint="`duecourse person list` shows the handles.",
            handle=handle,
        )
    return int(found)


def unit_id_of(connection: Connection, office: OfficeRow, key: str) -> int:
    """The id of a unit of the office. Raises BadInput naming those there are."""
    there = {
        row.key: row.id
        for row in connection.execute(select(UNITS.c.key, UNITS.c.id).where(UNITS.c.office_id == office.id))
    }
    if key not in there:
        raise BadInput(
            "The office has no unit {unit}.",
            hint="There is: {there}.",
            unit=key,
            there=", ".join(there) or "none",
        )
    return int(there[key])


def has_left(active_from: date, active_until: date | None, day: date) -> bool:
    """Whether somebody has left by a day. Who goes on the day of coming has that day as first and last, and has left all the same."""
    return active_until is not None and (active_until < day or active_until == active_from)


def give_role(
    session: Session,
    office_key: str,
    handle: str,
    role: str,
    at: datetime,
    *,
    unit: str | None = None,
    valid_from: date | None = None,
    valid_until: date | None = None,
) -> None:
    """Give a person a role, from today unless `valid_from` says otherwise, to the end of `valid_until`. One already held stays as it is.

    Raises BadInput for an unknown office, person, role or unit, a role that is only given in writing, and for dates that are not in order.
    """
    connection = session.connection()
    office = office_row(connection, office_key)
    person = person_id(connection, office, handle)
    known = roles_of_kind(office.kind)
    if role not in known:
        raise BadInput(
            "There is no role {role} in this office.",
            hint="There is: {there}.",
            role=role,
            there=", ".join(known),
        )
    _not_delegated(office, role)
    unit_id = None if unit is None else unit_id_of(connection, office, unit)
    first = valid_from if valid_from is not None else office.day(at)
    if valid_until is not None and valid_until < first:
        raise BadInput("The role {role} ends before it begins.", role=role)
    mine = select(ROLES.c.id).where(
        ROLES.c.person_id == person, ROLES.c.role == role, ROLES.c.unit_id == unit_id
    )
    held = mine.where(ROLES.c.valid_from <= first, ROLES.c.valid_until.is_(None))
    if connection.execute(held).first() is None:
        row = {
            "person_id": person,
            "role": role,
            "unit_id": unit_id,
            "valid_from": first,
            "valid_until": valid_until,
        }
        connection.execute(insert(ROLES), row)
        touch_offices(connection, "role given", at)


def _not_delegated(office: OfficeRow, role: str) -> None:
    """Raise BadInput for a role that whoever holds another one gives and ends in writing (`casework.delegations`)."""
    giver = delegated(office.kind).get(role)
    if giver is not None:
        raise BadInput(
            "The role {role} is given and ended in writing, by whoever is {giver} alone.",
            hint="`duecourse delegation give HANDLE --until DAY --paper FILE`, and `duecourse delegation end HANDLE`.",
            role=role,
            giver=giver,
        )


def take_role(session: Session, office_key: str, handle: str, role: str, at: datetime) -> None:
    """Take a role from a person, with effect now, in every unit. Raises BadInput if the person does not hold it, or was given it in writing."""
    connection = session.connection()
    office = office_row(connection, office_key)
    person = person_id(connection, office, handle)
    _not_delegated(office, role)
    if not end_roles(connection, person, office.day(at), role):
        raise BadInput("{handle} does not hold the role {role}.", handle=handle, role=role)
    touch_offices(connection, "role taken", at)


def end_roles(connection: Connection, person: int, day: date, role: str | None = None) -> int:
    """End a person's roles (or one of them) before `day`; what would only begin then is taken out. Returns how many ended.

    The events say which roles somebody acted in, so that nothing is lost with a row that never covered a whole day.
    """
    running = (ROLES.c.person_id == person) & (ROLES.c.valid_until.is_(None) | (ROLES.c.valid_until >= day))
    if role is not None:
        running &= ROLES.c.role == role
    gone = connection.execute(delete(ROLES).where(running, ROLES.c.valid_from >= day)).rowcount
    return (
        gone
        + connection.execute(
            update(ROLES).where(running).values(valid_until=day - timedelta(days=1))
        ).rowcount
    )
