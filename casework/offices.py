"""What the door must know of an office: zone, calendar, dated settings, handles of its people. Cached until the office's data changes."""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from functools import cached_property
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select
from sqlalchemy.dialects import postgresql, sqlite

import models
from casework.closing import note_change
from casework.errors import BadInput
from casework.kinds import rostered
from casework.posts import Away, Held, Post, Shift, load_away, load_held, load_shifts, posts_of
from casework.rosters import minute_of_week
from casework.workdays import WorkCalendar

EPOCH_MARK = "offices"
"""Row of store_mark that rises whenever an office's data changes, so that every process sees the change at its next act."""


class Approved(NamedTuple):
    """The approval of an edition: on which day, and the fingerprint of the text that was approved (B16)."""

    on: date
    fingerprint: str


@dataclass(frozen=True)
class OfficeView:
    """One office as the door sees it. `settings`: name -> (valid from, value), newest first.

    `aliases`: account -> the first account of the same human; ids of persons that the law looks at are those of first accounts.
    `shifts`: by roster, of the roles that are held on duty only; `away`: when people are not there, of offices that have such roles.
    `approvals`: by procedure and edition. `interpreted`: the numbers of the interpretations of a clause.
    `rules`: when a rule of the house holds, by its key: first and last day, None: until further notice.
    """

    id: int
    key: str
    name: str
    kind: str
    zone: ZoneInfo
    calendar: WorkCalendar
    settings: Mapping[str, tuple[tuple[date, object], ...]] = field(default_factory=dict)
    people: Mapping[str, int] = field(default_factory=dict)  # handle -> person id
    roles: Mapping[int, tuple[Held, ...]] = field(default_factory=dict)  # of those who have not left
    units: tuple[str, ...] = ()  # their keys
    aliases: Mapping[int, int] = field(default_factory=dict)
    approvals: Mapping[tuple[str, str], Approved] = field(default_factory=dict)
    interpreted: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    rules: Mapping[str, tuple[tuple[date, date | None], ...]] = field(default_factory=dict)
    shifts: Mapping[str, tuple[Shift, ...]] = field(default_factory=dict)
    away: tuple[Away, ...] = ()

    @cached_property
    def posts(self) -> Mapping[int, tuple[Post, ...]]:
        """By human, the roles that they hold in one unit."""
        return {person: posts for person, held in self.roles.items() if (posts := posts_of(held))}

    def setting(self, name: str, day: date, default: object = None) -> object:
        """The value in force on a day."""
        for valid_from, value in self.settings.get(name, ()):
            if valid_from <= day:
                return value
        return default

    def hours(self, day: date) -> tuple[time, time]:
        """When the office opens and closes on working days, as it is set on this day."""
        opens, closes = str(self.setting("opens", day, "09:00")), str(self.setting("closes", day, "18:00"))
        return time.fromisoformat(opens), time.fromisoformat(closes)

    def next_open(self, at: datetime) -> datetime:
        """The next moment (UTC) within the office's hours, as they are on that day, on a working day."""
        opens, closes = self.hours(self.calendar.local_day(at))
        return replace(self.calendar, opens=opens, closes=closes).next_open(at)

    def person(self, handle: str) -> int:
        """The id of the person with this handle, who may have left; of somebody with several accounts, the first. Raises BadInput."""
        found = self.people.get(handle)
        if found is None:
            raise BadInput(
                "The office has nobody with this handle.", hint="`duecourse person list` shows the handles."
            )
        return self.human(found)

    def human(self, account: int) -> int:
        """The first account of whoever has this one: the id by which the law knows a human."""
        return self.aliases.get(account, account)

    def accounts(self, person: int) -> tuple[int, ...]:
        """Every account of a human, the first before the others: under each of them something may have been recorded."""
        first = self.human(person)
        return (first, *(other for other, one in self.aliases.items() if one == first))

    def granted(self, person: int, roles: tuple[str, ...], day: date) -> bool:
        """Whether the person works here and was given one of these roles for that day, on duty or not."""
        return any(held.role in roles and held.covers(day) for held in self.roles.get(person, ()))

    def holds(self, person: int, roles: tuple[str, ...], day: date, at: datetime | None = None) -> bool:
        """Whether the person works here and holds one of these roles on that day; one of a roster, if they are on it at some hour of the day.

        `at`: at this moment of the day, which matters to a role of a roster alone.
        """
        return any(
            held.role in roles and held.covers(day) and self._serves(person, held.role, day, at)
            for held in self.roles.get(person, ())
        )

    def _serves(self, person: int, role: str, day: date, at: datetime | None) -> bool:
        if role not in rostered():
            return True
        if at is not None:
            return self.on_duty(person, role, at)
        return any(shift.person == person and shift.on(day) for shift in self.shifts.get(role, ()))

    def on_duty(self, person: int, roster: str, at: datetime) -> bool:
        """Whether the person is on the roster of a role at a moment, and not away."""
        minute = minute_of_week(self.calendar.local(at))
        shifts = self.shifts.get(roster, ())
        return any(shift.person == person and shift.covers(minute) for shift in shifts) and not any(
            away.person == person and away.covers(at) for away in self.away
        )

    def answers(self, person: int, role: str, unit: str, day: date) -> bool:
        """Whether the person was given the role for that day in this unit, or in the whole office."""
        return any(
            held.role == role and held.unit in (None, unit) and held.covers(day)
            for held in self.roles.get(person, ())
        )

    def is_led(self, unit: str, roles: tuple[str, ...], day: date) -> bool:
        """Whether somebody who works here holds one of these roles in that unit on that day."""
        posts = (post for mine in self.posts.values() for post in mine)
        return any(post.unit == unit and post.role in roles and post.covers(day) for post in posts)

    def rule_holds(self, key: str, day: date) -> bool:
        """Whether a rule of the house is in force on that day."""
        return any(first <= day and (last is None or day <= last) for first, last in self.rules.get(key, ()))


