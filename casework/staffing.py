"""Who joins an office, who is away, and that whoever goes loses everything at once (P2b, B3a).

Nobody is deleted: separation of duties looks back over the whole history. Callers need no `touch_offices`; it is done here, and with it the
office's chain is continued.
"""

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, delete, insert, select, update
from sqlmodel import Session

import models
from casework.errors import BadInput
from casework.names import office_key as key_of_office
from casework.names import seal_contacts, seal_name
from casework.offices import touch_offices
from casework.roles_held import PEOPLE, end_roles, give_role, office_row, person_id
from casework.settings import LANGUAGES
from casework.store import store_of
from casework.tokens import TOKENS

SLOTS = models.table(models.RosterSlot)
HANDLE = re.compile("[a-z][a-z0-9_-]{0,31}")
CODE = re.compile("[a-z][a-z0-9_]{0,31}")
ADDRESS = re.compile(r"[a-z][a-z0-9+.-]{1,30}://\S+", re.IGNORECASE)


def add_person(
    session: Session,
    office_key: str,
    handle: str,
    at: datetime,
    *,
    name: str,
    roles: Iterable[str],
    unit: str | None = None,
    contacts: Iterable[str] = (),
    language: str = "zh_Hant",
) -> int:
    """Add a person to an office from today on, with these roles; return the id.

    Raises BadInput for a handle that is taken or malformed, an empty name, and an unknown office, role, unit, address or language.
    """
    store, connection = store_of(session), session.connection()
    office = office_row(connection, office_key)
    if HANDLE.fullmatch(handle) is None:
        raise BadInput(
            "A handle is up to 32 small letters, digits, - and _, beginning with a letter.",
            hint="It is shown where a name must not be: choose one such as desk1, never a name.",
        )
    if not name.strip():
        raise BadInput("The name of {handle} is missing.", handle=handle)
    if language not in LANGUAGES:
        raise BadInput(
            "{language} is not one of the languages {there}.", language=language, there=", ".join(LANGUAGES)
        )
    addresses = list(contacts)
    if any(ADDRESS.fullmatch(address) is None for address in addresses):
        # Not repeated: such an address may hold a password.
        raise BadInput(
            "An address of {handle} is no Apprise URL.", hint="Write it like mailto://…", handle=handle
        )
    taken = select(PEOPLE.c.id).where(PEOPLE.c.office_id == office.id, PEOPLE.c.handle == handle)
    if connection.execute(taken).first() is not None:
        raise BadInput(
            "The office already has a person with the handle {handle}.",
            hint="A handle stays with one person for ever; choose another one.",
            handle=handle,
        )
    key = key_of_office(store, connection, office.id)
    row = {
        "office_id": office.id, "handle": handle, "name_sealed": seal_name(key, handle, name.strip()),
        "contact_sealed": seal_contacts(key, handle, addresses), "language": language, "active_from": office.day(at),
    }  # fmt: skip
    person = int(connection.execute(insert(PEOPLE).returning(PEOPLE.c.id), row).scalar_one())
    for role in roles:
        give_role(session, office_key, handle, role, at, unit=unit)
    touch_offices(connection, "person added", at)
    return person


def retire_person(session: Session, office_key: str, handle: str, at: datetime) -> None:
    """End a person's work here at once: roles, tokens, duty rosters. What was done stays. Raises BadInput for an unknown person."""
    connection = session.connection()
    office = office_row(connection, office_key)
    retire(connection, person_id(connection, office, handle), office.day(at), at)
    touch_offices(connection, "person retired", at)


def retire(connection: Connection, person: int, day: date, at: datetime) -> None:
    """The same by the person's id; the caller touches the offices."""
    end_roles(connection, person, day)
    connection.execute(
        update(TOKENS)
        .where(TOKENS.c.person_id == person, TOKENS.c.revoked_at.is_(None))
        .values(revoked_at=at)
    )
    connection.execute(delete(SLOTS).where(SLOTS.c.person_id == person))
    # Somebody who came only today has no day before today: the last day is today, and nothing else is left.
    began = connection.execute(select(PEOPLE.c.active_from).where(PEOPLE.c.id == person)).scalar_one()
    last = max(began, day - timedelta(days=1))
    still = PEOPLE.c.active_until.is_(None) | (PEOPLE.c.active_until > last)
    connection.execute(update(PEOPLE).where(PEOPLE.c.id == person, still).values(active_until=last))


def return_person(session: Session, office_key: str, handle: str, at: datetime) -> None:
    """Take somebody back who had left, under the same handle, without roles. Raises BadInput for an unknown person."""
    connection = session.connection()
    person = person_id(connection, office_row(connection, office_key), handle)
    connection.execute(update(PEOPLE).where(PEOPLE.c.id == person).values(active_until=None))
    touch_offices(connection, "person returned", at)


def set_absence(
    session: Session,
    office_key: str,
    handle: str,
    at: datetime,
    *,
    starts_at: datetime,
    ends_at: datetime,
    reason_code: str,
) -> None:
    """Say that a person is away from `starts_at` until `ends_at` (aware). `reason_code` is a code such as leave, never a sentence.

    Raises BadInput for an unknown person, times that are not in order, and a reason in words.
    """
    connection = session.connection()
    person = person_id(connection, office_row(connection, office_key), handle)
    if starts_at.tzinfo is None or ends_at.tzinfo is None:
        raise BadInput(
            "The times of an absence need a time zone.", hint="Write them like 2026-03-01T09:30+08:00."
        )
    if not starts_at < ends_at:
        raise BadInput("The absence of {handle} ends before it begins.", handle=handle)
    if CODE.fullmatch(reason_code) is None:
        raise BadInput(
            "The reason of an absence is a code such as leave or training: why somebody is ill is nobody's business."
        )
    row = {"person_id": person, "starts_at": starts_at, "ends_at": ends_at, "reason_code": reason_code}
    connection.execute(insert(models.table(models.Absence)), row)
    touch_offices(connection, "absence", at)
