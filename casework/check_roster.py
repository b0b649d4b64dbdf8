"""Whether somebody is on duty at every hour (P2a): the hotline's roster over the week, and over the coming one with who is away."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, and_, or_, select

import models
from casework.findings import Finding, Word
from casework.office_faults import HOTLINE
from casework.offices import OfficeView
from casework.people import PersonView, minute_of_week
from casework.rosters import WEEK, gaps, in_words
from states.people import roles_of
from states.procedure import Procedure
from states.words import say

ABSENCES = models.table(models.Absence)
PEOPLE = models.table(models.Person)
SLOTS = models.table(models.RosterSlot)
MANNED = frozenset({"property"})
"""Kinds of offices whose text demands a telephone that is answered at every hour."""
AHEAD = timedelta(minutes=WEEK)
"""How far ahead absences are looked at: each minute of the week once."""
_MEND = 'Add somebody to the rosters of the office file, roster "hotline".'


def roster_findings(
    connection: Connection,
    office: OfficeView,
    at: datetime,
    everybody: Sequence[PersonView],
    procedures: Sequence[Procedure],
) -> Iterator[Finding]:
    """Yield what is wrong with the rosters of an office: hours without anybody, and people who may not do what they are on duty for."""
    people = {account: person for person in everybody if person.active for account in person.accounts}
    slots = connection.execute(select(SLOTS).where(SLOTS.c.office_id == office.id)).all()
    yield from _entitled(slots, people, procedures)
    if office.kind not in MANNED:
        return
    manned = [slot for slot in slots if slot.roster == HOTLINE and slot.person_id in people]
    if not manned:
        yield Finding(
            "error",
            "Nobody is on the roster of the hotline, which must be answered at every hour.",
            "P2a",
            _MEND,
        )
        return
    for starts, ends in gaps((slot.starts_minute, slot.ends_minute) for slot in manned):
        yield _gap(
            "Nobody answers the hotline from {from_day} {from_time} to {to_day} {to_time}.", starts, ends
        )
    yield from _away(connection, office, at, manned)


def _gap(sentence: str, starts: int, ends: int) -> Finding:
    (from_day, from_time), (to_day, to_time) = in_words(starts), in_words(ends)
    params = {"from_day": Word(from_day), "from_time": from_time, "to_day": Word(to_day), "to_time": to_time}
    return Finding("error", sentence, "P2a", _MEND, params)


def _entitled(
    slots: Sequence[Row[Any]], people: dict[int, PersonView], procedures: Sequence[Procedure]
) -> Iterator[Finding]:
    """Who is on duty must be able to do it: on the hotline to register, on a role's roster to hold the role."""
    intakes = {
        role.name
        for p in procedures
        if "channel" in p.intake.form.model_fields
        for role in roles_of(p.intake.by, 0)
    }
    for roster, person_id in sorted({(slot.roster, slot.person_id) for slot in slots}):
        person = people.get(person_id)
        if person is None:
            continue
        if person.roles.isdisjoint(intakes if roster == HOTLINE else {roster}):
            sentence = "{handle} is on the roster {roster} and does not hold a role for it."
            yield Finding(
                "error",
                sentence,
                "P2a",
                "Give this person the role, or the duty to somebody else.",
                {"handle": person.handle, "roster": roster},
            )


def _away(
    connection: Connection, office: OfficeView, at: datetime, manned: Sequence[Row[Any]]
) -> Iterator[Finding]:
    """Hours of the coming seven days in which everybody on duty is away."""
    ids = {slot.person_id for slot in manned}
    wanted = select(ABSENCES).where(
        ABSENCES.c.person_id.in_(ids), ABSENCES.c.starts_at < at + AHEAD, ABSENCES.c.ends_at > at
    )
    away = [(row.person_id, row.starts_at, row.ends_at) for row in connection.execute(wanted)]
    if not away:
        return
    usual = {(s % WEEK, e % WEEK) for s, e in gaps((slot.starts_minute, slot.ends_minute) for slot in manned)}
    slots = [(slot.person_id, slot.starts_minute, slot.ends_minute) for slot in manned]
    now = minute_of_week(office.calendar.local(at))
    for starts, ends in _unanswered(slots, away, now, at):
        if ((starts + now) % WEEK, (ends + now) % WEEK) not in usual:
            yield _gap(
                "In the coming week nobody answers the hotline from {from_day} {from_time} to {to_day} {to_time}, because of absences.",
                starts + now,
                ends + now,
            )


class ComingGap(NamedTuple):
    """Hours of the coming seven days in which nobody answers, minutes of the week; `within`: until they begin, zero if they have."""

    starts: int
    ends: int
    within: timedelta

    def told(self, language: str) -> str:
        """The day and the hours, on the office's wall clock. Names nobody."""
        if self.ends - self.starts >= WEEK:
            return say("Nobody answers the hotline at any hour of the coming week.", language)
        (from_day, from_time), (to_day, to_time) = in_words(self.starts), in_words(self.ends)
        return say(
            "Nobody answers the hotline from {from_day} {from_time} to {to_day} {to_time}.",
            language,
            from_day=say(from_day, language),
            from_time=from_time,
            to_day=say(to_day, language),
            to_time=to_time,
        )


def coming_gaps(connection: Connection, office: OfficeView, at: datetime) -> list[ComingGap]:
    """The gaps of an office's hotline in the coming seven days, by the roster and by who is away, the next one first. One query."""
    if office.kind not in MANNED:
        return []
    day = office.calendar.local_day(at)
    works = and_(
        PEOPLE.c.active_from <= day,
        or_(
            PEOPLE.c.active_until.is_(None),
            and_(PEOPLE.c.active_until >= day, PEOPLE.c.active_until != PEOPLE.c.active_from),
        ),
    )
    absent = and_(
        ABSENCES.c.person_id == PEOPLE.c.id, ABSENCES.c.starts_at < at + AHEAD, ABSENCES.c.ends_at > at
    )
    wanted = (
        select(SLOTS.c.person_id, SLOTS.c.starts_minute, SLOTS.c.ends_minute, ABSENCES.c.starts_at, ABSENCES.c.ends_at)
        .join_from(SLOTS, PEOPLE, PEOPLE.c.id == SLOTS.c.person_id)
        .outerjoin(ABSENCES, absent)
        .where(SLOTS.c.office_id == office.id, SLOTS.c.roster == HOTLINE, works)
    )  # fmt: skip
    rows = connection.execute(wanted).all()
    slots = {(row.person_id, row.starts_minute, row.ends_minute) for row in rows}
    away = {(row.person_id, row.starts_at, row.ends_at) for row in rows if row.starts_at is not None}
    now = minute_of_week(office.calendar.local(at))
    found = [
        # One that goes on beyond the seven days has begun already: it was joined to their beginning.
        ComingGap(now + starts, now + ends, timedelta(minutes=starts if ends <= WEEK else 0))
        for starts, ends in _unanswered(slots, away, now, at)
    ]
    return sorted(found, key=lambda gap: gap.within)


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
