"""Writes the people of an office file over those of the database, row by row, and only where they differ.

Dates make it history: a role that is no longer in the file ended yesterday, and a person who is no longer there has left.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

import models
from casework.kinds import delegated
from casework.names import open_contacts, open_name, seal_contacts, seal_name
from casework.office_schema import OfficeFile, PersonTable, RoleTable
from casework.roles_held import has_left
from casework.staffing import retire

PEOPLE = models.table(models.Person)
ROLES = models.table(models.PersonRole)
UNITS = models.table(models.Unit)


@dataclass
class Applying:
    """One file on its way into the database. `key` seals the office's names; the lists tell what changed, by handle and name."""

    connection: Connection
    file: OfficeFile
    office_id: int
    key: bytes
    at: datetime
    day: date
    added: list[str] = field(default_factory=list)
    returned: list[str] = field(default_factory=list)
    retired: list[str] = field(default_factory=list)
    settings: list[str] = field(default_factory=list)
    changed: int = 0

    def people(self) -> dict[str, Row[Any]]:
        """The people of the office by handle, also those who have left."""
        rows = self.connection.execute(select(PEOPLE).where(PEOPLE.c.office_id == self.office_id))
        return {row.handle: row for row in rows}


def apply_people(applying: Applying) -> None:
    """Add, change, take back and retire people."""
    there = applying.people()
    units = {
        row.key: row.id
        for row in applying.connection.execute(select(UNITS).where(UNITS.c.office_id == applying.office_id))
    }
    for person in applying.file.people:
        known = there.get(person.handle)
        number = _add(applying, person) if known is None else _update(applying, person, known)
        wanted = [(role, None if role.unit is None else int(units[role.unit])) for role in person.roles]
        _roles(applying, number, wanted)
    kept = {person.handle for person in applying.file.people}
    for handle, row in there.items():
        if handle not in kept and not has_left(row.active_from, row.active_until, applying.day):
            retire(applying.connection, row.id, applying.day, applying.at)
            applying.retired.append(handle)


def _add(applying: Applying, person: PersonTable) -> int:
    first = min([applying.day, *(role.valid_from for role in person.roles if role.valid_from is not None)])
    row = {
        "office_id": applying.office_id, "handle": person.handle, "name_sealed": seal_name(applying.key, person.handle, person.name),
        "contact_sealed": seal_contacts(applying.key, person.handle, person.contacts), "language": person.language, "active_from": first,
    }  # fmt: skip
    applying.added.append(person.handle)
    return int(applying.connection.execute(insert(PEOPLE).returning(PEOPLE.c.id), row).scalar_one())


def _update(applying: Applying, person: PersonTable, known: Row[Any]) -> int:
    key, handle = applying.key, person.handle
    values: dict[str, object] = {}
    if open_name(key, handle, known.name_sealed) != person.name:
        values["name_sealed"] = seal_name(key, handle, person.name)
    if open_contacts(key, handle, known.contact_sealed) != tuple(person.contacts):
        values["contact_sealed"] = seal_contacts(key, handle, person.contacts)
    if known.language != person.language:
        values["language"] = person.language
    if has_left(known.active_from, known.active_until, applying.day):
        values["active_until"] = None
        applying.returned.append(handle)
    if values:
        applying.connection.execute(update(PEOPLE).where(PEOPLE.c.id == known.id).values(values))
        applying.changed += 1
    return int(known.id)


def _roles(applying: Applying, person: int, wanted: list[tuple[RoleTable, int | None]]) -> None:
    """Bring a person's roles to what the file says. A role with a first day is known by it, one without by still being held."""
    connection, day = applying.connection, applying.day
    left = list(connection.execute(select(ROLES).where(ROLES.c.person_id == person).order_by(ROLES.c.id)))
    for role, unit in wanted:
        known = next(
            (r for r in left if (r.role, r.unit_id) == (role.role, unit) and _is_meant(r, role, day)), None
        )
        if known is None:
            fresh = {
                "person_id": person,
                "role": role.role,
                "unit_id": unit,
                "valid_from": role.valid_from or day,
                "valid_until": role.valid_until,
            }
            connection.execute(insert(ROLES), fresh)
            applying.changed += 1
            continue
        left.remove(known)
        if known.valid_until != role.valid_until:
            connection.execute(
                update(ROLES).where(ROLES.c.id == known.id).values(valid_until=role.valid_until)
            )
            applying.changed += 1
    in_writing = delegated(applying.file.office.kind)
    for row in left:
        # What was given in writing stands in no file, and ends with its day or in writing.
        if row.role not in in_writing and (row.valid_until is None or row.valid_until >= day):
            mine = ROLES.c.id == row.id
            over = (
                update(ROLES).where(mine).values(valid_until=day - timedelta(days=1))
                if row.valid_from < day
                else delete(ROLES).where(mine)
            )
            connection.execute(over)
            applying.changed += 1


def _is_meant(row: Row[Any], role: RoleTable, day: date) -> bool:
    if role.valid_from is not None:
        return bool(row.valid_from == role.valid_from)
    return row.valid_until is None or row.valid_until >= day
