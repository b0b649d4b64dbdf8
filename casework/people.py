"""The people of an office as everything else sees them: who acts with a token, who holds a role, who is there now.

Days are meant in the office's zone. Who is hired and who goes is in `casework.staffing`, who
may do what in `casework.roles_held`, what people are called in `casework.names`: their verbs are offered from here too.

A human may have several accounts (`casework.aliases`). The law knows a human by the id of the first of them, and by the roles of all.
"""

from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, and_, exists, func, or_, select
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
    "people_by_id",
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
    PEOPLE.c.id, PEOPLE.c.same_as_id, PEOPLE.c.office_id, PEOPLE.c.handle, PEOPLE.c.language, PEOPLE.c.active_from, PEOPLE.c.active_until,
    OFFICES.c.key, OFFICES.c.zone, ROLES.c.role, ROLES.c.valid_from, ROLES.c.valid_until,
)  # fmt: skip
_WITH_ROLES = OFFICES.join(PEOPLE, PEOPLE.c.office_id == OFFICES.c.id).outerjoin(
    ROLES, ROLES.c.person_id == PEOPLE.c.id
)
_MINE = PEOPLE.alias("mine")
_HUMAN = func.coalesce(_MINE.c.same_as_id, _MINE.c.id)
_BY_TOKEN = (
    _PERSON.add_columns(TOKENS.c.revoked_at, _MINE.c.id.label("account"))
    .select_from(_WITH_ROLES.join(_MINE, or_(PEOPLE.c.id == _HUMAN, PEOPLE.c.same_as_id == _HUMAN)))
    .join(TOKENS, TOKENS.c.person_id == _MINE.c.id)
)
"""Everything about the human who has a token: of the account that the token is for, and of every other."""


@dataclass(frozen=True)
class PersonView:
    """One account of a person on one day: the handle, never the name. `active`: works in the office that day.

    `id` and `roles` are the human's: the first account's id, the roles that all accounts hold that day. `same_as`: the handle of the first
    account, if this is another; `others`: the ids of the accounts beside the first.
    """

    id: int
    office_id: int
    office_key: str
    handle: str
    roles: frozenset[str]
    language: str
    active: bool = True
    same_as: str | None = None
    others: tuple[int, ...] = ()

    @property
    def accounts(self) -> tuple[int, ...]:
        """The ids of all accounts of this human: under each of them something may have been recorded."""
        return (self.id, *self.others)

    def as_dict(self) -> dict[str, object]:
        """The person as JSON can hold it."""
        return asdict(self) | {"roles": sorted(self.roles)}


def actor_for(session: Session, token: str, at: datetime) -> tuple[Actor, PersonView]:
    """Who acts with this token, with the roles of the day.

    Raises BadInput for a token that is unknown or withdrawn, and for a person who does not work here that day.
    """
    found = session.connection().execute(_BY_TOKEN.where(TOKENS.c.token_sha256 == token_digest(token))).all()
    if not found:
        raise BadInput(
            "This token is not known here.", hint="Ask for a new one: `duecourse person token HANDLE`."
        )
    if found[0].revoked_at is not None:
        raise BadInput(
            "This token has been withdrawn.", hint="Ask for a new one: `duecourse person token HANDLE`."
        )
    person = _views(found, at)[found[0].account]
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
    return [p for p in _views(connection.execute(wanted).all(), at).values() if p.active or retired]


def people_by_id(connection: Connection, ids: Collection[int], at: datetime) -> dict[int, PersonView]:
    """People by the number of any of their accounts, as they are on the day of `at`, also those who have left."""
    human = func.coalesce(PEOPLE.c.same_as_id, PEOPLE.c.id)
    wanted = _PERSON.select_from(_WITH_ROLES).where(human.in_(select(_HUMAN).where(_MINE.c.id.in_(ids))))
    views = _views(connection.execute(wanted).all(), at)
    return {account: view for account, view in views.items() if account in ids}


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
    """Ids of those who hold a role and are there now: working here, not absent; those on duty by the roster of that name first.

    A human is there once, by the first account, and is away if any of the accounts is.
    """
    local = office.calendar.local(at)
    day, minute = local.date(), minute_of_week(local)
    away = ABSENCES.c.starts_at <= at, ABSENCES.c.ends_at > at
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
    there = ~exists().where(ABSENCES.c.person_id == PEOPLE.c.id, *away)
    wanted = select(PEOPLE.c.id, on_duty.label("on_duty")).where(
        PEOPLE.c.office_id == office.id, active, held, there
    )
    found = sorted(connection.execute(wanted).all(), key=lambda row: (not row.on_duty, row.id))
    people = dict.fromkeys(office.human(row.id) for row in found)
    if office.aliases:
        gone = connection.execute(select(ABSENCES.c.person_id).where(*away)).scalars()
        for person in {office.human(account) for account in gone}:
            people.pop(person, None)
    return list(people)


def minute_of_week(local: datetime) -> int:
    """Minutes since Monday 00:00 on the office's wall clock; `local` is in the office's zone."""
    return local.weekday() * 1440 + local.hour * 60 + local.minute


def _views(found: Iterable[Row[Any]], at: datetime) -> dict[int, PersonView]:
    """One view an account, by its id, from one row a role, in the order of the rows."""
    first: dict[int, Row[Any]] = {}
    roles: dict[int, set[str]] = {}  # by human
    for row in found:
        first.setdefault(row.id, row)
        mine = roles.setdefault(_human(row), set())
        if row.role is not None and _covers(row.valid_from, row.valid_until, _day(row.zone, at)):
            mine.add(row.role)
    others: dict[int, list[int]] = {}
    for row in first.values():
        if row.same_as_id is not None:
            others.setdefault(row.same_as_id, []).append(row.id)
    return {
        row.id: PersonView(
            _human(row),
            row.office_id,
            row.key,
            row.handle,
            frozenset(roles[_human(row)]),
            row.language,
            row.active_from <= (day := _day(row.zone, at))
            and not has_left(row.active_from, row.active_until, day),
            None if row.same_as_id is None else first[row.same_as_id].handle,
            tuple(sorted(others.get(_human(row), ()))),
        )
        for row in first.values()
    }


def _human(row: Row[Any]) -> int:
    return int(row.id if row.same_as_id is None else row.same_as_id)


def _covers(first: date, last: date | None, day: date) -> bool:
    return first <= day and (last is None or day <= last)


def _day(zone: str, at: datetime) -> date:
    return at.astimezone(ZoneInfo(zone)).date()
