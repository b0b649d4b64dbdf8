"""Who may rule on the rules themselves, by which minute (B16): the role that approves the editions of an office's procedures.

A refused attempt is kept, as every other.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session

from casework import fire
from casework.errors import BadInput
from casework.intake import office_of, unknown_office
from casework.kinds import editions_of, procedures_of
from casework.offices import OfficeView
from casework.outcome import Refused
from casework.store import store_of
from states.facts import Actor
from states.people import Role
from states.procedure import Procedure
from states.refusals import Requirement

CLAUSE = "B16"
UNKNOWN = "unknown"
"""What the record of refusals says for a name that is not ours: what was typed may be anything."""
MINUTE = re.compile(r"[0-9]{4}-[0-9]{1,4}")


@dataclass(frozen=True)
class Minute:
    """Where a ruling is written down: the number of the minute, and its day in the office's zone."""

    number: str
    on: date


def ruled_office(session: Session, key: str, actor: Actor) -> OfficeView:
    """The office that this actor rules in. Raises BadInput for an unknown one, and for that of somebody else."""
    offices = store_of(session).offices(session.connection())
    office = office_of(offices, key)
    if actor.person is not None and actor.office != office.id:
        raise unknown_office(offices, key)
    return office


def ruled_procedures(office: OfficeView, at: datetime) -> tuple[Procedure, ...]:
    """The procedures of an office whose editions somebody approves, in force today. Raises BadInput where there is none."""
    day = office.calendar.local_day(at)
    found = tuple(one for one in procedures_of(office.kind, day) if one.approved_by is not None)
    if not found:
        raise BadInput(
            "Nobody approves the procedures of the office {key}: nothing can be ruled on them here.",
            key=office.key,
        )
    return found


def only_rulers(
    session: Session, office: OfficeView, actor: Actor, at: datetime, act: tuple[str, str]
) -> Refused | None:
    """Refuse an act to whoever does not hold the role that rules. `act`: its kind, and a name of ours, for the record of refusals."""
    law = ruled_procedures(office, at)[0]
    rulers = rulers_of(office.kind)
    if actor.person is not None and not actor.roles.isdisjoint(rulers):
        return None
    return refuse_for_roles(session, law, actor, at, act, rulers, CLAUSE)


def refuse_for_roles(
    session: Session,
    law: Procedure,
    actor: Actor,
    at: datetime,
    act: tuple[str, str],
    roles: tuple[str, ...],
    clause: str,
) -> Refused:
    """Have an act about the office itself refused for want of a role. `act`: its kind and name; `law` gives the roles their names."""
    needed = Requirement("role", "Only {roles} may do this.", clause, (("roles", ",".join(roles)),), roles)
    edition = law.edition.isoformat()
    return fire.refuse(session, Refused("", None, law.name, edition, *act, (needed,)), actor, at)


def rulers_of(kind: str) -> tuple[str, ...]:
    """Names of the roles that approve editions of a kind of office."""
    roles: list[Role] = [one.approved_by for one in editions_of(kind) if one.approved_by is not None]
    return tuple(dict.fromkeys(role.name for role in roles))


def read_minute(office: OfficeView, number: str, on: date, at: datetime) -> Minute:
    """Check where a ruling is said to be written down. Raises BadInput for a number that is none, and a day that has not come."""
    if MINUTE.fullmatch(number) is None:
        raise BadInput("The number of a minute is written like 2026-3: the year, and the number in it.")
    if on > office.calendar.local_day(at):
        raise BadInput(
            "The minute is of {day}, which lies in the future.", hint="Give the day of the meeting.", day=on
        )
    return Minute(number, on)
