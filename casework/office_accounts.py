"""What an office file says of accounts and undertakings: which account is another one of the same human, who has signed what when."""

from collections.abc import Iterator
from datetime import date
from hashlib import sha256

from sqlalchemy import Connection

from casework.aliases import accounts_of, faults, join
from casework.office_people import Applying
from casework.office_reading import Reading, place
from casework.office_schema import OfficeFile
from casework.undertakings import TEXT, keep


def account_faults(
    connection: Connection, reading: Reading, file: OfficeFile, office_id: int | None, day: date
) -> Iterator[str]:
    """Yield what is wrong with them, by the file itself and beside the office as it is (None: it is new). `day`: today in its zone."""
    firsts: dict[str, str | None] = dict.fromkeys(reading.handles)
    if office_id is not None:
        firsts.update(accounts_of(connection, office_id))
    for number, person in reading.numbered("people", file.people):
        if person.same_as is not None and firsts.get(person.handle) != person.same_as:
            at = place(("people", number, "same_as"))
            if person.same_as not in reading.handles:
                yield f"{at}: there is no person {person.same_as}"
                continue
            found = next(faults(firsts, person.handle, person.same_as), None)
            if found is not None:
                yield f"{at}: {found.message.rstrip('.')}"
            else:
                firsts[person.handle] = person.same_as
        if person.undertaking is not None:
            at = place(("people", number, "undertaking"))
            if person.undertaking > day:
                yield f"{at}: it lies in the future"
            elif not text_on(file, person.undertaking):
                yield f"{at}: which text was signed is not said: the setting {TEXT} is missing"


def text_on(file: OfficeFile, day: date) -> str:
    """The text that people sign, as the file sets it for a day; before the first, the first. Empty if there is none."""
    texts = sorted(
        (setting.valid_from, str(setting.value)) for setting in file.settings if setting.name == TEXT
    )
    return next((text for since, text in reversed(texts) if since <= day), texts[0][1] if texts else "")


def apply_accounts(applying: Applying) -> None:
    """Join accounts and keep undertakings. The caller has found no fault, has written the people, and touches the offices."""
    connection = applying.connection
    firsts = accounts_of(connection, applying.office_id)
    people = {handle: int(row.id) for handle, row in applying.people().items()}
    for person in applying.file.people:
        if person.same_as is not None and firsts[person.handle] != person.same_as:
            join(connection, applying.office_id, person.handle, person.same_as)
            applying.changed += 1
        if person.undertaking is not None:
            digest = sha256(text_on(applying.file, person.undertaking).encode()).hexdigest()
            signed = keep(connection, people[person.handle], person.undertaking, digest, applying.at, None)
            applying.changed += signed
