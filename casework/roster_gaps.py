"""The hours of the coming seven days in which nobody is on a roster that must have somebody: by the roster, and by who is away."""

from collections.abc import Iterable, Iterator
from datetime import datetime, time, timedelta
from typing import NamedTuple

from sqlalchemy import Connection, and_, func, or_, select

import models
from casework.manned import Manned, manned
from casework.offices import OfficeView
from casework.rosters import WEEK, gaps, minute_of_week

ABSENCES = models.table(models.Absence)
PEOPLE = models.table(models.Person)
SLOTS = models.table(models.RosterSlot)
AHEAD = timedelta(minutes=WEEK)
"""How far ahead absences are looked at: each minute of the week once."""


class ComingGap(NamedTuple):
    """Hours of the coming seven days in which nobody is there, minutes of the week; `within`: until they begin, zero if they have."""

    starts: int
    ends: int
    within: timedelta
    of: Manned

    def told(self, language: str) -> str:
        """The day and the hours, on the office's wall clock. Names nobody."""
        return self.of.told(language, self.starts, self.ends)


def coming_gaps(connection: Connection, office: OfficeView, at: datetime) -> list[ComingGap]:
    """The gaps of an office's rosters in the coming seven days, by the rosters and by who is away, the next one first. One query a roster."""
    found = [
        gap
        for one in manned(office, office.calendar.local_day(at))
        for gap in _gaps(connection, office, one, at)
    ]
    return sorted(found, key=lambda gap: gap.within)


def _gaps(connection: Connection, office: OfficeView, of: Manned, at: datetime) -> Iterator[ComingGap]:
    day = office.calendar.local_day(at)
    works = and_(
        PEOPLE.c.active_from <= day,
        or_(
            PEOPLE.c.active_until.is_(None),
            and_(PEOPLE.c.active_until >= day, PEOPLE.c.active_until != PEOPLE.c.active_from),
        ),
    )
    mate = PEOPLE.alias("mate")
    same = func.coalesce(mate.c.same_as_id, mate.c.id) == func.coalesce(PEOPLE.c.same_as_id, PEOPLE.c.id)
    absent = and_(
        ABSENCES.c.person_id == mate.c.id, ABSENCES.c.starts_at < at + AHEAD, ABSENCES.c.ends_at > at
    )
    wanted = (
        select(SLOTS.c.person_id, SLOTS.c.starts_minute, SLOTS.c.ends_minute, ABSENCES.c.starts_at, ABSENCES.c.ends_at)
        .join_from(SLOTS, PEOPLE, PEOPLE.c.id == SLOTS.c.person_id)
        .join(mate, same)
        .outerjoin(ABSENCES, absent)
        .where(SLOTS.c.office_id == office.id, SLOTS.c.roster == of.roster, works)
    )  # fmt: skip
    rows = connection.execute(wanted).all()
    slots = {(office.human(row.person_id), row.starts_minute, row.ends_minute) for row in rows}
    away = {
        (office.human(row.person_id), row.starts_at, row.ends_at) for row in rows if row.starts_at is not None
    }
    if of.role is not None:
        away.update(
            part for person in {who for who, *_ in slots} for part in _without_role(office, of, person, at)
        )
    now = minute_of_week(office.calendar.local(at))
    for starts, ends in _unanswered(slots, away, now, at):
        # One that goes on beyond the seven days has begun already: it was joined to their beginning.
        yield ComingGap(now + starts, now + ends, timedelta(minutes=starts if ends <= WEEK else 0), of)


def _without_role(
    office: OfficeView, of: Manned, person: int, at: datetime
) -> Iterator[tuple[int, datetime, datetime]]:
    """The days of the coming seven on which somebody on the roster of a role was not given it: as if they were away."""
    first = office.calendar.local_day(at)
    for number in range(AHEAD.days + 1):
        day = first + timedelta(days=number)
        if not office.granted(person, (of.roster,), day):
            starts, ends = (datetime.combine(d, time(), office.zone) for d in (day, day + timedelta(days=1)))
            yield person, starts, ends


def _unanswered(
    slots: Iterable[tuple[int, int, int]],
    away: Iterable[tuple[int, datetime, datetime]],
    now: int,
    at: datetime,
) -> list[tuple[int, int]]:
    """The parts of the coming seven days without anybody, in minutes after `now`. Slots and absences begin with the person.

    A moment of the coming seven days has one minute of the week, except on a day when clocks change.
    """

    def minute(moment: datetime) -> int:
        return now + int((min(max(moment, at), at + AHEAD) - at).total_seconds() // 60)

    absent = [(person, minute(starts_at), minute(ends_at)) for person, starts_at, ends_at in away]
    covered: list[tuple[int, int]] = []
    for person, starts, ends in slots:
        for week in (0, WEEK):
            part = (max(starts + week, now), min(ends + week, now + WEEK))
            covered += _without([part], [(s, e) for who, s, e in absent if who == person])
    return gaps((starts - now, ends - now) for starts, ends in covered if starts < ends)


def _without(parts: list[tuple[int, int]], away: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The parts that remain when these are taken out."""
    for gone_from, gone_to in away:
        parts = [
            piece
            for s, e in parts
            for piece in ((s, min(e, gone_from)), (max(s, gone_to), e))
            if piece[0] < piece[1]
        ]
    return parts
