"""Secret cases full of canaries, for tests of what leaves the house: the bureau of `tests.bureau`, whose people can be reached."""

import tomllib
from datetime import datetime

from sqlalchemy import update

import models
from casework.names import office_key, seal_contacts
from tests.building import TestOffice
from tests.bureau import EXAMPLE, Bureau

NAME, PHONE, WORDS = "金絲雀乙", "13900002222", "the official asked for a canary"
WHO = {"name": NAME, "phone": PHONE}
_PEOPLE = tomllib.loads(EXAMPLE.read_text(encoding="utf-8"))["people"]
CANARIES = (NAME, PHONE, WORDS, *(str(person["name"]) for person in _PEOPLE), "B-2026-0000", "M-2026-0000")
"""What must be found nowhere outside: who complains and what about, who works there, the register's numbers."""


def reachable(office: TestOffice, *handles: str, contact: str = "json://{handle}.example") -> None:
    """Give people an address, and English to read; everybody if nobody is named."""
    people = models.table(models.Person)
    with office.store.transaction() as session:
        connection = session.connection()
        for handle in handles or tuple(office.people):
            key = office_key(office.store, connection, office.people[handle].office_id)
            sealed = seal_contacts(key, handle, [contact.format(handle=handle)])
            values = {"contact_sealed": sealed, "language": "en"}
            connection.execute(update(people).where(people.c.handle == handle).values(values))


def a_secret(
    bureau: Bureau,
    in_state: str = "registered",
    *,
    against: tuple[str, ...] = ("clerk1",),
    by: str = "member1",
    received_at: datetime | None = None,
) -> str:
    """Register a complaint and take it to `registered`, `guided` (out of scope) or `filed` (reviewed by the head); return its reference."""
    wanted = ("registered", "guided", "filed").index(in_state)
    said = {"note": WORDS, "matter": WORDS, "reason": WORDS, "complainants": [WHO]}
    late = WORDS if received_at is not None else ""
    ref = bureau.comes_in(by, received_at=received_at, late_because=late, against=list(against), **said).ref
    if wanted >= 1:
        bureau.does(ref, "scope", by, outside=True, items=[], words=WORDS)
        bureau.does(ref, "guidance", by, why_not_ours=WORDS, authority=WORDS)
        bureau.does(ref, "guide", by)
    if wanted >= 2:
        bureau.does(ref, "refusal_reviewed", "chief1", reason=WORDS)
        bureau.does(ref, "confirm", "chief1")
    return ref
