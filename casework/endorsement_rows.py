"""The rows of a file of endorsements: the reference of a case, and the words for it (H5.2).

Many at once, but each with a text of its own: words that stand there twice are refused like words that are missing. What is wrong is told
by line and column, all at once, before anything is done; the words themselves are never repeated.
"""

import csv
import io
import unicodedata
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from casework.errors import BadInput
from casework.refs import read_ref

COLUMNS = ("ref", "words")
LEAST, LONGEST = 2, 8000
"""Characters of an endorsement."""
MOST = 1000
"""Cases of one file."""
_TOLD = 20
"""Faults that are told of one file; of more, how many there are."""


class Row(NamedTuple):
    """One case of the file and the words for it. `line`: where it begins; the names of the columns stand on line 1."""

    line: int
    ref: str
    words: str


class BadEndorsements(BadInput):
    """A file of endorsements of which nothing was done. `faults`: every sentence, each with its line."""

    def __init__(self, faults: Iterable[str]) -> None:
        self.faults = tuple(faults)
        told = [f"{fault}." for fault in self.faults[:_TOLD]]
        if len(self.faults) > _TOLD:
            told.append(f"(+{len(self.faults) - _TOLD})")
        super().__init__(
            "No case was endorsed: {faults}",
            hint="The line with the names of the columns is line 1.",
            faults=" ".join(told),
        )


def read_rows(content: bytes) -> list[Row]:
    """Read a whole file, its columns separated by commas or by tabs. A byte order mark is accepted.

    Raises BadInput for what is no UTF-8, is no CSV, has not the two columns or has too many cases, and BadEndorsements with every faulty
    line: without words, with the words of another, without a reference, with a case that was named before.
    """
    rows: list[Row] = []
    faults: list[str] = []
    for line, header, record in _records(_text(content)):
        if len(record) != len(header):
            faults.append(f"line {line}: it has {len(record)} fields, and there are {len(header)} columns")
            continue
        cells = dict(zip(header, record, strict=True))
        rows.append(Row(line, cells["ref"], cells["words"]))
    faults += _faults(rows)
    if faults:
        raise BadEndorsements(faults)
    if not rows:
        raise BadInput("The file names no case.", hint="Each line below the first is a case: ref,words.")
    if len(rows) > MOST:
        raise BadInput("A file has at most {most} cases.", hint="Split it.", most=MOST)
    return [row._replace(ref=read_ref(row.ref)) for row in rows]


def _faults(rows: list[Row]) -> Iterator[str]:
    cases: dict[str, int] = {}
    texts: dict[str, int] = {}
    for row in rows:
        try:
            ref = read_ref(row.ref)
        except BadInput:
            yield f"line {row.line}, column ref: it is no reference of a case"
        else:
            first = cases.setdefault(ref, row.line)
            if first != row.line:
                yield f"line {row.line}, column ref: the case stands on line {first} already"
        if len(row.words) < LEAST:
            yield f"line {row.line}, column words: the endorsement has no words"
            continue
        if len(row.words) > LONGEST:
            yield f"line {row.line}, column words: they are longer than {LONGEST} characters"
        first = texts.setdefault(_alike(row.words), row.line)
        if first != row.line:
            yield f"line {row.line}, column words: they are those of line {first}, and each case has its own"


def _alike(words: str) -> str:
    """The words without what does not make them others: blanks, punctuation, width, capitals."""
    plain = unicodedata.normalize("NFKC", words).casefold()
    return "".join(one for one in plain if one.isalnum()) or plain


def _text(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise BadInput(
            "The file is not UTF-8: byte {position}, on line {line}, does not fit.",
            hint="Save it as UTF-8 (in a spreadsheet: CSV UTF-8) and try again.",
            position=error.start + 1,
            line=line,
        ) from None


def _records(text: str) -> Iterator[tuple[int, list[str], list[str]]]:
    """The line on which each record begins, the columns, and its fields; records without anything in them are passed over."""
    delimiter = "\t" if "\t" in text.partition("\n")[0] else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    header: list[str] | None = None
    while True:
        line = reader.line_num + 1
        try:
            record = [cell.strip() for cell in next(reader)]
        except StopIteration:
            break
        except csv.Error:
            raise BadInput(
                "The record that begins on line {line} is no CSV.",
                hint="A field with a quotation mark in it stands in quotation marks, and the mark is written twice.",
                line=line,
            ) from None
        if header is None:
            header = [name.casefold() for name in record]
            if sorted(header) != sorted(COLUMNS):
                raise _unnamed()
        elif any(record):
            yield line, header, record
    if header is None:
        raise _unnamed()


def _unnamed() -> BadInput:
    """The first line is not repeated: where the columns have no names, there are words in it."""
    return BadInput(
        "The first line must name the two columns: ref,words.",
        hint="They may stand in either order, with a comma or a tab between them.",
    )
