"""The people of an office as everything else sees them: who acts with a token, who holds a role, who is there now.

Days are meant in the office's zone. Who is hired and who goes is in `casework.staffing`, who
may do what in `casework.roles_held`, what people are called in `casework.names`: their verbs are offered from here too.

A role of a roster is nobody's off duty: whoever holds it and is not on the roster at that hour, or is away, is told of as off duty.

A human may have several accounts (`casework.aliases`). The law knows a human by the id of the first of them, and by the roles of all.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, func, or_, select
from sqlmodel import Session

from casework.duty import holders, off_duty
from casework.errors import BadInput
from casework.keys import token_digest
from casework.kinds import rostered
from casework.names import contacts_of, name_of
from casework.roles_held import (
    OFFICES,
    PEOPLE,
    ROLES,
    UNITS,
    OfficeRow,
    give_role,
    has_left,
    office_row,
    take_role,
)
from casework.rosters import minute_of_week
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

_PERSON = select(
    PEOPLE.c.id, PEOPLE.c.same_as_id, PEOPLE.c.office_id, PEOPLE.c.handle, PEOPLE.c.language, PEOPLE.c.active_from, PEOPLE.c.active_until,
    OFFICES.c.key, OFFICES.c.zone, ROLES.c.role, ROLES.c.valid_from, ROLES.c.valid_until,
    UNITS.c.key.label("unit"),
)  # fmt: skip
_WITH_ROLES = (
    OFFICES.join(PEOPLE, PEOPLE.c.office_id == OFFICES.c.id)
    .outerjoin(ROLES, ROLES.c.person_id == PEOPLE.c.id)
    .outerjoin(UNITS, UNITS.c.id == ROLES.c.unit_id)
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
    account, if this is another; `others`: the ids of the accounts beside the first. `posts`: those of the roles that are held in one unit,
    with its key; `off_duty`: roles of that day that are held on duty only, by whoever is not on duty at that moment. They are not in `roles`.
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
    posts: frozenset[tuple[str, str]] = frozenset()
    off_duty: frozenset[str] = frozenset()

    @property
    def granted(self) -> frozenset[str]:
        """The roles given to this human for that day, on duty or not."""
        return self.roles | self.off_duty

    @property
    def accounts(self) -> tuple[int, ...]:
        """The ids of all accounts of this human: under each of them something may have been recorded."""
        return (self.id, *self.others)

    def as_dict(self) -> dict[str, object]:
        """The person as JSON can hold it."""
        sets = {"roles": sorted(self.roles), "posts": sorted(self.posts), "off_duty": sorted(self.off_duty)}
        return asdict(self) | sets


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
    person = _views(session.connection(), found, at)[found[0].account]
    if not person.active:
        raise BadInput("{handle} does not work in this office today.", handle=person.handle)
    return actor_of(person), person


def actor_of(person: PersonView) -> Actor:
    """The person as the door knows who acts."""
    return Actor(
        "person",
        person.id,
        person.roles,
        office=person.office_id,
        posts=person.posts,
        off_duty=person.off_duty,
    )


def people_of(session: Session, office_key: str, at: datetime, *, retired: bool = False) -> list[PersonView]:
    """Who works in an office on the day of `at`, by handle; with `retired` everybody who ever did or will.

    Raises BadInput for an unknown office.
    """
    connection = session.connection()
    office = office_row(connection, office_key)
    wanted = _PERSON.select_from(_WITH_ROLES).where(OFFICES.c.id == office.id).order_by(PEOPLE.c.handle)
    views = _views(connection, connection.execute(wanted).all(), at)
    return [p for p in views.values() if p.active or retired]


def people_by_id(connection: Connection, ids: Collection[int], at: datetime) -> dict[int, PersonView]:
    """People by the number of any of their accounts, as they are on the day of `at`, also those who have left."""
    human = func.coalesce(PEOPLE.c.same_as_id, PEOPLE.c.id)
    wanted = _PERSON.select_from(_WITH_ROLES).where(human.in_(select(_HUMAN).where(_MINE.c.id.in_(ids))))
    views = _views(connection, connection.execute(wanted).all(), at)
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


def _views(connection: Connection, found: Iterable[Row[Any]], at: datetime) -> dict[int, PersonView]:
    """One view an account, by its id, from one row a role, in the order of the rows."""
    first: dict[int, Row[Any]] = {}
    held: dict[int, set[tuple[str, str | None]]] = {}  # by human
    for row in found:
        first.setdefault(row.id, row)
        mine = held.setdefault(_human(row), set())
        if row.role is not None and _covers(row.valid_from, row.valid_until, _day(row.zone, at)):
            mine.add((row.role, row.unit))
    others: dict[int, list[int]] = {}
    for row in first.values():
        if row.same_as_id is not None:
            others.setdefault(row.same_as_id, []).append(row.id)
    off = _off_duty(connection, first.values(), held, at)
    return {
        row.id: PersonView(
            human := _human(row),
            row.office_id,
            row.key,
            row.handle,
            frozenset(role for role, _ in held[human]) - off.get(human, frozenset()),
            row.language,
            row.active_from <= (day := _day(row.zone, at))
            and not has_left(row.active_from, row.active_until, day),
            None if row.same_as_id is None else first[row.same_as_id].handle,
            tuple(sorted(others.get(human, ()))),
            frozenset(_in_one_unit(held[human], off.get(human, frozenset()))),
            off.get(human, frozenset()),
        )
        for row in first.values()
    }


def _in_one_unit(held: Iterable[tuple[str, str | None]], off: frozenset[str]) -> Iterator[tuple[str, str]]:
    """The posts among the roles of a human; whoever holds a role in the whole office besides is not bound to the unit."""
    everywhere = {role for role, unit in held if unit is None}
    yield from ((r, u) for r, u in held if u is not None and r not in off and r not in everywhere)


def _off_duty(
    connection: Connection,
    accounts: Iterable[Row[Any]],
    held: Mapping[int, set[tuple[str, str | None]]],
    at: datetime,
) -> Mapping[int, frozenset[str]]:
    """By human, the roles of rosters that they hold and are not on duty for. Nothing is asked where nobody holds one."""
    bound = {
        human: mine for human, roles in held.items() if (mine := rostered().intersection(r for r, _ in roles))
    }
    if not bound:
        return {}
    theirs = {row.id: (_human(row), row.zone) for row in accounts if _human(row) in bound}
    return off_duty(connection, bound, theirs, at)


def _human(row: Row[Any]) -> int:
    return int(row.id if row.same_as_id is None else row.same_as_id)


def _covers(first: date, last: date | None, day: date) -> bool:
    return first <= day and (last is None or day <= last)


def _day(zone: str, at: datetime) -> date:
    return at.astimezone(ZoneInfo(zone)).date()
