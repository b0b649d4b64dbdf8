"""Writes everything else of an office file over what the database has: units, rosters, absences, days, settings.

A setting is one more row, never a changed one. Rosters and days to come are replaced; absences are only added, since people are also sent
home from the command line.
"""

import json

from sqlalchemy import delete, insert, select, update

import models
from casework.office_differences import SETTINGS, new_settings, stored_settings
from casework.office_people import UNITS, Applying, apply_people
from casework.office_settings import known_settings
from casework.rosters import minute_of_day, weekly

ABSENCES = models.table(models.Absence)
DAYS = models.table(models.DayOverride)
SLOTS = models.table(models.RosterSlot)


def apply(applying: Applying) -> None:
    """Write everything. The caller has found no fault, and touches the offices."""
    _units(applying)
    apply_people(applying)
    _rosters(applying)
    _absences(applying)
    _days(applying)
    _settings(applying)


def _units(applying: Applying) -> None:
    mine = UNITS.c.office_id == applying.office_id
    there = {row.key: row for row in applying.connection.execute(select(UNITS).where(mine))}
    for unit in applying.file.units:
        known = there.get(unit.key)
        if known is None:
            row = {"office_id": applying.office_id, "key": unit.key, "name": unit.name}
            applying.connection.execute(insert(UNITS), row)
            applying.changed += 1
        elif known.name != unit.name:
            applying.connection.execute(update(UNITS).where(UNITS.c.id == known.id).values(name=unit.name))
            applying.changed += 1


def _rosters(applying: Applying) -> None:
    people = {handle: row.id for handle, row in applying.people().items()}
    wanted = {
        (slot.roster, people[slot.person], starts, ends)
        for slot in applying.file.rosters
        for starts, ends in weekly(slot.days, minute_of_day(slot.starts) or 0, minute_of_day(slot.ends) or 0)
    }
    mine = SLOTS.c.office_id == applying.office_id
    there = {
        (row.roster, row.person_id, row.starts_minute, row.ends_minute): row.id
        for row in applying.connection.execute(select(SLOTS).where(mine))
    }
    gone, new = there.keys() - wanted, sorted(wanted - there.keys())
    if gone:
        applying.connection.execute(delete(SLOTS).where(SLOTS.c.id.in_([there[slot] for slot in gone])))
    if new:
        names = ("roster", "person_id", "starts_minute", "ends_minute")
        rows = [{"office_id": applying.office_id, **dict(zip(names, slot, strict=True))} for slot in new]
        applying.connection.execute(insert(SLOTS), rows)
    applying.changed += len(gone) + len(new)


def _absences(applying: Applying) -> None:
    people = applying.people()
    for absence in applying.file.absences:
        person = people[absence.person].id
        same = (
            ABSENCES.c.person_id == person,
            ABSENCES.c.starts_at == absence.starts_at,
            ABSENCES.c.ends_at == absence.ends_at,
        )
        if applying.connection.execute(select(ABSENCES.c.id).where(*same)).first() is None:
            row = {
                "person_id": person,
                "starts_at": absence.starts_at,
                "ends_at": absence.ends_at,
                "reason_code": absence.reason,
            }
            applying.connection.execute(insert(ABSENCES), row)
            applying.changed += 1


def _days(applying: Applying) -> None:
    mine = DAYS.c.office_id == applying.office_id
    there = {row.day: row for row in applying.connection.execute(select(DAYS).where(mine))}
    wanted = {day.day: day for day in applying.file.days}
    for day, table in wanted.items():
        known = there.get(day)
        if known is not None and (known.working, known.reason) == (table.working, table.reason):
            continue
        if known is not None:
            applying.connection.execute(delete(DAYS).where(DAYS.c.id == known.id))
        row = {"office_id": applying.office_id, "day": day, "working": table.working, "reason": table.reason}
        applying.connection.execute(insert(DAYS), row)
        applying.changed += 1
    # A day that has passed was worked as it was: what deadlines were counted by stays.
    for day in there.keys() - wanted.keys():
        if day >= applying.day:
            applying.connection.execute(delete(DAYS).where(DAYS.c.id == there[day].id))
            applying.changed += 1


def _settings(applying: Applying) -> None:
    people, known = applying.people(), known_settings(applying.file.office.kind)
    for number in new_settings(stored_settings(applying.connection, applying.office_id), applying.file):
        setting = applying.file.settings[number]
        row = {
            "office_id": applying.office_id, "name": setting.name, "value": json.dumps(known[setting.name].read(setting.value), ensure_ascii=False),
            "valid_from": setting.valid_from, "approved_by": people[setting.approved_by].id if setting.approved_by is not None else None,
            "reason": setting.reason, "recorded_at": applying.at,
        }  # fmt: skip
        applying.connection.execute(insert(SETTINGS), row)
        applying.settings.append(setting.name)
