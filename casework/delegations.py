"""Written delegations (H5.2): a role that nobody gives to somebody but whoever holds another one, in writing and until a last day.

What is given is held by a row of `person_role` in exactly these days, so that everything else asks for a role as ever; what was written is
kept by the hash of the paper. The record is append-only: an early end is a row of its own.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, insert, select
from sqlmodel import Session

from casework.delegated import DELEGATIONS, rows_of
from casework.errors import BadInput
from casework.kinds import delegated, procedures_of
from casework.offices import OfficeView, lock_office, touch_offices
from casework.outcome import Refused
from casework.roles_held import PEOPLE, ROLES, end_roles, has_left, office_row, person_id
from casework.rulings import refuse_for_roles
from casework.store import store_of
from states.facts import Actor

CLAUSE = "H5.2"
LONGEST = timedelta(days=366)
"""How far ahead the last day may lie."""
DAY = timedelta(days=1)
_DIGEST = re.compile("[0-9a-f]{64}")


@dataclass(frozen=True)
class Delegated:
    """A delegation that was given or ended just now. `valid_until`: its last day; before `valid_from` where it was ended on its first."""

    office_key: str
    handle: str
    role: str
    valid_from: date
    valid_until: date
    text_sha256: str


def give(
    session: Session,
    actor: Actor,
    handle: str,
    until: date,
    text_sha256: str,
    at: datetime,
    *,
    valid_from: date | None = None,
) -> Delegated | Refused:
    """Give a role to somebody in writing, from today or the day named until the end of `until`. Refused to whoever does not hold the role that gives it.

    Raises BadInput for an office in which nothing is delegated, an unknown person, oneself, somebody who has left or has it already, days that
    cannot be, and a paper that is not there.
    """
    connection, office = session.connection(), own_office(session, actor)
    role, giver = _delegable(office)
    if (refused := _only(session, office, giver, actor, at, "give")) is not None:
        return refused
    today = office.calendar.local_day(at)
    first = valid_from if valid_from is not None else today
    person = person_id(connection, office_row(connection, office.key), handle)
    if office.human(person) == actor.person:
        raise BadInput("Nobody delegates to themselves.", hint="Name somebody else.")
    _possible(first, until, today)
    if _DIGEST.fullmatch(text_sha256) is None:
        raise BadInput(
            "A delegation is given in writing, and its paper is missing.", hint="Name it with --paper FILE."
        )
    _works_here(connection, person, handle, today)
    lock_office(connection, office.id)
    for one in rows_of(connection, office, at):
        same = one.role == role and office.human(one.person_id) == office.human(person)
        if same and one.last_day >= first and one.valid_from <= until:
            raise BadInput(
                "{handle} has this in writing already, from {first} until {last}.",
                hint="End that first: `duecourse delegation end {handle}`.",
                handle=handle,
                first=one.valid_from,
                last=one.last_day,
            )
    row = {
        "office_id": office.id, "person_id": person, "role": role, "valid_from": first, "valid_until": until, "text_sha256": text_sha256,
        "given_by": actor.person, "ends_id": None, "recorded_at": at,
    }  # fmt: skip
    connection.execute(insert(DELEGATIONS), row)
    held = {"person_id": person, "role": role, "unit_id": None, "valid_from": first, "valid_until": until}
    connection.execute(insert(ROLES), held)
    touch_offices(connection, "delegation", at, actor.person)
    return Delegated(office.key, handle, role, first, until, text_sha256)


def end(session: Session, actor: Actor, handle: str, at: datetime) -> Delegated | Refused:
    """End what somebody was given in writing, with effect now, also what would only begin. Refused as `give`.

    Raises BadInput for an unknown person, and one who has nothing that could be ended.
    """
    connection, office = session.connection(), own_office(session, actor)
    role, giver = _delegable(office)
    if (refused := _only(session, office, giver, actor, at, "end")) is not None:
        return refused
    today = office.calendar.local_day(at)
    person = person_id(connection, office_row(connection, office.key), handle)
    lock_office(connection, office.id)
    mine = [one for one in rows_of(connection, office, at) if (one.person_id, one.role) == (person, role)]
    running = [one for one in mine if one.last_day >= today]
    if not mine:
        raise BadInput(
            "{handle} was given nothing in writing.",
            hint="`duecourse delegation list` shows who was.",
            handle=handle,
        )
    if not running:
        raise BadInput(
            "What {handle} was given in writing has ended already: the last day was {day}.",
            handle=handle,
            day=max(one.last_day for one in mine),
        )
    last = today - DAY
    for one in running:
        row = {
            "office_id": office.id, "person_id": person, "role": role, "valid_from": one.valid_from, "valid_until": last,
            "text_sha256": one.text_sha256, "given_by": actor.person, "ends_id": one.id, "recorded_at": at,
        }  # fmt: skip
        connection.execute(insert(DELEGATIONS), row)
    end_roles(connection, person, today, role)
    touch_offices(connection, "delegation ended", at, actor.person)
    return Delegated(office.key, handle, role, running[0].valid_from, last, running[0].text_sha256)


def own_office(session: Session, actor: Actor) -> OfficeView:
    """The office of whoever acts. Raises BadInput for whoever has none."""
    offices = store_of(session).offices(session.connection())
    if actor.person is None or actor.office not in offices:
        raise BadInput("Only a person of the office does this.", hint="Add --as TOKEN.")
    return offices[actor.office]


def _delegable(office: OfficeView) -> tuple[str, str]:
    """The role that is given in writing, and the one whose holder gives it. Raises BadInput where there is none."""
    for role, giver in delegated(office.kind).items():
        return role, giver
    raise BadInput("Nothing is delegated in the office {key}.", key=office.key)


def _only(
    session: Session, office: OfficeView, giver: str, actor: Actor, at: datetime, act: str
) -> Refused | None:
    if giver in actor.roles:
        return None
    laws = procedures_of(office.kind, office.calendar.local_day(at))
    law = next(law for law in laws if any(role.name == giver for role in law.roles()))
    return refuse_for_roles(session, law, actor, at, ("delegation", act), (giver,), CLAUSE)


def _possible(first: date, until: date, today: date) -> None:
    """Raise BadInput for days in which nothing can be delegated."""
    if first < today:
        raise BadInput(
            "A delegation begins today or later.", hint="Leave out the first day: it then begins today."
        )
    if until < first:
        raise BadInput(
            "The delegation would end before it begins.", hint="Its last day is named with --until."
        )
    if until > today + LONGEST:
        raise BadInput(
            "The last day of a delegation is at most {days} days ahead, {day}.",
            hint="Give it anew when it ends.",
            days=LONGEST.days,
            day=today + LONGEST,
        )


def _works_here(connection: Connection, person: int, handle: str, today: date) -> None:
    wanted = select(PEOPLE.c.active_from, PEOPLE.c.active_until).where(PEOPLE.c.id == person)
    row = connection.execute(wanted).one()
    if has_left(row.active_from, row.active_until, today):
        raise BadInput("{handle} no longer works in this office.", handle=handle)
