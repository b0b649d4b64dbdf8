"""Who is there now. A role of a roster is held by nobody who is not on the roster at that hour, or who is away (H4.4)."""

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, and_, exists, func, or_, select

import models
from casework.kinds import rostered
from casework.offices import OfficeView
from casework.rosters import minute_of_week

ABSENCES = models.table(models.Absence)
PEOPLE = models.table(models.Person)
ROLES = models.table(models.PersonRole)
SLOTS = models.table(models.RosterSlot)


def holders(connection: Connection, office: OfficeView, role: str, at: datetime) -> list[int]:
    """Ids of those who hold a role and are there now: working here, not absent; those on duty by the roster of that name first.

    A role of a roster is held by nobody else. A human is there once, by the first account, and is away if any of the accounts is.
    """
    local = office.calendar.local(at)
    day, minute = local.date(), minute_of_week(local)
    away = ABSENCES.c.starts_at <= at, ABSENCES.c.ends_at > at
    mate, human = PEOPLE.alias("mate"), func.coalesce(PEOPLE.c.same_as_id, PEOPLE.c.id)
    on_duty = exists().where(
        SLOTS.c.person_id == mate.c.id,
        func.coalesce(mate.c.same_as_id, mate.c.id) == human,
        SLOTS.c.office_id == office.id,
        SLOTS.c.roster == role,
        SLOTS.c.starts_minute <= minute,
        SLOTS.c.ends_minute > minute,
    )
    held = exists().where(
        ROLES.c.person_id == PEOPLE.c.id,
        ROLES.c.role == role,
        ROLES.c.valid_from <= day,
        or_(ROLES.c.valid_until.is_(None), ROLES.c.valid_until >= day),
    )
    active = and_(
        PEOPLE.c.active_from <= day, or_(PEOPLE.c.active_until.is_(None), PEOPLE.c.active_until >= day)
    )
    there = ~exists().where(ABSENCES.c.person_id == PEOPLE.c.id, *away)
    wanted = select(PEOPLE.c.id, on_duty.label("on_duty")).where(
        PEOPLE.c.office_id == office.id, active, held, there
    )
    if role in rostered():
        wanted = wanted.where(on_duty)
    found = sorted(connection.execute(wanted).all(), key=lambda row: (not row.on_duty, row.id))
    people = dict.fromkeys(office.human(row.id) for row in found)
    if office.aliases:
        gone = connection.execute(select(ABSENCES.c.person_id).where(*away)).scalars()
        for person in {office.human(account) for account in gone}:
            people.pop(person, None)
    return list(people)


def off_duty(
    connection: Connection,
    held: Mapping[int, frozenset[str]],
    accounts: Mapping[int, tuple[int, str]],
    at: datetime,
) -> dict[int, frozenset[str]]:
    """By human, those of the `held` roles of rosters that they are not on duty for at `at`.

    `accounts`: by the id of each account of these people, whose it is and the office's zone. On duty is whoever stands on the roster under
    any account; away is whoever is away under any.
    """
    on: dict[int, set[str]] = {}
    wanted = select(SLOTS.c.person_id, SLOTS.c.roster, SLOTS.c.starts_minute, SLOTS.c.ends_minute)
    mine = SLOTS.c.person_id.in_(accounts), SLOTS.c.roster.in_(frozenset().union(*held.values()))
    for row in connection.execute(wanted.where(*mine)):
        human, zone = accounts[row.person_id]
        minute = minute_of_week(at.astimezone(ZoneInfo(zone)))
        if row.starts_minute <= minute < row.ends_minute:
            on.setdefault(human, set()).add(row.roster)
    if on:
        theirs = [account for account, (human, _) in accounts.items() if human in on]
        now = ABSENCES.c.starts_at <= at, ABSENCES.c.ends_at > at
        gone = connection.execute(
            select(ABSENCES.c.person_id).where(ABSENCES.c.person_id.in_(theirs), *now)
        ).scalars()
        for account in gone:
            on.pop(accounts[account][0], None)
    return {human: off for human, roles in held.items() if (off := roles - on.get(human, set()))}
