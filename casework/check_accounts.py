"""Whether two accounts may be one human's: then what a rule forbids under one handle would be open under the other.

Names and addresses are opened to be compared, and neither is shown.
"""

from collections.abc import Iterator, Mapping

from sqlalchemy import select
from sqlmodel import Session

import models
from casework.check_roles import Checked
from casework.findings import Finding
from casework.keys import normal_form
from casework.names import office_key, open_contacts, open_name
from casework.store import store_of

PEOPLE = models.table(models.Person)
_HINT = "If it is one person: `duecourse person alias HANDLE --of HANDLE`; if not, nothing need be done."


def account_findings(session: Session, checked: Checked) -> Iterator[Finding]:
    """Yield each name and each address that accounts share which are not declared to be one human's."""
    key = office_key(store_of(session), checked.connection, checked.office.id)
    working = {person.handle: person.id for person in checked.everybody if person.active}
    names: dict[str, dict[str, int]] = {}
    addresses: dict[str, dict[str, int]] = {}
    rows = checked.connection.execute(
        select(PEOPLE.c.handle, PEOPLE.c.name_sealed, PEOPLE.c.contact_sealed)
        .where(PEOPLE.c.office_id == checked.office.id)
        .order_by(PEOPLE.c.handle)
    )
    for row in rows:
        if row.handle not in working:
            continue
        name = normal_form("name", open_name(key, row.handle, row.name_sealed))
        names.setdefault(name, {})[row.handle] = working[row.handle]
        for address in open_contacts(key, row.handle, row.contact_sealed):
            addresses.setdefault(address.casefold(), {})[row.handle] = working[row.handle]
    by_name, by_address = _shared(names), _shared(addresses)
    for handles in by_name:
        sentence = "These accounts have the same name and are not declared to be one person's: {handles}."
        yield Finding("warning", sentence, "X2", _HINT, {"handles": handles})
    for handles in by_address:
        sentence = "These accounts have the same address and are not declared to be one person's: {handles}."
        if handles not in by_name:
            yield Finding("warning", sentence, "X2", _HINT, {"handles": handles})


def _shared(found: Mapping[str, Mapping[str, int]]) -> list[str]:
    """The handles, in words, of the accounts that share something and are not one human's; each such group once."""
    groups = (handles for handles in found.values() if len(set(handles.values())) > 1)
    return list(dict.fromkeys(", ".join(handles) for handles in groups))
