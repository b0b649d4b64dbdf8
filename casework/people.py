"""The people of an office as everything else sees them: who acts with a token, who holds a role, who is there now.

Days are meant in the office's zone. Who is hired and who goes is in `casework.staffing`, who
may do what in `casework.roles_held`, what people are called in `casework.names`: their verbs are offered from here too.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, and_, exists, or_, select
from sqlmodel import Session

import models
from casework.errors import BadInput
from casework.keys import token_digest
from casework.names import contacts_of, name_of
from casework.offices import OfficeView
from casework.roles_held import (
    OFFICES,
    PEOPLE,
    ROLES,
    OfficeRow,
    give_role,
    has_left,
    office_row,
    take_role,
)
from casework.staffing import add_person, retire_person, return_person, set_absence
from casework.tokens import TOKENS, issue_token, revoke_tokens
from states.facts import Actor

__all__ = [
    "OfficeRow",
    "PersonView",
    "actor_for",
    "actor_of",
    "add_person",
    "contacts_of",
    "give_role",
    "holders",
    "issue_token",
    "minute_of_week",
    "name_of",
    "office_row",
    "people_of",
    "person_by_handle",
    "retire_person",
    "return_person",
    "revoke_tokens",
    "set_absence",
    "take_role",
]

ABSENCES = models.table(models.Absence)
SLOTS = models.table(models.RosterSlot)
_PERSON = select(
    PEOPLE.c.id, PEOPLE.c.office_id, PEOPLE.c.handle, PEOPLE.c.language, PEOPLE.c.active_from, PEOPLE.c.active_until,
    OFFICES.c.key, OFFICES.c.zone, ROLES.c.role, ROLES.c.valid_from, ROLES.c.valid_until,
)  # fmt: skip
_WITH_ROLES = OFFICES.join(PEOPLE, PEOPLE.c.office_id == OFFICES.c.id).outerjoin(
    ROLES, ROLES.c.person_id == PEOPLE.c.id
)


@dataclass(frozen=True)
class PersonView:
    """One person on one day: the handle, never the name. `roles`: those held that day. `active`: works in the office that day."""

    id: int
    office_id: int
    office_key: str
    handle: str
    roles: frozenset[str]
    language: str
    active: bool = True

    def as_dict(self) -> dict[str, object]:
        """The person as JSON can hold it."""
        return asdict(self) | {"roles": sorted(self.roles)}


def actor_for(session: Session, token: str, at: datetime) -> tuple[Actor, PersonView]:
    """Who acts with this token, with the roles of the day.

    Raises BadInput for a token that is unknown or withdrawn, and for a person who does not work here that day.
    """
    wanted = _PERSON.add_columns(TOKENS.c.revoked_at).select_from(
        _WITH_ROLES.join(TOKENS, TOKENS.c.person_id == PEOPLE.c.id)
    )
    found = session.connection().execute(wanted.where(TOKENS.c.token_sha256 == token_digest(token))).all()
    if not found:
        raise BadInput(
            "This token is not known here.", hint="Ask for a new one: `duecourse person token HANDLE`."
        )
    if found[0].revoked_at is not None:
        raise BadInput(
            "This token has been withdrawn.", hint="Ask for a new one: `duecourse person token HANDLE`."
        )
    person = _views(found, at)[0]
    if not person.active:
        raise BadInput("{handle} does not work in this office today.", handle=person.handle)
    return actor_of(person), person


def actor_of(person: PersonView) -> Actor:
    """The person as the door knows who acts."""
    return Actor("person", person.id, person.roles, office=person.office_id)


def people_of(session: Session, office_key: str, at: datetime, *, retired: bool = False) -> list[PersonView]:
    """Who works in an office on the day of `at`, by handle; with `retired` everybody who ever did or will.

    Raises BadInput for an unknown office.
    """
    connection = session.connection()
    office = office_row(connection, office_key)
    wanted = _PERSON.select_from(_WITH_ROLES).where(OFFICES.c.id == office.id).order_by(PEOPLE.c.handle)
    return [p for p in _views(connection.execute(wanted).all(), at) if p.active or retired]


def person_by_handle(session: Session, office_key: str, handle: str, at: datetime) -> PersonView:
    """One person of an office, also one who has left. Raises BadInput for an unknown office or handle."""
    for person in people_of(session, office_key, at, retired=True):
        if person.handle == handle:
            return person
    raise BadInput(
        "The office has no person with the handle {handle}.",
        hint="`duecourse person list` shows the handles.",
        handle=handle,
    )


def holders(connection: Connection, office: OfficeView, role: str, at: datetime) -> list[int]:
    """Ids of those who hold a role and are there now: working here, not absent; those on duty by the roster of that name first."""
    local = office.calendar.local(at)
    day, minute = local.date(), minute_of_week(local)
    away = exists().where(
        ABSENCES.c.person_id == PEOPLE.c.id, ABSENCES.c.starts_at <= at, ABSENCES.c.ends_at > at
    )
    on_duty = exists().where(
        SLOTS.c.person_id == PEOPLE.c.id,
        SLOTS.c.office_id == office.id,
        SLOTS.c.roster == role,
        SLOTS.c.starts_minute <= minute,
        SLOTS.c.ends_minute > minute,
    )
    held = exists().where(
        ROLES.c.person_id == PEOPLE.c.id,
        ROLES.c.role == role,
        ROLES.c.valid_from <= day,
        or_(ROLES.c.valid_until.is_(None), ROLES.c.valid_until >= day),
    )
    active = and_(
        PEOPLE.c.active_from <= day, or_(PEOPLE.c.active_until.is_(None), PEOPLE.c.active_until >= day)
    )
    duty = on_duty.label("on_duty")
    wanted = select(PEOPLE.c.id, duty).where(PEOPLE.c.office_id == office.id, active, held, ~away)
    found = connection.execute(wanted).all()
    return [row.id for row in sorted(found, key=lambda row: (not row.on_duty, row.id))]


def minute_of_week(local: datetime) -> int:
    """Minutes since Monday 00:00 on the office's wall clock; `local` is in the office's zone."""
    return local.weekday() * 1440 + local.hour * 60 + local.minute


def _views(found: Iterable[Row[Any]], at: datetime) -> list[PersonView]:
    """One view a person, from one row a role, in the order of the rows."""
    roles: dict[int, set[str]] = {}
    first: dict[int, Row[Any]] = {}
    for row in found:
        first.setdefault(row.id, row)
        mine = roles.setdefault(row.id, set())
        if row.role is not None and _covers(row.valid_from, row.valid_until, _day(row.zone, at)):
            mine.add(row.role)
    return [
        PersonView(
            row.id,
            row.office_id,
            row.key,
            row.handle,
            frozenset(roles[row.id]),
            row.language,
            row.active_from <= (day := _day(row.zone, at))
            and not has_left(row.active_from, row.active_until, day),
        )
        for row in first.values()
    ]


def _covers(first: date, last: date | None, day: date) -> bool:
    return first <= day and (last is None or day <= last)


def _day(zone: str, at: datetime) -> date:
    return at.astimezone(ZoneInfo(zone)).date()
