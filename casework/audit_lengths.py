"""How long a rung may be, and when on a working-day clock it is due: by what the offices had set when it was armed, and by their calendars."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from importlib.metadata import version
from typing import Any

from sqlalchemy import Connection, Row, select

import models
from casework.offices import EPOCH_MARK, OfficeView
from casework.reconcile import DERIVED_MARK
from states.deadlines import Deadline

SETTINGS = models.table(models.OfficeSetting)
MARK = models.table(models.StoreMark)


@dataclass(frozen=True)
class Lengths:
    """The limits that the offices have set. `derived`: every armed due date follows the calendars of the offices as they are now."""

    set_: Mapping[tuple[int, str], Sequence[Row[Any]]] = field(default_factory=dict)
    derived: bool = False

    @classmethod
    def read(cls, connection: Connection) -> "Lengths":
        """Read them, the newest first."""
        found: dict[tuple[int, str], list[Row[Any]]] = {}
        wanted = select(SETTINGS).where(SETTINGS.c.name.startswith("limit."))
        for row in connection.execute(wanted.order_by(SETTINGS.c.valid_from.desc(), SETTINGS.c.id.desc())):
            found.setdefault((row.office_id, row.name), []).append(row)
        marks = dict(
            connection.execute(
                select(MARK.c.key, MARK.c.value).where(MARK.c.key.in_((EPOCH_MARK, DERIVED_MARK)))
            )
            .tuples()
            .all()
        )
        return cls(found, marks.get(DERIVED_MARK) == f"{marks.get(EPOCH_MARK, '0')} {_library()}")

    def could_be(
        self, office: OfficeView, deadline: Deadline, number: int, anchor: datetime, armed_at: datetime | None
    ) -> set[timedelta]:
        """The lengths that a rung armed at this moment can have. What was set at the very moment may have counted already, or not yet."""
        rung, day = deadline.ladder[number], office.calendar.local_day(anchor)
        known = self.set_.get((office.id, f"limit.{deadline.owner}.{deadline.name}.{number}"), ())
        valid = [row for row in known if row.valid_from <= day]
        if armed_at is None:
            return {rung.after, *(_length(row) for row in valid)}
        before = next((row for row in valid if row.recorded_at < armed_at), None)
        then = next((row for row in valid if row.recorded_at <= armed_at), None)
        return {rung.after if row is None else _length(row) for row in (before, then)}


@cache
def _library() -> str:
    """The version of the public calendar."""
    return version("holidays")


def _length(row: Row[Any]) -> timedelta:
    return timedelta(seconds=float(row.value))


def is_due(office: OfficeView, rung: Row[Any], *, derived: bool, moved_to: datetime | None) -> bool:
    """Whether a rung is due when it should be. `moved_to`: where the last event about it moved it, because days were declared.

    On a working-day clock, one that no longer runs and never was moved follows the calendar of its time, which nobody keeps.
    """
    length = timedelta(seconds=rung.seconds)
    if rung.clock == "24x7":
        return bool(rung.due_at == rung.anchor_at + length)
    if moved_to is not None and rung.due_at != moved_to:
        return False
    if rung.status != "armed" or not derived:
        return True
    due = office.calendar.add_working_days(rung.anchor_at, length.days)
    provisional = office.calendar.provisional(office.calendar.local_day(due))
    return bool((rung.due_at, rung.provisional) == (due, provisional))
