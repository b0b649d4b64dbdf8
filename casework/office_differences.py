"""What an office file may not do to an office that is there already, and what its settings would come to together.

What was set once holds for the days it was set for: deadlines were counted by it. A handle stays with one person for ever, since separation
of duties looks back over the whole history.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from itertools import pairwise

from sqlalchemy import Connection, select

import models
from casework.kinds import procedures_of
from casework.names import open_name
from casework.office_reading import Reading, place
from casework.office_schema import OfficeFile
from casework.office_settings import known_settings, limit_name
from casework.roles_held import PEOPLE, has_left
from casework.rosters import minute_of_day

SETTINGS = models.table(models.OfficeSetting)
Stored = Mapping[tuple[str, date], str]
"""Settings by name and first day, as the JSON that is stored; of several rows for one day the last."""


def differences(
    connection: Connection, reading: Reading, file: OfficeFile, office: tuple[int, bytes] | None, day: date
) -> Iterator[str]:
    """Yield what is wrong with a file beside the office (id, and the key of its names) as it is; None: it is new.

    `day`: today in the office's zone.
    """
    stored: Stored = {}
    if office is not None:
        stored = stored_settings(connection, office[0])
        yield from _strangers(connection, reading, file, office, day)
        for number in new_settings(stored, file):
            if file.settings[number].valid_from < day:
                yield f"{place(('settings', reading.kept['settings'][number], 'valid_from'))}: a new setting begins today or later, since deadlines were counted by what held before"
    yield from _together(stored, file)


def _strangers(
    connection: Connection, reading: Reading, file: OfficeFile, office: tuple[int, bytes], day: date
) -> Iterator[str]:
    """Handles of people who have left, now under another name."""
    gone = {
        row.handle: row for row in connection.execute(select(PEOPLE).where(PEOPLE.c.office_id == office[0]))
    }
    for number, person in reading.numbered("people", file.people):
        known = gone.get(person.handle)
        if known is None or not has_left(known.active_from, known.active_until, day):
            continue
        if open_name(office[1], person.handle, known.name_sealed) != person.name:
            yield f"{place(('people', number, 'handle'))}: {person.handle} belonged to somebody who has left, and stays theirs: choose another handle"


def stored_settings(connection: Connection, office_id: int) -> Stored:
    """The settings of an office."""
    rows = connection.execute(
        select(SETTINGS).where(SETTINGS.c.office_id == office_id).order_by(SETTINGS.c.id)
    )
    return {(row.name, row.valid_from): row.value for row in rows}


def new_settings(stored: Stored, file: OfficeFile) -> list[int]:
    """Places (from 0) of the file's settings that say something new: another value for a name and day, or another day."""
    written, new = dict(stored), list[int]()
    for number, name, day, value in _readable(file):
        if written.get((name, day)) != value:
            written[name, day] = value
            new.append(number)
    return new


def _readable(file: OfficeFile) -> Iterator[tuple[int, str, date, str]]:
    """Place, name, first day and JSON of each setting whose value can be taken; the others are told as faults elsewhere."""
    known = known_settings(file.office.kind)
    for number, setting in enumerate(file.settings):
        spec = known.get(setting.name)
        if spec is None:
            continue
        try:
            value = spec.read(setting.value)
        except ValueError:
            continue
        yield number, setting.name, setting.valid_from, json.dumps(value, ensure_ascii=False)


def _together(stored: Stored, file: OfficeFile) -> Iterator[str]:
    """What is right by itself and wrong beside the others: on every day from which something new counts."""
    every = {**stored, **{(name, day): value for _, name, day, value in _readable(file)}}
    for day in sorted({file.settings[number].valid_from for number in new_settings(stored, file)}):
        held = {name: json.loads(value) for (name, since), value in sorted(every.items()) if since <= day}
        opens, closes = (
            minute_of_day(str(held.get(name, usual))) or 0
            for name, usual in (("opens", "09:00"), ("closes", "18:00"))
        )
        if opens >= closes:
            yield f"settings: from {day} the office would close before it opens"
        for procedure in procedures_of(file.office.kind, day):
            for deadline in procedure.deadlines:
                lengths = [
                    timedelta(seconds=held[name])
                    if (name := limit_name(deadline, place_)) in held
                    else rung.after
                    for place_, rung in enumerate(deadline.ladder)
                ]
                if any(later <= earlier for earlier, later in pairwise(lengths)):
                    yield f"settings: from {day} the limits of {procedure.name}.{deadline.name} would not come one after the other"
