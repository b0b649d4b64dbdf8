"""Who is on a list of guests that the office keeps (H4.4): asked by the blind index of name and telephone, so that the list itself names nobody.

The same telephone is the same guest, and so is the same name, also where a telephone differs: guests complain from other telephones than
they booked from, and whoever is taken for an important guest by mistake is only treated better. The digests come from the oldest master
key, which no rotation changes: a list goes on being found after one, as the blind indexes of cases do.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date

from sqlalchemy import ColumnElement, Connection, or_, select

import models
from casework.keys import MasterKeys, normal_form
from casework.offices import OfficeView
from casework.store import Store
from states.forms import Complainant

GUESTS = models.table(models.ListedGuest)


def lookup(
    store: Store, connection: Connection, office: OfficeView, day: date
) -> Callable[[str, Sequence[Complainant]], bool]:
    """Answer whether one of these people is on the list of a name on a day. One query, by an index, and none where nobody can be compared."""

    def is_listed(kept: str, people: Sequence[Complainant]) -> bool:
        digests = [
            digest for person in people for _, digest in digests_of(store.keys, person.name, person.phone)
        ]
        if not digests:
            return False
        # A digest says of what it was made, so that each kind finds its own alone; named, both are looked up in the index.
        wanted = select(GUESTS.c.id).where(
            GUESTS.c.office_id == office.id,
            GUESTS.c.list == kept,
            GUESTS.c.kind.in_(models.BY),
            GUESTS.c.digest.in_(digests),
            in_force(day),
        )
        return connection.execute(wanted.limit(1)).first() is not None

    return is_listed


def in_force(day: date) -> ColumnElement[bool]:
    """That an entry of a list counts on a day."""
    return or_(GUESTS.c.valid_until.is_(None), GUESTS.c.valid_until >= day)


def digests_of(keys: MasterKeys, name: str, phone: str) -> Iterator[tuple[str, bytes]]:
    """What a person is known by, kind and digest; nothing for what has nothing in it that could be compared."""
    for kind, value in zip(models.BY, (name, phone), strict=True):
        if normal_form(kind, value):
            yield kind, keys.blind(kind, value)
