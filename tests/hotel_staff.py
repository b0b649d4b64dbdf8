"""Builders of a hotel as far as its people go: departments with those who lead them, and duty managers by day and by night.

    hotel = a_hotel(a_store(database_url, tmp_path))
    ref = hotel.complaint(department="dining")
    hotel.note(ref, against=["head1"])

The cast: `desk1` (front) and `maid1` (rooms) are staff; `lead1` leads the front desk, `lead2` the rooms, `lead3` the restaurant and `lead4`
the guards; `chief1` manages the front desk, `chief2` the rooms, `chief9` every department; `day1` is the manager on duty from 08:00 to
20:00, `night1` the rest; `head1` is the general manager, `owner1` the owner.
"""

from dataclasses import dataclass
from typing import Any

from casework import intake
from casework.clock import FrozenClock
from casework.office_file import load_office
from casework.people import people_of
from casework.registered import Registered
from casework.store import Store
from tests.building import MONDAY, TestOffice, told

KEY = "hotel"
PEOPLE = {
    "desk1": ("hotel_staff", "front"),
    "maid1": ("hotel_staff", "rooms"),
    "lead1": ("supervisor", "front"),
    "lead2": ("supervisor", "rooms"),
    "lead3": ("supervisor", "dining"),
    "lead4": ("supervisor", "security"),
    "chief1": ("dept_manager", "front"),
    "chief2": ("dept_manager", "rooms"),
    "chief9": ("dept_manager", ""),
    "day1": ("duty_manager", ""),
    "night1": ("duty_manager", ""),
    "head1": ("general_manager", ""),
    "owner1": ("owner", ""),
}
UNITS = ("front", "rooms", "dining", "security")
EVERY_DAY = '["mon", "tue", "wed", "thu", "fri", "sat", "sun"]'
DAY, NIGHT = (
    f'[[rosters]]\nroster = "duty_manager"\nperson = "{person}"\ndays = {EVERY_DAY}\nfrom = "{starts}"\nuntil = "{ends}"\n'
    for person, starts, ends in (("day1", "08:00", "20:00"), ("night1", "20:00", "08:00"))
)


def the_file(rosters: str = DAY + NIGHT, more: str = "", **changed: tuple[str, str]) -> str:
    """An office file of the hotel. `changed`: other roles and units by handle, also of people beside the cast; `more`: what else stands in it."""
    parts = ['[office]\nkey = "hotel"\nname = "飯店"\nkind = "hotel"\nzone = "Asia/Shanghai"\n']
    parts += [f'[[units]]\nkey = "{unit}"\nname = "{unit}"\n' for unit in UNITS]
    for handle, (role, unit) in (PEOPLE | changed).items():
        held = f'role = "{role}", valid_from = 2026-01-01' + (f', unit = "{unit}"' if unit else "")
        address = f'contacts = ["json://{handle}.example"]\nlanguage = "en"'
        parts.append(
            f'[[people]]\nhandle = "{handle}"\nname = "某{handle}"\n{address}\nroles = [{{ {held} }}]\n'
        )
    return "\n".join((*parts, rosters, more))


@dataclass
class Hotel(TestOffice):
    """A hotel in a test."""

    __test__ = False

    def load(self, text: str) -> None:
        """Read an office file, and know its people as they are then."""
        with self.store.transaction() as session:
            load_office(session, text, self.now, origin="hotel.toml")
        with self.store.reading() as session:
            self.people = {one.handle: one for one in people_of(session, self.key, self.now)}

    def complaint(self, by: str = "desk1", **evidence: object) -> str:
        """Register a guest's complaint, at the front desk unless the test says otherwise; return its reference."""
        given: dict[str, Any] = {"channel": "in_person", "department": "front"} | evidence
        with self.store.transaction() as session:
            done = intake.register(
                session, self.key, "hotel.complaint", self.actor(by), self.now, evidence=given
            )
        assert isinstance(done, Registered), told(done)
        return done.ref


def a_hotel(store: Store, clock: FrozenClock | None = None, text: str | None = None) -> Hotel:
    """Open a hotel with its standing cast; it is Monday, 10:00."""
    hotel = Hotel(store, clock if clock is not None else FrozenClock(MONDAY), KEY)
    hotel.load(the_file() if text is None else text)
    return hotel
