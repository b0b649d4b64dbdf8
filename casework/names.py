"""Names and addresses of an office's own people, sealed under the office's key: no list, log or refusal shows them."""

import json
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, insert, select
from sqlmodel import Session

import models
from casework.closing import note_change
from casework.errors import BadInput, Broken
from casework.keys import new_key, open_sealed, seal
from casework.store import Store, store_of

KEYS = models.table(models.OfficeKey)
OFFICES = models.table(models.Office)
PEOPLE = models.table(models.Person)


def open_office(session: Session, key: str, at: datetime, *, name: str, kind: str, zone: str) -> int:
    """Insert an office with a new key for its people's names; return its id. The caller has checked `kind` and `zone`."""
    store, connection = store_of(session), session.connection()
    row = {"key": key, "name": name, "kind": kind, "zone": zone, "created_at": at}
    office_id = int(connection.execute(insert(OFFICES).returning(OFFICES.c.id), row).scalar_one())
    wrapped, master_id = store.keys.wrap(new_key(), _office_aad(key))
    connection.execute(insert(KEYS), {"office_id": office_id, "wrapped": wrapped, "master_id": master_id})
    note_change(connection, "office opened", at)
    return office_id


def office_key(store: Store, connection: Connection, office_id: int) -> bytes:
    """The key that seals the names of an office's people. Raises Broken for an office without one, KeyProblem if it does not open."""
    wanted = (
        select(OFFICES.c.key, KEYS.c.wrapped, KEYS.c.master_id).join(KEYS).where(OFFICES.c.id == office_id)
    )
    row = connection.execute(wanted).one_or_none()
    if row is None:
        raise Broken("The office with the number {id} has no key for its people's names.", id=office_id)
    return store.keys.unwrap(row.wrapped, row.master_id, _office_aad(row.key))


def seal_name(key: bytes, handle: str, name: str) -> bytes:
    """A person's name, sealed for this handle alone."""
    return seal(key, name.encode(), _aad(handle, "name"))


def seal_contacts(key: bytes, handle: str, contacts: Iterable[str]) -> bytes | None:
    """A person's addresses (Apprise URLs) as sealed JSON; None if there are none."""
    listed = list(contacts)
    return seal(key, json.dumps(listed).encode(), _aad(handle, "contacts")) if listed else None


def open_name(key: bytes, handle: str, sealed: bytes) -> str:
    """The name that `seal_name` sealed. Raises WrongKey."""
    return open_sealed(key, sealed, _aad(handle, "name")).decode()


def open_contacts(key: bytes, handle: str, sealed: bytes | None) -> tuple[str, ...]:
    """The addresses that `seal_contacts` sealed. Raises WrongKey."""
    return () if sealed is None else tuple(json.loads(open_sealed(key, sealed, _aad(handle, "contacts"))))


def name_of(session: Session, person_id: int) -> str:
    """A person's name, for the screens on which the office shows it (P2b). Raises BadInput for an unknown person."""
    row = _sealed(session, person_id)
    return open_name(office_key(store_of(session), session.connection(), row[0]), row[1], row[2])


def contacts_of(session: Session, person_id: int) -> tuple[str, ...]:
    """The addresses to which a person's alarms go, of every account, each once. They hold passwords: never log them.

    Raises BadInput for an unknown person.
    """
    office_id, handle, _, own = _sealed(session, person_id)
    key = office_key(store_of(session), session.connection(), office_id)
    found = list(open_contacts(key, handle, own))
    here = PEOPLE.c.same_as_id == person_id, PEOPLE.c.active_until.is_(None)
    others = select(PEOPLE.c.handle, PEOPLE.c.contact_sealed).where(*here).order_by(PEOPLE.c.id)
    for row in session.connection().execute(others):
        found += open_contacts(key, row.handle, row.contact_sealed)
    return tuple(dict.fromkeys(found))


def _sealed(session: Session, person_id: int) -> tuple[int, str, bytes, bytes | None]:
    wanted = select(PEOPLE.c.office_id, PEOPLE.c.handle, PEOPLE.c.name_sealed, PEOPLE.c.contact_sealed)
    row = session.connection().execute(wanted.where(PEOPLE.c.id == person_id)).one_or_none()
    if row is None:
        raise BadInput("There is no person with the number {id}.", id=person_id)
    return row.office_id, row.handle, row.name_sealed, row.contact_sealed


def _office_aad(key: str) -> bytes:
    return f"office:{key}".encode()


def _aad(handle: str, what: str) -> bytes:
    return f"person:{handle}:{what}".encode()