def load_offices(connection: Connection) -> dict[int, OfficeView]:
    """Read every office with its settings, calendar and handles."""
    settings: dict[int, dict[str, list[tuple[date, object]]]] = {}
    table = models.table(models.OfficeSetting)
    for row in connection.execute(select(table).order_by(table.c.valid_from.desc(), table.c.id.desc())):
        settings.setdefault(row.office_id, {}).setdefault(row.name, []).append(
            (row.valid_from, json.loads(row.value))
        )
    days: dict[int, dict[date, bool]] = {}
    for row in connection.execute(select(models.table(models.DayOverride))):
        days.setdefault(row.office_id, {})[row.day] = row.working
    people: dict[int, dict[str, int]] = {}
    aliases: dict[int, dict[int, int]] = {}
    person = models.table(models.Person)
    of_people = select(person.c.office_id, person.c.handle, person.c.id, person.c.same_as_id)
    for row in connection.execute(of_people.order_by(person.c.id)):
        people.setdefault(row.office_id, {})[row.handle] = row.id
        if row.same_as_id is not None:
            aliases.setdefault(row.office_id, {})[row.id] = row.same_as_id
    held, shifts, away = (
        load_held(connection, aliases),
        load_shifts(connection, aliases),
        load_away(connection, aliases),
    )
    units: dict[int, list[str]] = {}
    unit = models.table(models.Unit)
    for row in connection.execute(select(unit.c.office_id, unit.c.key).order_by(unit.c.key)):
        units.setdefault(row.office_id, []).append(row.key)
    approvals, interpreted, rules = _approvals(connection), _interpreted(connection), _rules(connection)
    found: dict[int, OfficeView] = {}
    for row in connection.execute(select(models.table(models.Office))):
        mine = {name: tuple(values) for name, values in settings.get(row.id, {}).items()}
        calendar = WorkCalendar(row.zone, overrides=days.get(row.id, {}))
        found[row.id] = OfficeView(
            row.id,
            row.key,
            row.name,
            row.kind,
            ZoneInfo(row.zone),
            calendar,
            mine,
            people.get(row.id, {}),
            held.get(row.id, {}),
            tuple(units.get(row.id, ())),
            aliases.get(row.id, {}),
            approvals.get(row.id, {}),
            interpreted.get(row.id, {}),
            rules=rules.get(row.id, {}),
            shifts=shifts.get(row.id, {}),
            away=away.get(row.id, ()),
        )
    return found


def _approvals(connection: Connection) -> dict[int, dict[tuple[str, str], Approved]]:
    """Every approval of an edition, by office."""
    table = models.table(models.EditionApproval)
    found: dict[int, dict[tuple[str, str], Approved]] = {}
    for row in connection.execute(select(table)):
        approved = Approved(row.approved_on, row.fingerprint)
        found.setdefault(row.office_id, {})[row.procedure, row.edition] = approved
    return found


def _interpreted(connection: Connection) -> dict[int, dict[str, tuple[int, ...]]]:
    """The numbers of the interpretations of each clause, by office."""
    table = models.table(models.Interpretation)
    found: dict[int, dict[str, tuple[int, ...]]] = {}
    for row in connection.execute(select(table.c.office_id, table.c.clause, table.c.no).order_by(table.c.no)):
        mine = found.setdefault(row.office_id, {})
        mine[row.clause] = (*mine.get(row.clause, ()), row.no)
    return found


def _rules(connection: Connection) -> dict[int, dict[str, tuple[tuple[date, date | None], ...]]]:
    """When each rule of the house holds, by office."""
    table = models.table(models.HouseRule)
    found: dict[int, dict[str, tuple[tuple[date, date | None], ...]]] = {}
    days = select(table.c.office_id, table.c.key, table.c.valid_from, table.c.valid_until)
    for row in connection.execute(days.order_by(table.c.valid_from)):
        mine = found.setdefault(row.office_id, {})
        mine[row.key] = (*mine.get(row.key, ()), (row.valid_from, row.valid_until))
    return found


def lock_office(connection: Connection, office_id: int) -> None:
    """Let one change of an office's own rows wait for the other, where the second must see the first. On SQLite there is one writer."""
    office = models.table(models.Office)
    connection.execute(select(office.c.id).where(office.c.id == office_id).with_for_update(key_share=True))


def touch_offices(
    connection: Connection, what: str = "", at: datetime | None = None, by: int | None = None
) -> None:
    """Tell every process that an office's data changed, and have the change put into the office's chain (`casework.office_chain`).

    `what`: in a few English words, never a name; `at`: when; `by`: the person, None for whoever works at the console. Without `what` and
    `at` nothing is put into a chain: for whoever changes no row of an office. Call it after the change.
    The mark is random: a counter would give the same value again after a rollback, and a cache would keep what was never written.
    """
    if at is not None:
        note_change(connection, what, at, by)
    put_mark(connection, EPOCH_MARK, secrets.token_hex(8))


def put_mark(connection: Connection, key: str, value: str) -> None:
    """Write a row of store_mark over the one before."""
    mark = models.table(models.StoreMark)
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    row = insert(mark).values(key=key, value=value)
    connection.execute(row.on_conflict_do_update(index_elements=["key"], set_={"value": value}))
