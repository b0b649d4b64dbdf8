"""What the door must know of an office: zone, calendar, dated settings, handles of its people. Cached until the office's data changes."""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select
from sqlalchemy.dialects import postgresql, sqlite

import models
from casework.errors import BadInput
from casework.workdays import WorkCalendar

EPOCH_MARK = "offices"
"""Row of store_mark that rises whenever an office's data changes, so that every process sees the change at its next act."""


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
        """The id of the person with this handle. Raises BadInput."""
        found = self.people.get(handle)
        if found is None:
            raise BadInput(
                "The office has no person with the handle {handle}.",
                hint="`duecourse person list` shows the handles.",
                handle=handle,
            )
        return found


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
    found: dict[int, OfficeView] = {}
    for row in connection.execute(select(models.table(models.Office))):
        mine = {name: tuple(values) for name, values in settings.get(row.id, {}).items()}
        calendar = WorkCalendar(row.zone, overrides=days.get(row.id, {}))
        found[row.id] = OfficeView(
            row.id, row.key, row.name, row.kind, ZoneInfo(row.zone), calendar, mine, people.get(row.id, {})
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
