"""The rows of a list of guests as its CSV file holds them: name, phone, until.

What is wrong is told by line and column, all at once and never by value: whoever reads the sentence need not know the guest.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import NamedTuple

from casework.errors import BadInput
from casework.keys import normal_form
from casework.short_tables import BadRows, read_table

COLUMNS = ("name", "phone", "until")
MOST = 20_000
"""Guests of one file."""
_LONGEST = {"name": 200, "phone": 40}


class Guest(NamedTuple):
    """A guest of the file. `until`: the last day on the list; None: until further notice."""

    name: str
    phone: str
    until: date | None


class BadGuestList(BadRows):
    """A list of guests that cannot be imported. `faults`: every sentence, each with its line."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("The list of guests cannot be imported, and nothing was changed: {faults}", faults)


def read_guests(content: bytes) -> list[Guest]:
    """Read a whole file. A byte order mark is accepted; a guest without an end stays until further notice.

    Raises BadInput for what is no UTF-8, no CSV, has not the three columns or too many guests, and BadGuestList with every faulty line.
    """
    guests: list[Guest] = []
    faults: list[str] = []
    for line, cells in read_table(content, COLUMNS, faults):
        found = [f"line {line}, {fault}" for fault in _faults(cells)]
        faults += found
        if not found:
            guests.append(Guest(cells["name"], cells["phone"], _day(cells["until"])))
    if faults:
        raise BadGuestList(faults)
    if len(guests) > MOST:
        raise BadInput(
            "A list of guests has at most {most} lines.", hint="Import it in several files.", most=f"{MOST:,}"
        )
    return guests


def _faults(cells: Mapping[str, str]) -> Iterator[str]:
    if not cells["name"] and not cells["phone"]:
        yield "columns name and phone: one of them is needed"
    for column, longest in _LONGEST.items():
        if len(cells[column]) > longest:
            yield f"column {column}: it is longer than {longest} characters"
        elif cells[column] and not normal_form(column, cells[column]):
            yield f"column {column}: there is nothing in it that could be compared"
    try:
        _day(cells["until"])
    except ValueError:
        yield "column until: it is no day; write it like 2027-01-01, or leave it empty"


def _day(text: str) -> date | None:
    """Raises ValueError for what is no day."""
    return date.fromisoformat(text) if text else None
