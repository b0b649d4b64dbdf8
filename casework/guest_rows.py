"""The rows of a list of guests as its CSV file holds them: name, phone, until.

What is wrong is told by line and column, all at once and never by value: whoever reads the sentence need not know the guest.
"""

import csv
import io
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from casework.errors import BadInput
from casework.keys import normal_form

COLUMNS = ("name", "phone", "until")
MOST = 20_000
"""Guests of one file."""
_LONGEST = {"name": 200, "phone": 40}
_TOLD = 20
"""Faults that are told of one file; of more, how many there are."""
_SAVE = "Save it as UTF-8 (in a spreadsheet: CSV UTF-8) and import it again."


class Guest(NamedTuple):
    """A guest of the file. `until`: the last day on the list; None: until further notice."""

    name: str
    phone: str
    until: date | None


class BadGuestList(BadInput):
    """A list of guests that cannot be imported. `faults`: every sentence, each with its line."""

    def __init__(self, faults: list[str]) -> None:
        self.faults = tuple(faults)
        told = [f"{fault}." for fault in faults[:_TOLD]]
        if len(faults) > _TOLD:
            told.append(f"(+{len(faults) - _TOLD})")
        super().__init__(
            "The list of guests cannot be imported, and nothing was changed: {faults}",
            hint="The line with the names of the columns is line 1.",
            faults=" ".join(told),
        )


def read_guests(content: bytes) -> list[Guest]:
    """Read a whole file. A byte order mark is accepted; a guest without an end stays until further notice.

    Raises BadInput for what is no UTF-8, no CSV, has not the three columns or too many guests, and BadGuestList with every faulty line.
    """
    guests: list[Guest] = []
    faults: list[str] = []
    for line, header, record in _records(_text(content)):
        if len(record) != len(header):
            faults.append(f"line {line}: it has {len(record)} fields, and there are {len(header)} columns")
            continue
        cells = dict(zip(header, record, strict=True))
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


def _text(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise BadInput(
            "The list of guests is not UTF-8: byte {position}, on line {line}, does not fit.",
            hint=_SAVE,
            position=error.start + 1,
            line=line,
        ) from None


def _records(text: str) -> Iterator[tuple[int, list[str], list[str]]]:
    """The line on which each record begins, the columns, and its fields; records without anything in them are passed over."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    header: list[str] | None = None
    while True:
        line = reader.line_num + 1
        try:
            record = [cell.strip() for cell in next(reader)]
        except StopIteration:
            break
        except csv.Error:
            raise BadInput(
                "The record that begins on line {line} of the list of guests is no CSV.",
                hint="A field with a quotation mark in it stands in quotation marks, and the mark is written twice.",
                line=line,
            ) from None
        if header is None:
            header = _header(record)
        elif any(record):
            yield line, header, record
    if header is None:
        raise _unnamed()


def _header(record: list[str]) -> list[str]:
    names = [name.casefold() for name in record]
    if sorted(names) != sorted(COLUMNS):
        raise _unnamed()
    return names


def _unnamed() -> BadInput:
    """The first line is not repeated: where the columns have no names, it is somebody's."""
    return BadInput(
        "The first line of the list of guests must name its three columns: name,phone,until.",
        hint="They may stand in any order, with commas between them.",
    )


def _faults(cells: dict[str, str]) -> Iterator[str]:
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
