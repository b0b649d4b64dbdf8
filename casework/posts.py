"""Who holds which role of an office, from which day to which, in which unit, and who is on which roster: as the door keeps it.

A human is there once, by the first account, whichever account holds the role, stands on the roster, or is away.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import NamedTuple, TypeAlias

from sqlalchemy import Connection, select

import models
from casework.kinds import rostered
from casework.rosters import touches

ABSENCES = models.table(models.Absence)
PEOPLE = models.table(models.Person)
ROLES = models.table(models.PersonRole)
SLOTS = models.table(models.RosterSlot)
UNITS = models.table(models.Unit)

Aliases: TypeAlias = Mapping[int, Mapping[int, int]]
"""By office: account -> first account of the same human."""


class Post(NamedTuple):
    """A role that a person holds in one unit from one day to another, both included; no end: until further notice."""

    role: str
    unit: str
    valid_from: date
    valid_until: date | None

    def covers(self, day: date) -> bool:
        """Whether it is held on that day."""
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)


class Held(NamedTuple):
    """A role that a person holds from one day to another, both included; no end: until further notice. No unit: in the whole office."""

    role: str
    valid_from: date
    valid_until: date | None
    unit: str | None = None

    def covers(self, day: date) -> bool:
        """Whether it is held on that day."""
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)


class Shift(NamedTuple):
    """Somebody's part of the week on a roster, in minutes of the week on the office's wall clock, the end not included."""

    person: int
    starts: int
    ends: int

    def covers(self, minute: int) -> bool:
        """Whether it is on at that minute of the week."""
        return self.starts <= minute < self.ends

    def on(self, day: date) -> bool:
        """Whether it is on at some hour of that day."""
        return touches(self.starts, self.ends, day)


class Away(NamedTuple):
    """A time in which a person is away: from the first moment to the one in which they are back (aware UTC)."""

    person: int
    starts_at: datetime
    ends_at: datetime

    def covers(self, at: datetime) -> bool:
        """Whether they are away at that moment."""
        return self.starts_at <= at < self.ends_at


def posts_of(held: Iterable[Held]) -> tuple[Post, ...]:
    """Those of these roles that are held in one unit."""
    return tuple(
        Post(one.role, one.unit, one.valid_from, one.valid_until) for one in held if one.unit is not None
    )


def load_held(connection: Connection, aliases: Aliases) -> dict[int, dict[int, tuple[Held, ...]]]:
    """By office and human, the roles of those who have not left."""
    found: dict[int, dict[int, tuple[Held, ...]]] = {}
    wanted = (
        select(PEOPLE.c.office_id, ROLES.c.person_id, ROLES.c.role, ROLES.c.valid_from, ROLES.c.valid_until, UNITS.c.key)
        .join_from(ROLES, PEOPLE, PEOPLE.c.id == ROLES.c.person_id)
        .outerjoin(UNITS, UNITS.c.id == ROLES.c.unit_id)
        .where(PEOPLE.c.active_until.is_(None))
        .order_by(ROLES.c.id)
    )  # fmt: skip
    for row in connection.execute(wanted):
        mine = found.setdefault(row.office_id, {})
        human = _human(aliases, row.office_id, row.person_id)
        mine[human] = (
            *mine.get(human, ()),
            Held(row.role, row.valid_from, row.valid_until, row.key),
        )
    return found


def load_shifts(connection: Connection, aliases: Aliases) -> dict[int, dict[str, tuple[Shift, ...]]]:
    """By office and roster, who is on it and when: the rosters of the roles that are held on duty only."""
    found: dict[int, dict[str, tuple[Shift, ...]]] = {}
    if not rostered():
        return found
    wanted = select(SLOTS).where(SLOTS.c.roster.in_(rostered())).order_by(SLOTS.c.starts_minute, SLOTS.c.id)
    for row in connection.execute(wanted):
        mine = found.setdefault(row.office_id, {})
        human = _human(aliases, row.office_id, row.person_id)
        mine[row.roster] = (
            *mine.get(row.roster, ()),
            Shift(human, row.starts_minute, row.ends_minute),
        )
    return found


def load_away(connection: Connection, aliases: Aliases) -> dict[int, tuple[Away, ...]]:
    """By office, when those are away who hold, or held, a role that is held on duty only."""
    found: dict[int, tuple[Away, ...]] = {}
    if not rostered():
        return found
    mates = PEOPLE.alias("mates")
    holding = select(mates.c.office_id).join_from(ROLES, mates, mates.c.id == ROLES.c.person_id)
    offices = holding.where(ROLES.c.role.in_(rostered()))
    wanted = select(PEOPLE.c.office_id, ABSENCES).join_from(
        ABSENCES, PEOPLE, PEOPLE.c.id == ABSENCES.c.person_id
    )
    for row in connection.execute(wanted.where(PEOPLE.c.office_id.in_(offices)).order_by(ABSENCES.c.id)):
        human = _human(aliases, row.office_id, row.person_id)
        found[row.office_id] = (
            *found.get(row.office_id, ()),
            Away(human, row.starts_at, row.ends_at),
        )
    return found


def _human(aliases: Aliases, office: int, account: int) -> int:
    return aliases.get(office, {}).get(account, account)
