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
from casework.errors import BadInput
from casework.workdays import WorkCalendar

EPOCH_MARK = "offices"
"""Row of store_mark that rises whenever an office's data changes, so that every process sees the change at its next act."""


class Held(NamedTuple):
    """A role that a person holds from one day to another, both included; no end: until further notice."""

    role: str
    valid_from: date
    valid_until: date | None


@dataclass(frozen=True)
class OfficeView:
    """One office as the door sees it. `settings`: name -> (valid from, value), newest first."""

    id: int
    key: str
    name: str
    kind: str
    zone: ZoneInfo
    calendar: WorkCalendar
    settings: Mapping[str, tuple[tuple[date, object], ...]] = field(default_factory=dict)
    people: Mapping[str, int] = field(default_factory=dict)  # handle -> person id
    roles: Mapping[int, tuple[Held, ...]] = field(default_factory=dict)  # of those who have not left

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
        """The id of the person with this handle, who may have left. Raises BadInput."""
        found = self.people.get(handle)
        if found is None:
            raise BadInput(
                "The office has nobody with this handle.", hint="`duecourse person list` shows the handles."
            )
        return found

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
    person = models.table(models.Person)
    for row in connection.execute(select(person.c.office_id, person.c.handle, person.c.id)):
        people.setdefault(row.office_id, {})[row.handle] = row.id
    held: dict[int, dict[int, tuple[Held, ...]]] = {}
    role = models.table(models.PersonRole)
    of_those_here = select(
        person.c.office_id, role.c.person_id, role.c.role, role.c.valid_from, role.c.valid_until
    ).join_from(role, person)
    for row in connection.execute(of_those_here.where(person.c.active_until.is_(None)).order_by(role.c.id)):
        mine_so_far = held.setdefault(row.office_id, {})
        more = (Held(row.role, row.valid_from, row.valid_until),)
        mine_so_far[row.person_id] = mine_so_far.get(row.person_id, ()) + more
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
        )
    return found


def touch_offices(connection: Connection) -> None:
    """Tell every process that an office's data changed.

    The mark is random: a counter would give the same value again after a rollback, and a cache would keep what was never written.
    """
    mark = models.table(models.StoreMark)
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    value = secrets.token_hex(8)
    connection.execute(
        insert(mark)
        .values(key=EPOCH_MARK, value=value)
        .on_conflict_do_update(index_elements=["key"], set_={"value": value})
    )
