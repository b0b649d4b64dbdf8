"""What the door must know of an office: zone, calendar, dated settings, handles of its people. Cached until the office's data changes."""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select
from sqlalchemy.dialects import postgresql, sqlite

import models
from casework.closing import note_change
from casework.errors import BadInput
from casework.workdays import WorkCalendar

EPOCH_MARK = "offices"
"""Row of store_mark that rises whenever an office's data changes, so that every process sees the change at its next act."""


class Held(NamedTuple):
    """A role that a person holds from one day to another, both included; no end: until further notice."""

    role: str
    valid_from: date
    valid_until: date | None


class Approved(NamedTuple):
    """The approval of an edition: on which day, and the fingerprint of the text that was approved (B16)."""

    on: date
    fingerprint: str


@dataclass(frozen=True)
class OfficeView:
    """One office as the door sees it. `settings`: name -> (valid from, value), newest first.

    `aliases`: account -> the first account of the same human; ids of persons that the law looks at are those of first accounts.
    `approvals`: by procedure and edition. `interpreted`: the numbers of the interpretations of a clause.
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

    def holds(self, person: int, roles: tuple[str, ...], day: date) -> bool:
        """Whether the person works here and holds one of these roles on that day."""
        return any(
            h.role in roles and h.valid_from <= day and (h.valid_until is None or day <= h.valid_until)
            for h in self.roles.get(person, ())
        )


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
    held: dict[int, dict[int, tuple[Held, ...]]] = {}
    role = models.table(models.PersonRole)
    of_those_here = select(
        person.c.office_id, role.c.person_id, role.c.role, role.c.valid_from, role.c.valid_until
    ).join_from(role, person)
    for row in connection.execute(of_those_here.where(person.c.active_until.is_(None)).order_by(role.c.id)):
        mine_so_far = held.setdefault(row.office_id, {})
        human = aliases.get(row.office_id, {}).get(row.person_id, row.person_id)
        more = (Held(row.role, row.valid_from, row.valid_until),)
        mine_so_far[human] = mine_so_far.get(human, ()) + more
    units: dict[int, list[str]] = {}
    unit = models.table(models.Unit)
    for row in connection.execute(select(unit.c.office_id, unit.c.key).order_by(unit.c.key)):
        units.setdefault(row.office_id, []).append(row.key)
    approvals, interpreted = _approvals(connection), _interpreted(connection)
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
