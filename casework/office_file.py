"""Loads an office from its file: everything or nothing, the same file again changes nothing, and a changed one changes it by date.

Every fault is told at once. Days are meant in the office's zone; what is set for a day that has passed is refused once the office is there,
since deadlines were counted by what held then.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row, select, update
from sqlmodel import Session

from casework.names import OFFICES, office_key, open_office
from casework.office_accounts import account_faults, apply_accounts
from casework.office_apply import apply
from casework.office_differences import differences
from casework.office_faults import faults_of
from casework.office_people import Applying
from casework.office_reading import BadOfficeFile, read_office
from casework.office_schema import OfficeFile
from casework.offices import touch_offices
from casework.store import store_of

__all__ = ["BadOfficeFile", "OfficeLoaded", "load_office"]


@dataclass(frozen=True)
class OfficeLoaded:
    """What loading changed. Persons are told by their handles, settings by their names; `changed`: other rows added, changed or ended."""

    office_key: str
    created: bool
    added: tuple[str, ...]
    returned: tuple[str, ...]
    retired: tuple[str, ...]
    settings: tuple[str, ...]
    changed: int

    @property
    def unchanged(self) -> bool:
        """Whether the file said nothing new."""
        return not (
            self.created or self.added or self.returned or self.retired or self.settings or self.changed
        )


def load_office(session: Session, text: str, at: datetime, *, origin: str) -> OfficeLoaded:
    """Load an office file in the caller's transaction. `origin`: how the file is called in sentences.

    Raises BadOfficeFile with every fault; then nothing has been written.
    """
    store, connection = store_of(session), session.connection()
    reading = read_office(text, origin)
    file, faults = reading.file, list(reading.faults)
    if file is None:
        raise BadOfficeFile(origin, faults)
    there = connection.execute(select(OFFICES).where(OFFICES.c.key == file.office.key)).one_or_none()
    faults += faults_of(reading, file)
    if there is not None:
        faults += _moved(file, there)
    if not any(fault.startswith("office.") for fault in faults):
        known = None if there is None else (int(there.id), office_key(store, connection, there.id))
        faults += differences(connection, reading, file, known, _day(file, at))
        faults += account_faults(connection, reading, file, known and known[0], _day(file, at))
    if faults:
        raise BadOfficeFile(origin, faults)
    office = file.office
    office_id = (
        open_office(session, office.key, at, name=office.name, kind=office.kind, zone=office.zone)
        if there is None
        else int(there.id)
    )
    applying = Applying(
        connection, file, office_id, office_key(store, connection, office_id), at, _day(file, at)
    )
    if there is not None and there.name != office.name:
        connection.execute(update(OFFICES).where(OFFICES.c.id == office_id).values(name=office.name))
        applying.changed += 1
    apply(applying)
    apply_accounts(applying)
    loaded = OfficeLoaded(
        office.key, there is None, tuple(applying.added), tuple(applying.returned), tuple(applying.retired), tuple(applying.settings), applying.changed
    )  # fmt: skip
    if not loaded.unchanged:
        touch_offices(connection, "office file", at)
    return loaded


def _day(file: OfficeFile, at: datetime) -> date:
    return at.astimezone(ZoneInfo(file.office.zone)).date()


def _moved(file: OfficeFile, there: Row[Any]) -> Iterator[str]:
    """What an office keeps for ever: its procedures, and the zone in which its days, numbers and deadlines were counted."""
    if file.office.kind != there.kind:
        yield f"office.kind: the office {there.key} is of the kind {there.kind}, and stays so"
    if file.office.zone != there.zone:
        yield f"office.zone: the office {there.key} counts its days in {there.zone}, and goes on so"
