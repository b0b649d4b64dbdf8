"""Whether somebody is on duty at every hour: rosters that must be manned over the week, and over the coming one with who is away."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

import models
from casework.findings import Finding
from casework.manned import HOTLINE_CLAUSE, Manned, manned
from casework.office_faults import HOTLINE
from casework.offices import OfficeView
from casework.people import PersonView
from casework.roster_gaps import ComingGap, coming_gaps
from casework.rosters import WEEK, gaps
from states.people import roles_of
from states.procedure import Procedure

SLOTS = models.table(models.RosterSlot)


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
    must = manned(office, office.calendar.local_day(at))
    yield from _entitled(slots, people, procedures, {one.roster: one.clause for one in must})
    coming = coming_gaps(connection, office, at)
    for one in must:
        there = [slot for slot in slots if slot.roster == one.roster and _serves(one, slot, people)]
        yield from _gaps(one, there, [gap for gap in coming if gap.of == one])


def _serves(one: Manned, slot: Row[Any], people: dict[int, PersonView]) -> bool:
    """Whether whoever stands there works here, and was given the role whose roster it is."""
    person = people.get(slot.person_id)
    return person is not None and (one.role is None or one.roster in person.granted)


def _gaps(one: Manned, slots: Sequence[Row[Any]], coming: Sequence[ComingGap]) -> Iterator[Finding]:
    """Hours of each week without anybody, and those of the coming seven days alone."""
    if not slots:
        yield one.finding("empty")
        return
    usual = gaps((slot.starts_minute, slot.ends_minute) for slot in slots)
    yield from (one.finding("gap", starts, ends) for starts, ends in usual)
    known = {(starts % WEEK, ends % WEEK) for starts, ends in usual}
    for gap in coming:
        if (gap.starts % WEEK, gap.ends % WEEK) not in known:
            yield one.finding("absent", gap.starts, gap.ends)


def _entitled(
    slots: Sequence[Row[Any]],
    people: dict[int, PersonView],
    procedures: Sequence[Procedure],
    clauses: dict[str, str],
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
        if person.granted.isdisjoint(intakes if roster == HOTLINE else {roster}):
            yield Finding(
                "error",
                "{handle} is on the roster {roster} and does not hold a role for it.",
                clauses.get(roster, HOTLINE_CLAUSE),
                "Give this person the role, or the duty to somebody else.",
                {"handle": person.handle, "roster": roster},
            )
