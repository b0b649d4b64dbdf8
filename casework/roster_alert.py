"""A gap in a roster that must have somebody at every hour is told before it comes (P2a, H4.4): to the manager, once a day while it lasts.

That it was told stands in a mark of the office and the day, so that it is told once however often, and by however many, this is run.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, select
from sqlalchemy.dialects import postgresql, sqlite

import models
from casework import outbox
from casework.manned import Manned, manned
from casework.offices import OfficeView
from casework.roster_gaps import ComingGap, coming_gaps
from casework.store import Store
from states.words import label, say

MARKS = models.table(models.StoreMark)

ROSTER_GAP = "roster_gap"
"""Kind of the alarm."""
MOST_NAMED = 5
"""Gaps that one message names."""


def alert_gaps(store: Store, at: datetime) -> int:
    """Have the manager of every office told of the hours of the coming seven days in which nobody is on a roster that must have somebody; returns how many offices.

    Once a day of the office. Before the office opens only what begins before that is told: a gap next Saturday wakes nobody at midnight.
    """
    with store.reading() as session:
        connection = session.connection()
        told_on = _told_on(connection)
        lacking = [
            (office, gaps[0].of.clause)
            for office in store.offices(connection).values()
            if told_on.get(_mark(office)) != _day(office, at)
            and _pressing(office, gaps := coming_gaps(connection, office, at), at)
        ]
    told = 0
    for office, clause in lacking:
        with store.transaction() as session:
            if _claim_day(session.connection(), office, at):
                outbox.raise_office_alarm(session.connection(), office.id, ROSTER_GAP, clause, at)
                told += 1
    return told


def _pressing(office: OfficeView, gaps: Sequence[ComingGap], at: datetime) -> bool:
    """Whether there is a gap that the manager should be told of now, not when the office opens."""
    local = office.calendar.local(at)
    until_open = datetime.combine(local.date(), office.hours(local.date())[0], local.tzinfo) - local
    return bool(gaps) and (until_open <= timedelta(0) or gaps[0].within < until_open)


def _mark(office: OfficeView) -> str:
    return f"{ROSTER_GAP} {office.id}"


def _day(office: OfficeView, at: datetime) -> str:
    return office.calendar.local_day(at).isoformat()


def _told_on(connection: Connection) -> dict[str, str]:
    """On which day each office was last told, by its mark."""
    mine = MARKS.c.key.startswith(f"{ROSTER_GAP} ", autoescape=True)
    return dict(connection.execute(select(MARKS.c.key, MARKS.c.value).where(mine)).tuples().all())


def _claim_day(connection: Connection, office: OfficeView, at: datetime) -> bool:
    """Note that the office is told today; False if another worker has noted it already."""
    dialect, day = (
        sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert,
        _day(office, at),
    )
    mark = dialect(MARKS).values(key=_mark(office), value=day)
    claimed = mark.on_conflict_do_update(
        index_elements=["key"], set_={"value": day}, where=MARKS.c.value != day
    )
    return connection.execute(claimed.returning(MARKS.c.key)).first() is not None


def gap_title(office: OfficeView, clause: str, at: datetime, language: str) -> str:
    """What stands above the alarm about a roster that must have somebody by this clause."""
    role = _role_of(office, clause, at, language)
    if role is None:
        return say("The roster of the hotline has a gap", language)
    return say("The roster of the role {role} has a gap", language, role=role)


def told_gaps(connection: Connection, office: OfficeView, clause: str, at: datetime, language: str) -> str:
    """What the alarm says: the days and hours, as they are now, of every roster. Names nobody."""
    found = coming_gaps(connection, office, at)
    role = _role_of(office, clause, at, language)
    if not found:
        if role is None:
            sentence = "The gap in the roster of the hotline was filled in the meantime ({clause})."
            return say(sentence, language, clause=clause)
        sentence = "The gap in the roster of the role {role} was filled in the meantime ({clause})."
        return say(sentence, language, clause=clause, role=role)
    if role is None:
        head = say(
            "The roster of the hotline has a gap in the coming week ({clause}):", language, clause=clause
        )
    else:
        sentence = "The roster of the role {role} has a gap in the coming week ({clause}):"
        head = say(sentence, language, clause=clause, role=role)
    lines = [gap.told(language) for gap in found[:MOST_NAMED]]
    if len(found) > MOST_NAMED:
        lines.append(say("and {n} more: look at the desk", language, n=len(found) - MOST_NAMED))
    return "\n".join([head, *lines])


def _role_of(office: OfficeView, clause: str, at: datetime, language: str) -> str | None:
    """The role whose roster must have somebody by this clause; None: it is the hotline's."""
    found: Manned | None = next(
        (one for one in manned(office, office.calendar.local_day(at)) if one.clause == clause), None
    )
    return None if found is None or found.role is None else label(found.role, language)
